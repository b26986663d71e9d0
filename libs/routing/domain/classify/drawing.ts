/** The code of a figure, `[asy] ... [/asy]`, as problems of mathematics carry it: it draws, and says nothing of how hard they are. */

const begins = [...'[asy]'].map((letter) => letter.charCodeAt(0));
const ends = [...'[/asy]'].map((letter) => letter.charCodeAt(0));

/** Where the drawing that begins at `at` is over, or -1 where none begins. One that is never closed goes on to the end. */
export function drawingEnd(text: Uint16Array, at: number, length: number): number {
  if (!stands(begins, text, at, length)) return -1;
  let end = at;
  while (end < length && !stands(ends, text, end, length)) end++;
  return end === length ? end : end + ends.length;
}

function stands(mark: readonly number[], text: Uint16Array, at: number, length: number): boolean {
  for (let i = 0; i < mark.length; i++) if (at + i >= length || text[at + i] !== mark[i]) return false;
  return true;
}

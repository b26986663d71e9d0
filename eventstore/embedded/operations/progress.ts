/** One line of progress on a terminal; nothing where there is none. */
import type { WriteStream } from 'node:tty';

export interface Progress {
  at(done: number): void;
  end(): void;
}

const REDRAW_MS = 100;

/** `total` is in whatever unit `at` counts. */
export function progressOn(stream: WriteStream | NodeJS.WritableStream, what: string, total: number): Progress {
  if (!('isTTY' in stream) || !stream.isTTY) return { at: () => undefined, end: () => undefined };
  const started = Date.now();
  let drawn = 0;
  const draw = (done: number) => {
    const part = total === 0 ? 1 : Math.min(1, done / total);
    const bar = '█'.repeat(Math.round(part * 30)).padEnd(30, '░');
    const left = part > 0.01 ? ` ${Math.ceil(((Date.now() - started) * (1 - part)) / part / 1000)} s left` : '';
    stream.write(`\r${what} ${bar} ${Math.floor(part * 100)} % (${done} of ${total})${left}\x1b[K`);
  };
  return {
    at(done) {
      if (Date.now() - drawn < REDRAW_MS) return;
      drawn = Date.now();
      draw(done);
    },
    end() {
      draw(total);
      stream.write('\n');
    },
  };
}

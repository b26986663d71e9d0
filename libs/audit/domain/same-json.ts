/**
 * Whether two values are the same JSON, byte for byte, without writing either: `JSON.stringify` of both would be the
 * same text. A replay asks this of every decision, and writing two of them costs as much as deciding.
 *
 * @param read as JSON.parse gives it. @param made plain data; a field that is undefined is not written.
 */
export function sameJson(read: unknown, made: unknown): boolean {
  if (read === made) return true;
  if (typeof made === 'number') return !Number.isFinite(made) && read === null;
  if (typeof read !== 'object' || typeof made !== 'object' || read === null || made === null) return false;
  if (Array.isArray(read) || Array.isArray(made)) return Array.isArray(read) && Array.isArray(made) && sameItems(read, made);
  return sameFields(read as Fields, made as Fields);
}
type Fields = Readonly<Record<string, unknown>>;

/** What cannot be written stands as null in a list. */
function sameItems(read: readonly unknown[], made: readonly unknown[]): boolean {
  if (read.length !== made.length) return false;
  for (let i = 0; i < made.length; i += 1) {
    const [was, is] = [read[i], made[i] ?? null];
    if (was !== is && !sameJson(was, is)) return false;
  }
  return true;
}

/** The order of fields is part of the bytes. Most values are the same text or number: those are not worth a call. */
function sameFields(read: Fields, made: Fields): boolean {
  const names = Object.keys(read);
  let at = 0;
  for (const name in made) {
    const value = made[name];
    if (value === undefined) continue;
    if (names[at] !== name) return false;
    const was = read[name];
    if (was !== value && !sameJson(was, value)) return false;
    at += 1;
  }
  return at === names.length;
}

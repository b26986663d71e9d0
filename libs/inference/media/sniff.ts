/** What a file is by its first bytes, because what a server calls it is often wrong or missing (WHATWG MIME Sniffing). */
const shapes: readonly (readonly [offset: number, magic: Buffer, mime: string])[] = [
  [0, Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'image/png'],
  [0, Buffer.from([0xff, 0xd8, 0xff]), 'image/jpeg'],
  [0, Buffer.from('GIF8'), 'image/gif'],
  [8, Buffer.from('WEBP'), 'image/webp'],
  [8, Buffer.from('WAVE'), 'audio/wav'],
  [8, Buffer.from('avif'), 'image/avif'],
  [8, Buffer.from('M4A'), 'audio/mp4'],
  [4, Buffer.from('ftyp'), 'video/mp4'],
  [0, Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), 'video/webm'],
  [0, Buffer.from('ID3'), 'audio/mpeg'],
  [0, Buffer.from([0xff, 0xfb]), 'audio/mpeg'],
  [0, Buffer.from([0xff, 0xf3]), 'audio/mpeg'],
  [0, Buffer.from([0xff, 0xf2]), 'audio/mpeg'],
  [0, Buffer.from('OggS'), 'audio/ogg'],
  [0, Buffer.from('fLaC'), 'audio/flac'],
  [0, Buffer.from('<svg'), 'image/svg+xml'],
];

/** Null when it is none of the files that media are made in. */
export const sniff = (bytes: Buffer): string | null => shapes.find(([offset, magic]) => bytes.subarray(offset, offset + magic.length).equals(magic))?.[2] ?? null;

/** The type of a file of one kind (`image`, `video`, `audio`); null when it is not one, whatever the server calls it. */
export function typeOf(kind: 'image' | 'video' | 'audio', bytes: Buffer, said: string | undefined): string | null {
  const declared = said?.split(';')[0]!.trim().toLowerCase() ?? '';
  const seen = sniff(bytes);
  if (seen !== null) return seen.startsWith(`${kind}/`) || (kind === 'video' && seen === 'image/gif') ? seen : null;
  return declared.startsWith(`${kind}/`) ? declared : null;
}

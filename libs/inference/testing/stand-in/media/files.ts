/** The smallest files that are what they say they are: what the stand-ins of media providers make. */

export const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

/** A second of silence of 8,000 samples, 8 bits each. */
export const wav = Buffer.concat([
  Buffer.from('RIFF'), u32(36 + 8_000), Buffer.from('WAVEfmt '), u32(16), Buffer.from([1, 0, 1, 0]), u32(8_000), u32(8_000), Buffer.from([1, 0, 8, 0]), Buffer.from('data'), u32(8_000), Buffer.alloc(8_000, 128),
]);

export const mp3 = Buffer.concat([Buffer.from('ID3'), Buffer.from([3, 0, 0, 0, 0, 0, 0]), Buffer.from([0xff, 0xfb, 0x90, 0]), Buffer.alloc(413)]);

/** Says that it plays 5.04 seconds. */
export const mp4 = Buffer.concat([box('ftyp', Buffer.from('isom\0\0\0\0isom')), box('moov', box('mvhd', Buffer.concat([Buffer.alloc(12), big(600), big(3_024), Buffer.alloc(80)])))]);

/** Bare samples: half a second at 24 kHz, 16 bits. */
export const samples = Buffer.alloc(24_000);

export const files = { 'image/png': png, 'audio/wav': wav, 'audio/mpeg': mp3, 'video/mp4': mp4 } as const;

function box(name: string, content: Buffer): Buffer {
  return Buffer.concat([big(8 + content.length), Buffer.from(name), content]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function big(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

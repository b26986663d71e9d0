/** Small, real files made from nothing: the same seed is the same bytes. PNG (W3C), WAV (RIFF), GIF (89a). */
import { crc32, deflateSync } from 'node:zlib';
import { wavOf } from '../../media/pcm.js';

/** A gradient with a few bars, coloured by the seed. */
export function png(seed: Buffer, width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (width * 3 + 1) + 1 + x * 3;
      const bar = seed[(x >> 4) % seed.length]! & 31;
      rows[at] = (seed[0]! + (x * 128) / width + bar) & 255;
      rows[at + 1] = (seed[1]! + (y * 128) / height) & 255;
      rows[at + 2] = (seed[2]! + bar) & 255;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  const framed = Buffer.alloc(8 + named.length);
  framed.writeUInt32BE(data.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc(named), 4 + named.length);
  return framed;
}

/** zlib's own since Node 20.15. */
const crc = (data: Buffer): number => crc32(data);

const sampleRate = 8_000;

/** A few tones drawn from the seed; 8 kHz, 16 bit, mono. */
export function wav(seed: Buffer, seconds: number): Buffer {
  const count = Math.round(sampleRate * seconds);
  const samples = Buffer.alloc(count * 2);
  for (let at = 0; at < count; at++) {
    const tone = 220 + (seed[Math.floor((at * 4) / sampleRate) % seed.length]! % 24) * 20;
    samples.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * tone * at) / sampleRate)), at * 2);
  }
  return wavOf(samples, sampleRate).file;
}

const frames = 8;
const frameHundredths = 12;
const clearCode = 128;
const endCode = 129;

/** An animation of eight frames: a square that moves. LZW without compression: a clear code before the table grows. */
export function gif(seed: Buffer, width: number, height: number): Buffer {
  const screen = Buffer.alloc(7);
  screen.writeUInt16LE(width, 0);
  screen.writeUInt16LE(height, 2);
  screen[4] = 0xf6; // a table of 128 colours
  const colours = Buffer.from(Array.from({ length: 128 * 3 }, (_, at) => (seed[at % seed.length]! + at * 2) & 255));
  const forEver = Buffer.from([0x21, 0xff, 0x0b, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0]);
  const parts = Array.from({ length: frames }, (_, frame) => gifFrame(frame, width, height));
  return Buffer.concat([Buffer.from('GIF89a'), screen, colours, forEver, ...parts, Buffer.from([0x3b])]);
}

function gifFrame(frame: number, width: number, height: number): Buffer {
  const control = Buffer.from([0x21, 0xf9, 4, 0, frameHundredths, 0, 0, 0]);
  const position = Buffer.alloc(10);
  position[0] = 0x2c;
  position.writeUInt16LE(width, 5);
  position.writeUInt16LE(height, 7);
  const size = Math.max(4, width >> 2);
  const left = Math.round(((width - size) * frame) / (frames - 1));
  const codes: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((y * width + x) % 100 === 0) codes.push(clearCode);
      const inside = x >= left && x < left + size && y >= height - size;
      codes.push(inside ? 100 : (x + y) & 63);
    }
  }
  codes.push(endCode);
  // With codes of 8 bits, each code is one byte.
  const bytes = Buffer.from(codes);
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.subarray(at, at + 255);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([control, position, Buffer.from([7]), ...blocks, Buffer.from([0])]);
}

/** Writes a .tar.gz (POSIX ustar) file by file, so that a bundle of any size is written in little memory. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';

const block = 512;

export class Archive {
  private readonly gzip: Gzip = createGzip();
  private readonly written: Promise<void>;

  constructor(path: string) {
    const file = createWriteStream(path);
    this.written = finished(file);
    // The failure is thrown by `close`.
    this.written.catch(() => {});
    this.gzip.pipe(file);
  }

  async add(name: string, content: string | Uint8Array): Promise<void> {
    const bytes = Buffer.from(content as Uint8Array);
    await this.write(header(name, bytes.length));
    await this.write(bytes);
    await this.write(padding(bytes.length));
  }

  async addFile(name: string, path: string): Promise<void> {
    const { size } = await stat(path);
    await this.write(header(name, size));
    for await (const chunk of createReadStream(path)) await this.write(chunk as Buffer);
    await this.write(padding(size));
  }

  async close(): Promise<void> {
    await this.write(Buffer.alloc(2 * block));
    this.gzip.end();
    await this.written;
  }

  private async write(bytes: Buffer): Promise<void> {
    if (bytes.length > 0 && !this.gzip.write(bytes)) await once(this.gzip, 'drain');
  }
}

const padding = (size: number): Buffer => Buffer.alloc((block - (size % block)) % block);

function header(name: string, size: number): Buffer {
  const head = Buffer.alloc(block);
  head.write(name, 0, 100);
  head.write('0000644\0', 100);
  head.write('0000000\0', 108);
  head.write('0000000\0', 116);
  head.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  head.write('00000000000\0', 136);
  head.write('        ', 148);
  head.write('0', 156);
  head.write('ustar\0', 257);
  head.write('00', 263);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

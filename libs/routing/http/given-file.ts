/** A picture or recording as the client gave it: read into bytes when a provider needs them, and once. */
import type { MediaSource } from '../../inference/domain/media.js';

/** What a `data:` URL or a base64 field holds. */
export class EncodedFile implements MediaSource {
  readonly url = null;
  private decoded: Buffer | null = null;

  constructor(
    private readonly base64: string,
    readonly mime: string,
  ) {}

  get bytes(): Buffer {
    return (this.decoded ??= Buffer.from(this.base64, 'base64'));
  }
}

/** A file of a form, which came in bytes. In the row of a job it is written as a `data:` URL. */
export class UploadedFile implements MediaSource {
  readonly url = null;

  constructor(
    readonly bytes: Buffer,
    readonly mime: string,
  ) {}

  toJSON(): string {
    return `data:${this.mime};base64,${this.bytes.toString('base64')}`;
  }
}

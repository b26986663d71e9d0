/**
 * Several messages of a call that go out in one write. grpc-js frames and writes each message by itself, which costs
 * several times what reading it from the log does. It serialises a message by asking for its `byteLength` and then
 * having it copied behind a header of five bytes; a page of messages answers both as one, and writes its own headers
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md: compressed flag, then length).
 */
import type { Message } from '../wire/message.js';

const headerSize = 5;

export class FramedMessages {
  /** All of it but the one header that grpc-js makes room for. */
  readonly byteLength: number;

  /** @param messages at least one. */
  constructor(private readonly messages: readonly Message[]) {
    let size = 0;
    for (const message of messages) size += headerSize + message.byteLength;
    this.byteLength = size - headerSize;
  }

  /** @param start behind the first header, which is written anew. */
  copy(target: Buffer, start: number): number {
    let at = start - headerSize;
    for (const message of this.messages) {
      target[at] = 0;
      target.writeUInt32BE(message.byteLength, at + 1);
      at += headerSize + message.copy(target, at + headerSize);
    }
    return at - start;
  }
}

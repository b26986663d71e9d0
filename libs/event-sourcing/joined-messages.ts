/**
 * Several messages of one gRPC call that leave in one write. grpc-js writes one message, waits until the socket has it
 * and takes the next, so sixty appends of one moment were sixty writes, and as many wake-ups of the log. It frames what
 * it is given by asking for a length and letting it copy itself behind a header of five bytes (IdentityHandler in
 * compression-filter.js); this one writes the frames of all its messages instead.
 */

/** A message that writes itself where it is to go. */
export interface SelfWriting {
  /** Bytes. */
  readonly size: number;
  /** @returns where the next byte goes */
  writeTo(target: Buffer, start: number): number;
}

/** Length-Prefixed-Message of gRPC over HTTP/2: whether it is compressed (one byte), its length (four), then itself. */
const headerSize = 5;

export class JoinedMessages {
  /** What grpc-js takes for the length of one message: all frames but the first header, which it makes room for itself. */
  readonly length: number;

  constructor(private readonly messages: readonly SelfWriting[]) {
    this.length = messages.reduce((sum, { size }) => sum + headerSize + size, -headerSize);
  }

  /** @param frames all of the room, the first header included */
  copy(frames: Buffer): number {
    let at = 0;
    for (const message of this.messages) {
      frames[at] = 0;
      frames.writeUInt32BE(message.size, at + 1);
      at = message.writeTo(frames, at + headerSize);
    }
    return this.length;
  }
}

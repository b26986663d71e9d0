import { describe, expect, it } from '@jest/globals';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { readReply } from './read-reply.js';

const { ReadResp } = streams;
const { ReadEvent } = ReadResp;

const uint64 = fc.oneof(fc.bigInt(0n, 2n ** 31n), fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(2n ** 49n - 1n, 2n ** 49n, 2n ** 53n, 2n ** 63n));
const anEvent = fc.record({
  id: fc.uuid(),
  stream: fc.string({ unit: 'grapheme', minLength: 1 }),
  revision: uint64,
  position: fc.record({ commit: uint64, prepare: uint64 }),
  type: fc.string({ unit: 'grapheme', minLength: 1 }),
  createdMs: fc.integer({ min: 1, max: 4_102_444_800_000 }),
  metadata: fc.uint8Array({ maxLength: 300 }),
  data: fc.uint8Array({ maxLength: 300 }),
});
type AnEvent = typeof anEvent extends fc.Arbitrary<infer E> ? E : never;

/** As a server that uses the generated classes would say it. */
function recorded(event: AnEvent) {
  const message = new ReadEvent.RecordedEvent();
  const id = new shared.UUID();
  id.setString(event.id);
  const stream = new shared.StreamIdentifier();
  stream.setStreamName(Buffer.from(event.stream));
  message.setId(id);
  message.setStreamIdentifier(stream);
  message.setStreamRevision(event.revision.toString());
  message.setCommitPosition(event.position.commit.toString());
  message.setPreparePosition(event.position.prepare.toString());
  message.getMetadataMap().set('type', event.type).set('content-type', 'application/octet-stream').set('created', `${event.createdMs}1234`);
  message.setCustomMetadata(event.metadata);
  message.setData(event.data);
  return message;
}

function answer(fill: (reply: InstanceType<typeof ReadResp>) => void): Buffer {
  const reply = new ReadResp();
  fill(reply);
  return Buffer.from(reply.serializeBinary());
}

const bytes = (event: AnEvent) => ({ ...event, metadata: Buffer.from(event.metadata), data: Buffer.from(event.data) });

describe('an answer of Read', () => {
  it('is read from its bytes as the generated classes wrote it, whatever the event', () => {
    fc.assert(
      fc.property(anEvent, fc.boolean(), (event, linked) => {
        const said = answer((reply) => {
          const read = new ReadEvent();
          read.setEvent(recorded(event));
          if (linked) read.setLink(recorded({ ...event, stream: 'link' }));
          read.setCommitPosition(event.position.commit.toString());
          reply.setEvent(read);
        });
        expect(readReply(said)).toEqual({ kind: 'event', event: bytes(event) });
      }),
    );
  });

  it('may be a checkpoint, the end of the log, or something to pass over', () => {
    const checkpoint = answer((reply) => {
      const position = new ReadResp.Checkpoint();
      position.setCommitPosition('18446744073709551615');
      position.setPreparePosition('7');
      reply.setCheckpoint(position);
    });
    expect(readReply(checkpoint)).toEqual({ kind: 'checkpoint', position: { commit: 2n ** 64n - 1n, prepare: 7n } });
    expect(readReply(answer((reply) => reply.setCaughtUp(new ReadResp.CaughtUp())))).toEqual({ kind: 'caught-up' });
    expect(readReply(answer((reply) => reply.setFellBehind(new ReadResp.FellBehind())))).toEqual({ kind: 'other' });
    expect(readReply(answer((reply) => reply.setConfirmation(new ReadResp.SubscriptionConfirmation())))).toEqual({ kind: 'other' });
    // A link to an event that is gone.
    expect(readReply(answer((reply) => reply.setEvent(new ReadEvent())))).toEqual({ kind: 'other' });
  });

  it('that ends early is refused', () => {
    const said = answer((reply) => {
      const read = new ReadEvent();
      read.setEvent(recorded({ id: '', stream: 'a', revision: 1n, position: { commit: 1n, prepare: 1n }, type: 'T', createdMs: 1, metadata: new Uint8Array(), data: new Uint8Array(40) }));
      reply.setEvent(read);
    });
    expect(() => readReply(said.subarray(0, -1))).toThrow(RangeError);
  });
});

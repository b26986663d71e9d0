/** The messages written by hand, read back with the official client's own classes. */
import { describe, expect, it } from '@jest/globals';
import { MaxAppendSizeExceededError, StreamDeletedError, WrongExpectedVersionError } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import fc from 'fast-check';
import { v5 as uuidV5 } from 'uuid';
import { batchError, encodeBatchError, encodeBatchSuccess } from '../../eventstore/embedded/wire/append-messages.js';
import { AppendMessage, decodeAnswer } from './append-message.js';
import { encode, eventId } from './codec.js';
import type { CommandContext, StreamName } from './domain/event.js';

const context: CommandContext = { orgId: 'org', actor: 'cli', commandId: 'c', correlationId: 'r', at: '2026-11-25T10:00:00.000Z' };
/** Any text that UTF-8 can say: no half of a surrogate pair alone. */
const anyText = fc.string({ unit: 'grapheme' });
const anyRevision = fc.bigInt({ min: 0n, max: 2n ** 50n });

describe('an append', () => {
  it('says to the server what the client would say', () => {
    const events = fc.array(fc.record({ type: fc.string({ minLength: 1 }), data: fc.dictionary(anyText, anyText) }), { maxLength: 4 });
    fc.assert(
      fc.property(anyText, fc.oneof(fc.constant('no_stream' as const), anyRevision), events, fc.nat(), (name, expected, given, correlation) => {
        const stream: StreamName = `test-${name}`;
        const message = new AppendMessage({ correlation, stream, expected, events: encode(stream, given, context), deadlineSeconds: 1_790_000_000 });
        const bytes = Buffer.alloc(message.size);
        expect(message.writeTo(bytes, 0)).toBe(message.size);
        const read = streams.BatchAppendReq.deserializeBinary(bytes);
        const options = read.getOptions()!;
        expect(Buffer.from(options.getStreamIdentifier()!.getStreamName_asU8()).toString()).toBe(stream);
        expect(options.hasNoStream() ? 'no_stream' : BigInt(options.getStreamPosition())).toBe(expected);
        expect(options.getDeadline()!.getSeconds()).toBe(1_790_000_000);
        expect(read.getIsFinal()).toBe(true);
        expect(read.getCorrelationId()!.getString()).toBe(`00000000-0000-0000-0000-${correlation.toString(16).padStart(12, '0')}`);
        const proposed = read.getProposedMessagesList().map((message) => ({
          id: message.getId()!.getString(),
          type: message.getMetadataMap().get('type'),
          contentType: message.getMetadataMap().get('content-type'),
          data: JSON.parse(Buffer.from(message.getData_asU8()).toString()) as object,
          metadata: JSON.parse(Buffer.from(message.getCustomMetadata_asU8()).toString()) as object,
        }));
        expect(proposed).toEqual(
          given.map(({ type, data }, index) => ({
            id: eventId(stream, 'c', index), type, contentType: 'application/octet-stream', data: JSON.parse(JSON.stringify(data)),
            metadata: { $correlationId: 'r', $causationId: 'c', orgId: 'org', schemaVersion: 1, actor: 'cli', commandId: 'c', at: context.at },
          })),
        );
      }),
    );
  });

  it('of a type that is called as what every object has is at version 1', () => {
    const [event] = encode('test-1', [{ type: 'toString', data: {} }], context);
    expect(JSON.parse(event!.metadata)).toMatchObject({ schemaVersion: 1 });
  });

  it('gives events the ids of RFC 9562', () => {
    fc.assert(fc.property(anyText, fc.string(), fc.nat(9), (name, command, index) => {
      const stream: StreamName = `test-${name}`;
      expect(eventId(stream, command, index)).toBe(uuidV5(`${stream}\n${command}\n${index}`, '5a7c1d0e-7b53-4c7e-9f0a-3f6f2b1f9b11'));
    }));
  });
});

describe('an answer', () => {
  const correlationId = Buffer.from(new shared.UUID().setString('00000000-0000-0000-0000-0000000004d2').serializeBinary());
  const answer = { correlationId, stream: 'test-1', expected: 3 };

  it('tells revision and position, and whose append it answers', () => {
    expect(decodeAnswer(encodeBatchSuccess(answer, { revision: 5, position: 2 ** 40 }))).toEqual({ correlation: 1_234, appended: { revision: 5n, position: 2n ** 40n } });
  });

  it('may name the append by the two halves of its id', () => {
    const halves = new shared.UUID().setStructured(new shared.UUID.Structured().setMostSignificantBits('0').setLeastSignificantBits('1234'));
    const bytes = encodeBatchSuccess({ ...answer, correlationId: Buffer.from(halves.serializeBinary()) }, { revision: 0, position: 7 });
    expect(decodeAnswer(bytes)).toEqual({ correlation: 1_234, appended: { revision: 0n, position: 7n } });
  });

  it.each([
    [batchError.wrongExpectedVersion(3, 9), WrongExpectedVersionError],
    [batchError.streamDeleted('test-1'), StreamDeletedError],
    [batchError.appendTooLarge(1_048_576), MaxAppendSizeExceededError],
  ])('carries the error of the official client', (refused, error) => {
    expect(decodeAnswer(encodeBatchError(answer, refused))).toEqual({ correlation: 1_234, error: expect.any(error) });
  });
});

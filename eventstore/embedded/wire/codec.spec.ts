/** What is written by hand must read as the generated classes of the protocol read it, for any event. */
import { describe, expect, it } from '@jest/globals';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { encodeRecord, idOf, isJson, revisionOf, streamOf, typeOf, type ProposedEvent } from '../store/record.js';
import { parseAppendRequest } from './append-messages.js';
import { FieldReader, MalformedMessage, varintField, varintSize } from './protobuf.js';
import { encodeEvent } from './read-messages.js';
import { parseUuid, uuidText } from './uuid.js';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 });
const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const event: fc.Arbitrary<ProposedEvent> = fc.record({
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array)),
  type: text.map((type) => Buffer.from(type)),
  json: fc.boolean(),
  data: bytes(5000),
  metadata: bytes(300),
});

describe('a stored event', () => {
  it('reads as it was written, header and protobuf alike', () => {
    fc.assert(
      fc.property(event, text, whole, whole, (proposed, stream, revision, position) => {
        const createdMs = 1_790_000_000_000;
        const record = encodeRecord(proposed, { streamNumber: 7, stream: Buffer.from(stream), revision, position, createdMs });
        expect([streamOf(record), typeOf(record), revisionOf(record), isJson(record)]).toEqual([stream, proposed.type.toString(), revision, proposed.json]);
        expect(idOf(record)).toEqual(proposed.id);
        const answer = streams.ReadResp.deserializeBinary(encodeEvent({ event: record, link: undefined, commitPosition: position, uuidForm: 'string' })).getEvent()!;
        const read = answer.getEvent()!;
        expect(answer.getCommitPosition()).toBe(String(position));
        expect({
          id: read.getId()!.getString(),
          stream: Buffer.from(read.getStreamIdentifier()!.getStreamName_asU8()).toString(),
          revision: read.getStreamRevision(),
          positions: [read.getCommitPosition(), read.getPreparePosition()],
          type: read.getMetadataMap().get('type'),
          created: read.getMetadataMap().get('created'),
          contentType: read.getMetadataMap().get('content-type'),
          data: Buffer.from(read.getData_asU8()),
          metadata: Buffer.from(read.getCustomMetadata_asU8()),
        }).toEqual({
          id: uuidText(proposed.id),
          stream,
          revision: String(revision),
          positions: [String(position), String(position)],
          type: proposed.type.toString(),
          created: `${createdMs}0000`,
          contentType: proposed.json ? 'application/json' : 'application/octet-stream',
          data: proposed.data,
          metadata: proposed.metadata,
        });
      }),
    );
  });

  it('and its link are framed together, in either form of ids, with the retries of a group', () => {
    fc.assert(
      fc.property(event, event, fc.constantFrom('string' as const, 'structured' as const), (target, link, uuidForm) => {
        const place = { streamNumber: 1, stream: Buffer.from('s'), revision: 1, position: 2, createdMs: 0 };
        const message = encodeEvent({ event: encodeRecord(target, place), link: encodeRecord(link, place), commitPosition: undefined, uuidForm, retryCount: 3 });
        const answer = streams.ReadResp.deserializeBinary(message).getEvent()!;
        expect(answer.hasNoPosition()).toBe(true);
        for (const [read, proposed] of [[answer.getEvent()!, target], [answer.getLink()!, link]] as const) {
          const halves = read.getId()!.getStructured();
          const expected = uuidForm === 'string' ? undefined : [proposed.id.readBigInt64BE(0), proposed.id.readBigInt64BE(8)].map(String);
          expect(halves && [halves.getMostSignificantBits(), halves.getLeastSignificantBits()]).toEqual(expected);
          expect(Buffer.from(read.getData_asU8())).toEqual(proposed.data);
        }
      }),
    );
  });
});

describe('a proposed event', () => {
  it('is parsed as the generated classes wrote it', () => {
    fc.assert(
      fc.property(event, (proposed) => {
        const message = new streams.AppendReq.ProposedMessage();
        const id = new shared.UUID();
        id.setString(uuidText(proposed.id).toUpperCase());
        message.setId(id);
        message.getMetadataMap().set('content-type', proposed.json ? 'application/json' : 'application/octet-stream');
        message.getMetadataMap().set('type', proposed.type.toString());
        message.setData(proposed.data);
        message.setCustomMetadata(proposed.metadata);
        const request = new streams.AppendReq();
        request.setProposedMessage(message);
        expect(parseAppendRequest(Buffer.from(request.serializeBinary()))).toEqual({ event: proposed });
      }),
    );
  });
});

describe('the wire format', () => {
  it('keeps whole numbers below 2^53', () => {
    fc.assert(
      fc.property(whole, (value) => {
        const field = varintField(1, value);
        const reader = new FieldReader(field);
        expect([field.length, reader.next(), reader.value, reader.next()]).toEqual([1 + varintSize(value), true, value, false]);
      }),
    );
  });

  it.each([
    ['a length beyond the end', [0x0a, 5, 1]],
    ['a number without an end', [0x08, 0x80]],
    ['a wire type that is not one', [0x0f]],
  ])('refuses %s', (_what, message) => {
    const reader = new FieldReader(Buffer.from(message));
    expect(() => reader.next()).toThrow(MalformedMessage);
  });

  it.each(['', '123', '00000000-0000-4000-8000-00000000000g', '00000000-0000-4000-8000-0000000000001'])('refuses %p for an id', (id) => {
    expect(() => parseUuid(id)).toThrow(MalformedMessage);
  });
});

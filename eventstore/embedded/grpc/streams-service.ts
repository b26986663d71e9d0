/** The service `event_store.client.streams.Streams`. Hot messages pass as bytes, without the generated classes. */
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { sendUnaryData, Server, ServerDuplexStream, ServerReadableStream, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { softDelete, tombstone, type DeleteOutcome } from '../delete.js';
import { parseOptions, type AppendOptions } from '../wire/append-messages.js';
import { bytesField, FieldReader, MalformedMessage, varintField } from '../wire/protobuf.js';
import { appendCall, type AppendContext } from './append.js';
import { batchAppendCall } from './batch-append.js';
import { streamDeleted, toStatus, wrongExpectedVersion } from './errors.js';
import { readCall } from './read.js';

const asBytes = (bytes: Buffer): Buffer => bytes;
const answersBytes = { responseSerialize: asBytes };
const bytesBothWays = { requestDeserialize: asBytes, responseSerialize: asBytes };

const { StreamsService } = streamsGrpc;
const definition = {
  read: { ...StreamsService.read, ...answersBytes },
  append: { ...StreamsService.append, ...bytesBothWays },
  batchAppend: { ...StreamsService.batchAppend, ...bytesBothWays },
  delete: { ...StreamsService.delete, ...bytesBothWays },
  tombstone: { ...StreamsService.tombstone, ...bytesBothWays },
};

type UnaryBytes = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => void;

export function addStreamsService(server: Server, context: AppendContext): void {
  const { store, maxAppendSize } = context;
  server.addService(definition, {
    read: (call: ServerWritableStream<ReadReq, Buffer>) => readCall(store, call),
    append: (call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => appendCall(context, call, answer),
    batchAppend: (call: ServerDuplexStream<Buffer, Buffer>) => batchAppendCall(store, maxAppendSize, call),
    delete: deletion((options) => softDelete(store, options.stream, options.expected)),
    tombstone: deletion((options) => tombstone(store, options.stream, options.expected)),
  });
}

const deletion =
  (apply: (options: AppendOptions) => Promise<DeleteOutcome>): UnaryBytes =>
  (call, answer) => {
    deleteNow(call.request, apply).then(
      (response) => answer(null, response),
      (error: unknown) => answer(toStatus(error)),
    );
  };

async function deleteNow(request: Buffer, apply: (options: AppendOptions) => Promise<DeleteOutcome>): Promise<Buffer> {
  const options = parseDelete(request);
  const outcome = await apply(options);
  switch (outcome.kind) {
    case 'deleted':
      return bytesField(1, varintField(1, outcome.position), varintField(2, outcome.position));
    case 'stream-deleted':
      throw streamDeleted(options.stream);
    case 'wrong-expected-version':
      throw wrongExpectedVersion(options.stream, options.expected, outcome.current);
  }
}

/** `DeleteReq` and `TombstoneReq` hold the options of an append in field 1. */
function parseDelete(request: Buffer): AppendOptions {
  const message = new FieldReader(request);
  while (message.next()) if (message.field === 1) return parseOptions(message.message());
  throw new MalformedMessage('a delete needs options');
}

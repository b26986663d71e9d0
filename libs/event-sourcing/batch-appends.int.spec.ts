/** Many appends on one call, and what becomes of them when the server is silent, late or gone. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials, status, type ServerDuplexStream } from '@grpc/grpc-js';
import { testLog } from './testing/log.js';
import { BatchAppends } from './batch-appends.js';
import { encodeBatchSuccess, parseBatchChunk } from '../../eventstore/embedded/wire/append-messages.js';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const event = { id: '00000000-0000-4000-8000-000000000001', type: 'Happened', data: '{}', metadata: '{}' };

/** A server whose answers are the test's to give. */
async function serverThat(receives: (call: ServerDuplexStream<Buffer, Buffer>, message: Buffer) => void): Promise<BatchAppends> {
  const server = new Server();
  const bytes = { requestDeserialize: (bytes: Buffer) => bytes, responseSerialize: (bytes: Buffer) => bytes };
  server.addService({ batchAppend: { ...streamsGrpc.StreamsService.batchAppend, ...bytes } }, {
    batchAppend: (call: ServerDuplexStream<Buffer, Buffer>) => call.on('data', (message: Buffer) => receives(call, message)),
  });
  server.addService({ getSupportedMethods: featuresGrpc.ServerFeaturesService.getSupportedMethods }, { getSupportedMethods: () => {} });
  const port = await new Promise<number>((resolve, reject) => server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
  const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
  endings.push(() => server.forceShutdown(), () => client.dispose());
  return new BatchAppends(client);
}

const success = (message: Buffer, position: number): Buffer => {
  const { correlationId, options } = parseBatchChunk(message);
  return encodeBatchSuccess({ correlationId, stream: options!.stream, expected: options!.expected }, { revision: 0, position });
};

describe('appends on one call', () => {
  it('each get the answer that is theirs, in whatever order answers come', async () => {
    const received: Buffer[] = [];
    const appends = await serverThat((call, message) => {
      received.push(message);
      if (received.length === 50) for (const each of received.reverse()) call.write(success(each, Number(parseBatchChunk(each).options!.stream.slice('many-'.length)) + 1));
    });
    const appended = await Promise.all(Array.from({ length: 50 }, (_, n) => appends.append(`many-${n}`, 'no_stream', [event])));
    expect(appended.map(({ position }) => position)).toEqual(Array.from({ length: 50 }, (_, n) => BigInt(n + 1)));
  });

  it('are given up when the server stays silent, and an answer that comes late does no harm', async () => {
    const late: (() => void)[] = [];
    const appends = await serverThat((call, message) => void late.push(() => call.write(success(message, 1))));
    await expect(appends.append('late-1', 'no_stream', [event])).rejects.toThrow('did not answer in time');
    const next = appends.append('late-2', 'no_stream', [event]);
    while (late.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const answer of late) answer();
    await expect(next).resolves.toEqual({ position: 1n, revision: 0n });
  });

  it('are not given up for a time in which this process did not run', async () => {
    const appends = await serverThat((call, message) => call.write(success(message, 3)));
    await appends.append('test-awake', 'no_stream', [event]);
    const asked = appends.append('test-asleep', 'no_stream', [event]);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_200);
    await expect(asked).resolves.toEqual({ position: 3n, revision: 0n });
  });

  it('are waited for as long as the server answers others', async () => {
    const held: (() => void)[] = [];
    const appends = await serverThat((call, message) => {
      const answer = () => call.write(success(message, 2));
      if (parseBatchChunk(message).options!.stream === 'test-slow') held.push(answer);
      else answer();
    });
    const slow = appends.append('test-slow', 'no_stream', [event]);
    for (const n of [1, 2, 3]) {
      await new Promise((resolve) => setTimeout(resolve, 800));
      await appends.append(`test-quick-${n}`, 'no_stream', [event]);
    }
    for (const answer of held) answer();
    await expect(slow).resolves.toEqual({ position: 2n, revision: 0n });
  });

  it('fail at once when the connection breaks, and the next opens another', async () => {
    let calls = 0;
    const appends = await serverThat((call, message) => (++calls === 1 ? call.emit('error', { code: status.UNAVAILABLE }) : call.write(success(message, 4))));
    await expect(appends.append('gone-1', 'no_stream', [event])).rejects.toThrow('UNAVAILABLE');
    await expect(appends.append('gone-1', 'no_stream', [event])).resolves.toEqual({ position: 4n, revision: 0n });
  });

  it('of one process of many logs do not disturb each other', async () => {
    const [a, b] = await Promise.all([testLog(), testLog()]);
    endings.push(() => b.close());
    const context = (commandId: string) => ({ orgId: null, actor: 'cli' as const, commandId, correlationId: commandId, at: '2026-11-25T10:00:00.000Z' });
    const write = (log: typeof a, n: number) => log.log.append(`both-${n}`, 'no_stream', [{ type: 'Happened', data: { n } }], context(`c${n}`));
    await write(a, 0);
    const [, ...written] = await Promise.all([a.close(), ...Array.from({ length: 20 }, (_, n) => write(b, n))]);
    expect(written).toHaveLength(20);
  });
});

/** What the official client does not reach: the wire itself, spoken by the generated stubs. */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import { bytesField, varintField } from '../wire/protobuf.js';
import { eventually, testNode, type TestNode } from '../testing/node.js';

let log: TestNode;
let raw: InstanceType<typeof streamsGrpc.StreamsClient>;
beforeAll(async () => {
  log = await testNode();
  raw = new streamsGrpc.StreamsClient(`127.0.0.1:${log.node.port}`, credentials.createInsecure());
});
afterAll(async () => {
  raw.close();
  await log.close();
});

const identifier = (stream: string) => {
  const message = new shared.StreamIdentifier();
  message.setStreamName(Buffer.from(stream).toString('base64'));
  return message;
};
const uuid = (text: string) => {
  const message = new shared.UUID();
  message.setString(text);
  return message;
};

interface Proposed {
  id?: InstanceType<typeof shared.UUID> | undefined;
  map?: Record<string, string>;
  data?: Uint8Array;
}
const whole = { type: 'Happened', 'content-type': 'application/json' };

function fill<T extends InstanceType<typeof streams.AppendReq.ProposedMessage | typeof streams.BatchAppendReq.ProposedMessage>>(message: T, { id = uuid(randomUUID()), map = whole, data = Buffer.from('{}') }: Proposed): T {
  message.setId(id);
  for (const [key, value] of Object.entries(map)) message.getMetadataMap().set(key, value);
  message.setData(data);
  return message;
}

function append(stream: string | undefined, proposed: readonly Proposed[]): Promise<AppendResp> {
  return new Promise((resolve, reject) => {
    const call = raw.append((error: ServiceError | null, response?: AppendResp) => (error ? reject(error) : resolve(response!)));
    if (stream !== undefined) {
      const options = new streams.AppendReq.Options();
      options.setStreamIdentifier(identifier(stream));
      options.setAny(new shared.Empty());
      const first: AppendReq = new streams.AppendReq();
      first.setOptions(options);
      call.write(first);
    }
    for (const each of proposed) {
      const message: AppendReq = new streams.AppendReq();
      message.setProposedMessage(fill(new streams.AppendReq.ProposedMessage(), each));
      call.write(message);
    }
    call.end();
  });
}

describe('Append on the wire', () => {
  const empty = new shared.UUID();
  const rows: readonly [string, string | undefined, Proposed, number, Record<string, string>][] = [
    ['an event without a type', 's', { map: { 'content-type': 'application/json' } }, status.INVALID_ARGUMENT, { exception: 'missing-required-metadata-property', 'required-metadata-properties': 'type,content-type' }],
    ['an event without a content type', 's', { map: { type: 'Happened' } }, status.INVALID_ARGUMENT, { exception: 'missing-required-metadata-property' }],
    ['an event with an empty type', 's', { map: { ...whole, type: '' } }, status.INVALID_ARGUMENT, {}],
    ['an event with an empty id', 's', { id: empty }, status.INVALID_ARGUMENT, {}],
    ['an event whose id is no UUID', 's', { id: uuid('123') }, status.INVALID_ARGUMENT, {}],
    ['an append without options', undefined, {}, status.INVALID_ARGUMENT, {}],
    ['more than the largest append', 's', { data: new Uint8Array(1024 * 1024 + 1) }, status.INVALID_ARGUMENT, { exception: 'maximum-append-size-exceeded', 'maximum-append-size': '1048576' }],
  ];
  it.each(rows)('refuses %s', async (_what, stream, proposed, code, trailers) => {
    const error = await append(stream, [proposed]).then(
      () => undefined,
      (refused: ServiceError) => refused,
    );
    expect(error).toMatchObject({ code });
    expect(error!.metadata.getMap()).toMatchObject(trailers);
  });

  it('drops unknown keys of the metadata map, takes anything but JSON for bytes', async () => {
    const stream = randomUUID();
    await append(stream, [{ map: { type: 'T', 'content-type': 'text/plain', other: 'x' } }]);
    for await (const { event } of log.client.readStream(stream)) expect(event).toMatchObject({ type: 'T', isJson: false });
  });

  it('takes and gives ids as two halves of 64 bits', async () => {
    const stream = randomUUID();
    const id = 'ffeeddcc-bbaa-4988-f766-554433221100';
    const halves = new shared.UUID.Structured();
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    halves.setMostSignificantBits(String(bytes.readBigInt64BE(0)));
    halves.setLeastSignificantBits(String(bytes.readBigInt64BE(8)));
    const structured = new shared.UUID();
    structured.setStructured(halves);
    await append(stream, [{ id: structured }]);
    for await (const { event } of log.client.readStream(stream)) expect(event!.id).toBe(id);
    const [answer] = await read(stream, 'structured');
    const read64 = answer!.getEvent()!.getEvent()!.getId()!.getStructured()!;
    expect([read64.getMostSignificantBits(), read64.getLeastSignificantBits()]).toEqual([halves.getMostSignificantBits(), halves.getLeastSignificantBits()]);
  });
});

function read(stream: string, form: 'string' | 'structured'): Promise<ReadResp[]> {
  const options = new streams.ReadReq.Options();
  const source = new streams.ReadReq.Options.StreamOptions();
  source.setStreamIdentifier(identifier(stream));
  source.setStart(new shared.Empty());
  options.setStream(source);
  options.setCount('10');
  options.setNoFilter(new shared.Empty());
  const uuidOption = new streams.ReadReq.Options.UUIDOption();
  if (form === 'structured') uuidOption.setStructured(new shared.Empty());
  else uuidOption.setString(new shared.Empty());
  options.setUuidOption(uuidOption);
  const request = new streams.ReadReq();
  request.setOptions(options);
  return new Promise((resolve, reject) => {
    const answers: ReadResp[] = [];
    raw.read(request).on('data', (answer: ReadResp) => answers.push(answer)).on('error', reject).on('end', () => resolve(answers));
  });
}

describe('BatchAppend on the wire', () => {
  interface Chunk {
    id: string;
    stream?: string;
    deadlineMs?: number;
    events?: readonly Proposed[];
    final: boolean;
  }
  function chunk({ id, stream, deadlineMs = Date.now() + 10_000, events = [{}], final }: Chunk): BatchAppendReq {
    const message: BatchAppendReq = new streams.BatchAppendReq();
    message.setCorrelationId(uuid(id));
    if (stream !== undefined) {
      const deadline = bytesField(6, varintField(1, Math.floor(deadlineMs / 1000)), varintField(2, (deadlineMs % 1000) * 1e6));
      const options = streams.BatchAppendReq.Options.deserializeBinary(deadline);
      options.setStreamIdentifier(identifier(stream));
      options.setAny(new shared.Empty());
      message.setOptions(options);
    }
    for (const each of events) message.addProposedMessages(fill(new streams.BatchAppendReq.ProposedMessage(), each));
    message.setIsFinal(final);
    return message;
  }
  function conversation() {
    const answers: BatchAppendResp[] = [];
    const call = raw.batchAppend();
    const ended = new Promise<void>((resolve, reject) => call.on('data', (answer: BatchAppendResp) => answers.push(answer)).on('end', resolve).on('error', reject));
    return { call, answers, ended };
  }
  const outcome = (answer: BatchAppendResp) => answer.getError()?.getDetails()?.getTypeName().split('.').at(-1) ?? 'Success';

  it('answers appends that interleave, each once, with its stream', async () => {
    const { call, answers, ended } = conversation();
    const [a, b] = [randomUUID(), randomUUID()];
    call.write(chunk({ id: a, stream: `a-${a}`, final: false }));
    call.write(chunk({ id: b, stream: `b-${b}`, final: false }));
    call.write(chunk({ id: a, final: true }));
    call.write(chunk({ id: b, final: true }));
    call.end();
    await ended;
    const byId = new Map(answers.map((answer) => [answer.getCorrelationId()!.getString(), answer]));
    expect(answers).toHaveLength(2);
    for (const [id, stream] of [[a, `a-${a}`], [b, `b-${b}`]] as const) {
      expect(outcome(byId.get(id)!)).toBe('Success');
      expect(byId.get(id)!.getSuccess()!.getCurrentRevision()).toBe('1');
      expect(Buffer.from(byId.get(id)!.getStreamIdentifier()!.getStreamName_asU8()).toString()).toBe(stream);
    }
  });

  it.each([
    ['a deadline that is past', { deadlineMs: 1 }, 'Timeout'],
    ['an event without a type', { events: [{ map: { 'content-type': 'x' } }] }, 'BadRequest'],
    ['too much data', { events: [{ data: new Uint8Array(1024 * 1024 + 1) }] }, 'MaximumAppendSizeExceeded'],
  ] as const)('refuses %s once, ignores the rest of it and goes on', async (_what, bad, expected) => {
    const { call, answers, ended } = conversation();
    const [refused, good] = [randomUUID(), randomUUID()];
    call.write(chunk({ id: refused, stream: `r-${refused}`, final: false, ...bad }));
    call.write(chunk({ id: refused, final: true }));
    call.write(chunk({ id: good, stream: `g-${good}`, final: true }));
    call.end();
    await ended;
    expect(answers.map((answer) => [answer.getCorrelationId()!.getString(), outcome(answer)])).toEqual([
      [refused, expected],
      [good, 'Success'],
    ]);
  });

  it('answers an append that is not finished at its deadline', async () => {
    const { call, answers, ended } = conversation();
    call.write(chunk({ id: randomUUID(), stream: 'unfinished', deadlineMs: Date.now() + 100, final: false }));
    await eventually(() => answers.length === 1);
    expect(outcome(answers[0]!)).toBe('Timeout');
    call.cancel();
    await expect(ended).rejects.toMatchObject({ code: status.CANCELLED });
    await eventually(async () => (await read('unfinished', 'string'))[0]!.hasStreamNotFound());
  });
});

describe('what a client asks first', () => {
  it('lists the methods and features of the server it stands for', async () => {
    const client = new featuresGrpc.ServerFeaturesClient(`127.0.0.1:${log.node.port}`, credentials.createInsecure());
    const answer = await new Promise<{ getEventStoreServerVersion(): string; getMethodsList(): { getServiceName(): string; getMethodName(): string; getFeaturesList(): string[] }[] }>((resolve, reject) =>
      client.getSupportedMethods(new shared.Empty(), (error, response) => (error ? reject(error) : resolve(response!))),
    );
    client.close();
    expect(answer.getEventStoreServerVersion()).toBe('23.10.1');
    const methods = new Map(answer.getMethodsList().map((method) => [`${method.getServiceName()}/${method.getMethodName()}`, method.getFeaturesList()]));
    const s = 'event_store.client.streams.streams';
    const p = 'event_store.client.persistent_subscriptions.persistentsubscriptions';
    expect(methods.get(`${s}/read`)).toEqual(['position', 'events']);
    expect(methods.get(`${s}/batchappend`)).toEqual(['deadline_duration']);
    for (const method of ['append', 'delete', 'tombstone']) expect(methods.has(`${s}/${method}`)).toBe(true);
    for (const method of ['create', 'update', 'delete', 'read', 'getinfo', 'list', 'replayparked', 'restartsubsystem']) expect(methods.get(`${p}/${method}`)).toEqual(['stream', 'all']);
    expect([...methods.keys()].some((method) => method.includes('projections'))).toBe(false);
  });

  it('gossips one live leader at the address that was called', async () => {
    const client = new gossipGrpc.GossipClient(`localhost:${log.node.port}`, credentials.createInsecure());
    const info = await new Promise<{ getMembersList(): { getState(): number; getIsAlive(): boolean; getHttpEndPoint(): { getAddress(): string; getPort(): number } | undefined }[] }>((resolve, reject) =>
      client.read(new shared.Empty(), (error, response) => (error ? reject(error) : resolve(response!))),
    );
    client.close();
    const [member, ...others] = info.getMembersList();
    expect(others).toEqual([]);
    expect([member!.getState(), member!.getIsAlive(), member!.getHttpEndPoint()!.getAddress(), member!.getHttpEndPoint()!.getPort()]).toEqual([8, true, 'localhost', log.node.port]);
  });

  it('gossips another address when it is told one', async () => {
    const own = await testNode({ advertise: 'log.example:4711' });
    const client = new gossipGrpc.GossipClient(`127.0.0.1:${own.node.port}`, credentials.createInsecure());
    const address = await new Promise((resolve, reject) =>
      client.read(new shared.Empty(), (error, info) => (error ? reject(error) : resolve(info!.getMembersList()[0]!.getHttpEndPoint()!.toObject()))),
    );
    client.close();
    expect(address).toEqual({ address: 'log.example', port: 4711 });
    await own.close();
  });

  it('serves a client that discovers nodes', async () => {
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${log.node.port},127.0.0.1:${log.node.port}?tls=false`);
    await expect(client.appendToStream(randomUUID(), jsonEvent({ type: 'T', data: {} }))).resolves.toMatchObject({ success: true });
    await client.dispose();
  });

  it.each([
    ['GET', '/ping', 200],
    ['GET', '/health/live', 204],
    ['POST', '/ping', 405],
    ['GET', '/streams/x', 404],
  ])('answers HTTP/1.1 %s %s with %s on the same port', async (method, path, expected) => {
    const code = await new Promise((resolve, reject) => {
      const asked = httpRequest({ host: '127.0.0.1', port: log.node.port, path, method, agent: false }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      asked.on('error', reject).end();
    });
    expect(code).toBe(expected);
  });
});

describe('a node that shuts down', () => {
  it('fails an append still being received as UNAVAILABLE, ends streams as CANCELLED, and its client comes back', async () => {
    const own = await testNode();
    const stub = new streamsGrpc.StreamsClient(`127.0.0.1:${own.node.port}`, credentials.createInsecure());
    const options = new streams.AppendReq.Options();
    options.setStreamIdentifier(identifier('s'));
    options.setAny(new shared.Empty());
    const first: AppendReq = new streams.AppendReq();
    first.setOptions(options);
    const failed = new Promise<ServiceError>((resolve) => {
      const call = stub.append((error: ServiceError | null) => resolve(error!));
      call.on('error', () => undefined);
      call.write(first);
    });
    const subscription = own.client.subscribeToAll();
    const ended = new Promise<unknown>((resolve) => subscription.on('error', resolve));
    await new Promise<void>((resolve) => subscription.once('confirmation', () => resolve()));
    await own.client.appendToStream('other', jsonEvent({ type: 'T', data: {} }), { credentials: { username: 'a', password: 'b' } });
    await own.restart();
    expect(await failed).toMatchObject({ code: status.UNAVAILABLE });
    expect(await ended).toMatchObject({ type: 'cancelled' });
    await eventually(async () => (await own.client.appendToStream('other', jsonEvent({ type: 'T', data: {} })).catch(() => undefined))?.success);
    stub.close();
    await own.close();
  });
});

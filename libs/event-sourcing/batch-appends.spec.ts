/** How appends leave this process, seen from the call they leave on. */
import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { parseBatchChunk } from '../../eventstore/embedded/wire/append-messages.js';
import { BatchAppends } from './batch-appends.js';
import type { JoinedMessages } from './joined-messages.js';

const event = { id: '00000000-0000-4000-8000-000000000001', type: 'Happened', data: '{"text":"é"}', metadata: '{}' };

/** The streams of the appends that each write carried, read as a server reads gRPC frames. */
function streamsIn(messages: JoinedMessages): string[] {
  const frames = Buffer.alloc(messages.length + 5);
  expect(messages.copy(frames)).toBe(messages.length);
  const streams: string[] = [];
  for (let at = 0; at < frames.length; ) {
    const size = frames.readUInt32BE(at + 1);
    expect(frames[at]).toBe(0);
    streams.push(parseBatchChunk(frames.subarray(at + 5, (at += 5 + size))).options!.stream);
  }
  return streams;
}

class Calls extends EventEmitter {
  readonly writes: string[][] = [];
  readonly appends = new BatchAppends({
    GRPCStreamCreator: (_: unknown, __: unknown, open: (grpc: object) => unknown) => async () => open({ makeBidiStreamRequest: () => this }),
    callArguments: () => [],
  } as unknown as EventStoreDBClient);

  write(messages: JoinedMessages): void {
    this.writes.push(streamsIn(messages));
  }

  append(stream: string): Promise<unknown> {
    return this.appends.append(`test-${stream}`, 'no_stream', [event]).catch((error: Error) => error.message);
  }
}

const turns = async (count: number): Promise<void> => {
  for (let each = 0; each < count; each++) await turn();
};

describe('appends of one moment', () => {
  it('leave together after the first, which leaves at once, turn after turn', async () => {
    const calls = new Calls();
    const waiting = [calls.append('a')];
    await turns(3);
    waiting.push(...['b', 'c', 'd'].map((stream) => calls.append(stream)));
    expect(calls.writes).toEqual([['test-a'], ['test-b']]);
    await turns(1);
    waiting.push(...['e', 'f'].map((stream) => calls.append(stream)));
    expect(calls.writes.slice(2)).toEqual([['test-c', 'test-d']]);
    await turns(3);
    expect(calls.writes.slice(3)).toEqual([['test-e', 'test-f']]);
    waiting.push(calls.append('g'));
    expect(calls.writes.slice(4)).toEqual([['test-g']]);
    calls.emit('close');
    await Promise.all(waiting);
  });

  it('do not leave on the next call when theirs has broken: their senders were told', async () => {
    const calls = new Calls();
    const first = calls.append('a');
    await turns(3);
    const broken = [first, calls.append('b'), calls.append('c')];
    calls.emit('error', new Error('gone'));
    expect(await Promise.all(broken)).toEqual(['gone', 'gone', 'gone']);
    await turns(3);
    const next = calls.append('d');
    await turns(3);
    expect(calls.writes).toEqual([['test-a'], ['test-b'], ['test-d']]);
    calls.emit('close');
    await next;
  });
});

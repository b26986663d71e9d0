/**
 * Appends of one process, all on one BatchAppend call over the official client's own channel, so that discovery,
 * credentials and reconnection are the client's. Its `appendToStream` is not used because it builds and serialises a
 * tree of message objects twice for each event, never times out, and keeps the appends of every client of the process
 * in one table; see docs/decisions/0001-events-as-bytes.md.
 */
import type { EventStoreDBClient } from '@eventstore/db-client';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { CallOptions, Client, ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { AppendMessage, decodeAnswer, type ProposedEvent } from './append-message.js';
import type { Appended, ExpectedRevision, StreamName } from './domain/event.js';
import { JoinedMessages } from './joined-messages.js';

type Call = ClientDuplexStream<JoinedMessages, Buffer>;

/** What the client keeps for its own commands: how a call is opened, cached and reconnected, and what it is sent with. */
interface CallsOfClient {
  GRPCStreamCreator(service: unknown, name: string, open: (client: Client) => Call, cache: WeakMap<Client, Call>): () => Promise<Call>;
  callArguments(options: object, more: CallOptions): [Metadata, CallOptions];
}

interface Pending {
  /** Number of the look before it was sent. */
  readonly sentAt: number;
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

/**
 * A server that hangs answers nobody: after so long a silence what is unanswered is given up. While it answers others it
 * is only busy, and to send the same again would make it busier.
 */
const silenceMs = 2_000;
/** An append that was lost alone is given up as well. */
const longestMs = 20_000;
/** Time is counted by looks: while this process does not run, answers wait for it, and it must not take that for silence. */
const lookEveryMs = 250;
const asBytes = (bytes: Buffer): Buffer => bytes;
/** Framed where they are sent; see joined-messages.ts. */
const asTheyAre = (messages: JoinedMessages): Buffer => messages as unknown as Buffer;

export class BatchAppends {
  /** By correlation, oldest first. */
  private readonly pending = new Map<number, Pending>();
  private readonly open: () => Promise<Call>;
  private call: Call | null = null;
  private correlation = 0;
  private timer: NodeJS.Timeout | null = null;
  /** What leaves together at the end of this turn of the event loop; null when the next message leaves at once. */
  private leaving: AppendMessage[] | null = null;
  private looks = 0;
  /** Number of the look before the last answer. */
  private heardAt = 0;

  constructor(client: EventStoreDBClient) {
    const calls = client as unknown as CallsOfClient;
    const { path } = streamsGrpc.StreamsService.batchAppend;
    this.open = calls.GRPCStreamCreator(
      streamsGrpc.StreamsClient,
      'appends',
      (grpc) => this.listenTo(grpc.makeBidiStreamRequest(path, asTheyAre, asBytes, ...calls.callArguments({}, { deadline: Infinity }))),
      new WeakMap(),
    );
  }

  /**
   * Resolves when the events are durable.
   * @throws the client's WrongExpectedVersionError, StreamDeletedError and MaxAppendSizeExceededError: nothing was
   * written. Any other error: the outcome is unknown.
   */
  append(stream: StreamName, expected: ExpectedRevision, events: readonly ProposedEvent[]): Promise<Appended> {
    const { call } = this;
    return call ? this.sent(call, stream, expected, events) : this.open().then((opened) => this.sent(opened, stream, expected, events));
  }

  private sent(call: Call, stream: StreamName, expected: ExpectedRevision, events: readonly ProposedEvent[]): Promise<Appended> {
    const correlation = ++this.correlation;
    const deadlineSeconds = Math.ceil((Date.now() + longestMs) / 1_000);
    const message = new AppendMessage({ correlation, stream, expected, events, deadlineSeconds });
    return new Promise((resolve, reject) => {
      this.pending.set(correlation, { sentAt: this.looks, resolve, reject });
      this.timer ??= setInterval(() => this.giveUpLate(), lookEveryMs);
      this.send(call, message);
    });
  }

  /**
   * A message that comes alone leaves at once; those that come with others leave with them, turn after turn while there
   * are any. No back-pressure: what is unanswered is bounded by the requests in flight.
   */
  private send(call: Call, message: AppendMessage): void {
    if (this.leaving) this.leaving.push(message);
    else this.leave(call, [message]);
  }

  private leave(call: Call, messages: readonly AppendMessage[]): void {
    call.write(new JoinedMessages(messages));
    this.leaving = [];
    setImmediate(() => this.leaveTogether());
  }

  private leaveTogether(): void {
    const messages = this.leaving!;
    this.leaving = null;
    if (messages.length > 0 && this.call) this.leave(this.call, messages);
  }

  private listenTo(call: Call): Call {
    call.on('data', (bytes: Buffer) => this.answer(bytes));
    call.on('error', (error) => this.broken(call, error));
    call.on('close', () => this.broken(call, new Error('the event log closed the connection')));
    return (this.call = call);
  }

  /** An answer that comes after its append was given up says nothing new: the same events were sent again. */
  private answer(bytes: Buffer): void {
    const answer = decodeAnswer(bytes);
    this.heardAt = this.looks;
    const pending = this.pending.get(answer.correlation);
    if (!pending) return;
    this.pending.delete(answer.correlation);
    if ('appended' in answer) pending.resolve(answer.appended);
    else pending.reject(answer.error);
  }

  private broken(call: Call, error: Error): void {
    if (this.call !== call) return;
    this.call = null;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
    // Nobody waits for them any more, and the next call is not theirs.
    if (this.leaving) this.leaving = [];
  }

  /** One timer for all: it runs while something is waited for. */
  private giveUpLate(): void {
    this.looks += 1;
    for (const [correlation, { sentAt, reject }] of this.pending) {
      const [silence, wait] = [this.looks - Math.max(sentAt, this.heardAt), this.looks - sentAt];
      if (silence * lookEveryMs < silenceMs && wait * lookEveryMs < longestMs) return;
      this.pending.delete(correlation);
      reject(new Error('the event log did not answer in time'));
    }
    clearInterval(this.timer!);
    this.timer = null;
  }
}

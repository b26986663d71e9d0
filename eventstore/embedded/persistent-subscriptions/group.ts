/**
 * One persistent subscription group. It reads ahead of its consumers into a bounded buffer, hands each message to one
 * of them, and remembers it until it is acknowledged, skipped or parked; a message that is not answered is retried.
 */
import type { EventStore } from '../store/event-store.js';
import { Checkpoint } from './checkpoint.js';
import { Consumer, type ConsumerConnection } from './consumer.js';
import { createStrategy, type ConsumerStrategy } from './consumer-strategy.js';
import type { Message } from './message.js';
import { ParkedMessages } from './parked.js';
import { ReadAhead } from './read-ahead.js';
import { idOfGroup, parkedStreamOf, type GroupConfig } from './settings.js';

export type NackAction = 'park' | 'retry' | 'skip' | 'stop';

/** A message with a consumer. Without one it is on its way into the parked stream, or its slot was freed. */
interface Outstanding {
  readonly message: Message;
  consumer: Consumer | undefined;
  /** When it is retried. */
  dueMs: number;
}

export class Group {
  readonly consumers = new Set<Consumer>();
  readonly parked: ParkedMessages;
  readonly checkpoint: Checkpoint;
  totalItems = 0;
  private readonly strategy: ConsumerStrategy;
  private readonly ahead: ReadAhead;
  /** To be handed out again, before the buffer. */
  private retries: Message[] = [];
  /** By message id. One event may be in $all twice under one id, hence the list. */
  private readonly outstanding = new Map<string, Outstanding[]>();
  private scheduled = false;
  private closed = false;

  constructor(
    private readonly store: EventStore,
    readonly config: GroupConfig,
    private readonly now: () => number = () => performance.now(),
  ) {
    const id = idOfGroup(config.source, config.group);
    this.checkpoint = new Checkpoint(store, id, now());
    this.parked = new ParkedMessages(store, parkedStreamOf(config.source, config.group));
    this.strategy = createStrategy(config.settings.strategy);
    this.ahead = new ReadAhead(store, config, this.checkpoint.written >= 0 ? this.checkpoint.written + 1 : config.firstToRead);
    this.wake();
  }

  get isLive(): boolean {
    return this.ahead.caughtUp;
  }

  get counts() {
    let outstanding = 0;
    for (const each of this.outstanding.values()) outstanding += each.length;
    return { outstanding, buffered: this.ahead.buffer.length, retries: this.retries.length };
  }

  get isFull(): boolean {
    const { maxSubscriberCount } = this.config.settings;
    return maxSubscriberCount > 0 && this.consumers.size >= maxSubscriberCount;
  }

  connect(connection: ConsumerConnection, bufferSize: number): Consumer {
    const consumer = new Consumer(connection, bufferSize, this.config.settings.extraStatistics);
    this.consumers.add(consumer);
    this.strategy.add(consumer);
    this.wake();
    return consumer;
  }

  /** The consumer is gone: what it had in work is retried. */
  disconnect(consumer: Consumer): void {
    if (!this.consumers.delete(consumer)) return;
    this.strategy.remove(consumer);
    const lost = this.all().filter((each) => each.consumer === consumer);
    for (const each of lost) this.retry(each);
    this.wake();
  }

  acknowledge(consumer: Consumer, ids: readonly string[]): void {
    for (const id of ids) {
      const found = this.heldBy(consumer, id);
      if (found !== undefined) this.finish(found);
    }
    this.progress();
  }

  reject(consumer: Consumer, ids: readonly string[], action: NackAction, reason: string): void {
    for (const id of ids) {
      const found = this.heldBy(consumer, id);
      if (found === undefined) continue;
      switch (action) {
        case 'park':
          this.park(found, `Client explicitly NAK'ed message.\n${reason}`);
          break;
        case 'retry':
          this.retry(found);
          break;
        case 'skip':
          this.finish(found);
          break;
        case 'stop':
          // The slot is free; the message stays open and comes back when its time is up.
          this.release(found);
          break;
      }
    }
    this.progress();
  }

  /** Delivers parked messages below parked revision `stopAt` again. */
  async replayParked(stopAt: number): Promise<void> {
    await this.store.commits.whenDurable(this.store.streams.get(this.parked.stream).lastWrite);
    this.retries.push(...this.parked.takeForReplay(stopAt));
    this.wake();
  }

  /** Called several times a second: retries what is overdue and writes a checkpoint by time. */
  tick(): void {
    const now = this.now();
    for (const each of this.all()) if (each.dueMs <= now) this.retry(each);
    this.progress();
  }

  /** Looks for messages and consumers, after the current turn of the event loop. */
  wake(): void {
    if (this.scheduled || this.closed) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (!this.closed) this.pump();
    });
  }

  /** Stops; with a reason the consumers are told it, without one their calls end with the node. */
  close(reason?: 'dropped' | 'deleted'): void {
    this.closed = true;
    if (reason !== undefined) for (const { connection } of this.consumers) connection.drop(reason);
    this.consumers.clear();
  }

  private pump(): void {
    const more = this.ahead.fill();
    this.retries = this.handOut(this.retries);
    const before = this.ahead.buffer.length;
    this.ahead.buffer = this.handOut(this.ahead.buffer);
    if (more || (this.ahead.buffer.length < before && !this.ahead.caughtUp)) this.wake();
  }

  /** Hands out as many as consumers take; returns those that wait. */
  private handOut(messages: Message[]): Message[] {
    const waiting: Message[] = [];
    for (const [index, message] of messages.entries()) {
      const consumer = this.strategy.choose(message);
      if (consumer === 'full') return waiting.concat(messages.slice(index));
      if (consumer === 'skip') waiting.push(message);
      else this.deliver(message, consumer);
    }
    return waiting;
  }

  private deliver(message: Message, consumer: Consumer): void {
    const { messageTimeoutMs } = this.config.settings;
    const now = this.now();
    const each = { message, consumer, dueMs: messageTimeoutMs > 0 ? now + messageTimeoutMs : Infinity };
    const same = this.outstanding.get(message.id);
    if (same === undefined) this.outstanding.set(message.id, [each]);
    else same.push(each);
    this.totalItems++;
    consumer.push(message, now);
  }

  private all(): Outstanding[] {
    return [...this.outstanding.values()].flat();
  }

  private heldBy(consumer: Consumer, id: string): Outstanding | undefined {
    return this.outstanding.get(id)?.find((each) => each.consumer === consumer);
  }

  private release(each: Outstanding): void {
    each.consumer?.free(each.message, this.now());
    each.consumer = undefined;
  }

  private forget(each: Outstanding): void {
    this.release(each);
    const rest = this.outstanding.get(each.message.id)!.filter((other) => other !== each);
    if (rest.length === 0) this.outstanding.delete(each.message.id);
    else this.outstanding.set(each.message.id, rest);
  }

  private finish(each: Outstanding): void {
    this.forget(each);
    const { parkedRevision } = each.message;
    if (parkedRevision === undefined) this.checkpoint.done();
    else this.parked.replayed(parkedRevision);
  }

  private retry(each: Outstanding): void {
    const { maxRetryCount } = this.config.settings;
    if (each.message.retryCount >= maxRetryCount) return this.park(each, `Reached retry count of ${maxRetryCount}`);
    this.forget(each);
    this.retries.push({ ...each.message, retryCount: each.message.retryCount + 1 });
    this.retries.sort((a, b) => a.position - b.position);
  }

  /** Stays outstanding until it is in the parked stream: a crash in between delivers it again. */
  private park(each: Outstanding, reason: string): void {
    this.release(each);
    each.dueMs = Infinity;
    this.parked.park(each.message, reason).then(
      () => {
        this.finish(each);
        this.progress();
      },
      (error: unknown) => this.store.commits.fail(error),
    );
  }

  private progress(): void {
    if (this.closed) return;
    this.checkpoint.mark(() => this.reached(), this.now(), this.config.settings);
    if (this.retries.length > 0 || this.ahead.buffer.length > 0 || !this.ahead.caughtUp) this.wake();
  }

  /** Highest order such that it and all below are done. */
  private reached(): number {
    let lowest = this.ahead.lowest;
    for (const { message } of this.all()) if (message.parkedRevision === undefined) lowest = Math.min(lowest, message.order);
    for (const message of this.retries) if (message.parkedRevision === undefined) lowest = Math.min(lowest, message.order);
    return lowest - 1;
  }
}

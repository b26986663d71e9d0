/** Which consumer gets a message. `skip`: this one must wait, others may go; `full`: nobody has a free slot. */
import { createHash } from 'node:crypto';
import type { Consumer } from './consumer.js';
import { sourceStreamOf, type Message } from './message.js';
import type { ConsumerStrategyName } from './settings.js';

export interface ConsumerStrategy {
  add(consumer: Consumer): void;
  remove(consumer: Consumer): void;
  choose(message: Message): Consumer | 'skip' | 'full';
}

/** The consumers in the order of their turns. */
class Turns {
  protected readonly consumers: Consumer[] = [];

  add(consumer: Consumer): void {
    this.consumers.push(consumer);
  }

  remove(consumer: Consumer): void {
    const index = this.consumers.indexOf(consumer);
    if (index >= 0) this.consumers.splice(index, 1);
  }
}

/** Evenly: whoever got a message goes to the end of the queue. */
class RoundRobin extends Turns implements ConsumerStrategy {
  choose(): Consumer | 'full' {
    const chosen = this.consumers.find(({ availableSlots }) => availableSlots > 0);
    if (chosen === undefined) return 'full';
    this.remove(chosen);
    this.add(chosen);
    return chosen;
  }
}

/** One consumer as long as it has free slots; the others take over when it is full or gone. */
class DispatchToSingle extends Turns implements ConsumerStrategy {
  choose(): Consumer | 'full' {
    return this.consumers.find(({ availableSlots }) => availableSlots > 0) ?? 'full';
  }
}

const BUCKETS = 1024;

/** Events of one stream to one consumer, as long as it stays: streams are hashed into buckets, buckets are assigned. */
class Pinned implements ConsumerStrategy {
  private readonly consumers = new Map<Consumer, number>();
  private readonly assigned = new Array<Consumer | undefined>(BUCKETS);

  add(consumer: Consumer): void {
    this.consumers.set(consumer, 0);
  }

  remove(consumer: Consumer): void {
    this.consumers.delete(consumer);
    for (const [bucket, owner] of this.assigned.entries()) if (owner === consumer) this.assigned[bucket] = undefined;
  }

  choose(message: Message): Consumer | 'skip' | 'full' {
    if (![...this.consumers.keys()].some(({ availableSlots }) => availableSlots > 0)) return 'full';
    const consumer = this.ownerOf(createHash('md5').update(sourceStreamOf(message)).digest().readUInt32LE() % BUCKETS);
    return consumer.availableSlots > 0 ? consumer : 'skip';
  }

  private ownerOf(bucket: number): Consumer {
    const owner = this.assigned[bucket];
    if (owner !== undefined) return owner;
    const [fewest, buckets] = [...this.consumers].reduce((least, each) => (each[1] < least[1] ? each : least));
    this.consumers.set(fewest, buckets + 1);
    this.assigned[bucket] = fewest;
    return fewest;
  }
}

const STRATEGIES: Readonly<Record<ConsumerStrategyName, new () => ConsumerStrategy>> = { RoundRobin, DispatchToSingle, Pinned };

export const isConsumerStrategy = (name: string): name is ConsumerStrategyName => Object.hasOwn(STRATEGIES, name);
export const createStrategy = (name: ConsumerStrategyName): ConsumerStrategy => new STRATEGIES[name]();

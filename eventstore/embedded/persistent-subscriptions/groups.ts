/** All persistent subscription groups of a node. Their configuration is an event, so that it is as durable as the log. */
import { append } from '../append.js';
import { jsonEvent, type EventStore } from '../store/event-store.js';
import { dataOf } from '../store/record.js';
import { readStreamBackward } from '../read-stream.js';
import { PAGE } from '../paging.js';
import { Group } from './group.js';
import { ALL, idOfGroup, invalidity, type GroupConfig, type Settings } from './settings.js';

/** As in the real server, where clients can see it in $all. */
const CONFIG_STREAM = '$persistentSubscriptionConfig';
const CONFIG_TYPE = Buffer.from('$PersistentConfig');
const TICK_MS = 100;

export type GroupRefusal = { kind: 'exists' } | { kind: 'does-not-exist' } | { kind: 'failed'; reason: string };
export type GroupOutcome = { kind: 'ok' } | GroupRefusal;

const OK: GroupOutcome = { kind: 'ok' };

export class Groups {
  private groups = new Map<string, Group>();
  private readonly ticking: NodeJS.Timeout;
  private readonly stopListening: () => void;

  constructor(private readonly store: EventStore) {
    this.start(this.load());
    this.ticking = setInterval(() => this.each((group) => group.tick()), TICK_MS);
    this.ticking.unref();
    this.stopListening = store.commits.onCommit(() => this.each((group) => group.wake()));
  }

  get(source: string, group: string): Group | undefined {
    return this.groups.get(idOfGroup(source, group));
  }

  list(source?: string): Group[] {
    return [...this.groups.values()].filter(({ config }) => source === undefined || config.source === source);
  }

  /** `startFrom` `end` means what is the end now, before the configuration itself is written. */
  async create(asked: Omit<GroupConfig, 'firstToRead'>): Promise<GroupOutcome> {
    const id = idOfGroup(asked.source, asked.group);
    if (this.groups.has(id)) return { kind: 'exists' };
    const config = { ...asked, firstToRead: this.firstToRead(asked) };
    const reason = this.invalidStart(config) ?? invalidity(config.settings);
    if (reason !== undefined) return { kind: 'failed', reason };
    this.groups.set(id, new Group(this.store, config));
    await this.save();
    return OK;
  }

  /** Consumers are dropped and connect anew. The checkpoint stays; `startFrom` counts only where there is none. */
  async update(asked: { source: string; group: string; settings: Settings; startFrom: GroupConfig['startFrom'] }): Promise<GroupOutcome> {
    const group = this.get(asked.source, asked.group);
    if (group === undefined) return { kind: 'does-not-exist' };
    const config = { ...group.config, ...asked, firstToRead: this.firstToRead(asked) };
    const reason = this.invalidStart(config) ?? invalidity(config.settings);
    if (reason !== undefined) return { kind: 'failed', reason };
    group.close('dropped');
    this.groups.set(idOfGroup(asked.source, asked.group), new Group(this.store, config));
    await this.save();
    return OK;
  }

  async delete(source: string, name: string): Promise<GroupOutcome> {
    const group = this.get(source, name);
    if (group === undefined) return { kind: 'does-not-exist' };
    this.groups.delete(idOfGroup(source, name));
    group.close('deleted');
    group.checkpoint.forget();
    await this.save();
    return OK;
  }

  /** Drops every consumer and starts every group from its checkpoint. */
  restart(): void {
    this.each((group) => group.close('dropped'));
    this.start(this.list().map(({ config }) => config));
  }

  close(): void {
    clearInterval(this.ticking);
    this.stopListening();
    this.each((group) => group.close());
  }

  private each(action: (group: Group) => void): void {
    for (const group of this.groups.values()) action(group);
  }

  private firstToRead({ source, startFrom }: { source: string; startFrom: GroupConfig['startFrom'] }): number {
    if (startFrom === 'start') return source === ALL ? 1 : 0;
    if (startFrom !== 'end') return startFrom;
    return source === ALL ? this.store.lastPosition + 1 : this.store.streams.get(source).last + 1;
  }

  private invalidStart({ source, startFrom, firstToRead }: GroupConfig): string | undefined {
    return source === ALL && startFrom !== 'end' && firstToRead > this.store.lastPosition
      ? `the position ${firstToRead} is beyond the end of the log`
      : undefined;
  }

  private async save(): Promise<void> {
    const entries = this.list().map(({ config }) => config);
    await append(this.store, CONFIG_STREAM, 'any', [jsonEvent(CONFIG_TYPE, Buffer.from(JSON.stringify({ version: 2, entries })))]);
  }

  private load(): readonly GroupConfig[] {
    const [newest] = readStreamBackward(this.store, CONFIG_STREAM, Number.MAX_SAFE_INTEGER, { ...PAGE, count: 1 }).entries;
    return newest === undefined ? [] : (JSON.parse(dataOf(newest.record).toString('utf8')) as { entries: GroupConfig[] }).entries;
  }

  private start(configs: readonly GroupConfig[]): void {
    this.groups = new Map(configs.map((config) => [idOfGroup(config.source, config.group), new Group(this.store, config)]));
  }
}

/** Requests of persistent subscriptions in the node's own terms. */
import type { CreateReq, UpdateReq } from '@eventstore/db-client/generated/persistent_pb.js';
import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import { isConsumerStrategy } from '../persistent-subscriptions/consumer-strategy.js';
import { ALL, type ConsumerStrategyName, type GroupConfig, type Settings } from '../persistent-subscriptions/settings.js';
import { parseUuid, type Uuid } from '../wire/uuid.js';
import { invalidArgument, persistentSubscription } from './errors.js';
import { filterExpression, parsePosition, startOf, type Start } from './read-request.js';

/** In the order of their numbers in the protocol. */
const STRATEGIES: readonly ConsumerStrategyName[] = ['DispatchToSingle', 'RoundRobin', 'Pinned'];
const TICKS_PER_MS = 10_000;

type SettingsMessage = CreateReq.Settings | UpdateReq.Settings;

export type NamedGroup = Pick<GroupConfig, 'source' | 'group'>;

export const streamName = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

/** The stream or `$all` of a request that names either. */
export const sourceOf = (options: { hasAll(): boolean; getStreamIdentifier(): StreamIdentifier | undefined }): string =>
  options.hasAll() ? ALL : streamName(options.getStreamIdentifier());

export function parseCreate(request: CreateReq): Omit<GroupConfig, 'firstToRead'> {
  const options = request.getOptions();
  if (options === undefined) throw invalidArgument('a group needs options');
  const all = options.getAll();
  const filter = all?.getFilter();
  const named = { source: all === undefined ? namedStream(options) : ALL, group: options.getGroupName() };
  return {
    ...named,
    settings: parseSettings(named, options.getSettings()),
    startFrom: parseStart(options),
    ...(filter !== undefined && { filter: filterExpression(filter) }),
  };
}

export function parseUpdate(request: UpdateReq): NamedGroup & { settings: Settings; startFrom: Start } {
  const options = request.getOptions();
  if (options === undefined) throw invalidArgument('a group needs options');
  const named = { source: options.hasAll() ? ALL : namedStream(options), group: options.getGroupName() };
  return { ...named, settings: parseSettings(named, options.getSettings()), startFrom: parseStart(options) };
}

type GroupOptions = CreateReq.Options | UpdateReq.Options;

/** Clients of before 21.10, and the one of today for streams, use the identifier outside of `stream`. */
const namedStream = (options: GroupOptions): string => streamName(options.getStream()?.getStreamIdentifier() ?? options.getStreamIdentifier());

function parseStart(options: GroupOptions): Start {
  const all = options.getAll();
  if (all !== undefined) return all.hasStart() ? 'start' : all.hasEnd() ? 'end' : parsePosition(all.getPosition()!);
  const stream = options.getStream();
  if (stream !== undefined) return stream.hasStart() ? 'start' : stream.hasEnd() ? 'end' : revision(stream.getRevision());
  return revision(options.getSettings()?.getRevision() ?? '0');
}

const revision = (text: string): Start => {
  const start = startOf(text);
  return start === 0 ? 'start' : start;
};

function parseSettings(named: NamedGroup, settings: SettingsMessage | undefined): Settings {
  if (settings === undefined) throw invalidArgument('a group needs settings');
  return {
    resolveLinks: settings.getResolveLinks(),
    extraStatistics: settings.getExtraStatistics(),
    messageTimeoutMs: settings.hasMessageTimeoutTicks() ? Number(settings.getMessageTimeoutTicks()) / TICKS_PER_MS : settings.getMessageTimeoutMs(),
    maxRetryCount: settings.getMaxRetryCount(),
    checkpointAfterMs: settings.hasCheckpointAfterTicks() ? Number(settings.getCheckpointAfterTicks()) / TICKS_PER_MS : settings.getCheckpointAfterMs(),
    minCheckpointCount: settings.getMinCheckpointCount(),
    maxCheckpointCount: settings.getMaxCheckpointCount(),
    maxSubscriberCount: settings.getMaxSubscriberCount(),
    liveBufferSize: settings.getLiveBufferSize(),
    readBatchSize: settings.getReadBatchSize(),
    historyBufferSize: settings.getHistoryBufferSize(),
    strategy: parseStrategy(named, settings),
  };
}

function parseStrategy({ source, group }: NamedGroup, settings: SettingsMessage): ConsumerStrategyName {
  const name = ('getConsumerStrategy' in settings && settings.getConsumerStrategy()) || STRATEGIES[settings.getNamedConsumerStrategy()] || 'RoundRobin';
  if (!isConsumerStrategy(name)) throw persistentSubscription.failed(source, group, `Consumer strategy ${name} does not exist.`);
  return name;
}

export function uuidOf(message: UUID): Uuid {
  const structured = message.getStructured();
  if (structured === undefined) return parseUuid(message.getString());
  const id = Buffer.alloc(16);
  id.writeBigInt64BE(BigInt(structured.getMostSignificantBits()), 0);
  id.writeBigInt64BE(BigInt(structured.getLeastSignificantBits()), 8);
  return id;
}

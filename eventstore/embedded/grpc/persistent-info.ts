/** GetInfo and List: what a group is set to and how it is doing. */
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import type { Consumer } from '../persistent-subscriptions/consumer.js';
import type { Group } from '../persistent-subscriptions/group.js';
import { ALL, type GroupConfig } from '../persistent-subscriptions/settings.js';
import type { EventStore } from '../store/event-store.js';

type Info = InstanceType<typeof persistent.SubscriptionInfo>;

/** When rates were last asked for: they are over the time between two looks, as in the real server. */
const lastLook = new WeakMap<Group, { atMs: number; totalItems: number }>();

export function infoOf(store: EventStore, group: Group): Info {
  const { config } = group;
  const { settings, source } = config;
  const place = (order: number) => (source === ALL ? `C:${order}/P:${order}` : String(order));
  const { outstanding, buffered, retries } = group.counts;
  const known = source === ALL ? store.commits.durable : store.streams.get(source).last;
  const { sinceMs, items } = sinceLastLook(group);

  const info = new persistent.SubscriptionInfo();
  info.setEventSource(source);
  info.setGroupName(config.group);
  info.setStatus(group.isLive ? 'Live' : 'Behind');
  info.setConnectionsList([...group.consumers].map((consumer) => connectionOf(consumer, sinceMs)));
  info.setAveragePerSecond(perSecond(items, sinceMs));
  info.setTotalItems(String(group.totalItems));
  info.setCountSinceLastMeasurement(String(items));
  info.setLastCheckpointedEventPosition(group.checkpoint.written < 0 ? '' : place(group.checkpoint.written));
  info.setLastKnownEventPosition(known < 0 ? '' : place(known));
  info.setStartFrom(startText(config, place));
  info.setResolveLinkTos(settings.resolveLinks);
  info.setMessageTimeoutMilliseconds(settings.messageTimeoutMs);
  info.setExtraStatistics(settings.extraStatistics);
  info.setMaxRetryCount(settings.maxRetryCount);
  info.setLiveBufferSize(settings.liveBufferSize);
  info.setBufferSize(settings.historyBufferSize);
  info.setReadBatchSize(settings.readBatchSize);
  info.setCheckPointAfterMilliseconds(settings.checkpointAfterMs);
  info.setMinCheckPointCount(settings.minCheckpointCount);
  info.setMaxCheckPointCount(settings.maxCheckpointCount);
  info.setReadBufferCount(group.isLive ? 0 : buffered);
  info.setLiveBufferCount(String(group.isLive ? buffered : 0));
  info.setRetryBufferCount(retries);
  info.setTotalInFlightMessages([...group.consumers].reduce((sum, { inFlight }) => sum + inFlight.size, 0));
  info.setOutstandingMessagesCount(outstanding);
  info.setNamedConsumerStrategy(settings.strategy);
  info.setMaxSubscriberCount(settings.maxSubscriberCount);
  info.setParkedMessageCount(String(group.parked.count));
  return info;
}

function startText({ startFrom }: GroupConfig, place: (order: number) => string): string {
  return place(startFrom === 'start' ? 0 : startFrom === 'end' ? -1 : startFrom);
}

function connectionOf(consumer: Consumer, sinceMs: number) {
  const items = consumer.totalItems - consumer.lastTotalItems;
  consumer.lastTotalItems = consumer.totalItems;
  const info = new persistent.SubscriptionInfo.ConnectionInfo();
  info.setFrom(consumer.connection.from);
  info.setUsername('anonymous');
  info.setAverageItemsPerSecond(perSecond(items, sinceMs));
  info.setTotalItems(String(consumer.totalItems));
  info.setCountSinceLastMeasurement(String(items));
  info.setAvailableSlots(consumer.availableSlots);
  info.setInFlightMessages(consumer.inFlight.size);
  info.setConnectionName(consumer.connection.connectionName);
  for (const [key, ms] of consumer.measurements()) {
    const measurement = new persistent.SubscriptionInfo.Measurement();
    measurement.setKey(key);
    measurement.setValue(String(ms));
    info.addObservedMeasurements(measurement);
  }
  return info;
}

function sinceLastLook(group: Group): { sinceMs: number; items: number } {
  const now = performance.now();
  const last = lastLook.get(group) ?? { atMs: now, totalItems: 0 };
  lastLook.set(group, { atMs: now, totalItems: group.totalItems });
  return { sinceMs: now - last.atMs, items: group.totalItems - last.totalItems };
}

const perSecond = (items: number, ms: number): number => (ms > 0 ? Math.floor((items * 1000) / ms) : 0);

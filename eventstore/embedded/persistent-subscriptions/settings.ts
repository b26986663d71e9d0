/** What a persistent subscription group is told at creation, under the names of the server. */
import type { FilterExpression } from '../filter.js';

export type ConsumerStrategyName = 'RoundRobin' | 'DispatchToSingle' | 'Pinned';

export interface Settings {
  readonly resolveLinks: boolean;
  readonly extraStatistics: boolean;
  /** After so long without an answer a message is retried; 0 is never. */
  readonly messageTimeoutMs: number;
  /** Deliveries beyond the first, after which a message is parked. */
  readonly maxRetryCount: number;
  readonly checkpointAfterMs: number;
  /** Fewest messages done for a checkpoint by time. */
  readonly minCheckpointCount: number;
  /** Messages done for a checkpoint at once. */
  readonly maxCheckpointCount: number;
  /** 0 is no limit. */
  readonly maxSubscriberCount: number;
  readonly liveBufferSize: number;
  readonly readBatchSize: number;
  /** Messages read ahead of the consumers. */
  readonly historyBufferSize: number;
  readonly strategy: ConsumerStrategyName;
}

export const ALL = '$all';

/** Everything the node must remember of a group; kept as JSON in the log. */
export interface GroupConfig {
  /** `$all` or a stream. */
  readonly source: string;
  readonly group: string;
  readonly settings: Settings;
  /** As asked for: `end` stays visible in GetInfo. */
  readonly startFrom: number | 'start' | 'end';
  /** First revision or position to deliver when there is no checkpoint: `end` was resolved at creation. */
  readonly firstToRead: number;
  readonly filter?: FilterExpression;
}

export const idOfGroup = (source: string, group: string): string => `${source}::${group}`;
export const parkedStreamOf = (source: string, group: string): string => `$persistentsubscription-${idOfGroup(source, group)}-parked`;

/** Why a group with these settings cannot work, if so. */
export function invalidity({ readBatchSize, historyBufferSize, minCheckpointCount, maxCheckpointCount }: Settings): string | undefined {
  if (historyBufferSize <= 0) return 'Buffer Size must be positive';
  if (readBatchSize <= 0) return 'Read Batch Size must be positive';
  if (readBatchSize >= historyBufferSize) return 'Read Batch Size must be smaller than Buffer Size';
  if (maxCheckpointCount < minCheckpointCount) return 'Max Checkpoint Count must be at least Min Checkpoint Count';
  return undefined;
}

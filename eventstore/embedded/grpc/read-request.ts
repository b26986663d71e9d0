/** The request of Read in the node's own terms. */
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { createFilter, DEFAULT_WINDOW, type Filter, type FilterExpression } from '../filter.js';
import type { UuidForm } from '../wire/uuid.js';
import { invalidArgument } from './errors.js';

export type Start = number | 'start' | 'end';

export interface ReadRequest {
  readonly source: { readonly kind: 'stream'; readonly stream: string; readonly from: Start } | { readonly kind: 'all'; readonly from: Start };
  readonly backward: boolean;
  readonly resolveLinks: boolean;
  /** Events wanted, or a subscription without end. */
  readonly count: number | 'subscription';
  readonly filter: Filter | undefined;
  readonly uuidForm: UuidForm;
}

/** Largest unsigned 64-bit number: the old way to say End. Above 2^53 nothing else can be meant. */
const isEnd = (position: number): boolean => position > Number.MAX_SAFE_INTEGER;

export const startOf = (text: string): Start => {
  const value = Number(text);
  return isEnd(value) ? 'end' : value;
};

const BACKWARDS = 1;
const COUNT = 5;
const SUBSCRIPTION = 6;

export function parseReadRequest(request: ReadReq): ReadRequest {
  const options = request.getOptions();
  if (options === undefined) throw invalidArgument('a read needs options');
  const countCase: number = options.getCountOptionCase();
  if (countCase !== COUNT && countCase !== SUBSCRIPTION) throw invalidArgument('a read needs a count or is a subscription');
  return {
    source: parseSource(options),
    backward: Number(options.getReadDirection()) === BACKWARDS,
    resolveLinks: options.getResolveLinks(),
    count: countCase === SUBSCRIPTION ? 'subscription' : Number(options.getCount()),
    filter: parseFilter(options.getFilter()),
    uuidForm: options.getUuidOption()?.hasStructured() === true ? 'structured' : 'string',
  };
}

function parseSource(options: ReadReq.Options): ReadRequest['source'] {
  const stream = options.getStream();
  if (stream !== undefined) {
    const name = Buffer.from(stream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
    const from = stream.hasStart() ? 'start' : stream.hasEnd() ? 'end' : startOf(stream.getRevision());
    return { kind: 'stream', stream: name, from };
  }
  const all = options.getAll();
  if (all === undefined) throw invalidArgument('a read needs a stream or $all');
  return { kind: 'all', from: all.hasStart() ? 'start' : all.hasEnd() ? 'end' : parsePosition(all.getPosition()!) };
}

/** Commit and prepare 0 is the start: no event lies there. */
export function parsePosition(position: { getCommitPosition(): string }): Start {
  const start = startOf(position.getCommitPosition());
  return start === 0 ? 'start' : start;
}

interface FilterMessage {
  hasStreamIdentifier(): boolean;
  getStreamIdentifier(): ExpressionMessage | undefined;
  getEventType(): ExpressionMessage | undefined;
  hasMax(): boolean;
  getMax(): number;
  getCheckpointintervalmultiplier(): number;
}
interface ExpressionMessage {
  getRegex(): string;
  getPrefixList(): string[];
}

/** The same message in Read and in persistent subscriptions, generated twice. */
export function filterExpression(filter: FilterMessage): FilterExpression {
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  if (expression === undefined) throw invalidArgument('a filter needs an expression');
  return {
    on: filter.hasStreamIdentifier() ? 'stream' : 'type',
    regex: expression.getRegex(),
    prefixes: expression.getPrefixList(),
    window: filter.hasMax() ? Math.max(1, filter.getMax()) : DEFAULT_WINDOW,
    checkpointIntervalMultiplier: filter.getCheckpointintervalmultiplier(),
  };
}

const parseFilter = (filter: FilterMessage | undefined): Filter | undefined => filter && createFilter(filterExpression(filter));

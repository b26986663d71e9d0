/**
 * Opens the Read call, as a subscription to the whole log or as a read of it, on the official client's own channel (so its discovery, TLS,
 * credentials and reconnecting are what they always are), and gives the answers as bytes. The two members of the
 * client used here are not in its types; the version is pinned and the tests of subscriptions run through them.
 */
import type { EventStoreDBClient } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, Client, ClientReadableStream, Metadata } from '@grpc/grpc-js';
import type { Position } from '../domain/event.js';

export interface SubscriptionRequest {
  /** Strictly after it; the start of the log when absent. */
  readonly from: Position | undefined;
  /** A regular expression on the event type or on the stream name, or prefixes of the stream name. */
  readonly filter: { readonly on: 'type' | 'stream'; readonly regex: string } | { readonly on: 'stream'; readonly prefixes: readonly string[] };
  /** Events considered by the server between two checkpoints. */
  readonly checkpointWindow: number;
}

/** What the official client has inside, and does not declare. */
interface Inside {
  GRPCStreamCreator<Stream>(client: unknown, name: string, open: (client: Client) => Stream): () => Promise<Stream>;
  callArguments(options: object, call: CallOptions): [Metadata, CallOptions];
}

const { read } = streamsGrpc.StreamsService;
const asBytes = (bytes: Buffer): Buffer => bytes;
const forEver = { deadline: Infinity };

/** @throws what discovery throws when no node can be found. */
export function openSubscription(client: EventStoreDBClient, { from, filter, checkpointWindow }: SubscriptionRequest): Promise<ClientReadableStream<Buffer>> {
  const options = optionsFrom(from);
  options.setSubscription(new Options.SubscriptionOptions());
  options.setFilter(filtersOf(filter, checkpointWindow));
  return opened(client, 'subscribeToAll', options);
}

/** From a position, inclusive, to where the log ends; at most `max` events. @throws what discovery throws when no node can be found. */
export function openForwardRead(client: EventStoreDBClient, { from, max }: { from: Position | undefined; max: number }): Promise<ClientReadableStream<Buffer>> {
  const options = optionsFrom(from);
  options.setReadDirection(Options.ReadDirection.FORWARDS);
  options.setCount(max.toString());
  options.setNoFilter(new shared.Empty());
  return opened(client, 'readAll', options);
}

const { Options } = streams.ReadReq;

function opened(client: EventStoreDBClient, name: string, options: InstanceType<typeof Options>): Promise<ClientReadableStream<Buffer>> {
  const inside = client as unknown as Inside;
  const message = new streams.ReadReq();
  message.setOptions(options);
  const open = (grpc: Client) => grpc.makeServerStreamRequest(read.path, read.requestSerialize, asBytes, message, ...inside.callArguments({}, forEver));
  return inside.GRPCStreamCreator(streamsGrpc.StreamsClient, name, open)();
}

function optionsFrom(from: Position | undefined): InstanceType<typeof Options> {
  const all = new Options.AllOptions();
  if (from) {
    const position = new Options.Position();
    position.setCommitPosition(from.commit.toString());
    position.setPreparePosition(from.prepare.toString());
    all.setPosition(position);
  } else all.setStart(new shared.Empty());
  const ids = new Options.UUIDOption();
  ids.setString(new shared.Empty());
  const options = new Options();
  options.setAll(all);
  options.setResolveLinks(false);
  options.setUuidOption(ids);
  return options;
}

function filtersOf(filter: SubscriptionRequest['filter'], checkpointWindow: number): InstanceType<typeof Options.FilterOptions> {
  const expression = new Options.FilterOptions.Expression();
  if ('regex' in filter) expression.setRegex(filter.regex);
  else expression.setPrefixList([...filter.prefixes]);
  const filters = new Options.FilterOptions();
  if (filter.on === 'type') filters.setEventType(expression);
  else filters.setStreamIdentifier(expression);
  filters.setMax(checkpointWindow);
  filters.setCheckpointintervalmultiplier(1);
  return filters;
}

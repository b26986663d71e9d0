/** The service `event_store.client.persistent_subscriptions.PersistentSubscriptions`. */
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import type { CreateReq, DeleteReq, GetInfoReq, ListReq, ReadReq, ReplayParkedReq, UpdateReq } from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { sendUnaryData, Server, ServerDuplexStream, ServerUnaryCall } from '@grpc/grpc-js';
import type { Group } from '../persistent-subscriptions/group.js';
import type { GroupOutcome, Groups } from '../persistent-subscriptions/groups.js';
import { ALL } from '../persistent-subscriptions/settings.js';
import type { EventStore } from '../store/event-store.js';
import { invalidArgument, persistentSubscription, toStatus } from './errors.js';
import { infoOf } from './persistent-info.js';
import { persistentReadCall } from './persistent-read.js';
import { parseCreate, parseUpdate, sourceOf, streamName, type NamedGroup } from './persistent-requests.js';

const { PersistentSubscriptionsService } = persistentGrpc;
const definition = {
  ...PersistentSubscriptionsService,
  read: { ...PersistentSubscriptionsService.read, responseSerialize: (bytes: Buffer): Buffer => bytes },
};

export function addPersistentSubscriptionsService(server: Server, store: EventStore, groups: Groups): void {
  server.addService(definition, {
    create: unary(async (request: CreateReq) => {
      const config = parseCreate(request);
      settle(config, await groups.create(config));
      return new persistent.CreateResp();
    }),
    update: unary(async (request: UpdateReq) => {
      const config = parseUpdate(request);
      settle(config, await groups.update(config));
      return new persistent.UpdateResp();
    }),
    delete: unary(async (request: DeleteReq) => {
      const named = groupNamedIn(request.getOptions());
      settle(named, await groups.delete(named.source, named.group));
      return new persistent.DeleteResp();
    }),
    getInfo: unary(async (request: GetInfoReq) => {
      const answer = new persistent.GetInfoResp();
      answer.setSubscriptionInfo(infoOf(store, existing(groups, groupNamedIn(request.getOptions()))));
      return answer;
    }),
    list: unary(async (request: ListReq) => {
      const answer = new persistent.ListResp();
      answer.setSubscriptionsList(listed(groups, request).map((group) => infoOf(store, group)));
      return answer;
    }),
    replayParked: unary(async (request: ReplayParkedReq) => {
      const options = request.getOptions();
      const group = existing(groups, groupNamedIn(options));
      await group.replayParked(options!.hasStopAt() ? Number(options!.getStopAt()) : Infinity);
      return new persistent.ReplayParkedResp();
    }),
    restartSubsystem: unary(async () => {
      groups.restart();
      return new shared.Empty();
    }),
    read: (call: ServerDuplexStream<ReadReq, Buffer>) => persistentReadCall(groups, call),
  });
}

const unary =
  <Request, Response>(handle: (request: Request) => Promise<Response>) =>
  (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): void => {
    handle(call.request).then(
      (response) => answer(null, response),
      (error: unknown) => answer(toStatus(error)),
    );
  };

type NamingOptions = DeleteReq.Options | GetInfoReq.Options | ReplayParkedReq.Options;

function groupNamedIn(options: NamingOptions | undefined): NamedGroup {
  if (options === undefined) throw invalidArgument('a group needs to be named');
  return { source: sourceOf(options), group: options.getGroupName() };
}

function settle({ source, group }: NamedGroup, outcome: GroupOutcome): void {
  switch (outcome.kind) {
    case 'ok':
      return;
    case 'exists':
      throw persistentSubscription.exists(source, group);
    case 'does-not-exist':
      throw persistentSubscription.doesNotExist(source, group);
    case 'failed':
      throw persistentSubscription.failed(source, group, outcome.reason);
  }
}

function existing(groups: Groups, { source, group }: NamedGroup): Group {
  const found = groups.get(source, group);
  if (found === undefined) throw persistentSubscription.doesNotExist(source, group);
  return found;
}

/** A stream without groups is an error that names no group; a node without any is an empty list. */
function listed(groups: Groups, request: ListReq): Group[] {
  const one = request.getOptions()?.getListForStream();
  if (one === undefined) return groups.list();
  const source = one.hasAll() ? ALL : streamName(one.getStream());
  const found = groups.list(source);
  if (found.length === 0) throw persistentSubscription.doesNotExist(source, '');
  return found;
}

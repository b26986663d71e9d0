/** The Read call of a persistent subscription: messages to one consumer, its answers back. */
import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import type { ReadReq } from '@eventstore/db-client/generated/persistent_pb.js';
import type { Consumer, ConsumerConnection } from '../persistent-subscriptions/consumer.js';
import type { Group, NackAction } from '../persistent-subscriptions/group.js';
import type { Groups } from '../persistent-subscriptions/groups.js';
import { idKey } from '../persistent-subscriptions/message.js';
import { ALL, idOfGroup } from '../persistent-subscriptions/settings.js';
import { encodeConfirmation, encodeEvent } from '../wire/read-messages.js';
import type { UuidForm } from '../wire/uuid.js';
import { CallWriter } from './call-writer.js';
import { invalidArgument, persistentSubscription, Refused, toStatus } from './errors.js';
import { sourceOf, uuidOf } from './persistent-requests.js';

/** By their numbers in the protocol; `Unknown` is a retry. */
const NACK_ACTIONS: readonly NackAction[] = ['retry', 'park', 'retry', 'skip', 'stop'];

export function persistentReadCall(groups: Groups, call: ServerDuplexStream<ReadReq, Buffer>): void {
  const writer = new CallWriter(call);
  let connected: { group: Group; consumer: Consumer } | undefined;
  const fail = (error: unknown) => {
    if (!writer.gone) call.emit('error', toStatus(error));
  };
  const leave = () => {
    if (connected !== undefined) connected.group.disconnect(connected.consumer);
    connected = undefined;
  };
  writer.onGone(leave);
  call.on('data', (request: ReadReq) => {
    try {
      const options = request.getOptions();
      if (options !== undefined) connected = connect(groups, options, { call, writer, fail });
      else if (connected !== undefined) answer(connected, request);
      else throw invalidArgument('the first message of a read needs options');
    } catch (error) {
      fail(error);
    }
  });
  call.on('end', () => {
    leave();
    call.end();
  });
}

interface Wire {
  readonly call: ServerDuplexStream<ReadReq, Buffer>;
  readonly writer: CallWriter;
  readonly fail: (error: unknown) => void;
}

function connect(groups: Groups, options: ReadReq.Options, wire: Wire): { group: Group; consumer: Consumer } {
  const source = sourceOf(options);
  const name = options.getGroupName();
  const group = groups.get(source, name);
  if (group === undefined) throw persistentSubscription.doesNotExist(source, name);
  if (group.isFull) throw persistentSubscription.maximumSubscribersReached(source, name);
  if (options.getBufferSize() <= 0) throw new Refused(status.INVALID_ARGUMENT, 'the buffer size must be positive');
  wire.writer.write(encodeConfirmation(idOfGroup(source, name)));
  const uuidForm = options.getUuidOption()?.hasStructured() === true ? 'structured' : 'string';
  return { group, consumer: group.connect(connectionOf(group, wire, uuidForm), options.getBufferSize()) };
}

function connectionOf({ config: { source, group } }: Group, { call, writer, fail }: Wire, uuidForm: UuidForm): ConsumerConnection {
  return {
    from: call.getPeer(),
    connectionName: String(call.metadata.get('connection-name')[0] ?? ''),
    deliver: (message) => writer.write(encodeEvent({ ...message, uuidForm, commitPosition: source === ALL ? message.position : undefined })),
    drop: (reason) => fail(reason === 'deleted' ? persistentSubscription.doesNotExist(source, group) : persistentSubscription.dropped(source, group)),
  };
}

function answer({ group, consumer }: { group: Group; consumer: Consumer }, request: ReadReq): void {
  const ack = request.getAck();
  if (ack !== undefined) group.acknowledge(consumer, ack.getIdsList().map((id) => idKey(uuidOf(id))));
  const nack = request.getNack();
  if (nack === undefined) return;
  const ids = nack.getIdsList().map((id) => idKey(uuidOf(id)));
  group.reject(consumer, ids, NACK_ACTIONS[Number(nack.getAction())] ?? 'retry', nack.getReason());
}

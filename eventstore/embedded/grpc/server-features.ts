/** ServerFeatures and Gossip: what a client asks before anything else. */
import { randomUUID } from 'node:crypto';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { sendUnaryData, Server, ServerUnaryCall, ServiceDefinition } from '@grpc/grpc-js';

/** The server whose behaviour this node follows; clients compare the three numbers. */
export const SERVER_VERSION = '23.10.1';

/** Projections are not listed: there are none. A method that is missing here makes clients use another way. */
const SERVICES: readonly [ServiceDefinition, Readonly<Record<string, readonly string[]>>][] = [
  [streamsGrpc.StreamsService, { read: ['position', 'events'], batchappend: ['deadline_duration'] }],
  [persistentGrpc.PersistentSubscriptionsService, {}],
  [gossipGrpc.GossipService, {}],
  [featuresGrpc.ServerFeaturesService, {}],
];

function supportedMethods() {
  const answer = new features.SupportedMethods();
  answer.setEventStoreServerVersion(SERVER_VERSION);
  for (const [service, listed] of SERVICES) {
    for (const { path } of Object.values(service)) {
      const [, serviceName, methodName] = path.toLowerCase().split('/') as [string, string, string];
      const method = new features.SupportedMethod();
      method.setServiceName(serviceName);
      method.setMethodName(methodName);
      method.setFeaturesList([...(listed[methodName] ?? (serviceName.includes('persistent') ? ['stream', 'all'] : []))]);
      answer.addMethods(method);
    }
  }
  return answer;
}

export function addServerFeatures(server: Server): void {
  const answer = supportedMethods();
  server.addService(featuresGrpc.ServerFeaturesService, {
    getSupportedMethods: (_call: unknown, reply: sendUnaryData<typeof answer>) => reply(null, answer),
  });
}

const LEADER = gossip.MemberInfo.VNodeState.LEADER;

/** A cluster of one. Unless told otherwise, the member's address is the one the caller used, so that port forwarding works. */
export function addGossip(server: Server, advertise: string | undefined): void {
  const instanceId = randomUUID();
  server.addService(gossipGrpc.GossipService, {
    read: (call: ServerUnaryCall<unknown, unknown>, reply: sendUnaryData<InstanceType<typeof gossip.ClusterInfo>>) => {
      const { hostname, port } = new URL(`http://${advertise ?? call.getHost()}`);
      const endPoint = new gossip.EndPoint();
      endPoint.setAddress(hostname);
      endPoint.setPort(Number(port || 80));
      const id = new shared.UUID();
      id.setString(instanceId);
      const member = new gossip.MemberInfo();
      member.setInstanceId(id);
      member.setTimeStamp(String(Date.now() * 10_000));
      member.setState(LEADER);
      member.setIsAlive(true);
      member.setHttpEndPoint(endPoint);
      const info = new gossip.ClusterInfo();
      info.addMembers(member);
      reply(null, info);
    },
  });
}

/** `greatrouter policy show | publish | diff`: the numbers of a decision, as versions in the log. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import {
  defaultPolicy, policyDifference, policyStream, routingPolicy, validPolicy,
  type PublishedPolicy, type RoutingPolicy, type RoutingPolicyPublished,
} from '../../libs/routing/domain/policy.js';

/** A version as the log tells it; `publishedAt` is null for the policy that ships. */
export interface PolicyVersion extends PublishedPolicy {
  readonly publishedAt: string | null;
  readonly note: string;
}

/** @param version the latest when it is undefined. @throws Error when there is no such policy or version. */
export async function policyShow(log: EventLog, name: string, version?: number): Promise<PolicyVersion> {
  const versions = await versionsOf(log, name);
  const found = version === undefined ? versions.at(-1) : versions.find((each) => each.version === version);
  if (!found) throw new Error(`there is no policy ${name}${version === undefined ? '' : ` of version ${version}`}; there are versions ${versions.map((each) => each.version).join(', ') || 'none'}`);
  return found;
}

export interface PolicyPublication {
  readonly name: string;
  /** JSON: a whole policy, as `policy show --json` prints it. */
  readonly file: string;
  readonly note: string;
}

/** @returns the version in force, and whether it is new. @throws Refused naming the field that is wrong. */
export async function policyPublish(log: EventLog, { name, file, note }: PolicyPublication): Promise<{ version: number; isNew: boolean }> {
  const policy = await readPolicy(file);
  const id = randomUUID();
  const context = { orgId: null, actor: 'cli' as const, commandId: id, correlationId: id, at: new Date().toISOString() };
  const { events, state } = await log.decide(policyStream(name), routingPolicy, { type: 'PublishPolicy', name, policy, note }, context);
  return { version: state!.version, isNew: events.length > 0 };
}

/** Two versions of a policy, or a version and a file that is not published yet: `3`, `latest`, or a path. */
export async function policyDiff(log: EventLog, name: string, before: string, after: string): Promise<readonly string[]> {
  const [old, next] = await Promise.all([policyAt(log, name, before), policyAt(log, name, after)]);
  return policyDifference(old, next).map(({ path, before: was, after: is }) => `${path}: ${String(was)} → ${String(is)}`);
}

/** What a person reads: one number a line. */
export function policyText({ name, version, publishedAt, note, policy }: PolicyVersion): string {
  const lines = policyDifference({} as RoutingPolicy, policy).map(({ path, after }) => `  ${path.padEnd(36)} ${String(after)}`);
  const origin = publishedAt === null ? 'ships with the product' : `published ${publishedAt}${note ? `: ${note}` : ''}`;
  return [`${name}@${version} (${origin})`, ...lines].join('\n');
}

async function versionsOf(log: EventLog, name: string): Promise<readonly PolicyVersion[]> {
  const versions: PolicyVersion[] = name === defaultPolicy.name ? [{ ...defaultPolicy, publishedAt: null, note: '' }] : [];
  for await (const { data, metadata } of log.read(policyStream(name))) {
    const { version, policy, note } = data as RoutingPolicyPublished;
    versions.push({ name, version, policy, publishedAt: metadata.at, note });
  }
  return versions;
}

async function policyAt(log: EventLog, name: string, which: string): Promise<RoutingPolicy> {
  if (which === 'latest') return (await policyShow(log, name)).policy;
  return /^\d+$/.test(which) ? (await policyShow(log, name, Number(which))).policy : validPolicy(await readPolicy(which));
}

async function readPolicy(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`cannot read ${file}`);
  });
  try {
    const parsed = JSON.parse(text) as { policy?: unknown };
    return parsed.policy ?? parsed;
  } catch {
    throw new Error(`${file} is not JSON`);
  }
}

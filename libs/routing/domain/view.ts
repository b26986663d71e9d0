/**
 * The routing view: everything a decision may know besides its request, folded from the log up to one position. It is
 * changed in place by one event after the other; `decide` only reads it. Folding a log from zero, and restoring a
 * snapshot at some position and folding the rest, give the same view.
 */
import { catalogEventTypes, type CatalogEvent } from '../../catalog/domain/catalog.js';
import type { DomainEvent, Recorded } from '../../event-sourcing/domain/event.js';
import type { Feedback } from '../../feedback/domain/feedback.js';
import { outcomeOf, outcomeTypes } from '../../health/domain/outcome.js';
import type { KeyMode } from '../../identity/domain/caller.js';
import type { PreferencesEvent } from '../../preferences/domain/preferences.js';
import type { InferenceCompleted, RouteEvent } from './events.js';
import { Learnt, type LearntSnapshot } from './learnt.js';
import { ModelTable, type ModelRows } from './model-table.js';
import { OrganizationView, type OrganizationSnapshot } from './organization-view.js';
import { defaultPolicy, defaultPolicyName, type PublishedPolicy, type RoutingPolicyPublished } from './policy.js';

/** The events the view is made of. */
export const routingViewTypes = [
  ...catalogEventTypes, 'PreferenceSet', 'PreferenceDeleted', ...outcomeTypes, 'FeedbackGiven', 'RoutingPolicyPublished',
] as const;

export interface RoutingViewSnapshot {
  readonly position: string;
  readonly models: ModelRows;
  readonly live: LearntSnapshot;
  readonly test: LearntSnapshot;
  readonly organizations: readonly (readonly [orgId: string, OrganizationSnapshot])[];
  readonly policies: readonly PublishedPolicy[];
}

export class RoutingView {
  readonly name = 'routing-view';
  /** Changes when the shape of a snapshot does. */
  readonly version = '2';
  readonly types: readonly string[] = routingViewTypes;

  readonly table = new ModelTable();
  private readonly learntBy: Readonly<Record<KeyMode, Learnt>> = { live: new Learnt(), test: new Learnt() };
  private readonly organizations = new Map<string, OrganizationView>();
  private readonly policies = new Map<string, PublishedPolicy>();
  private folded = 0n;

  /** Commit position of the last event folded; 0 before the first. */
  get position(): bigint {
    return this.folded;
  }

  apply(event: Recorded): void {
    this.folded = event.position.commit;
    switch (event.type) {
      case 'ModelListed':
      case 'ModelRepriced':
      case 'ModelChanged':
      case 'ModelRetired':
        return this.table.apply(as<CatalogEvent>(event));
      case 'PreferenceSet':
      case 'PreferenceDeleted':
        return this.organizationOf(event)?.prefer(as<PreferencesEvent>(event));
      case 'FeedbackGiven': {
        const feedback = event.data as Feedback;
        return this.organizationOf(event)?.hear(feedback, feedback.model === null ? undefined : this.table.indexOf(feedback.model));
      }
      case 'InferenceAttemptFailed':
      case 'InferenceCompleted':
        return this.learn(event);
      case 'RoutingPolicyPublished': {
        const { name, version, policy } = event.data as RoutingPolicyPublished;
        this.policies.set(name, { name, version, policy });
      }
    }
  }

  learnt(mode: KeyMode): Learnt {
    return this.learntBy[mode];
  }

  organization(orgId: string): OrganizationView {
    return this.organizations.get(orgId) ?? stranger;
  }

  /** The policy in force under a name; the shipped default where none was published. Null for any other unknown name. */
  policy(name: string = defaultPolicyName): PublishedPolicy | null {
    return this.policies.get(name) ?? (name === defaultPolicyName ? defaultPolicy : null);
  }

  snapshot(): RoutingViewSnapshot {
    return {
      position: this.folded.toString(),
      models: this.table.snapshot(),
      live: this.learntBy.live.snapshot(),
      test: this.learntBy.test.snapshot(),
      organizations: [...this.organizations].map(([orgId, organization]) => [orgId, organization.snapshot()] as const),
      policies: [...this.policies.values()],
    };
  }

  /** Only on a fresh view. */
  restore(snapshot: unknown): void {
    const { position, models, live, test, organizations, policies } = snapshot as RoutingViewSnapshot;
    this.folded = BigInt(position);
    this.table.restore(models);
    this.learntBy.live.restore(live);
    this.learntBy.test.restore(test);
    for (const [orgId, kept] of organizations) this.organizationBy(orgId).restore(kept);
    for (const policy of policies) this.policies.set(policy.name, policy);
  }

  private learn(event: Recorded): void {
    const outcome = outcomeOf(as<RouteEvent>(event), Date.parse(event.metadata.at));
    if (!outcome) return;
    const row = this.table.indexOf(outcome.model);
    if (row === undefined) return;
    const learnt = this.learntBy[outcome.mode];
    learnt.observe(row, outcome.outcome);
    if (event.type !== 'InferenceCompleted') return;
    const { task, usage, timing } = event.data as InferenceCompleted;
    const tokens = usage && usage.outputTokens > 0 ? usage.outputTokens : null;
    learnt.answered(row, task, { tokens, tookMs: timing.inferenceMs, expectedMs: this.table.expectedMs(row, tokens ?? 0) });
  }

  private organizationOf(event: Recorded): OrganizationView | null {
    return event.metadata.orgId === null ? null : this.organizationBy(event.metadata.orgId);
  }

  private organizationBy(orgId: string): OrganizationView {
    let organization = this.organizations.get(orgId);
    if (!organization) {
      organization = new OrganizationView();
      this.organizations.set(orgId, organization);
    }
    return organization;
  }
}

/** An organization that has said nothing yet. */
const stranger = new OrganizationView();

const as = <E extends DomainEvent>(event: Recorded): E => event as unknown as E;

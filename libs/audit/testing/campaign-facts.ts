/** What happened in a campaign, counted from its log: that it was as varied and as crowded as it claims. */
import type { ModelListed, ModelRepriced } from '../../catalog/domain/catalog.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { Decision } from '../../routing/domain/decision.js';
import type { RouteRequested } from '../../routing/domain/events.js';
import { routingViewTypes } from '../../routing/domain/view.js';

const viewTypes: ReadonlySet<string> = new Set(routingViewTypes);

interface Chosen {
  readonly prices: Set<string>;
  /** Time of the first decision. */
  readonly first: string;
}

export class CampaignFacts {
  decisions = 0;
  readonly policyVersions = new Set<number>();
  readonly servedBy = new Set<string>();
  /** How often another process was the next to be asked. */
  turns = 0;
  /** Decisions made on a view that the log had gone past. */
  behind = 0;
  /** Decisions that passed over a failing model, or weighed that one is slow. */
  byHealth = 0;
  byPreference = 0;
  private readonly found = new Set<string>();
  /** Of every event, in order. */
  private readonly positions: number[] = [];
  private readonly listed = new Map<string, { readonly position: number; readonly byTokens: boolean }>();
  private readonly repricedAt = new Map<string, string>();
  private readonly chosen = new Map<string, Chosen>();
  private since = '';
  private until = '';
  private lastProcess = '';
  private lastView = 0n;
  private askedAt = '';

  take(event: Recorded): void {
    this.found.add(event.type);
    this.positions.push(Number(event.position.commit));
    if (event.type === 'RouteRequested') this.ask(event.data as RouteRequested);
    if (event.type === 'ModelSelected') this.decide(event.data as Decision);
    if (event.type === 'ModelListed') {
      const { model } = event.data as ModelListed;
      this.listed.set(model.id, { position: Number(event.position.commit), byTokens: model.pricing?.unit === 'token' && model.pricing.rates.input !== '0' });
    }
    if (event.type === 'ModelRepriced') {
      const { id } = event.data as ModelRepriced;
      if (!this.repricedAt.has(id)) this.repricedAt.set(id, event.metadata.at);
    }
    if (viewTypes.has(event.type)) this.lastView = event.position.commit;
  }

  /** From the first request to the last. */
  get days(): number {
    return (Date.parse(this.until) - Date.parse(this.since)) / 86_400_000;
  }

  get types(): string[] {
    return [...this.found];
  }

  /** Models that were chosen at two prices or more. */
  repricedAndChosen(): number {
    return [...this.chosen.values()].filter(({ prices }) => prices.size > 1).length;
  }

  /** The model that was chosen longest at the price it was listed with; it was repriced, if ever, at `until`. */
  pricedAndChosen(): { model: string; position: number; until: string } {
    const forEver = '9999';
    const found = [...this.chosen]
      .filter(([model, { first }]) => this.listed.get(model)?.byTokens && first < (this.repricedAt.get(model) ?? forEver))
      .sort(([, a], [, b]) => (a.first < b.first ? -1 : 1))[0];
    if (!found) throw new Error('no model was chosen at the price it was listed with');
    const [model] = found;
    return { model, position: this.listed.get(model)!.position, until: this.repricedAt.get(model) ?? forEver };
  }

  place(position: number): number {
    return this.positions.indexOf(position);
  }

  /** @param share 0 the first event, 1 the last. */
  positionAt(share: number): number {
    return this.positions[Math.floor((this.positions.length - 1) * share)]!;
  }

  private ask({ servedBy, request }: RouteRequested): void {
    this.servedBy.add(servedBy);
    this.askedAt = request.at;
    if (this.since === '' || request.at < this.since) this.since = request.at;
    if (request.at > this.until) this.until = request.at;
    if (servedBy !== this.lastProcess) this.turns += 1;
    this.lastProcess = servedBy;
  }

  private decide({ model, price, position, policy, candidates, excluded }: Decision): void {
    this.decisions += 1;
    this.policyVersions.add(policy.version);
    if (BigInt(position) < this.lastView) this.behind += 1;
    if (excluded['degraded'] || candidates.some(({ components }) => components.health !== 0)) this.byHealth += 1;
    if (candidates.some(({ components }) => components.preference !== 0)) this.byPreference += 1;
    const chosen = this.chosen.get(model) ?? { prices: new Set<string>(), first: this.askedAt };
    this.chosen.set(model, chosen);
    chosen.prices.add(JSON.stringify(price));
  }
}

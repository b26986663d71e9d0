/**
 * Brings the log to the shipped catalogue with the operator's overrides on top: what changed becomes events, what did
 * not says nothing, so publishing twice is publishing once. Prices change nowhere else, hence their history is exact.
 */
import type { CommandContext } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import { catalogModel, modelStream, type CatalogCommand, type CatalogEvent } from '../domain/catalog.js';
import { prices } from '../domain/difference.js';
import { overlaid, type Offer, type OverrideMistake } from '../domain/overrides.js';
import type { CatalogModel } from '../domain/model.js';
import type { CatalogSnapshot } from '../domain/snapshot.js';

export interface PublishReport {
  readonly listed: number;
  readonly repriced: number;
  readonly changed: number;
  readonly retired: number;
  readonly unchanged: number;
  /** One line for each event, as a reviewer reads it. */
  readonly lines: readonly string[];
  /** Commit position of the last event written; null when there was none. */
  readonly position: bigint | null;
}

export class InvalidOverrides extends Error {
  constructor(readonly mistakes: readonly OverrideMistake[]) {
    super(mistakes.map(({ path, message }) => `${path} ${message}`).join('\n'));
    this.name = 'InvalidOverrides';
  }
}

export interface PublishCatalog {
  readonly shipped: readonly CatalogModel[];
  /** The parsed overrides file, null without one. */
  readonly overrides: unknown;
  /** What the log says now: only models that differ from it are written. */
  readonly current: CatalogSnapshot;
  readonly context: CommandContext;
}

/** Streams written at once: each append waits for the disk, and the log groups those that wait together. */
const atOnce = 32;

/** @throws InvalidOverrides before anything is written. @throws LogUnavailable part of it may be written; publish again. */
export async function publishCatalog(log: EventLog, { shipped, overrides, current, context }: PublishCatalog): Promise<PublishReport> {
  const offers = offered(shipped, overrides);
  const events: CatalogEvent[] = [];
  let position: bigint | null = null;
  const work = differing(offers, current);
  await inParallel(work, async ({ id, command }) => {
    const decided = await log.decide(modelStream(id), catalogModel, command, context);
    events.push(...decided.events);
    if (decided.events.length > 0 && decided.position > (position ?? -1n)) position = decided.position;
  });
  return report(events, offers, position);
}

/** What publishing would write, without writing it. @throws InvalidOverrides */
export function plannedCatalog({ shipped, overrides, current }: Omit<PublishCatalog, 'context'>): PublishReport {
  const offers = offered(shipped, overrides);
  const events = differing(offers, current).flatMap(({ id, command }) => catalogModel.decide(command, current.byId(id)));
  return report(events, offers, null);
}

function offered(shipped: readonly CatalogModel[], overrides: unknown): readonly Offer[] {
  if (overrides === null) return shipped.map(asShipped);
  const { offers, mistakes } = overlaid(shipped, overrides);
  if (mistakes.length > 0) throw new InvalidOverrides(mistakes);
  return offers;
}

const asShipped = (model: CatalogModel): Offer => ({ model, publisher: 'shipped' });

interface Work {
  readonly id: CatalogModel['id'];
  readonly command: CatalogCommand;
}

/** The commands that would say something, by the state the log is known to be in; `decide` has the last word on each. */
function differing(offers: readonly Offer[], current: CatalogSnapshot): readonly Work[] {
  const offered = new Set(offers.map(({ model }) => model.id));
  const publish = offers.map(({ model, publisher }): Work => ({ id: model.id, command: { type: 'PublishModel', model, publisher } }));
  const withdraw = current.models.filter(({ id }) => !offered.has(id)).map(({ id }): Work => ({ id, command: { type: 'WithdrawModel' } }));
  return [...publish, ...withdraw].filter(({ id, command }) => catalogModel.decide(command, current.byId(id)).length > 0);
}

async function inParallel<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await run(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function report(events: readonly CatalogEvent[], offers: readonly Offer[], position: bigint | null): PublishReport {
  const count = (type: CatalogEvent['type']) => events.filter((event) => event.type === type).length;
  const touched = new Set(events.map(idOf));
  return {
    listed: count('ModelListed'),
    repriced: count('ModelRepriced'),
    changed: count('ModelChanged'),
    retired: count('ModelRetired'),
    unchanged: offers.filter(({ model }) => !touched.has(model.id)).length,
    lines: events.map(line).sort(),
    position,
  };
}

const idOf = (event: CatalogEvent) => (event.type === 'ModelListed' ? event.data.model.id : event.data.id);

function line(event: CatalogEvent): string {
  switch (event.type) {
    case 'ModelListed':
      return `+ ${event.data.model.id}  ${prices(event.data.model.pricing)}`;
    case 'ModelRepriced':
      return `$ ${event.data.id}  ${prices(event.data.previous)} -> ${prices(event.data.pricing)}`;
    case 'ModelChanged':
      return `~ ${event.data.id}  ${Object.keys(event.data.changes).join(', ')}`;
    case 'ModelRetired':
      return `- ${event.data.id}  ${event.data.reason}`;
  }
}

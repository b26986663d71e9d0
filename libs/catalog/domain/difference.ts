/** What changed between two catalogues, in lines a reviewer reads: models that come and go, and every price that moves. */
import { forAMillion, type Pricing } from './pricing.js';
import { fromPico, toDollars, type PicoDollars } from '../../money/money.js';
import type { CatalogModel } from './model.js';
import { tasks } from '../../routing/domain/vocabulary.js';

export function difference(before: readonly CatalogModel[], after: readonly CatalogModel[]): readonly string[] {
  const old = new Map(before.map((model) => [model.id, model]));
  const next = new Map(after.map((model) => [model.id, model]));
  const ids = [...new Set([...old.keys(), ...next.keys()])].sort();
  return ids.flatMap((id) => {
    const [was, is] = [old.get(id), next.get(id)];
    if (!is) return [`- ${id}`];
    if (!was) return [`+ ${id}  ${prices(is.pricing)}`];
    return [...repriced(was, is), ...changed(was, is)];
  });
}

function repriced(was: CatalogModel, is: CatalogModel): readonly string[] {
  const [from, to] = [prices(was.pricing), prices(is.pricing)];
  return from === to ? [] : [`$ ${is.id}  ${from} -> ${to}`];
}

function changed(was: CatalogModel, is: CatalogModel): readonly string[] {
  const fields = Object.keys(is).filter((field) => {
    const key = field as keyof CatalogModel;
    return key !== 'pricing' && JSON.stringify(was[key]) !== JSON.stringify(is[key]);
  });
  return fields.length > 0 ? [`~ ${is.id}  ${fields.join(', ')}`] : [];
}

/** A price on one line, in dollars: tokens and characters by the million, the rest by the unit. */
export function prices(pricing: Pricing | null): string {
  if (pricing === null) return 'unpriced';
  const lines = Object.entries(flat(pricing)).map(([name, amount]) => `${name} ${amount}`);
  return `${pricing.unit}: ${lines.join(', ')}`;
}

function flat(pricing: Pricing): Record<string, string> {
  const perMillion = pricing.unit === 'token' || pricing.unit === 'character';
  const found: Record<string, string> = {};
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string' && /^\d+$/.test(value)) {
      const once = /^(fees|estimates)/.test(path);
      found[path] = toDollars(perMillion && !once ? forAMillion(value as PicoDollars) : fromPico(value));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' || path === 'rates' ? key : `${path}.${key}`);
    } else if (path.endsWith('above_input_tokens') || path.endsWith('from') || path.endsWith('_utc')) found[path] = String(value);
  };
  walk(pricing, '');
  return found;
}

/** Counts by task: models, routable by price, doubtful. */
export function summary(models: readonly CatalogModel[]): string {
  const rows = tasks.map((task) => {
    const of = models.filter((model) => model.task === task);
    const count = (holds: (model: CatalogModel) => boolean) => String(of.filter(holds).length).padStart(5);
    return `${task.padEnd(12)}${count(() => true)}${count((m) => m.status !== 'deprecated')}${count((m) => m.pricing !== null)}` +
      `${count((m) => m.catalog_visibility === 'featured')}${count((m) => m.catalog_visibility === 'long_tail')}${count((m) => m.provenance.doubtful)}`;
  });
  return ['task        all current priced featured long-tail doubtful', ...rows].join('\n');
}

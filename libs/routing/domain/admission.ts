/**
 * Which rows can do a kind of work at all. It follows from the table and from a few facts of a request, so it is asked
 * once of every model for each kind of need, and kept until the table changes: the ranking then asks of a row only what
 * the size and the time of the request decide.
 */
import { exclusions, type Exclusion } from './exclusion.js';
import { asksForEffect, conversations, unableOf, unfitOf, exclusionOf, type FilterInput } from './filter.js';
import type { ModelTable } from './model-table.js';

/** One byte a row: 0 where it can, else one more than the index of the reason, and `closed` where it may not be used at all. */
type Verdicts = Uint8Array;
const closed = 128;
const reasonMask = 127;

/** Kinds of need kept for one table; hundreds would be an attack, not traffic. */
const kindsKept = 256;
const kept = new WeakMap<ModelTable, { readonly version: number; readonly byKind: Map<string, Verdicts> }>();

/** Asks of one row at a time why it is no candidate, as `exclusionOf` does. */
export function admission(input: FilterInput): (row: number) => Exclusion | null {
  const { request, demands, excludedRows } = input;
  if (request.scope || demands.length > 0) return (row) => exclusionOf(input, row);
  const verdicts = verdictsOf(input);
  return (row) => {
    const verdict = verdicts[row]!;
    if (verdict < closed && excludedRows !== null && excludedRows[row] === 1) return 'preference';
    return verdict === 0 ? unfitOf(input, row) : exclusions[(verdict & reasonMask) - 1]!;
  };
}

function verdictsOf(input: FilterInput): Verdicts {
  const { table } = input;
  let known = kept.get(table);
  if (known?.version !== table.version || known.byKind.size >= kindsKept) kept.set(table, (known = { version: table.version, byKind: new Map() }));
  const kind = kindOfNeed(input);
  let verdicts = known.byKind.get(kind);
  if (verdicts === undefined) known.byKind.set(kind, (verdicts = judged(input)));
  return verdicts;
}

/** All that `unableOf` looks at beside the row. */
function kindOfNeed({ needs, request, classification }: FilterInput): string {
  const talks = conversations.has(request.endpoint);
  const effect = needs.task === 'music' && asksForEffect(classification.evidence);
  return `${needs.task} ${needs.skills[0]!.skill} ${classification.content_mode} ${needs.inputs} ${needs.traits} ${needs.tools} ${needs.jsonSchema} ${talks} ${effect}`;
}

function judged(input: FilterInput): Verdicts {
  const { table } = input;
  const verdicts = new Uint8Array(table.size);
  for (const row of table.candidates(input.needs.task)) {
    const barred = table.barred[row];
    const reason = barred ?? unableOf(input, row);
    if (reason) verdicts[row] = exclusions.indexOf(reason) + 1 + (barred ? closed : 0);
  }
  return verdicts;
}

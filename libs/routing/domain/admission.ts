/**
 * The rows that may answer a request, and how many others may not, by reason. Which rows can do a kind of work at all
 * follows from the table and from a few facts of a request, so it is asked once of every model for each kind of need, and
 * kept until the table changes: the ranking then asks of a row only what the size and the time of the request decide.
 */
import { exclusions, type Exclusion } from './exclusion.js';
import { asksForEffect, conversations, exclusionOf, unableOf, unfitOf, type FilterInput } from './filter.js';
import type { ModelTable } from './model-table.js';

/** Told of each model that is excluded. */
export type Visit = (row: number, reason: Exclusion) => void;

/** What a kind of need leaves of the candidates of its task. */
interface Kind {
  /** One byte a row: 0 where it can, else one more than the index of the reason, and `closed` where it may not be used at all. */
  readonly verdicts: Uint8Array;
  readonly able: Int32Array;
  /** How many can not, by the index of the reason. */
  readonly excluded: Int32Array;
}
const closed = 128;

/** Kinds of need kept for one table; hundreds would be an attack, not traffic. */
const kindsKept = 256;
const kept = new WeakMap<ModelTable, { readonly makeup: number; readonly byKind: Map<string, Kind> }>();

export const reasonIndex = Object.fromEntries(exclusions.map((reason, i) => [reason, i])) as Record<Exclusion, number>;

/** Where `admit` leaves what it finds: the rows, as many as it returns, and the counts by the index of the reason. */
export interface Admitted {
  readonly rows: Int32Array;
  readonly excluded: Int32Array;
}

/** Every candidate of the task for which `exclusionOf` has no reason; what the budget excludes is not looked at. */
export function admit(input: FilterInput, into: Admitted, visit?: Visit): number {
  const { request, demands } = input;
  return visit || request.scope || demands.length > 0 ? admitAsked(input, into, visit) : admitOfKind(input, into);
}

function admitAsked(input: FilterInput, { rows, excluded }: Admitted, visit: Visit | undefined): number {
  excluded.fill(0);
  let count = 0;
  for (const row of input.table.candidates(input.needs.task)) {
    const reason = exclusionOf(input, row);
    if (reason === null) {
      rows[count++] = row;
      continue;
    }
    excluded[reasonIndex[reason]]! += 1;
    visit?.(row, reason);
  }
  return count;
}

function admitOfKind(input: FilterInput, { rows, excluded }: Admitted): number {
  const { excludedRows, learnt, uncallable, table, needs, request } = input;
  const { contextTokens, maxOutputTokens } = needs;
  const { context, maxOutput } = table;
  const { ailing } = learnt;
  // Nearly every row fits, and is seen to by a few numbers; only of another is the reason asked.
  const plain = needs.seconds === null && !request.unfit;
  const kind = kindOf(input);
  excluded.set(kind.excluded);
  if (excludedRows !== null) recount(input, kind, excludedRows, excluded);
  const { able } = kind;
  let count = 0;
  for (let i = 0; i < able.length; i += 1) {
    const row = able[i]!;
    if (excludedRows !== null && excludedRows[row] === 1) continue;
    const fits = plain && contextTokens <= context[row]! && maxOutputTokens <= maxOutput[row]! && ailing[row] !== 1 && (uncallable === null || uncallable[row] !== 1);
    const reason = fits ? null : unfitOf(input, row);
    if (reason === null) rows[count++] = row;
    else excluded[reasonIndex[reason]]! += 1;
  }
  return count;
}

/** What an organization excludes is counted as such, before what a row cannot do. */
function recount({ table, needs }: FilterInput, { verdicts }: Kind, excludedRows: Uint8Array, excluded: Int32Array): void {
  for (const row of table.candidates(needs.task)) {
    if (excludedRows[row] !== 1) continue;
    const verdict = verdicts[row]!;
    if (verdict >= closed) continue;
    excluded[reasonIndex.preference]! += 1;
    if (verdict > 0) excluded[verdict - 1]! -= 1;
  }
}

function kindOf(input: FilterInput): Kind {
  const { table } = input;
  let known = kept.get(table);
  if (known?.makeup !== table.makeup || known.byKind.size >= kindsKept) kept.set(table, (known = { makeup: table.makeup, byKind: new Map() }));
  const name = nameOfKind(input);
  let kind = known.byKind.get(name);
  if (kind === undefined) known.byKind.set(name, (kind = judged(input)));
  return kind;
}

/** All that `unableOf` looks at beside the row. */
function nameOfKind({ needs, request, classification }: FilterInput): string {
  const talks = conversations.has(request.endpoint);
  const effect = needs.task === 'music' && asksForEffect(classification.evidence);
  return `${needs.task} ${needs.skills[0]!.skill} ${classification.content_mode} ${needs.inputs} ${needs.traits} ${needs.tools} ${needs.jsonSchema} ${talks} ${effect}`;
}

function judged(input: FilterInput): Kind {
  const { table } = input;
  const verdicts = new Uint8Array(table.size);
  const excluded = new Int32Array(exclusions.length);
  const candidates = table.candidates(input.needs.task);
  for (const row of candidates) {
    const barred = table.barred[row];
    const reason = barred ?? unableOf(input, row);
    if (!reason) continue;
    verdicts[row] = reasonIndex[reason] + 1 + (barred ? closed : 0);
    excluded[reasonIndex[reason]]! += 1;
  }
  return { verdicts, able: candidates.filter((row) => verdicts[row] === 0), excluded };
}

import { describe, expect, it } from '@jest/globals';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { DeciderRegistry } from '../../routing/exports.js';
import { DecisionHistory, openSealed } from '../testing/decision-history.js';
import { reproduce, type Text, type Verdict } from './reproduce.js';
import { ReplayPass, type PassOptions, type Placed } from './replay-pass.js';

const { present } = new DeciderRegistry();
const history = [...new DecisionHistory({ decisions: 400, seed: 7 }).events()];

async function textOf({ decision }: Placed): Promise<Text> {
  const opened = await openSealed(decision.requested.content!);
  return { kind: 'text', text: (JSON.parse(opened!) as { text: { prompt: string; system: string } }).text };
}

async function replay(events: readonly Recorded[], options: PassOptions = {}) {
  const verdicts = new Map<string, Verdict>();
  const judge = async (placed: Placed) => {
    const { decision, view } = placed;
    verdicts.set(decision.requestId, view ? reproduce(present, decision, await textOf(placed), view) : { kind: 'unknown_position', position: decision.decision.position });
  };
  const pass = new ReplayPass(options);
  for (const event of events) for (const placed of pass.take(event)) await judge(placed);
  for (const placed of pass.end()) await judge(placed);
  return { verdicts, late: pass.late };
}
const failures = (verdicts: ReadonlyMap<string, Verdict>) => [...verdicts.values()].filter(({ kind }) => kind !== 'reproduced');

describe('verified replay', () => {
  it('reproduces every decision of processes that lagged behind the log, byte for byte', async () => {
    const { verdicts, late } = await replay(history);
    expect(failures(verdicts)).toEqual([]);
    expect([...verdicts.values()].every((verdict) => verdict.kind === 'reproduced' && verdict.classification === 'recomputed')).toBe(true);
    expect(verdicts.size).toBe(400);
    expect(late).toEqual([]);
  });

  it('answers decisions that were made further back than the window in a second walk', async () => {
    const first = await replay(history, { window: 3 });
    expect(first.late.length).toBeGreaterThan(20);
    const second = await replay(history, { window: 3, late: first.late, wanted: () => false });
    expect(second.verdicts.size).toBe(first.late.length);
    expect(failures(second.verdicts)).toEqual([]);
    expect(first.verdicts.size + second.verdicts.size).toBe(400);
  });

  it('finds one changed price, and says that it is the price', async () => {
    const at = history.findIndex(({ type, data }) => type === 'ModelSelected' && (data as { price: { rates?: { input?: string } } }).price?.rates?.input !== undefined);
    const forged = structuredClone(history[at]!) as { data: { price: { rates: { input: string } } } };
    forged.data.price.rates.input = `${forged.data.price.rates.input}0`;
    const { verdicts } = await replay(history.with(at, forged as unknown as Recorded));
    expect(failures(verdicts)).toMatchObject([{ kind: 'different', field: 'price.rates.input', input: 'catalogue and prices' }]);
  });

  it('finds one changed price of the catalogue, and names the model whose price it is', async () => {
    const chosen = (history.find(({ type }) => type === 'ModelSelected')!.data as { model: string }).model;
    const at = history.findIndex(({ type, data }) => type === 'ModelListed' && (data as { model: { id: string } }).model.id === chosen);
    const data = JSON.parse(JSON.stringify(history[at]!.data).replace(/"input":"(\d+)"/, '"input":"$19"')) as object;
    const found = failures((await replay(history.with(at, { ...history[at]!, data }))).verdicts);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map((verdict) => [(verdict as { input: string }).input, (verdict as { model: string }).model])).toEqual(found.map(() => ['catalogue and prices', chosen]));
  });

  it('finds one removed event by the decisions that were made at its position', async () => {
    const named = new Set(history.filter(({ type }) => type === 'ModelSelected').map(({ data }) => (data as { position: string }).position));
    const removed = history.findIndex(({ type, position }) => type === 'InferenceCompleted' && named.has(position.commit.toString()));
    const { verdicts } = await replay(history.toSpliced(removed, 1));
    expect(failures(verdicts)).toContainEqual({ kind: 'unknown_position', position: history[removed]!.position.commit.toString() });
  });

  it('names a position that the log does not have', async () => {
    const at = history.findIndex(({ type }) => type === 'ModelSelected');
    const forged = structuredClone(history[at]!) as { data: { position: string } };
    forged.data.position = '999999999';
    const { verdicts } = await replay(history.with(at, forged as unknown as Recorded));
    expect(failures(verdicts)).toEqual([{ kind: 'unknown_position', position: '999999999' }]);
  });
});

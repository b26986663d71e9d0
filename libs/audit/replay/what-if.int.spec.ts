import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import { fromPico, pico, toDollars } from '../../money/money.js';
import type { InferenceCompleted, ModelSelected } from '../../routing/domain/events.js';
import { defaultPolicy, type PublishedPolicy } from '../../routing/domain/policy.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { DeciderRegistry } from '../../routing/exports.js';
import { asCheckpoint } from '../domain/checkpoint-json.js';
import type { Variant } from '../domain/variant.js';
import { asItWas } from '../testing/as-it-was.js';
import { appendHistory } from '../testing/append-history.js';
import { DecisionHistory, openSealed } from '../testing/decision-history.js';
import { runWhatIf, type Checkpoints, type WhatIfFilter, type WhatIfReport } from './run-what-if.js';
import { Texts } from './texts.js';

describe('what if', () => {
  let log: TestLog;
  beforeAll(async () => {
    log = await testLog();
    await appendHistory(log.log, new DecisionHistory({ decisions: 120, organizations: 2, seed: 3 }).events());
  });
  afterAll(() => log.close());

  const run = (variants: readonly Partial<Variant>[], filter: WhatIfFilter = {}, signal?: AbortSignal, checkpoints?: Checkpoints) =>
    runWhatIf(
      { log: log.log, texts: new Texts({ open: openSealed }), deciders: new DeciderRegistry() },
      { filter, variants: variants.map((variant, i) => ({ ...asItWas, name: `v${i}`, ...variant })), ...(signal ? { signal } : {}), ...(checkpoints ? { checkpoints, window: 3 } : {}) },
    );
  const cheap: PublishedPolicy = { name: 'thrift', version: 1, policy: { ...defaultPolicy.policy, modes: { ...defaultPolicy.policy.modes, balanced: { ...defaultPolicy.policy.modes.balanced, quality: 0.05, cost: 0.9, latency: 0.05 } } } };

  it('gives back exactly what happened, when nothing is other than it was', async () => {
    let [cost, decisions] = [0n, 0];
    for await (const { type, data } of log.log.readAll()) {
      if (type === 'ModelSelected') decisions += 1;
      if (type === 'InferenceCompleted') cost += fromPico((data as InferenceCompleted).cost!);
    }
    const { variants: [same], ...report } = await run([{}]);
    expect(report).toMatchObject({ decisions: 120, skipped: 0 });
    expect(same).toMatchObject({ decisions, changed: 0, refused: 0, cost_method: 'exact', cost_before_dollars: toDollars(pico(cost)), cost_after_dollars: toDollars(pico(cost)), cost_after_low_dollars: toDollars(pico(cost)), samples: [], moves: [], expected_success_change: 0 });
    expect(same!.latency_after_ms).toBe(same!.latency_before_ms);
  });

  it('answers five variants in one walk: another policy, a forced model, preferences, prices, the catalogue of another time', async () => {
    const selected: ModelSelected[] = [];
    for await (const { type, data } of log.log.readAll()) if (type === 'ModelSelected') selected.push(data as ModelSelected);
    const balanced = selected.filter(({ optimization, classification }) => optimization !== 'output-optimized' && classification.task === 'text');
    const times = (id: string) => balanced.filter(({ model }) => model === id).length;
    const usual = balanced.map(({ model }) => model).reduce((a, b) => (times(b) > times(a) ? b : a));
    const dear = { unit: 'token' as const, rates: { input: '900000000', output: '900000000' } };
    const { variants } = await run([
      { policy: cheap },
      { model: 'openai/gpt-5' as ModelId },
      { preferences: [{ key: 'excluded_models', value: [usual] }] },
      { prices: { [usual]: dear } as unknown as Variant['prices'] },
      { catalogAsOf: await log.log.head() },
    ]);
    const [thrift, forced, without, dearer, today] = variants;
    expect(thrift!.changed).toBeGreaterThan(10);
    expect(Number(thrift!.cost_after_dollars)).toBeLessThan(Number(thrift!.cost_before_dollars));
    expect(Number(thrift!.cost_after_low_dollars)).toBeLessThan(Number(thrift!.cost_after_dollars));
    expect(thrift!.expected_success_change).toBeLessThan(0);
    expect(thrift!.samples[0]).toMatchObject({ request_id: expect.any(String), story: expect.stringContaining('/v1/audit/decisions/') });
    expect(new Set(forced!.moves.map(({ to }) => to))).toEqual(new Set(['openai/gpt-5', 'refused']));
    expect(without!.moves.filter(({ to }) => to === usual)).toEqual([]);
    expect(without!.moves.some(({ from }) => from === usual)).toBe(true);
    expect(dearer!.moves.some(({ from }) => from === usual)).toBe(true);
    expect(today!.decisions).toBe(120);
    for (const { by, decisions } of variants) for (const rows of Object.values(by)) expect(rows.reduce((sum, row) => sum + (row as unknown as { decisions: number }).decisions, 0)).toBe(decisions);
  });

  it('keeps to its filters', async () => {
    const { decisions } = await run([{}], { orgId: 'org_1', task: 'code' });
    expect(decisions).toBeGreaterThan(0);
    expect(decisions).toBeLessThan(60);
    expect((await run([{}], { from: '2027-01-01T00:00:00.000Z' })).decisions).toBe(0);
  });

  it('says nothing of quality that the log cannot tell', async () => {
    const { variants } = await run([{ policy: cheap }]);
    expect(variants[0]!.quality).toMatchObject({ method: 'prior', why: expect.any(String) });
  });

  it('tells no change of quality where no decision was asked again', async () => {
    const { decisions, variants } = await run([{ policy: cheap }], { to: '2020-01-01T00:00:00.000Z' });
    expect([decisions, variants[0]!.expected_success_change]).toEqual([0, null]);
  });

  it('answers every decision, also those made further back than the window of a walk', async () => {
    const variants: Partial<Variant>[] = [{}, { policy: cheap }, { preferences: [{ key: 'default_optimization', value: 'output-optimized' }] }];
    const never: Checkpoints = { last: null, due: () => false, save: () => Promise.reject(new Error('not due')) };
    const wide = await run(variants);
    const narrow = await run(variants, {}, undefined, never);
    expect(narrow).toMatchObject({ decisions: 120, skipped: 0 });
    // Those are gathered after the others: only the order of what is listed may differ.
    const figures = ({ variants: all }: WhatIfReport) => all.map(({ samples, moves, ...each }) => ({ ...each, samples: samples.length, moves: moves.length }));
    expect(figures(narrow)).toEqual(figures(wide));
  });

  it('goes on from where it was broken off, and finds the same', async () => {
    const variants: Partial<Variant>[] = [{ policy: cheap }, { preferences: [{ key: 'default_optimization', value: 'output-optimized' }] }];
    const never: Checkpoints = { last: null, due: () => false, save: () => Promise.reject(new Error('not due')) };
    const whole = await run(variants, {}, undefined, never);
    let kept: string | null = null;
    for (let stops = 1; ; stops += 1) {
      const stop = new AbortController();
      let asked = 0;
      const checkpoints: Checkpoints = { last: kept, due: () => stop.signal.aborted, save: (checkpoint) => Promise.resolve(void (kept = checkpoint)) };
      // Each run is stopped a little later than the one before was: it looks at the signal before every event.
      const signal = Object.create(stop.signal, { aborted: { get: () => ((asked += 1) > 400 && stop.abort(), stop.signal.aborted) }, throwIfAborted: { value: () => stop.signal.throwIfAborted() } }) as AbortSignal;
      try {
        expect(await run(variants, {}, signal, checkpoints)).toEqual(whole);
        expect(stops).toBeGreaterThan(3);
        return;
      } catch (error) {
        if (!stop.signal.aborted) throw error;
      }
    }
  });

  it('begins again where another build broke off', async () => {
    const last = asCheckpoint({ build: 'decide-0.0000000000+0' });
    const report = await run([{}], {}, undefined, { last, due: () => false, save: () => Promise.reject(new Error('not due')) });
    expect(report).toMatchObject({ decisions: 120, skipped: 0 });
  });

  it('can be cancelled', async () => {
    await expect(run([{}], {}, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

/** A log in which an earlier version of the product decided, and then the present one. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedCatalog } from '../../catalog/exports.js';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import type { Decider } from '../../routing/domain/deciding-code.js';
import { DeciderRegistry } from '../../routing/exports.js';
import type { Variant } from '../domain/variant.js';
import { asItWas } from '../testing/as-it-was.js';
import { appendHistory } from '../testing/append-history.js';
import { DecisionHistory, openSealed } from '../testing/decision-history.js';
import { runWhatIf } from './run-what-if.js';
import { Texts } from './texts.js';
import { verifyDecisions } from './verify-decisions.js';

/** Models of vectors came later: that version knows no such thing. */
const itsModels = shippedCatalog().filter(({ category }) => category !== 'embedding');

describe('decisions of an earlier decider', () => {
  const deciders = new DeciderRegistry();
  let log: TestLog;
  let earlier: Decider;
  beforeAll(async () => {
    log = await testLog();
    earlier = deciders.all().find(({ code }) => code.version === '1.e7f4780941')!;
    await appendHistory(log.log, new DecisionHistory({ decisions: 80, seed: 5, decider: earlier, models: itsModels }).events());
  });
  afterAll(() => log.close());

  const replayer = (registry = deciders) => ({ log: log.log, texts: new Texts({ open: openSealed }), deciders: registry });
  const whatIf = async (variants: readonly Partial<Variant>[]) => runWhatIf(replayer(), { filter: {}, variants: variants.map((variant, i) => ({ ...asItWas, name: `v${i}`, ...variant })) });

  it('are verified by that decider, with the weights it had', async () => {
    expect(await verifyDecisions(replayer(), {})).toMatchObject({ decisions: 80, reproduced: 80, classification: { recomputed: 80 }, deciders: { [earlier.id]: 80 }, differences: [] });
  });

  it('are told apart where a build does not have it', async () => {
    const without = new DeciderRegistry(new URL('file:///nowhere/'));
    const { decisions, reproduced, differences } = await verifyDecisions(replayer(without), {});
    expect([decisions, reproduced]).toEqual([80, 0]);
    expect(differences[0]!.verdict).toEqual({ kind: 'unknown_decider', decider: earlier.id });
  });

  it('can be asked as a newer decider would have decided', async () => {
    const { decisions, skipped, variants } = await whatIf([{}, { decider: deciders.present }]);
    expect([decisions, skipped]).toEqual([80, 0]);
    const [same, newer] = variants;
    expect(same).toMatchObject({ changed: 0, cost_after_dollars: same!.cost_before_dollars });
    expect(newer!.decisions).toBe(80);
    expect(newer!.changed).toBeGreaterThan(0);
  });
});

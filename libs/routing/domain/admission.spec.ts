import { describe, expect, it } from '@jest/globals';
import { aRequest, shippedModels, viewOf } from '../testing/shipped-view.js';
import { admission } from './admission.js';
import { unreadClassification } from './classify-request.js';
import { exclusionOf, type FilterInput } from './filter.js';
import { needsOf } from './needs.js';
import { tasks } from './vocabulary.js';

const view = viewOf(shippedModels());
view.table.settle();
const everySeventh = Uint8Array.from({ length: view.table.size }, (_, row) => (row % 7 === 0 ? 1 : 0));

function inputs(): readonly FilterInput[] {
  const profiles = [{}, { tools: 2 }, { wantsJsonSchema: true }, { modalities: ['text', 'image'] as const }, { modalities: ['text', 'video'] as const, seconds: 40 }, { inputTokens: 150_000 }];
  return tasks.flatMap((task) =>
    profiles.flatMap((profile) =>
      [null, everySeventh].map((excludedRows) => {
        const request = aRequest({ hints: { task }, profile });
        const classification = unreadClassification(request);
        return { request, classification, needs: needsOf(request, classification), demands: [], table: view.table, learnt: view.learnt('live'), excludedRows, uncallable: null, atMs: 0 };
      }),
    ),
  );
}

const answers = (input: FilterInput, ask: (row: number) => unknown) => [...view.table.candidates(input.needs.task)].map(ask);

describe('admission', () => {
  it('gives the reason that asking every question of a row gives, also when the kind of need was asked before', () => {
    for (const input of [...inputs(), ...inputs()]) expect(answers(input, admission(input))).toEqual(answers(input, (row) => exclusionOf(input, row)));
  });

  it('forgets what it knew when the table changes', () => {
    const [input] = inputs();
    const row = view.table.candidates('text').find((candidate) => admission(input!)(candidate) === null)!;
    view.table.apply({ type: 'ModelRetired', data: { id: view.table.model(row).id } } as Parameters<typeof view.table.apply>[0]);
    view.table.settle();
    expect(admission(input!)(row)).toBe('deprecated');
  });
});

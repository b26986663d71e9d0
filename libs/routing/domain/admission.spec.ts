import { describe, expect, it } from '@jest/globals';
import { aRequest, shippedModels, viewOf } from '../testing/shipped-view.js';
import { admit } from './admission.js';
import { exclusions } from './exclusion.js';
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

/** The rows, and the counts by reason, as one walk over the candidates finds them. */
function asked(input: FilterInput) {
  const reasons = [...view.table.candidates(input.needs.task)].map((row) => ({ row, reason: exclusionOf(input, row) }));
  const counts = exclusions.map((each) => reasons.filter(({ reason }) => reason === each).length);
  return { rows: reasons.filter(({ reason }) => reason === null).map(({ row }) => row), counts };
}

function admitted(input: FilterInput) {
  const into = { rows: new Int32Array(view.table.size), excluded: new Int32Array(exclusions.length) };
  const count = admit(input, into);
  return { rows: [...into.rows.subarray(0, count)], counts: [...into.excluded] };
}

describe('admission', () => {
  it('finds what asking every question of every row finds, also when the kind of need was asked before', () => {
    for (const input of [...inputs(), ...inputs()]) expect(admitted(input)).toEqual(asked(input));
  });

  it('forgets what it knew when the table changes', () => {
    const [input] = inputs();
    const [row] = admitted(input!).rows;
    view.table.apply({ type: 'ModelRetired', data: { id: view.table.model(row!).id } } as Parameters<typeof view.table.apply>[0]);
    view.table.settle();
    expect(admitted(input!)).toEqual(asked(input!));
    expect(admitted(input!).rows).not.toContain(row);
  });
});

import { describe, expect, it } from 'vitest';
import { keptByOcMirror, leftOf, selectionCases, selectionsOf } from '../../support/selections.ts';

describe('what oc-mirror v2 selected', () => {
  it('has a row for each run', () => expect(selectionCases).toHaveLength(122));

  it.each(selectionCases.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const { refusals, selections } = selectionsOf(row);
    const refused = refusals.length > 0 || selections.some(({ selection }) => selection.refused);
    expect({ refused, why: refusals }).toMatchObject({ refused: row.exit !== 0 });
    if (row.exit !== 0) return;
    // With `full: true` alone oc-mirror does not write a catalog of its own.
    const written = selections.filter(({ isWhole }) => !isWhole);
    expect(written.map(({ selection }) => JSON.stringify(leftOf(selection.catalog))).sort()).toEqual(
      keptByOcMirror(row)
        .map((kept) => JSON.stringify(kept))
        .sort(),
    );
  });
});

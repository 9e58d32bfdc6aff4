import { describe, expect, it } from 'vitest';
import { selectByImageSet } from '../../../server/src/catalog/imageSetSelection.ts';
import { parseImageSets } from '../../../server/src/documents/imageSetFile.ts';
import { selectionCatalog } from '../../support/selections.ts';

const catalog = selectionCatalog('second-index');

function select(operators: string, image?: string) {
  const text = `kind: ImageSetConfiguration\napiVersion: mirror.openshift.io/v2alpha1\nmirror:\n  operators:\n${operators}`;
  const found = selectByImageSet(catalog, parseImageSets(text), image);
  if (!found.ok) return found.catalogs;
  const { refused, problems, catalog: left } = found.selection;
  return [refused, left.packages.map(({ name }) => name).join(), ...problems.map(({ message }) => message)];
}

const beta = '  - catalog: q.io/lab/second-index:v4.18\n    packages: [{name: beta-operator}]\n';
const alpha = '  - catalog: q.io/other:v1\n    packages: [{name: alpha-operator}]\n';

describe('the entry of an ImageSetConfiguration that is for a catalog', () => {
  it('is the one with its name, by tag or digest', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    for (const name of [
      'q.io/lab/second-index:v4.18',
      'docker://q.io/lab/second-index:v4.18',
      `q.io/lab/second-index@${digest}`,
    ]) {
      expect(select(alpha + beta, name)).toEqual([false, 'beta-operator']);
    }
    expect(select(alpha + beta, 'q.io/lab/second-index')).toEqual([false, 'beta-operator']);
    expect(select(alpha + beta, 'q.io/lab/second-index:v4.17')).toEqual([
      'q.io/other:v1',
      'q.io/lab/second-index:v4.18',
    ]);
    expect(select(alpha + beta, 'q.io/second-index:v4.18')).toEqual([
      'q.io/other:v1',
      'q.io/lab/second-index:v4.18',
    ]);
  });

  it('is the only one for what has no name', () => {
    expect(select(beta)).toEqual([false, 'beta-operator']);
    expect(select(alpha + beta)).toEqual(['q.io/other:v1', 'q.io/lab/second-index:v4.18']);
  });

  it('is the first one of two for two places', () => {
    const again = '  - {catalog: "q.io/lab/second-index:v4.18", targetTag: v2}\n';
    expect(select(beta + again, 'q.io/lab/second-index:v4.18')).toEqual([
      false,
      'beta-operator',
      'q.io/lab/second-index:v4.18 has several entries; this is the first',
    ]);
  });

  it('is refused with the whole file', () => {
    expect(select(`${beta}    nonsense: true\n`)).toEqual([
      true,
      'beta-operator',
      'Line 7: there is no field "nonsense" in mirror.operators[0]',
    ]);
  });
});

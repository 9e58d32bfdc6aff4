import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../../server/src/catalog/model.ts';
import { documentsOf } from '../../../../server/src/catalog/textDocuments.ts';
import { packageProblems, validity } from '../../../../server/src/catalog/validity.ts';
import { keepingOf, keptDocuments } from '../../../../server/src/mirror/catalogImage/keptDocuments.ts';
import {
  keptByOcMirror,
  leftOf,
  selectionCases,
  selectionCatalog,
  selectionCatalogText,
  selectionsOf,
} from '../../../support/selections.ts';

/** The file that is left of a text. */
function pruned(text: string, keep: Catalog): string {
  return [...keptDocuments(text, keepingOf(keep))]
    .map((document) => (typeof document === 'object' ? document.text : ''))
    .join('');
}

function read(text: string): Catalog {
  return fileBasedCatalog([{ path: 'catalog', text }]);
}

/** The same catalog in YAML. */
function inYaml(text: string): string {
  return [...documentsOf(text)].map(({ value }) => `---\n${dump(value)}`).join('');
}

describe('what oc-mirror v2 left of a catalog', () => {
  const written = selectionCases.filter(({ exit }) => exit === 0);

  it.each(
    written.flatMap((row) => (['JSON', 'YAML'] as const).map((form) => [row.name, form, row] as const)),
  )('%s, from %s', (_, form, row) => {
    const { selections } = selectionsOf(row);
    const left = selections
      .filter(({ isWhole }) => !isWhole)
      .map(({ name, selection: { catalog } }) => {
        const source = selectionCatalogText(name);
        const result = read(pruned(form === 'JSON' ? source : inYaml(source), catalog));
        expect(result.packages).toEqual(catalog.packages);
        // What is wrong with a package that is taken as it is, stays wrong.
        const unsound = new Set(
          selectionCatalog(name)
            .packages.filter((one) => packageProblems(one).length > 0)
            .map((one) => one.name),
        );
        expect(
          validity(result).filter((one) => one.package === undefined || !unsound.has(one.package)),
        ).toEqual([]);
        return leftOf(result);
      });
    expect(left.map((one) => JSON.stringify(one)).sort()).toEqual(
      keptByOcMirror(row)
        .map((one) => JSON.stringify(one))
        .sort(),
    );
  });
});

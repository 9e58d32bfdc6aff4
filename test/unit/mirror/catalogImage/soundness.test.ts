import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../../server/src/catalog/fileBased.ts';
import { bundlesOf } from '../../../../server/src/catalog/model.ts';
import { offering } from '../../../../server/src/catalog/offering.ts';
import { validity } from '../../../../server/src/catalog/validity.ts';
import { keepingOf, keptDocuments } from '../../../../server/src/mirror/catalogImage/keptDocuments.ts';
import { configsOf } from '../../../support/catalogs.ts';
import { selectionCatalogText } from '../../../support/selections.ts';
import { fuzz } from '../../../support/texts.ts';

const sources = {
  'lab-operator-index': [selectionCatalogText('lab-operator-index')],
  'community-part': (configsOf('community-part') ?? []).map(({ text }) => text),
};

it.each(Object.entries(sources))(
  'a sound catalog stays sound, whichever bundles of it are not offered: %s',
  (_, texts) => {
    const whole = fileBasedCatalog(texts.map((text, at) => ({ path: `${at}`, text })));
    expect(validity(whole)).toEqual([]);
    const count = bundlesOf(whole).length;
    fc.assert(
      fc.property(fc.array(fc.nat(count - 1), { maxLength: count }), (gone) => {
        const names = new Set(gone.map((at) => bundlesOf(whole)[at]?.name));
        const { catalog: keep } = offering(whole, (_, bundle) => !names.has(bundle));
        const keeping = keepingOf(keep);
        const left = texts.map((text, at) => ({
          path: `${at}`,
          text: [...keptDocuments(text, keeping)]
            .map((document) => (typeof document === 'object' ? document.text : ''))
            .join(''),
        }));
        const read = fileBasedCatalog(left);
        expect(read.packages).toEqual(keep.packages);
        expect(validity(read)).toEqual([]);
      }),
      fuzz(40),
    );
  },
);

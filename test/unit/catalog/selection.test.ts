import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../server/src/catalog/model.ts';
import { selectFrom } from '../../../server/src/catalog/selection.ts';
import { selectionOf } from '../../../server/src/catalog/selectionOfImageSet.ts';
import { parseImageSets } from '../../../server/src/documents/imageSetFile.ts';
import { parseOcMirrorReference } from '../../../server/src/documents/ocMirrorReference.ts';
import {
  type KeptPackage,
  type SelectionCase,
  selectionCases,
  selectionCatalog,
} from '../../support/selections.ts';

/** What oc-mirror writes and `opm` refuses; everything else is the same. */
const otherwise: Readonly<Record<string, string>> = {
  'deprecated-min-1.1.0': 'a deprecation of a channel that is gone is left out',
};

describe('what oc-mirror v2 selected', () => {
  it('has a row for each run', () => expect(selectionCases).toHaveLength(122));

  it.each(selectionCases.map((row) => [row.name, row] as const))('%s', (name, row) => {
    const text = imageSetText(row);
    const { imageSets, problems } = parseImageSets(text);
    const [imageSet] = imageSets;
    const refusals = [...problems, ...(imageSet?.problems ?? [])];
    const selections = (imageSet?.operators ?? []).map((operator) => ({
      catalog: nameOf(operator.catalog?.value ?? ''),
      full: operator.full && operator.packages.length === 0,
      ...pick(selectFrom(catalogNamed(operator.catalog?.value ?? ''), selectionOf(operator))),
    }));
    const refused = refusals.length > 0 || selections.some((one) => one.refused);
    expect({ refused, why: refusals.map(({ message }) => message) }).toMatchObject({
      refused: row.exit !== 0,
    });
    if (row.exit !== 0) return;
    // With `full: true` alone oc-mirror does not write a catalog of its own.
    const written = selections.filter((one) => !one.full);
    expect(written.map(({ left }) => JSON.stringify(left)).sort()).toEqual(
      Object.values(row.catalogs ?? {})
        .map((packages) => JSON.stringify(keptOf(packages, name in otherwise)))
        .sort(),
    );
  });
});

function imageSetText({ config }: SelectionCase): string {
  return dump({
    kind: 'ImageSetConfiguration',
    apiVersion: 'mirror.openshift.io/v2alpha1',
    mirror: { operators: config },
  });
}

function nameOf(catalog: string): string {
  const parsed = parseOcMirrorReference(catalog);
  return (parsed.ok ? parsed.reference.name : catalog).replace(/^.*\//, '');
}

function catalogNamed(catalog: string): Catalog {
  return selectionCatalog(nameOf(catalog));
}

function pick({ catalog, refused }: ReturnType<typeof selectFrom>) {
  const left = catalog.packages.map((owner) => [
    owner.name,
    {
      defaultChannel: owner.defaultChannel,
      channels: Object.fromEntries(
        owner.channels
          .map(({ name, entries }) => [name, entries] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
      bundles: owner.bundles.map(({ name }) => name).sort(),
      deprecations: owner.deprecations.length,
    },
  ]);
  return { refused, left };
}

function keptOf(packages: Readonly<Record<string, KeptPackage>>, isOther: boolean) {
  return Object.entries(packages)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { defaultChannel, channels, bundles, deprecations = [] }]) => [
      name,
      {
        defaultChannel,
        channels: Object.fromEntries(
          Object.entries(channels)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([channel, entries]) => [
              channel,
              entries.map((entry) => ({
                name: entry.name,
                replaces: entry.replaces ?? '',
                skips: entry.skips ?? [],
                skipRange: entry.skipRange ?? '',
              })),
            ]),
        ),
        bundles,
        deprecations: deprecations.length - (isOther ? 1 : 0),
      },
    ]);
}

import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { memo } from '../../../../server/src/base/memo.ts';
import { fileBasedCatalog } from '../../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../../server/src/catalog/model.ts';
import { documentsOf } from '../../../../server/src/catalog/textDocuments.ts';
import { packageProblems, validity } from '../../../../server/src/catalog/validity.ts';
import {
  keepingOf,
  keptDocuments,
  tooLarge,
} from '../../../../server/src/mirror/catalogImage/keptDocuments.ts';
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

/** The catalog of a run in YAML. */
function inYaml(name: string): string {
  const text =
    yaml.get(name) ??
    [...documentsOf(selectionCatalogText(name))].map(({ value }) => `---\n${dump(value)}`).join('');
  yaml.set(name, text);
  return text;
}

const yaml = new Map<string, string>();

/** The packages of a catalog that something is wrong with. */
const unsoundOf = memo(
  ({ packages }: Catalog) =>
    new Set(packages.filter((one) => packageProblems(one).length > 0).map(({ name }) => name)),
);

describe('what oc-mirror v2 left of a catalog', () => {
  const written = selectionCases.filter(({ exit }) => exit === 0);

  it.each(
    written.flatMap((row) => (['JSON', 'YAML'] as const).map((form) => [row.name, form, row] as const)),
  )('%s, from %s', (_, form, row) => {
    const { selections } = selectionsOf(row);
    const left = selections
      .filter(({ isWhole }) => !isWhole)
      .map(({ name, selection: { catalog } }) => {
        const source = form === 'JSON' ? selectionCatalogText(name) : inYaml(name);
        const result = read(pruned(source, catalog));
        expect(result.packages).toEqual(catalog.packages);
        // What is wrong with a package that is taken as it is, stays wrong.
        const unsound = unsoundOf(selectionCatalog(name));
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

const json = (value: object) => JSON.stringify(value);
const properties = [{ type: 'olm.package', value: { packageName: 'p', version: '1.0.0' } }];
const documents = {
  package: json({ schema: 'olm.package', name: 'p', defaultChannel: 'stable' }),
  channel: json({
    schema: 'olm.channel',
    package: 'p',
    name: 'stable',
    entries: [
      { name: 'p.v2', replaces: 'p.v1' },
      { name: 'p.v1', skips: ['p.v0'] },
    ],
    properties: [{ type: 'x', value: 1 }],
  }),
  other: json({ schema: 'olm.channel', package: 'p', name: 'old', entries: [{ name: 'p.v1' }] }),
  two: json({ schema: 'olm.bundle', package: 'p', name: 'p.v2', image: 'quay.io/p/b:2', properties }),
  one: json({ schema: 'olm.bundle', package: 'p', name: 'p.v1', image: 'quay.io/p/b:1', properties }),
  deprecations: json({
    schema: 'olm.deprecations',
    package: 'p',
    entries: [
      { reference: { schema: 'olm.package' }, message: 'all of it' },
      { reference: { schema: 'olm.channel', name: 'old' }, message: 'old' },
      { reference: { schema: 'olm.bundle', name: 'p.v1' }, message: 'first' },
    ],
  }),
};
const whole = read(Object.values(documents).join('\n'));

/** `whole` with other fields in its only package. */
function keeping(fields: Partial<Catalog['packages'][number]>): Catalog {
  return { ...whole, packages: whole.packages.map((owner) => ({ ...owner, ...fields })) };
}

describe('documents', () => {
  it('that stay are what they were, to the letter', () => {
    const strange = [
      '{"schema":"olm.bundle","package":"p","name":"p.v2","x":12345678901234567890,"x":1.0,"\\u0061":"\\/"}',
      '{ "schema": "of.my.own", "package": "p", "anything": [null] }',
      '{"schema":"of.all","name":"n"}',
    ].join('\n');
    expect(pruned(strange, whole)).toBe(`${strange}\n`);
    const yaml = '# mine\nschema: olm.bundle\npackage: p\nname: p.v2\nx: [yes, 0o7, 2001-01-01] # kept\n';
    expect(pruned(`${yaml}---\nschema: olm.bundle\npackage: q\nname: q\n`, whole)).toBe(`---\n${yaml}`);
    expect(pruned(Object.values(documents).join('\n'), whole)).toBe(
      `${Object.values(documents).join('\n')}\n`,
    );
  });

  it('keep their other fields where some go', () => {
    const [owner] = whole.packages;
    const keep = keeping({
      defaultChannel: 'fast',
      channels: [{ ...owner!.channels[0]!, entries: owner!.channels[0]!.entries.slice(0, 1) }],
      bundles: owner!.bundles.slice(0, 1),
      deprecations: owner!.deprecations.slice(0, 1),
    });
    const left = [...documentsOf(pruned(Object.values(documents).join('\n'), keep))].map(
      ({ value }) => value,
    );
    expect(left).toEqual([
      { ...JSON.parse(documents.package), defaultChannel: 'fast' },
      { ...JSON.parse(documents.channel), entries: [{ name: 'p.v2', replaces: 'p.v1' }] },
      JSON.parse(documents.two),
      { ...JSON.parse(documents.deprecations), entries: [JSON.parse(documents.deprecations).entries[0]] },
    ]);
  });

  it('of deprecations go where nothing of what they name is left', () => {
    expect(pruned(documents.deprecations, keeping({ deprecations: [] }))).toBe('');
  });

  it.each([
    ['other packages', '{"schema":"olm.bundle","package":"q","name":"p.v2"}'],
    ['no schema', '{"package":"p","name":"p.v2"}'],
    ['no package, and a schema that must have one', '{"schema":"olm.bundle","name":"p.v2"}'],
    ['no object', '[1]'],
    ['no JSON', '{"schema":'],
  ])('of %s go', (_, text) => expect(pruned(text, whole)).toBe(''));

  it('that say more by their aliases than can be written down are told', () => {
    const lines = Array.from(
      { length: 30 },
      (_, n) => `a${n}: &a${n} [${n === 0 ? 1 : `*a${n - 1}, *a${n - 1}`}]`,
    );
    const bomb = [
      'schema: olm.channel',
      'package: p',
      'name: stable',
      'entries: [{name: p.v9}]',
      ...lines,
    ].join('\n');
    expect([...keptDocuments(bomb, keepingOf(whole))]).toEqual([tooLarge]);
  });
});

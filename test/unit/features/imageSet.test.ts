import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../server/src/catalog/model.ts';
import { completion } from '../../../server/src/features/completion.ts';
import { hover } from '../../../server/src/features/hover.ts';
import { imageSetLenses } from '../../../server/src/features/imageSetLenses.ts';
import { imageSetPartAt, selectedBy } from '../../../server/src/features/imageSetParts.ts';
import { inlayHints } from '../../../server/src/features/inlayHints.ts';
import { mirrorRunLenses } from '../../../server/src/features/mirrorRunLenses.ts';
import { selectionLines, selectionPage } from '../../../server/src/features/selectionPage.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { type Facts, noFacts } from '../../../server/src/workspace/facts.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { catalogFixtures, filesBelow } from '../../support/catalogs.ts';
import { selectionCatalog } from '../../support/selections.ts';

const catalogs: Readonly<Record<string, Catalog>> = {
  'quay.io/lab/index:v1': selectionCatalog('lab-operator-index'),
  'quay.io/lab/community:v1': fileBasedCatalog(
    filesBelow(`${catalogFixtures}/community-operator-index/configs`),
  ),
};

const facts: Facts = {
  ...noFacts,
  catalog(name) {
    const value = catalogs[name];
    return value === undefined ? { state: 'pending' } : { state: 'known', at: 0, value };
  },
};

const head = 'apiVersion: mirror.openshift.io/v2alpha1\nkind: ImageSetConfiguration\nmirror:\n  operators:\n';
const lab = `${head}  - catalog: quay.io/lab/index:v1\n    packages:\n`;
const community = `${head}  - catalog: quay.io/lab/community:v1\n    packages:\n`;

function at(marked: string) {
  const before = marked.slice(0, marked.indexOf('^')).split('\n');
  const text = marked.replace('^', '');
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return { position, snapshot: new Snapshot().with('a.yaml', parseText(text, 'yaml')) };
}

function complete(marked: string, given = facts) {
  const { position, snapshot } = at(marked);
  const { items, isIncomplete } = completion({ snapshot, facts: given }, 'a.yaml', position);
  return { items, isIncomplete, labels: items.map(({ label }) => label) };
}

function hoverText(marked: string): string {
  const { position, snapshot } = at(marked);
  return hover({ snapshot, facts, now: 0 }, 'a.yaml', position)?.text ?? '';
}

describe('completion in an ImageSetConfiguration', () => {
  it('offers the packages of the catalog, with what they are', () => {
    const { items } = complete(`${community}    - name: cert^`);
    expect(items.map(({ label }) => label)).toEqual(['cert-manager']);
    expect(items[0]?.documentation).toContain('**`cert-manager`**');
    expect(items[0]?.documentation).toContain('Default channel: `');
    expect(items[0]?.documentation).toContain('Newest version: `');
  });

  it('offers the channels of the package, the default one first, and quotes numbers', () => {
    const { items, labels } = complete(
      `${lab}    - name: datever-operator\n      channels:\n      - name: ^`,
    );
    expect(labels).toEqual(['4.8', '4.9']);
    expect(items.map(({ newText }) => newText)).toEqual(['"4.8"', '"4.9"']);
    expect(items[0]?.detail).toContain('the default channel');
    const quoted = complete(`${lab}    - name: datever-operator\n      channels:\n      - name: "4.^"`);
    expect(quoted.items.map(({ newText }) => newText)).toEqual(['4.8', '4.9']);
    expect(complete(`${lab}    - name: alpha-operator\n      defaultChannel: stab^`).labels).toEqual([
      'stable',
      'stable-1.0',
      'stable-1.1',
    ]);
  });

  it('offers the versions of the channel or of the package, the newest first', () => {
    const inChannel = `${lab}    - name: alpha-operator\n      channels:\n      - name: stable-1.0\n        minVersion: ^`;
    expect(complete(inChannel).labels).toEqual(['1.0.1', '1.0.0']);
    expect(complete(inChannel).items.map(({ detail }) => detail)).toEqual([
      'stable-1.0 (head)',
      'stable-1.0',
    ]);
    expect(complete(`${lab}    - name: olddefault-operator\n      maxVersion: ^`).labels).toEqual([
      '7.2.0',
      '7.1.0',
      '7.0.1',
      '7.0.0',
    ]);
  });

  it('offers of a package versions of the channels that it names, wherever they stand', () => {
    const channels = '      channels:\n      - name: stable-1.0\n      - { name: none }\n';
    expect(complete(`${lab}    - name: alpha-operator\n${channels}      minVersion: ^`).labels).toEqual([
      '1.0.1',
      '1.0.0',
    ]);
    expect(complete(`${lab}    - name: alpha-operator\n      maxVersion: ^\n${channels}`).labels).toEqual([
      '1.0.1',
      '1.0.0',
    ]);
    expect(complete(`${lab}    - name: alpha-operator\n      defaultChannel: ^\n${channels}`).labels).toEqual(
      ['stable-1.0'],
    );
  });

  it('offers no package and no channel that the entry has already', () => {
    const packages = '    - name: alpha-operator\n    - name: alpha^';
    expect(complete(`${lab}${packages}`).labels).toEqual([]);
    const channels = '      channels:\n      - name: "4.8"\n      - name: ^';
    expect(complete(`${lab}    - name: datever-operator\n${channels}`).labels).toEqual(['4.9']);
  });

  it('offers the path and the tag of the catalog for those in the mirror registry', () => {
    expect(complete(`${head}  - catalog: quay.io/lab/index:v1\n    targetCatalog: ^`).labels).toEqual([
      'lab/index',
    ]);
    expect(complete(`${head}  - catalog: quay.io/lab/index:v1\n    targetTag: ^`).labels).toEqual(['v1']);
  });

  it('offers repositories of what is selected as blocked images', () => {
    const text = `${lab}    - name: alpha-operator\n  blockedImages:\n  - name: alpha^`;
    expect(complete(text).labels).toEqual([
      'registry.redhat.io/lab/alpha-operator-bundle',
      'registry.redhat.io/lab/alpha-operator-rhel9-operator',
    ]);
  });

  it('offers release channels of the OpenShift that the catalogs are for', () => {
    const text = `${head}  - catalog: quay.io/lab/index:v4.18\n  platform:\n    channels:\n    - name: ^`;
    expect(complete(text).labels).toEqual(['stable-4.18', 'eus-4.18', 'fast-4.18', 'candidate-4.18']);
  });

  it('offers the catalogs that other files name', () => {
    const { snapshot } = at(`${head}  - catalog: ^\n`);
    const more = snapshot.with('b.yaml', parseText(`${lab}    - name: a\n`, 'yaml'));
    const { items } = completion({ snapshot: more, facts }, 'a.yaml', { line: 4, character: 13 });
    expect(items.map(({ label }) => label)).toEqual(['quay.io/lab/index:v1']);
  });

  it('asks again while the catalog is not known', () => {
    expect(complete(`${lab}    - name: ^`, noFacts)).toMatchObject({ items: [], isIncomplete: true });
  });
});

const spoken = `schema: olm.package
name: spoken
defaultChannel: stable
---
schema: olm.channel
package: spoken
name: stable
entries:
- name: spoken.v1.0.0
---
schema: olm.bundle
package: spoken
name: spoken.v1.0.0
image: quay.io/lab/spoken:v1
properties:
- type: olm.package
  value: { packageName: spoken, version: 1.0.0 }
- type: olm.csv.metadata
  value:
    displayName: "A *spoken* one"
    provider: { name: The Lab }
    annotations: { description: "Speaks in short." }
`;

describe('a hover in an ImageSetConfiguration', () => {
  it('says what the operator says of itself, which is not Markdown', () => {
    const catalog = fileBasedCatalog([{ path: 'catalog.yaml', text: spoken }]);
    const { position, snapshot } = at(`${lab}    - name: spo^ken\n`);
    const given: Facts = { ...facts, catalog: () => ({ state: 'known', at: 0, value: catalog }) };
    expect(hover({ snapshot, facts: given, now: 0 }, 'a.yaml', position)?.text).toBe(
      '**`spoken`** A \\*spoken\\* one\n\nSpeaks in short.\n\nProvided by The Lab. Default channel: `stable`. Newest version: `1.0.0`.\n\nSelected here: 1 bundle, 1 image.',
    );
  });

  it.each([
    [
      `${community}    - name: cert-^manager\n`,
      ['**`cert-manager`**', 'Default channel: `stable`. Newest version: `1.6.1`.', 'Selected here: '],
    ],
    [
      `${lab}    - name: alpha-operator\n      channels:\n      - name: sta^ble\n`,
      ['The default channel.', '5 versions.'],
    ],
    [
      `${lab}    - name: alpha-operator\n      minVersion: 1.0^.1\n`,
      ['`alpha-operator.v1.0.1`', 'In `stable`, `stable-1.0`'],
    ],
    [`${lab}    - name: deprecated-operator\n      channels: [{ name: ol^d }]\n`, ['Deprecated: ']],
  ])('%#', (marked, parts) => {
    const text = hoverText(marked);
    for (const part of parts) expect(text).toContain(part);
  });

  it('says what the field is for where the catalog does not know the name', () => {
    expect(hoverText(`${lab}    - name: no^ne\n`)).toContain('`mirror.operators.packages.name`');
  });
});

const everywhere = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
const entries = `${lab}    - name: alpha-operator\n    - name: skips-operator\n      minVersion: 2.1.0\n    - name: none\n`;

/** Sizes of all images that have a word in their name; of two with the same one blob is the same. */
function sized(word: string): Facts {
  return {
    ...facts,
    version: 1,
    peek(reference) {
      const name = `${reference.repository}@${reference.digest ?? reference.tag}`;
      if (!name.includes(word)) return { state: 'pending' };
      const blobs = [
        ['the same', 1024],
        [name, 1024],
      ] as const;
      const value = {
        digest: name,
        mediaType: '',
        size: 2048,
        blobs,
        platforms: [],
        created: undefined,
        labels: {},
      };
      return { state: 'known', at: 0, value };
    },
  };
}

describe('behind each entry', () => {
  const hintsOf = (given: Facts) => {
    const { snapshot } = at(`${entries}^`);
    return inlayHints({ snapshot, facts: given }, 'a.yaml', everywhere).map(
      ({ position, label }) => `${position.line + 1} ${label}`,
    );
  };

  it('stands what it comes to', () => {
    expect(hintsOf(facts)).toEqual([
      '5 8 bundles, 17 images',
      '7 4 bundles, 9 images',
      '8 4 bundles, 9 images',
      '10 0 bundles, 0 images',
    ]);
    expect(hintsOf(noFacts)).toEqual([]);
  });

  it('stands how many bytes that is, as far as they are known, with what images share once', () => {
    expect(hintsOf(sized(''))).toEqual([
      '5 8 bundles, 17 images, 18.0 KiB',
      '7 4 bundles, 9 images, 10.0 KiB',
      '8 4 bundles, 9 images, 10.0 KiB',
      '10 0 bundles, 0 images',
    ]);
    expect(hintsOf(sized('alpha'))[0]).toMatch(/^5 8 bundles, 17 images, at least \d/);
  });
});

describe('the lens of an entry', () => {
  const lensesOf = (given: Facts, text = entries) =>
    imageSetLenses(at(`${text}^`).snapshot.files.get('a.yaml'), given).map(
      ({ line, title, action }) => `${line} ${title}${action === undefined ? '' : ` (${action})`}`,
    );

  it('shows the bundles of it, or says why nobody can', () => {
    expect(lensesOf(facts)).toEqual([
      '4 Show bundles (show-bundles)',
      '6 Show bundles (show-bundles)',
      '7 Show bundles (show-bundles)',
      '9 Show bundles (show-bundles)',
    ]);
    expect(lensesOf({ ...facts, catalog: () => ({ state: 'failed', reason: 'quay.io is away' }) })).toEqual([
      '4 The catalog is not known: quay.io is away',
    ]);
  });

  it('is not there for oc-mirror v1, nor in a template', () => {
    expect(lensesOf(facts, entries.replace('v2alpha1', 'v1alpha2'))).toEqual([]);
    expect(lensesOf(facts, entries.replace('name: none', 'name: "{{ none }}"'))).toEqual([]);
  });
});

describe('the lenses of the whole', () => {
  const lensesOf = (text: string) =>
    mirrorRunLenses(at(`${text}^`).snapshot.files.get('a.yaml')).map(
      ({ line, title, action }) => `${line} ${title} (${action})`,
    );

  it('plan and mirror it, above its first line', () => {
    expect(lensesOf(entries)).toEqual(['0 Plan (plan)', '0 Mirror (mirror)']);
    expect(lensesOf(`a: 1\n---\n# a comment\n${entries}---\n${entries}`)).toEqual([
      '3 Plan (plan)',
      '3 Mirror (mirror)',
    ]);
  });

  it.each([
    ['oc-mirror v1', entries.replace('v2alpha1', 'v1alpha2')],
    ['a template', entries.replace('name: none', 'name: "{{ none }}"')],
    ['what is to be deleted', entries.replace('kind: Image', 'kind: DeleteImage')],
    ['another resource', 'apiVersion: v1\nkind: ConfigMap\n'],
  ])('are not there for %s', (_name, text) => expect(lensesOf(text)).toEqual([]));
});

describe('the page of what is selected', () => {
  const pageOf = (marked: string, given: Facts) => {
    const { position, snapshot } = at(marked);
    const part = imageSetPartAt(snapshot.files.get('a.yaml') ?? expect.unreachable(), position);
    const selected = part && selectedBy(part, given, 'a.yaml');
    if (part === undefined || selected?.state !== 'known') return undefined;
    return { page: selectionPage(part, selected, given, 'a.yaml'), lines: selectionLines(part, selected) };
  };

  it('has the bundles of a package, what is wrong, and its images', async () => {
    const text = `${lab}    - name: deprecated-operator\n      minVersion: ^1.1.0\n`;
    await expect(pageOf(text, sized('deprecated'))?.page).toMatchFileSnapshot(
      '../../fixtures/features/selectionPage.md',
    );
  });

  it('has all packages of an entry, and none where nothing selects', () => {
    const page = pageOf(`${entries}    full: fal^se\n`, facts)?.page;
    expect(page).toContain('# quay.io/lab/index:v1\n\n2 packages, 8 bundles, 17 images.');
    expect(page).toContain('## alpha-operator');
    expect(page).toContain('- Package none is not in this catalog');
    expect(pageOf(`kind^: ImageSetConfiguration\nmirror: {}\n`, facts)).toBeUndefined();
  });

  it('is a few lines where an editor has no pages', () => {
    const text = `${lab}    - name: ^skips-operator\n      minVersion: 2.1.0\n`;
    expect(pageOf(text, facts)?.lines).toMatchInlineSnapshot(`
      "skips-operator: 4 bundles, 9 images.
      skips-operator.v2.1.0, skips-operator.v2.1.1, skips-operator.v2.1.3 and skips-operator.v2.2.0"
    `);
  });
});

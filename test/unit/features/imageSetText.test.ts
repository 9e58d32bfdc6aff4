import { describe, expect, it } from 'vitest';
import { choose } from '../../../server/src/catalog/choosing.ts';
import type { PackageSelection } from '../../../server/src/catalog/selection.ts';
import { applyEdits } from '../../../server/src/documents/textEdits.ts';
import {
  addToImageSet,
  imageSetText,
  type NamedSelection,
} from '../../../server/src/features/imageSetText.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { viewCatalog, viewPackage } from '../../support/viewCatalog.ts';

const image = 'registry.example/x/index:v4.18';
const packages: readonly PackageSelection[] = [
  { name: 'certs' },
  { name: 'keys', channels: [{ name: 'stable', minVersion: '1.1.0' }] },
];

function fileOf(text: string) {
  return { path: '/w/imageset.yaml', content: parseText(text, 'yaml') };
}

/** What is found in a file whose catalogs are all this one. */
function findingsIn(text: string): string[] {
  const file = fileOf(text);
  const snapshot = new Snapshot().with(file.path, file.content);
  const value = viewCatalog();
  const facts = { ...noFacts, catalog: () => ({ state: 'known', value, at: 0 }) as const };
  return analyze(file, { snapshot, settings: defaultSettings, facts }).map(
    ({ code, message }) => `${code} ${message}`,
  );
}

describe('an ImageSetConfiguration that is made of a choice', () => {
  it('is one for oc-mirror v2', () => {
    expect(imageSetText([{ catalog: image, packages }])).toBe(`apiVersion: mirror.openshift.io/v2alpha1
kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: registry.example/x/index:v4.18
    packages:
    - name: certs
    - name: keys
      channels:
      - name: stable
        minVersion: "1.1.0"
`);
  });

  it('has nothing that a rule finds, whatever is ticked alone', () => {
    for (const name of ['certs', 'keys']) {
      const owner = viewPackage(name);
      const boxes = owner.channels.flatMap((channel) => [
        { channel: channel.name },
        ...channel.entries.map((entry) => ({ channel: channel.name, bundle: entry.name })),
      ]);
      for (const box of [{}, ...boxes]) {
        const chosen = choose(owner, undefined, box, true) ?? expect.unreachable();
        const text = imageSetText([{ catalog: image, packages: [chosen] }]);
        expect(findingsIn(text), text).toEqual([]);
      }
    }
  });

  it('quotes what would be another thing without', () => {
    const text = imageSetText([{ catalog: image, packages: [{ name: 'a', channels: [{ name: '4.8' }] }] }]);
    expect(text).toContain('- name: "4.8"');
  });
});

describe('an ImageSetConfiguration to which a choice is added', () => {
  const added = (text: string, selections: readonly NamedSelection[] = [{ catalog: image, packages }]) => {
    const answer = addToImageSet(fileOf(text), selections) ?? expect.unreachable();
    return { text: applyEdits(text, answer.edits), notes: answer.notes };
  };

  it('gets packages behind the last one, and keeps its comments', () => {
    const text = `# ours
kind: ImageSetConfiguration
apiVersion: mirror.openshift.io/v2alpha1
mirror:
  operators:
    - catalog: ${image}   # pinned later
      packages:
        - name: certs   # since May
          channels:
            - name: stable
  # images besides
  additionalImages:
    - name: quay.io/a/b:v1
`;
    expect(added(text)).toEqual({
      text: text.replace(
        '            - name: stable\n',
        `            - name: stable
        - name: keys
          channels:
          - name: stable
            minVersion: "1.1.0"
`,
      ),
      notes: ['Package certs is in the file already and stays as it is'],
    });
  });

  it('gets a channel behind the last one of its package', () => {
    const text = imageSetText([
      { catalog: image, packages: [{ name: 'keys', channels: [{ name: 'stable' }] }] },
    ]);
    const more = [{ name: 'keys', channels: [{ name: 'stable' }, { name: 'candidate' }] }];
    expect(added(text, [{ catalog: `docker://${image}`, packages: more }])).toEqual({
      text: `${text}      - name: candidate\n`,
      notes: [],
    });
  });

  it('gets a catalog behind the last one', () => {
    const other = { catalog: 'registry.example/y/index:v1', packages: [{ name: 'a' }] };
    const text = imageSetText([other]);
    expect(added(text).text).toBe(imageSetText([other, { catalog: image, packages }]));
  });

  it('gets its first catalogs', () => {
    const text = 'kind: ImageSetConfiguration\nmirror: # all\n  additionalImages: []\n';
    expect(added(text, [{ catalog: image, packages: [{ name: 'certs' }] }]).text).toBe(
      `kind: ImageSetConfiguration\nmirror: # all\n  operators:\n  - catalog: ${image}\n    packages:\n    - name: certs\n  additionalImages: []\n`,
    );
  });

  it.each([
    ['a whole catalog', `mirror:\n  operators:\n  - catalog: ${image}\n`, /with the heads of all channels/],
    [
      'all of a catalog',
      `mirror:\n  operators:\n  - catalog: ${image}\n    full: true\n`,
      /with all that it has/,
    ],
    ['a list in one line', `mirror: { operators: [ { catalog: x/y:v1 } ] }\n`, /cannot be added to/],
    ['no content', 'mirror: {}\n', /cannot be added to/],
  ])('stays as it is where it has %s', (_what, content, note) => {
    const text = `kind: ImageSetConfiguration\n${content}`;
    expect(added(text)).toEqual({ text, notes: [expect.stringMatching(note)] });
  });

  it('is none where the file has another kind', () => {
    expect(addToImageSet(fileOf('kind: CatalogSource\n'), [])).toBeUndefined();
  });
});

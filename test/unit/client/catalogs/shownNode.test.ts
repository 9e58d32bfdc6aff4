import { describe, expect, it } from 'vitest';
import type {
  CatalogNode,
  CatalogTreeNode,
  ChannelNode,
  ChoiceNode,
  PackageNode,
} from '../../../../client/src/catalogs/catalogNodes.ts';
import { catalogOf, idOf, nameToCopy } from '../../../../client/src/catalogs/catalogNodes.ts';
import { shownNode } from '../../../../client/src/catalogs/shownNode.ts';
import { inEnglish } from '../../../support/pages.ts';

const catalog: CatalogNode = {
  kind: 'catalog',
  row: {
    catalog: 'docker://registry.example/x/index:v4.18',
    label: 'index:v4.18',
    where: 'registry.example/x',
    namedIn: [{ path: '/w/imageset.yaml', uri: 'file:///w/imageset.yaml', line: 3 }],
    added: 'registry.example/x/index:v4.18',
    state: 'open',
  },
  content: { state: 'open', packages: [{ name: 'keys', title: '', version: '', badges: [] }] },
};
const owner: PackageNode = {
  kind: 'package',
  parent: catalog,
  row: {
    name: 'keys',
    title: 'Keys Operator',
    version: '2.0.0',
    badges: ['by tag', 'deprecated'],
    icon: 'data:image/png;base64,AAAA',
  },
  isEarly: false,
  isChosen: true,
};
const channel: ChannelNode = {
  kind: 'channel',
  parent: owner,
  row: { name: 'stable', isDefault: true, head: '2.0.0', badges: [], isChosen: false, versions: [] },
};
const choice = (node: Partial<ChoiceNode>): ChoiceNode => ({
  kind: 'choice',
  packages: 0,
  sum: undefined,
  ...node,
});
const sum = { words: '4 bundles, 7 images', unknownSizes: 7, problems: [], nameless: [] };
const problem = {
  catalog: 'docker://x',
  message: 'Add certs (needed by needy.v1)',
  severity: 'warning',
  add: ['certs'],
} as const;

const shown = (node: CatalogTreeNode) => shownNode(node, inEnglish);

describe('a line of the tree of catalogs', () => {
  it.each<[string, CatalogTreeNode, object]>([
    [
      'nothing that is selected',
      choice({}),
      {
        label: 'Nothing selected',
        description: 'tick packages, channels or versions',
        expand: 'leaf',
        context: 'choice-empty',
      },
    ],
    [
      'what is selected',
      choice({ packages: 2, sum }),
      { label: '2 packages selected', description: '4 bundles, 7 images', expand: 'leaf', context: 'choice' },
    ],
    [
      'what is selected and lacks something',
      choice({ packages: 1, sum: { ...sum, problems: [problem] } }),
      {
        label: '1 package selected',
        description: '4 bundles, 7 images · 1 problem',
        tooltip: '4 bundles, 7 images\n\nAdd certs (needed by needy.v1)',
        icon: { theme: 'warning' },
        expand: 'collapsed',
      },
    ],
    [
      'what is lacking',
      { kind: 'problem', parent: choice({}), problem },
      { label: 'Add certs (needed by needy.v1)', context: 'problem-addable' },
    ],
    [
      'a catalog',
      catalog,
      {
        label: 'index:v4.18',
        description: '1 package · registry.example/x',
        tooltip: 'registry.example/x/index:v4.18\n\nNamed in /w/imageset.yaml:4',
        context: 'catalog-added-named',
        expand: 'collapsed',
      },
    ],
    [
      'an opening',
      {
        kind: 'note',
        parent: catalog,
        note: { is: 'opening', progress: { read: 3 * 1024 ** 2, of: 10 * 1024 ** 2 } },
      },
      {
        label: 'Opening the catalog…',
        description: '3.0 MiB of 10.0 MiB',
        icon: { theme: 'loading~spin' },
        context: 'opening',
      },
    ],
    [
      'an opening that has all bytes',
      { kind: 'note', parent: catalog, note: { is: 'opening', progress: { read: 10, of: 10 } } },
      { description: 'reading what is in it' },
    ],
    [
      'a failure',
      { kind: 'note', parent: catalog, note: { is: 'failed', reason: 'no route to registry.example' } },
      { label: 'no route to registry.example', context: 'failure' },
    ],
    [
      'what helps without trust',
      { kind: 'note', parent: catalog, note: { is: 'help', help: 'trust' } },
      { label: 'Trust this workspace…', command: { id: 'workbench.trust.manage', arguments: [] } },
    ],
    [
      'what helps without a network',
      { kind: 'note', parent: catalog, note: { is: 'help', help: 'network' } },
      { command: { id: 'workbench.action.openSettings', arguments: ['operatorMirror.network'] } },
    ],
    [
      'what helps without a login',
      { kind: 'note', parent: catalog, note: { is: 'help', help: 'login' } },
      { command: { id: 'operatorMirror.logIn', arguments: ['registry.example'] } },
    ],
    [
      'a filter that finds nothing',
      { kind: 'note', parent: catalog, note: { is: 'filtered', filter: 'xyz' } },
      { label: 'No package matches xyz', command: { id: 'operatorMirror.clearCatalogFilter' } },
    ],
    [
      'a package',
      owner,
      {
        label: 'keys',
        description: 'Keys Operator 2.0.0 · by tag, deprecated',
        icon: { address: 'data:image/png;base64,AAAA' },
        checked: true,
        expand: 'collapsed',
      },
    ],
    ['a channel', channel, { label: 'stable', description: '2.0.0 · default', checked: false }],
    [
      'a head',
      {
        kind: 'version',
        parent: channel,
        row: { bundle: 'keys.v2.0.0', version: '2.0.0', isHead: true, badges: ['by tag'], isChosen: true },
      },
      { label: '2.0.0', description: 'head · by tag', checked: true, icon: { theme: 'target' } },
    ],
  ])('shows %s', (_what, node, expected) => {
    expect(shown(node)).toMatchObject(expected);
  });

  it('has no box while nothing but a name is known, nor where a bundle has no version', () => {
    expect(shown({ ...owner, isEarly: true })).not.toHaveProperty('checked');
    const row = { bundle: 'keys.odd', version: '', isHead: false, badges: [], isChosen: false };
    const odd = shown({ kind: 'version', parent: channel, row });
    expect(odd).toMatchObject({ label: 'keys.odd' });
    expect(odd).not.toHaveProperty('checked');
  });

  it('shows of an image what tells it from others, and says and copies all of it', () => {
    const reference = `quay.io/a/b/operator@sha256:${'0123456789abcdef'.repeat(4)}`;
    const version = {
      kind: 'version',
      parent: channel,
      row: { bundle: 'keys.v1', version: '1.0.0', isHead: false, badges: [], isChosen: false },
    } as const;
    const node = {
      kind: 'image',
      parent: version,
      row: { reference, name: 'operator', isByTag: false },
    } as const;
    expect(shown(node)).toMatchObject({
      label: 'operator@sha256:01234567…',
      description: 'operator · quay.io/a/b',
      spoken: reference,
    });
    expect(nameToCopy(node)).toBe(reference);
    expect(catalogOf(node)).toBe(catalog);
    expect(idOf(node).split('\n')).toEqual([catalog.row.catalog, 'keys', 'stable', 'keys.v1', reference]);
  });
});

import { describe, expect, it } from 'vitest';
import { holdsLog, isLogPath, isMappingPath, jsonKind, yamlKind } from '../../../client/src/documents.ts';
import { parseLog } from '../../../server/src/log/parseLog.ts';
import { logLines, logNames, noteNames } from '../../support/logs.ts';

describe('jsonKind', () => {
  it.each([
    ['a resource', 'ours', '{"apiVersion": "operators.coreos.com/v1alpha1", "kind": "CatalogSource"}'],
    [
      'a list whose kind comes last',
      'ours',
      '\n{\n  "items": [{"kind": "ImageDigestMirrorSet"}],\n  "kind": "List"\n}\n',
    ],
    ['another resource', 'none', '{"kind": "Deployment", "image": "quay.io/a/b:1"}'],
    ['settings with an image', 'none', '{\n  "image": "quay.io/a/b:1"\n}'],
    ['a list of words', 'none', '["kind", "CatalogSource"]'],
    ['nothing', 'none', ''],
  ] as const)('%s is %s', (_what, kind, text) => {
    expect(jsonKind(text)).toBe(kind);
  });
});

describe('yamlKind', () => {
  const cases: readonly (readonly [name: string, kind: ReturnType<typeof yamlKind>, text: string])[] = [
    [
      'an ICSP',
      'ours',
      'apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata: {}\n',
    ],
    ['an IDMS, kind first', 'ours', 'kind: ImageDigestMirrorSet\napiVersion: config.openshift.io/v1\n'],
    [
      'an ITMS with Windows line ends',
      'ours',
      'apiVersion: config.openshift.io/v1\r\nkind: ImageTagMirrorSet\r\n',
    ],
    ['quotes and a comment', 'ours', '# made by hand\n"kind": "CatalogSource" # here\n'],
    ['blanks before the colon', 'ours', 'kind : ClusterCatalog\n'],
    ['a later document', 'ours', 'kind: Namespace\n---\n# next\nkind: OperatorHub\n'],
    [
      'an ImageSetConfiguration',
      'ours',
      'kind: ImageSetConfiguration\napiVersion: mirror.openshift.io/v2alpha1\n',
    ],
    ['the image configuration', 'ours', 'apiVersion: config.openshift.io/v1\nkind: Image\n'],
    ['the image configuration, kind first', 'ours', 'kind: Image\napiVersion: config.openshift.io/v1\n'],
    [
      'an Image of somebody else',
      'none',
      'apiVersion: image.openshift.io/v1\nkind: Image\nmetadata:\n  name: a\n',
    ],
    ['a MachineConfig', 'ours', 'apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\n'],
    ['a typed list', 'ours', 'kind: ImageDigestMirrorSetList\nitems: []\n'],
    ['a List', 'ours', 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: x\n  kind: CatalogSource\n'],
    ['an indented List', 'ours', 'kind: List\nitems:\n  - kind: CatalogSource\n    spec: {}\n'],
    [
      'a List whose kind comes last',
      'ours',
      'items:\n- metadata:\n    name: a\n  kind: ImageTagMirrorSet\nkind: List\n',
    ],
    ['flow style', 'ours', '{"apiVersion": "v1", "kind": "CatalogSource"}\n'],
    ['a group of ours without a kind yet', 'ours', 'apiVersion: mirror.openshift.io/v2alpha1\n'],
    ['a group of ours with an empty kind', 'ours', 'apiVersion: operator.openshift.io/v1alpha1\nkind:\n'],
    ['a shared group without a kind', 'blank', 'apiVersion: config.openshift.io/v1\n'],
    [
      'another kind of a shared group',
      'none',
      'apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nspec: {}\n',
    ],
    ['a kind that only begins like ours', 'none', 'kind: CatalogSourceConfig\nspec: {}\n'],
    ['a deployment', 'images', 'kind: Deployment\nspec:\n  containers:\n  - image: quay.io/a/b:1\n'],
    ['a kustomization', 'none', 'kind: Kustomization\nresources: [a.yaml]\n'],
    [
      'an owner reference to a CatalogSource',
      'none',
      'kind: Service\nmetadata:\n  ownerReferences:\n  - apiVersion: operators.coreos.com/v1alpha1\n    kind: CatalogSource\n',
    ],
    [
      'an owner reference inside a List',
      'none',
      'kind: List\nitems:\n- kind: Service\n  metadata:\n    ownerReferences:\n    - kind: CatalogSource\n      name: x\n',
    ],
    ['kind in a block of text', 'none', 'kind: ConfigMap\ndata:\n  a: |\n    kind: CatalogSource\n'],
    ['nothing', 'blank', ''],
    ['a comment and a word', 'blank', '# made by hand\n---\nImageDig\n'],
    ['several words', 'none', 'one two\n'],
    ['half a kind', 'blank', 'apiVersion: config.openshift.io/v1\nkind: ImageDig'],
    ['another key', 'none', 'name:\n'],
    ['no YAML at all', 'none', '\u0000{{ .Values.x }}: [\n'],
  ];
  it.each(cases)('%s is %s', (_name, kind, text) => expect(yamlKind(text)).toBe(kind));

  it('takes linear time on text that is made to hurt', () => {
    const hostile = [
      ' '.repeat(500_000),
      '- '.repeat(250_000),
      'kind: '.repeat(80_000),
      '---\n'.repeat(120_000),
    ];
    for (const text of hostile) {
      yamlKind(text);
      yamlKind(`kind: List\nitems:\n${text}`);
    }
  });
});

describe('isMappingPath', () => {
  it.each(['mapping.txt', '/a/mapping.txt', '/a/first-mapping.txt', 'C:\\a\\mapping.txt'])(
    'takes %s',
    (path) => expect(isMappingPath(path)).toBe(true),
  );
  it.each(['/a/mymapping.txt', '/mapping.txt/a', 'mapping.txt.bak', '/a/-mapping.txtx'])(
    'leaves %s',
    (path) => expect(isMappingPath(path)).toBe(false),
  );
});

describe('a log', () => {
  it.each([...logNames, ...noteNames])('%s is told from other text as the server tells it', (name) => {
    const lines = logLines(name);
    // A run that failed at once says too little for a first look to know it.
    if (lines.length < 4) return;
    expect(holdsLog(lines.join('\n'))).toBe(parseLog(lines).isLog);
  });

  it.each([
    ['/w/oc.log', true],
    ['/w/notes.TXT', true],
    ['/w/mapping.txt', false],
    ['/w/my-mapping.txt', false],
    ['/w/a.yaml', false],
  ])('may be open as %s: %s', (path, may) => {
    expect(isLogPath(path)).toBe(may);
  });

  it.each(['', 'milk and bread', 'error: I forgot the milk', 'Failed to pull a rabbit out of a hat'])(
    'is not %j',
    (text) => expect(holdsLog(text)).toBe(false),
  );
});

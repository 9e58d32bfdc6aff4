import { describe, expect, it } from 'vitest';
import type { ImageReference } from '../../../server/src/documents/imageReference.ts';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { resourceKinds } from '../../../server/src/documents/resources.ts';
import { applyEdits } from '../../../server/src/documents/textEdits.ts';
import { completion } from '../../../server/src/features/completion.ts';
import type { CompletionResult } from '../../../server/src/features/completionItem.ts';
import { plainSnippet, resourceSnippet } from '../../../server/src/features/resourceSnippets.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze } from '../../../server/src/rules/analysis.ts';
import { type Fact, type Facts, type ImageFacts, noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

interface Completed extends CompletionResult {
  readonly labels: readonly string[];
  /** The text after an item was chosen, by its label. */
  choose(label: string): string;
}

/** Completes at the place marked with `^` in the last file; the others are its workspace. */
function completeAt(files: Readonly<Record<string, string>>, facts: Facts = noFacts): Completed {
  let snapshot = new Snapshot();
  let path = '';
  let text = '';
  let position = { line: 0, character: 0 };
  for (const [name, marked] of Object.entries(files)) {
    const before = marked.slice(0, Math.max(marked.indexOf('^'), 0)).split('\n');
    path = name;
    position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    text = marked.replace('^', '');
    snapshot = snapshot.with(name, parseText(text, typeByChoice(name)));
  }
  const result = completion({ snapshot, facts }, path, position);
  for (const { range } of result.items) {
    expect(range.start.line).toBe(position.line);
    expect(range.end.line).toBe(position.line);
    expect(range.start.character).toBeLessThanOrEqual(position.character);
    expect(range.end.character).toBeGreaterThanOrEqual(position.character);
  }
  return {
    ...result,
    labels: result.items.map(({ label }) => label),
    choose(label) {
      const item = result.items.find((candidate) => candidate.label === label);
      if (item === undefined)
        throw new Error(`no ${label} among ${result.items.map((i) => i.label).join(', ')}`);
      const newText = item.isSnippet ? plainSnippet(item.newText) : item.newText;
      return applyEdits(text, [{ range: item.range, newText }]);
    },
  };
}

const idms = 'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\n';
const catalog = 'apiVersion: olm.operatorframework.io/v1\nkind: ClusterCatalog\n';
const complete = (text: string) => completeAt({ 'a.yaml': text });

describe('completion of a document', () => {
  it.each(['^', '# mine\n^', 'Cluster^', `${idms}---\n^`, '---\n^\n'])('offers all kinds in %j', (text) => {
    expect(complete(text).labels).toEqual([...resourceKinds, 'apiVersion', 'kind', 'metadata']);
  });

  it.each(resourceKinds)('writes a %s without findings', (kind) => {
    const text = complete('^').choose(kind);
    expect(text).toBe(plainSnippet(resourceSnippet(kind)));
    const content = parseText(text, 'yaml');
    const context = {
      snapshot: new Snapshot().with('a.yaml', content),
      settings: defaultSettings,
      facts: noFacts,
    };
    const findings = analyze({ path: 'a.yaml', content }, context).filter(
      ({ severity }) => severity === 'error',
    );
    expect(findings).toEqual([]);
    expect(content.type === 'yaml' && content.yaml.resources.map((resource) => resource.kind)).toEqual([
      kind,
    ]);
  });

  it('offers no YAML in JSON', () => {
    const json = '{\n^\n"kind": "CatalogSource", "metadata": { }}';
    expect(completeAt({ 'a.json': json }).labels).toEqual([]);
    expect(completeAt({ 'a.json': json.replace('^', '').replace('{ }', '{ ^}') }).labels).toEqual([]);
    expect(completeAt({ 'a.yaml': json }).labels).toContain('spec');
  });

  it('offers none where a document has begun', () => {
    expect(complete('metadata:\n  name: a\n^').labels).toEqual(['apiVersion', 'kind']);
    expect(complete('kind: Secret\n^').labels).toEqual([]);
  });

  it('offers the kinds, and those of the apiVersion first', () => {
    expect(complete('kind: ^').labels).toEqual(resourceKinds);
    expect(complete('apiVersion: operators.coreos.com/v1alpha1\nkind: Im^').labels[0]).toBe('CatalogSource');
    expect(complete('kind: OperatorHub\napiVersion: ^\n').choose('config.openshift.io/v1')).toContain(
      'apiVersion: config.openshift.io/v1\n',
    );
    expect(complete('kind:^').choose('OperatorHub')).toBe('kind: OperatorHub');
  });
});

describe('completion of an ImageSetConfiguration', () => {
  const inVersion = (version: string) =>
    complete(
      `apiVersion: mirror.openshift.io/${version}\nkind: ImageSetConfiguration\nmirror:\n  operators:\n  - catalog: q.io/c:v1\n    ^`,
    ).labels;

  it('offers what the generation of oc-mirror knows that its apiVersion names', () => {
    expect(inVersion('v2alpha1')).toContain('targetCatalogSourceTemplate');
    expect(inVersion('v2alpha1')).not.toContain('targetName');
    expect(inVersion('v1alpha2')).toContain('targetName');
    expect(inVersion('v1alpha2')).not.toContain('targetCatalogSourceTemplate');
  });

  it('offers both versions', () => {
    expect(complete('kind: ImageSetConfiguration\napiVersion: ^').labels).toEqual([
      'mirror.openshift.io/v2alpha1',
      'mirror.openshift.io/v1alpha2',
    ]);
  });
});

describe('completion of a field', () => {
  it.each([
    ['what is missing, required first', `${catalog}^\n`, ['metadata', 'spec']],
    ['a map', `${catalog}spec:\n  ^`, ['source', 'priority', 'availabilityMode']],
    [
      'a map that has some',
      `${catalog}spec:\n  priority: 1\n  ^\n  source:\n    type: Image`,
      ['availabilityMode'],
    ],
    ['a field that is being typed', `${catalog}spec:\n  prio^`, ['source', 'priority', 'availabilityMode']],
    [
      'a field that is being changed',
      `${catalog}spec:\n  pr^iority: 1\n  source: {}`,
      ['priority', 'availabilityMode'],
    ],
    ['a map in a map', `${catalog}spec:\n  source:\n    image:\n      ^`, ['ref', 'pollIntervalMinutes']],
    ['flow style', `${catalog}spec: {source: {type: Image, im^`, ['type', 'image']],
    ['an item', `${idms}spec:\n  imageDigestMirrors:\n  - ^`, ['source', 'mirrors', 'mirrorSourcePolicy']],
    [
      'an item with a field',
      `${idms}spec:\n  imageDigestMirrors:\n  - source: a\n    ^\n  - source: b`,
      ['mirrors', 'mirrorSourcePolicy'],
    ],
    [
      'an item, half a field',
      `${idms}spec:\n  imageDigestMirrors:\n  - source: a\n    mir^\n  - source: b`,
      ['mirrors', 'mirrorSourcePolicy'],
    ],
    [
      'an item above its first field',
      `${idms}spec:\n  imageDigestMirrors:\n  - ^\n    source: a`,
      ['mirrors', 'mirrorSourcePolicy'],
    ],
    [
      'an item of a List',
      `kind: List\nitems:\n- kind: OperatorHub\n  spec:\n    ^`,
      ['disableAllDefaultSources', 'sources'],
    ],
  ])('offers %s', (_name, text, labels) => expect(complete(text).labels).toEqual(labels));

  it.each([
    ['a comment', `${catalog}spec:\n  # ^`],
    ['a field of no schema', `${catalog}spec:\n  nonsense:\n    ^`],
    ['another kind', 'kind: Secret\nspec:\n  ^'],
    ['labels', `${catalog}metadata:\n  labels:\n    ^`],
    ['what the cluster writes', `${catalog}metadata:\n  name: a\nspec:\n  source: {}\n^`],
  ])('offers nothing in %s', (_name, text) => expect(complete(text).labels).toEqual([]));

  it('writes what belongs to it', () => {
    expect(complete(`${catalog}spec:\n  so^`).choose('source')).toBe(
      `${catalog}spec:\n  source:\n    type: Image\n    image:\n      ref: `,
    );
    expect(complete(`${idms}spec:\n  ^`).choose('imageDigestMirrors')).toBe(
      `${idms}spec:\n  imageDigestMirrors:\n  - source: \n    mirrors:\n    - `,
    );
    expect(complete(`${idms}spec:\n  imageDigestMirrors:\n  ^`).choose('source')).toBe(
      `${idms}spec:\n  imageDigestMirrors:\n  - source: `,
    );
    expect(complete(`${catalog}spec:\n  p^rior: 1`).choose('priority')).toBe(
      `${catalog}spec:\n  priority: 1`,
    );
    expect(complete(`${catalog}spec: {pr^}`).choose('priority')).toBe(`${catalog}spec: {priority: }`);
    expect(complete(`${catalog}metadata^`).choose('metadata')).toBe(`${catalog}metadata:\n  name: `);
  });

  it('explains it', () => {
    const [source] = complete(`${catalog}spec:\n  ^`).items;
    expect(source?.documentation).toBe('**`spec.source`** map, required\n\nWhere the catalog comes from.');
  });
});

describe('completion of a value', () => {
  it.each([
    ['an enumeration', `${catalog}spec:\n  availabilityMode: ^`, ['Available', 'Unavailable']],
    [
      'an enumeration that has a value',
      `${catalog}spec:\n  availabilityMode: Av^ailable`,
      ['Available', 'Unavailable'],
    ],
    ['true and false', 'kind: OperatorHub\nspec:\n  disableAllDefaultSources: ^', ['true', 'false']],
    ['in quotes', `${catalog}spec:\n  source: {type: "^"}`, ['Image']],
    [
      'likely names',
      'kind: OperatorHub\nspec:\n  sources:\n  - name: red^',
      ['redhat-operators', 'certified-operators', 'community-operators', 'redhat-marketplace'],
    ],
    [
      'a default',
      'kind: CatalogSource\nspec:\n  updateStrategy:\n    registryPoll:\n      interval: ^',
      ['15m'],
    ],
    ['what anybody may name', `${catalog}metadata:\n  name: ^`, []],
  ])('offers %s', (_name, text, labels) => expect(complete(text).labels).toEqual(labels));

  it('replaces the whole value and leaves the quotes', () => {
    expect(complete(`${catalog}spec:\n  availabilityMode: "Av^ail" # now`).choose('Unavailable')).toBe(
      `${catalog}spec:\n  availabilityMode: "Unavailable" # now`,
    );
  });
});

const firstHop = `registry.redhat.io/openshift4/ose-x@sha256:${'1'.repeat(64)}=file://olm/index/openshift4/ose-x:1a
quay.io/edge/app@sha256:${'2'.repeat(64)}=file://olm/index/edge/app:2b
registry.example.com/olm/my-index:v4.8=file://olm/index:v4.8
`;
const secondHop = `file://olm/index/openshift4/ose-x:1a=mirror.example.com:8443/olm/openshift4-ose-x:1a
file://olm/index/edge/app:2b=mirror.example.com:8443/olm/edge-app:2b
file://olm/index:v4.8=mirror.example.com:8443/olm/my-index:v4.8
`;
const hops = { 'first/mapping.txt': firstHop, 'second/mapping.txt': secondHop };
const itms =
  'apiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\nspec:\n  imageTagMirrors:\n  - source: gcr.io/tools/lint\n    mirrors:\n    - other.example.com/lint\n';

describe('completion of images in YAML', () => {
  it('offers true sources that the set does not have', () => {
    const text = `${idms}spec:\n  imageDigestMirrors:\n  - source: quay.io/edge/app\n    mirrors: [a.b/c]\n  - source: ^`;
    expect(completeAt({ ...hops, 'tags.yaml': itms, 'a.yaml': text }).labels).toEqual([
      'registry.redhat.io/openshift4/ose-x',
      'registry.example.com/olm/my-index',
      'gcr.io/tools/lint',
    ]);
  });

  it('shows of a repository what is not typed yet, and holds the typing against all of it', () => {
    const at = (typed: string) =>
      completeAt({
        ...hops,
        'tags.yaml': itms,
        'a.yaml': `${idms}spec:\n  imageDigestMirrors:\n  - source: quay.io/edge/app\n    mirrors:\n    - ${typed}^`,
      }).items[0];
    expect(at('')).not.toHaveProperty('shown');
    expect(at('mirror.example.com:8443/ol')).toMatchObject({
      label: 'mirror.example.com:8443/olm/edge-app',
      shown: 'olm/edge-app',
      newText: 'mirror.example.com:8443/olm/edge-app',
    });
  });

  it('offers the mirrors of the entry’s source first, through a file hop', () => {
    const text = `${idms}spec:\n  imageDigestMirrors:\n  - source: quay.io/edge/app\n    mirrors:\n    - ^`;
    const result = completeAt({ ...hops, 'tags.yaml': itms, 'a.yaml': text });
    expect(result.labels[0]).toBe('mirror.example.com:8443/olm/edge-app');
    expect(result.labels).toContain('other.example.com/lint');
    expect(result.choose('other.example.com/lint')).toContain('    - other.example.com/lint');
    const list = `${idms}spec:\n  imageDigestMirrors:\n  - mirrors:\n      ^\n    source: quay.io/edge/app\n`;
    expect(completeAt({ ...hops, 'a.yaml': list }).choose('mirror.example.com:8443/olm/edge-app')).toContain(
      '      - mirror.example.com:8443/olm/edge-app\n',
    );
  });

  it('leaves out mirrors that the entry has, and knows those of other sets', () => {
    const text = `${idms}spec:\n  imageDigestMirrors:\n  - source: gcr.io/tools/lint\n    mirrors:\n    - x.example.com/lint\n    - ^\n`;
    const others = itms.replace('mirrors:\n', 'mirrors:\n    - x.example.com/lint\n');
    expect(completeAt({ 'tags.yaml': others, 'a.yaml': text }).labels).toEqual(['other.example.com/lint']);
  });

  it('offers for a namespace what its repositories are mirrored below', () => {
    const mapping = `quay.io/ns/a:1=reg.example.com/x/ns/a:1\nquay.io/ns/b:1=reg.example.com/x/ns/b:1\n`;
    const text = `${idms}spec:\n  imageDigestMirrors:\n  - source: quay.io/ns\n    mirrors: [^]`;
    expect(completeAt({ 'mapping.txt': mapping, 'a.yaml': text }).labels[0]).toBe('reg.example.com/x/ns');
  });

  it('offers catalog images', () => {
    const image = 'mirror.example.com:8443/olm/my-index:v4.8';
    const source = 'kind: CatalogSource\nspec:\n  image: ^';
    expect(completeAt({ ...hops, 'a.yaml': source }).labels).toEqual([image]);
    const cluster = `${catalog}spec:\n  source:\n    image:\n      ref: mirror^`;
    expect(completeAt({ ...hops, 'a.yaml': cluster }).choose(image)).toContain(`ref: ${image}`);
  });

  it('asks the registry for tags and digests', () => {
    const digest = (character: string) => `sha256:${character.repeat(64)}`;
    const images: Record<string, string> = {
      'mirror.example.com:8443/olm/my-index:v4.9': digest('9'),
      'mirror.example.com:8443/olm/my-index:v4.10': digest('a'),
      'mirror.example.com:8443/olm/my-index:latest': digest('a'),
    };
    const image = (reference: ImageReference): Fact<ImageFacts> => {
      const found = images[formatReference(reference)];
      if (found === undefined) return { state: 'pending' };
      const value = { digest: found, mediaType: '', size: 1, platforms: [], created: undefined, labels: {} };
      return { state: 'known', at: 0, value };
    };
    const tags = { state: 'known', at: 0, value: ['latest', 'v4.10', 'v4.9'] } as const;
    const facts: Facts = { ...noFacts, tags: () => tags, image, peek: image };
    const at = (word: string) => ({ 'a.yaml': `kind: CatalogSource\nspec:\n  image: ${word}\n` });

    const byTag = completeAt(at('mirror.example.com:8443/olm/my-index:^'), facts);
    expect(byTag.labels).toEqual(['v4.10', 'v4.9', 'latest']);
    expect(byTag.items[0]?.detail).toBe('sha256:aaaaaaaaaaaa');
    expect(byTag.choose('v4.9')).toContain('image: mirror.example.com:8443/olm/my-index:v4.9\n');
    expect(completeAt(at('mirror.example.com:8443/olm/my-index:v4.9^'), facts).labels).toEqual(['v4.9']);

    const byDigest = completeAt(at('mirror.example.com:8443/olm/my-index@^'), facts);
    expect(byDigest.items.map(({ label, detail }) => [label, detail])).toEqual([
      [digest('a'), 'v4.10, latest'],
      [digest('9'), 'v4.9'],
    ]);
    expect(
      completeAt(at('mirror.example.com:8443/olm/my-index:v4.9@sha^'), facts).choose(digest('9')),
    ).toContain(`image: mirror.example.com:8443/olm/my-index:v4.9@${digest('9')}\n`);
    const pending = completeAt(at('mirror.example.com:8443/olm/my-index:^'));
    expect(pending).toMatchObject({ labels: [], isIncomplete: true });
    // A port is no tag.
    expect(completeAt(at('mirror.example.com:^'), facts).labels).toEqual([]);
  });
});

describe('completion in mapping.txt', () => {
  it('offers what this file does not bring yet first', () => {
    const text = 'quay.io/edge/app:v1=mirror.example.com/edge/app:v1\n^\n';
    expect(completeAt({ 'first/mapping.txt': firstHop, 'mapping.txt': text }).labels).toEqual([
      'registry.redhat.io/openshift4/ose-x',
      'registry.example.com/olm/my-index',
      'quay.io/edge/app',
    ]);
  });

  it.each([
    ['a path', 'quay.io/a/b:1=reg.example.com/m/a/b:1\n', 'quay.io/c/d:2', 'reg.example.com/m/c/d:2'],
    [
      'a flattened path',
      'quay.io/a/b:1=reg.example.com/m/a-b:1\n',
      'quay.io/c/d/e:2',
      'reg.example.com/m/c-d-e:2',
    ],
    [
      'a digest, with the tag that oc makes of it',
      `quay.io/a/b@sha256:${'0'.repeat(64)}=reg.example.com/m/a/b:1\n`,
      `quay.io/c/d@sha256:${'1'.repeat(64)}`,
      'reg.example.com/m/c/d:c62206fb',
    ],
    ['no tags', `quay.io/a/b:1=reg.example.com/m/a/b\n`, 'quay.io/c/d:2', 'reg.example.com/m/c/d'],
    ['a file store', firstHop, 'quay.io/c/d:2', 'file://olm/index/c/d:2'],
    ['what a file store has', secondHop, 'file://olm/index/c/d:2', 'mirror.example.com:8443/olm/c-d:2'],
  ])('makes a destination like the lines round it: %s', (_name, lines, source, destination) => {
    const result = completeAt({ 'mapping.txt': `${lines}${source}=^\n` });
    expect(result.labels[0]).toBe(destination);
    expect(result.choose(destination)).toBe(`${lines}${source}=${destination}\n`);
  });

  it('knows a destination that the source has elsewhere, and all others', () => {
    const result = completeAt({ ...hops, 'mapping.txt': 'file://olm/index/edge/app:2b mirror^' });
    expect(result.labels).toEqual([
      'mirror.example.com:8443/olm/openshift4-ose-x',
      'mirror.example.com:8443/olm/edge-app',
      'mirror.example.com:8443/olm/my-index',
    ]);
  });

  it('asks for tags on both sides, and for nothing in a comment', () => {
    const tags = { state: 'known', at: 0, value: ['a', 'b'] } as const;
    const facts: Facts = { ...noFacts, tags: () => tags };
    expect(completeAt({ 'mapping.txt': 'quay.io/a/b:^=reg.example.com/a' }, facts).choose('b')).toBe(
      'quay.io/a/b:b=reg.example.com/a',
    );
    expect(completeAt({ 'mapping.txt': 'quay.io/a/b:1=reg.example.com/a/b:^ # x' }, facts).labels).toEqual([
      'b',
      'a',
    ]);
    expect(completeAt({ 'mapping.txt': '# quay.io/a/b:^' }, facts).labels).toEqual([]);
  });

  it('says when there is more than it shows', () => {
    const lines = Array.from({ length: 500 }, (_, at) => `quay.io/a/b${at}:1=r.io/a/b${at}:1\n`).join('');
    const result = completeAt({ 'first/mapping.txt': lines, 'mapping.txt': '^' });
    expect(result).toMatchObject({ isIncomplete: true });
    expect(result.items).toHaveLength(200);
    expect(completeAt({ 'first/mapping.txt': lines, 'mapping.txt': 'b499^' }).labels).toEqual([
      'quay.io/a/b499',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { bytes, code, table, time } from '../../../server/src/base/markdown.ts';
import { formatReference, type ImageReference } from '../../../server/src/documents/imageReference.ts';
import { type HoverResult, hover } from '../../../server/src/features/hover.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { type Fact, type ImageFacts, noFacts } from '../../../server/src/workspace/facts.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { setOf } from '../../support/mirrorSets.ts';

const [zeros, ones] = ['0', '1'].map((digit) => `sha256:${digit.repeat(64)}`);
const now = Date.parse('2026-11-20T12:00:00Z');

const known = (digest: string | undefined, more: Partial<ImageFacts> = {}): Fact<ImageFacts> => ({
  state: 'known',
  at: now,
  value: {
    digest: digest ?? '',
    mediaType: 'application/vnd.oci.image.index.v1+json',
    size: 13_631_488,
    platforms: ['linux/amd64', 'linux/arm64'],
    created: '2021-11-24T09:30:00Z',
    labels: {},
    ...more,
  },
});

/** Hovers over the place marked with `^` in the last file. */
function hoverAt(
  files: Readonly<Record<string, string>>,
  facts: Readonly<Record<string, Fact<ImageFacts>>> = {},
  version = '',
): HoverResult | undefined {
  let snapshot = new Snapshot();
  let path = '';
  let position = { line: 0, character: 0 };
  for (const [name, marked] of Object.entries(files)) {
    const before = marked.slice(0, Math.max(marked.indexOf('^'), 0)).split('\n');
    path = name;
    position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    snapshot = snapshot.with(name, parseText(marked.replace('^', ''), typeByChoice(name)));
  }
  const image = (reference: ImageReference): Fact<ImageFacts> =>
    facts[formatReference(reference)] ?? { state: 'pending' };
  const { settings } = readSettings({ cluster: { version } });
  return hover({ snapshot, facts: { ...noFacts, image, peek: image }, now, settings }, path, position);
}

describe('a hover in mapping.txt', () => {
  const line = 'quay.io/ns/a^pp:v1=reg.example.com/ns/app\n';

  it('shows what the registry has, and what pods by tag need', () => {
    const result = hoverAt({ 'mapping.txt': line }, { 'quay.io/ns/app:v1': known(zeros) });
    expect(result?.range).toEqual({ start: { line: 0, character: 0 }, end: { line: 0, character: 17 } });
    expect(result?.text).toContain('**`quay.io/ns/app:v1`**');
    expect(result?.text).toContain(`| Digest | \`${zeros}\` |`);
    expect(result?.text).toContain('| Platforms | `linux/amd64`, `linux/arm64` |');
    expect(result?.text).toContain('| Size | 13.0 MiB |');
    expect(result?.text).toContain('| Created | 2021-11-24 09:30 UTC (4 years ago) |');
    expect(result?.text).toContain(
      'need an ImageTagMirrorSet (OpenShift 4.13 and later), or before that a registries.conf drop-in.',
    );
  });

  it.each([
    ['application/vnd.buildkit.cacheconfig.v0', 'a build cache of BuildKit'],
    ['application/vnd.cncf.helm.config.v1+json', 'a Helm chart'],
    ['x/y', 'no container image: x/y'],
  ])('says what it is that is no image: %s', (artifactType, name) => {
    const text = hoverAt(
      { 'mapping.txt': line },
      { 'quay.io/ns/app:v1': known(zeros, { artifactType, platforms: [], created: undefined }) },
    )?.text;
    expect(text).toContain(`| What it is | ${name} |\n| Size | 13.0 MiB |`);
    expect(text).not.toContain('not said');
  });

  it('says of an older cluster what its pods by tag need', () => {
    const drop = 'pods that pull `:v1` need a registries.conf drop-in written by a MachineConfig.';
    expect(hoverAt({ 'mapping.txt': line }, {}, '4.12')?.text).toContain(drop);
    const catalog =
      'apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: a\nspec:\n  sourceType: grpc\n  image: reg.example.com/olm/index:v4.8\n';
    expect(hoverAt({ 'catalogSource.yaml': catalog, 'mapping.txt': line })?.text).toContain(drop);
    expect(hoverAt({ 'mapping.txt': line }, {}, '4.14')?.text).toContain('need an ImageTagMirrorSet.');
  });

  it.each([
    'file://a/b/in^dex:v1=reg.example.com/olm/index:v1\n',
    `file://a/b/in^dex@${zeros}=reg.example.com/olm/index:v1\n`,
  ])('says that nothing has to redirect the catalog’s own image: %s', (index) => {
    const text = hoverAt({
      'mapping.txt': `${index}file://a/b/index/ns/app:v1=reg.example.com/app:v1\n`,
    })?.text;
    expect(text).toContain('the CatalogSource names it directly, so nothing has to redirect it');
    expect(text).not.toMatch(/need an|not redirected/);
  });

  it.each<[string, Fact<ImageFacts>, string]>([
    ['pending', { state: 'pending' }, 'Looking it up in `quay.io`; hover again in a moment.'],
    ['missing', { state: 'missing', reason: '' }, '`quay.io` does not have this image.'],
    [
      'failed',
      { state: 'failed', reason: 'the network is off' },
      'Digest and platforms are not known: the network is off',
    ],
  ])('says what is not known: %s', (_state, fact, words) => {
    expect(hoverAt({ 'mapping.txt': line }, { 'quay.io/ns/app:v1': fact })?.text).toContain(words);
  });

  it('compares both sides; a destination has the tag of its source', () => {
    const facts = { 'quay.io/ns/app:v1': known(zeros), 'reg.example.com/ns/app:v1': known(ones) };
    expect(hoverAt({ 'mapping.txt': line }, facts)?.text).toContain(
      `Destination: **another digest**, \`${ones}\` in \`reg.example.com\`.`,
    );
    const destination = 'quay.io/ns/app:v1=reg.example.com/ns/^app\n';
    const result = hoverAt(
      { 'mapping.txt': destination },
      { ...facts, 'reg.example.com/ns/app:v1': known(zeros) },
    );
    expect(result?.text).toContain('**`reg.example.com/ns/app:v1`**');
    expect(result?.text).toContain('Source: the same digest, in `quay.io`.');
  });

  it('begins with the answer also where nobody can be asked, and gives the reason once, at the end', () => {
    const off: Fact<ImageFacts> = { state: 'failed', reason: 'the network is off' };
    const facts = { 'quay.io/ns/app:v1': off, 'reg.example.com/ns/app:v1': off };
    const source = hoverAt({ 'mapping.txt': line }, facts)?.text.split('\n\n') ?? [];
    expect(source[1]).toMatch(/^Named by tag\. ICSP and IDMS redirect pulls by digest only/);
    expect(source.at(-1)).toBe('Nor is the destination known.');
    expect(source.at(-2)).toMatch(/^Digest and platforms are not known: the network is off/);
    const there = hoverAt({ 'mapping.txt': 'quay.io/ns/app:v1=reg.example.com/ns/^app\n' }, facts)?.text;
    expect(there?.split('\n\n')[1]).toBe('`quay.io/ns/app:v1` is copied to here.');
  });

  it('begins with the pull of an image that mirrors serve, before what its registry says', () => {
    const text = hoverAt(
      {
        'idms.yaml': setOf('IDMS', 'quay.io/ns/app <- reg.example.com/ns/app'),
        'mapping.txt': `quay.io/ns/a^pp@${zeros}=reg.example.com/ns/app:v1\n`,
      },
      { [`quay.io/ns/app@${zeros}`]: known(zeros) },
    )?.text;
    expect(text?.indexOf('reg.example.com/ns/app')).toBeLessThan(text?.indexOf('| Digest |') ?? 0);
  });

  it('says nothing of pulls by a tag that oc made of the digest', () => {
    const pinned = (tag: string) =>
      hoverAt({ 'mapping.txt': `quay.io/ns/a^pp@${zeros}=reg.example.com/ns/app:${tag}\n` })?.text;
    expect(pinned('v1')).toContain('A pod that pulls a tag is still not redirected');
    expect(pinned('2f435f8e')).toContain('exactly this image is copied, as `:2f435f8e`.');
    expect(pinned('2f435f8e')).not.toContain('pulls a tag');
  });

  it('says of oc-mirror’s own cache what it is, and looks nothing up', () => {
    const cache = 'docker://localhost:55^000/ns/app:v1=docker://reg.example.com/ns/app:v1\n';
    const paragraphs = hoverAt({ 'mapping.txt': cache })?.text.split('\n\n') ?? [];
    expect(paragraphs[1]).toMatch(/^This is oc-mirror’s own cache/);
    expect(paragraphs.join(' ')).not.toMatch(/Looking it up|ImageTagMirrorSet/);
  });

  it('tells where a path in the file store comes from', () => {
    const hop = `quay.io/ns/app@${zeros}=file://s/n/i/ns/app:1\n`;
    const second = `file://s/n/i/ns/^app@${zeros}=reg.example.com/ns/app:1\n`;
    expect(hoverAt({ 'first/mapping.txt': hop, 'mapping.txt': second })?.text).toContain(
      'It came from `quay.io/ns/app`.',
    );
    const other = hop.replace('quay.io', 'docker.io');
    const disputed = { 'first/mapping.txt': hop, 'other/mapping.txt': other, 'mapping.txt': second };
    expect(hoverAt(disputed)?.text).toContain(
      'disagree where it came from: `docker.io/ns/app` and `quay.io/ns/app`',
    );
  });

  it.each(['^# quay.io/ns/app:v1=b:v1', 'quay.io/N^s/app:v1=b:v1', 'quay.io/ns/^app:v*=b', '   ^'])(
    'is nothing where no image stands: %s',
    (text) => {
      expect(hoverAt({ 'mapping.txt': text })).toBeUndefined();
    },
  );
});

describe('a hover in a mirror set', () => {
  const set = (
    source: string,
    mirror = 'reg.example.com/app',
    kind = 'ImageDigestMirrorSet',
    list = 'imageDigestMirrors',
  ) =>
    `apiVersion: config.openshift.io/v1\nkind: ${kind}\nmetadata:\n  name: a\nspec:\n  ${list}:\n  - source: ${source}\n    mirrors:\n    - ${mirror}\n    - second.example.com/app\n`;

  it('says which pulls are redirected, and in which order', () => {
    expect(hoverAt({ 'a.yaml': set('quay.io/ns/^app') })?.text).toBe(
      '**`quay.io/ns/app`**\n\nFor pulls by digest, everything below it is looked for in this order: `reg.example.com/app`, `second.example.com/app`, then at the source.',
    );
    const tags = set('quay.io/ns/app', '^reg.example.com/app', 'ImageTagMirrorSet', 'imageTagMirrors');
    expect(hoverAt({ 'a.yaml': tags })?.text).toBe(
      '**`reg.example.com/app`**\n\nMirror of `quay.io/ns/app`, for pulls by tag.',
    );
  });

  it('says of the mirror of such a source that no pull comes to it', () => {
    const text = hoverAt({ 'a.yaml': set('s/n/i/ns/app', '^reg.example.com/app') })?.text;
    expect(text?.split('\n\n')[1]).toMatch(/^No pull comes to this mirror/);
  });

  it('says what is left of a hop, and where the images come from', () => {
    expect(hoverAt({ 'a.yaml': set('s/n/i/ns/^app') })?.text).toContain('it never matches a pull');
    const hop = `quay.io/ns/app@${zeros}=file://s/n/i/ns/app:1\n`;
    const result = hoverAt({ 'mapping.txt': hop, 'a.yaml': set('s/n/i/ns/^app') });
    expect(result?.text).toContain('The images come from `quay.io/ns/app`.');
  });

  it('does not call a source wrong that names where its images come from', () => {
    const hop = `quay.io/ns/app@${zeros}=file://quay.io/ns/app:1\n`;
    expect(hoverAt({ 'mapping.txt': hop, 'a.yaml': set('quay.io/ns/^app') })?.text).toContain(
      'For pulls by digest',
    );
  });

  it('is nothing elsewhere', () => {
    expect(hoverAt({ 'a.yaml': `${set('quay.io/ns/app')}# ^ here` })).toBeUndefined();
  });

  it('explains a field where no image is', () => {
    const { text } = hoverAt({ 'a.yaml': set('quay.io/ns/app').replace('kind', 'ki^nd') }) ?? {};
    expect(text).toContain('**`kind`** string, required');
  });
});

it('a hover on a CatalogSource shows its image', () => {
  const source =
    'apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nspec:\n  image: "reg.example.com/^index:v1"\n';
  const result = hoverAt(
    { 'a.yaml': source },
    { 'reg.example.com/index:v1': known(zeros, { created: undefined, platforms: [] }) },
  );
  expect(result?.range).toEqual({ start: { line: 3, character: 9 }, end: { line: 3, character: 35 } });
  expect(result?.text).toContain('| Platforms | not said |');
  expect(result?.text).toContain('| Created | not said |');
});

describe('Markdown', () => {
  it.each([
    ['a', '`a`'],
    ['a`b', '`` a`b ``'],
    ['``', '``` `` ```'],
    ['a\nb\t c', '`a b c`'],
    ['**a** <b> [c](d)', '`**a** <b> [c](d)`'],
  ])('shows any text as it is: %j', (text, shown) => {
    expect(code(text)).toBe(shown);
  });

  it('keeps a bar in a cell', () => {
    expect(table([['a|b', 'c']])).toBe('| | |\n| --- | --- |\n| a\\|b | c |');
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [13_777_000, '13.1 MiB'],
    [5e15, '4547.5 TiB'],
  ])('%d bytes are %s', (count, text) => {
    expect(bytes(count)).toBe(text);
  });

  it.each([
    ['2026-11-20T11:59:00Z', '2026-11-20 11:59 UTC'],
    ['2026-11-19T11:00:00Z', '2026-11-19 11:00 UTC (1 day ago)'],
    ['2026-05-20T12:00:00+02:00', '2026-05-20 10:00 UTC (6 months ago)'],
    ['1970-01-01T00:00:00Z', '1970-01-01 00:00 UTC (56 years ago)'],
    ['yesterday', '`yesterday`'],
    ['2030-01-01T00:00:00Z', '2030-01-01 00:00 UTC'],
  ])('%s is %s', (text, shown) => {
    expect(time(text, now)).toBe(shown);
  });
});

describe('a hover in any other YAML', () => {
  const idms = setOf('IDMS', 'q.io/a <- m.local/a_b');
  const pod = (image: string) => `kind: Pod\nspec:\n  containers:\n  - image: ${image}\n`;

  it('says where nodes pull the image from', () => {
    const result = hoverAt({ 'sets/idms.yaml': idms, 'pod.yaml': pod(`q.io/a/^x@${zeros}`) });
    expect(result?.range).toEqual({ start: { line: 3, character: 11 }, end: { line: 3, character: 91 } });
    expect(result?.text).toContain(
      '- Nodes pull this image by digest.\n- sets/idms.yaml:7 redirects it: a node asks m.local/a\\_b/x first.\n',
    );
    expect(result?.text).toContain(
      `Asked in this order:\n\n1. mirror \`m.local/a_b/x@${zeros}\`\n2. source \`q.io/a/x@${zeros}\``,
    );
  });

  it('says why no mirror is asked', () => {
    const result = hoverAt({ 'sets/idms.yaml': idms, 'pod.yaml': pod('q.io/a/^x:v1') }, {}, '4.14');
    expect(result?.text).toContain(
      'an ImageDigestMirrorSet serves pulls by digest only, so nodes ask q.io itself.',
    );
    expect(result?.text).toContain(
      'it takes an ImageTagMirrorSet with the source q.io/a/x and the mirror m.local/a\\_b/x.',
    );
  });

  it('says nothing of nodes while there are no mirror sets', () => {
    const result = hoverAt({ 'pod.yaml': pod('q.io/a/^x:v1') }, { 'q.io/a/x:v1': known(zeros) });
    expect(result?.text).toContain(`| Digest | \`${zeros}\` |`);
    expect(result?.text).not.toContain('Nodes');
  });

  it('is none beside images', () => {
    expect(hoverAt({ 'pod.yaml': 'kind: ^Pod\n' })).toBeUndefined();
  });
});

it('says of a tag in mapping.txt that it is redirected, once a set does so', () => {
  const mapping = 'q.io/a/^x:v1=m.local/a/x\n';
  const text = (set: string) => hoverAt({ 'set.yaml': set, 'mapping.txt': mapping })?.text ?? '';
  expect(text(setOf('ITMS', 'q.io/a <- m.local/a'))).toContain(
    'set.yaml:7 redirects it: a node asks m.local/a/x first',
  );
  expect(text(setOf('ITMS', 'q.io/a <- m.local/a'))).not.toContain('Named by tag');
  expect(text(setOf('IDMS', 'q.io/a <- m.local/a'))).toContain('Named by tag');
});

describe('words of a registry', () => {
  it('are no markup', () => {
    const reason = 'it says: [log in](command:evil) ![](http://evil/a.png)\n\n# <b>`x`';
    const { text } =
      hoverAt(
        { 'mapping.txt': 'quay.io/n^s/app:v1=reg.io/app:v1' },
        {
          'quay.io/ns/app:v1': { state: 'failed', reason },
          'reg.io/app:v1': { state: 'failed', reason },
        },
      ) ?? {};
    expect(text).toContain('Digest and platforms are not known: it says: \\[log in\\]\\(command:evil\\)');
    expect(text).not.toMatch(/[^\\]\]\(|\n#|[^\\]<b>/);
  });

  it('are code however many backticks they have', () => {
    expect(code('` '.repeat(300_000))).toMatch(/^`` ` /);
  });
});

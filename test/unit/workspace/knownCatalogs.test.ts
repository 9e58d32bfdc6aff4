import { describe, expect, it } from 'vitest';
import { imagesNamed } from '../../../server/src/catalog/catalogImages.ts';
import { parseMapping } from '../../../server/src/documents/mapping.ts';
import { digestTag } from '../../../server/src/documents/naming.ts';
import { type KnownCatalog, KnownCatalogs } from '../../../server/src/workspace/knownCatalogs.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const digest = (number: number) => `sha256:${String(number).repeat(64)}`;
const path = 'hop/ns/index/a/x';

function known(images: readonly string[], more: Partial<KnownCatalog> = {}): KnownCatalog {
  return {
    name: 'm.local/index:v1',
    root: 'hop/ns/index',
    belongs: true,
    images: imagesNamed(images),
    ...more,
  };
}

/** What is known of the path, with these lines in a mapping.txt. */
function originWith(catalogs: readonly KnownCatalog[], ...lines: readonly string[]) {
  const mapping = parseMapping(lines);
  return new Snapshot()
    .with('mapping.txt', { type: 'mapping', mapping })
    .withCatalogs(new KnownCatalogs(catalogs))
    .provenance.origin(path);
}

const byDigest = (number: number, tag = '') => `file://${path}@${digest(number)}=m.local/a-x${tag}`;
const byTag = (tag: string) => `file://${path}:${tag}=m.local/a-x:${tag}`;
const own = 'registry.own.example/a/x';
const other = 'quay.io/a/x';
const certain = (...repositories: string[]) => ({ certainty: 'certain', repositories });
const likely = (...repositories: string[]) => ({
  certainty: 'unknown',
  likely: repositories,
  repositories: [],
});

describe('a catalog proves where images come from', () => {
  it.each([
    ['by the only repository of the path', [known([`${own}@${digest(1)}`])], [], certain(own)],
    [
      'by digests',
      [known([`${own}@${digest(1)}`, `${own}@${digest(2)}`])],
      [byDigest(1), byDigest(2)],
      certain(own),
    ],
    ['by tags', [known([`${own}:v1`])], [byTag('v1')], certain(own)],
    [
      'by the digest where two registries met',
      [known([`${own}@${digest(1)}`, `${other}@${digest(2)}`])],
      [byDigest(2)],
      certain(other),
    ],
    [
      'of several registries that met',
      [known([`${own}@${digest(1)}`, `${other}:v1`])],
      [byDigest(1), byTag('v1')],
      certain(other, own),
    ],
    [
      'by digest whatever catalog it is',
      [known([`${own}@${digest(1)}`], { belongs: false })],
      [byDigest(1)],
      certain(own),
    ],
    ['by the tag that a pinned line still has', [known([`${own}:v1`])], [byDigest(1, ':v1')], certain(own)],
    [
      'by the tag that oc made, of any registry',
      [known([`${own}@${digest(1)}`])],
      [byDigest(1, `:${digestTag(`${own}@${digest(1)}`)}`)],
      certain(own),
    ],
  ] as const)('%s', (_name, catalogs, lines, expected) => {
    expect(originWith(catalogs, ...lines)).toMatchObject({ ...expected, byCatalogs: ['m.local/index:v1'] });
  });

  it.each([
    [
      'two repositories of the path, and no line',
      [known([`${own}@${digest(1)}`, `${other}@${digest(2)}`])],
      [],
      likely(other, own),
    ],
    [
      'two versions of it that disagree',
      [known([`${own}:v1`]), known([`${other}:v1`], { name: 'm.local/index:v2' })],
      [],
      likely(other, own),
    ],
    ['another digest than it has', [known([`${own}@${digest(1)}`])], [byDigest(2)], likely(own)],
    [
      'one digest of two that it lacks',
      [known([`${own}@${digest(1)}`])],
      [byDigest(1), byDigest(2)],
      likely(own),
    ],
    ['another tag than it has', [known([`${own}:v1`])], [byTag('v2')], likely(own)],
    [
      'a tag that oc made of another name',
      [known([`${own}@${digest(1)}`])],
      [byDigest(1, ':5aa2c80d')],
      likely(own),
    ],
    [
      'a catalog from elsewhere, and no digest',
      [known([`${own}:v1`], { belongs: false })],
      [byTag('v1')],
      likely(own),
    ],
    ['a catalog from elsewhere, and no line', [known([`${own}:v1`], { belongs: false })], [], likely(own)],
  ] as const)('and does not: %s', (_name, catalogs, lines, expected) => {
    expect(originWith(catalogs, ...lines)).toMatchObject(expected);
  });

  it.each([
    ['another path', known(['quay.io/a/y:v1'])],
    ['another place in the store', known(['quay.io/a/x:v1'], { root: 'hop/ns/other' })],
    ['no place in the store', known(['quay.io/a/x:v1'], { root: undefined })],
  ])('and says nothing of %s', (_name, catalog) => {
    expect(originWith([catalog])).toEqual({ certainty: 'unknown', repositories: [] });
  });

  it('after the mapping.txt of the first hop, and after tags', () => {
    const catalog = known([`${own}@${digest(1)}`]);
    expect(originWith([catalog], `${other}:v1=file://${path}:v1`)).toEqual(certain(other));
    const line = byDigest(1, `:${digestTag(`${other}@${digest(1)}`)}`);
    expect(originWith([catalog], line)).toEqual({ ...certain(other), byTags: true });
    // What both say holds for pulls by tag, too.
    expect(originWith([known([`${other}@${digest(1)}`])], line)).toMatchObject({
      ...certain(other),
      byCatalogs: ['m.local/index:v1'],
    });
  });
});

describe('how pods pull', () => {
  const pulls = new KnownCatalogs([
    known([`${own}:v1`, `${own}:v2@${digest(1)}`, 'nginx']),
    known([`${own}@${digest(2)}`], { name: 'm.local/other:v1' }),
  ]).pullsOf(own);

  it('is by tag where the catalog has no digest beside it', () => {
    expect(['v1', 'v2', 'v'].map((tag) => pulls?.byTag(tag))).toEqual([true, false, false]);
    expect([1, 2, 3].map((number) => pulls?.byDigest(digest(number)))).toEqual([true, true, false]);
    expect(pulls?.names).toEqual(['m.local/index:v1', 'm.local/other:v1']);
  });

  it('is known of Docker’s short names', () => {
    const catalogs = new KnownCatalogs([known(['nginx', 'index.docker.io/ns/x:v1'])]);
    expect(catalogs.pullsOf('docker.io/library/nginx')?.byTag('latest')).toBe(true);
    expect(catalogs.pullsOf('docker.io/ns/x')?.byTag('v1')).toBe(true);
    expect(catalogs.pullsOf('quay.io/ns/x')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { MirrorImage } from '../../../server/src/mirror/plan/mirrorPlan.ts';
import { imagesOfShard, parseShard } from '../../../server/src/mirror/run/shard.ts';

/** Bytes of the image with a number, between 1 MB and 1 GB, most of them small. */
const bytesOf = (number: number) => Math.round(1e6 * 1000 ** (((number * 7919) % 997) / 997));

/** Images of repositories with up to `most` each. */
function images(repositories: number, most: number, isSized: boolean): MirrorImage[] {
  return Array.from({ length: repositories }, (_, repository) =>
    Array.from({ length: (repository % most) + 1 }, (_, image): MirrorImage => {
      const name = `team-${repository}/operator`;
      return {
        source: `quay.io/${name}:v${image}`,
        destination: `mirror.example.com/${name}:v${image}`,
        role: 'related',
        reason: [],
        bytes: isSized ? bytesOf(repository * most + image) : undefined,
      };
    }),
  ).flat();
}

const shards = (all: readonly MirrorImage[], count: number) =>
  Array.from({ length: count }, (_, at) => imagesOfShard(all, { index: at + 1, count }));
const sourcesOf = (all: readonly MirrorImage[]) => all.map(({ source }) => source).sort();
const weightOf = (all: readonly MirrorImage[]) => all.reduce((sum, { bytes = 1 }) => sum + bytes, 0);
const repositoryOf = ({ source }: MirrorImage) => source.slice(0, source.lastIndexOf(':'));

describe.each([true, false])('the images of a plan (bytes are known: %s)', (isSized) => {
  const all = images(300, 7, isSized);

  it.each([1, 2, 3, 7, 50])(
    'belong to exactly one of %i shards each, with their whole repository',
    (count) => {
      const parts = shards(all, count);
      expect(sourcesOf(parts.flat())).toEqual(sourcesOf(all));
      const homes = parts.map((part) => new Set(part.map(repositoryOf)));
      const divided = [...new Set(all.map(repositoryOf))].filter(
        (repository) => homes.filter((home) => home.has(repository)).length !== 1,
      );
      expect(divided).toEqual([]);
    },
  );

  it('belong to the same one in whatever order they come', () => {
    const turned = shards(all.toReversed(), 5).map(sourcesOf);
    const swapped = shards([...all.slice(200), ...all.slice(0, 200)], 5).map(sourcesOf);
    expect(turned).toEqual(shards(all, 5).map(sourcesOf));
    expect(swapped).toEqual(turned);
  });

  it('are no burden for one shard alone', () => {
    const weights = shards(all, 4).map(weightOf);
    const fair = weightOf(all) / 4;
    expect(Math.max(...weights) / fair).toBeLessThan(isSized ? 1.01 : 1.25);
  });
});

it('leaves images where they are when a plan without bytes has others besides', () => {
  const before = shards(images(300, 7, false), 5);
  const after = shards(images(320, 7, false), 5);
  for (const [at, part] of before.entries()) {
    expect(sourcesOf(after[at] ?? [])).toEqual(expect.arrayContaining(sourcesOf(part)));
  }
});

it('divides a repository that is more than a fair share', () => {
  const release = images(1, 1, true).flatMap((image) =>
    Array.from(
      { length: 100 },
      (_, at): MirrorImage => ({ ...image, source: `quay.io/release/art:v${at}`, bytes: 1e8 }),
    ),
  );
  const parts = shards([...release, ...images(10, 1, true)], 4);
  expect(parts.every((part) => part.filter((image) => release.includes(image)).length >= 20)).toBe(true);
});

it('goes by what pods call an image, and keeps the destinations of one source together', () => {
  const from = (original: string, destination: string): MirrorImage => ({
    source: `oci:///disk:${original}`,
    originals: [original],
    destination,
    role: 'mapping',
    reason: [],
  });
  const direct = images(40, 3, false);
  const carried = direct.map(({ source, destination }) => from(source, destination));
  const originals = (part: readonly MirrorImage[]) => part.map((image) => image.originals?.[0]).sort();
  expect(shards(carried, 3).map(originals)).toEqual(shards(direct, 3).map(sourcesOf));
  const twice = ['a.example.com/x:v1', 'b.example.com/x:v1'].map((to) => ({
    ...from('quay.io/x/y:v1', to),
    bytes: 1e9,
  }));
  expect(shards(twice, 2).map(({ length }) => length)).toEqual([2, 0]);
});

it.each(['', 'x', '0/3', '4/3', '1/0', '-1/3', '1/3/3', '1.5/3', ' 1/3', '01/3', '1/1001', '1/99999999999'])(
  'knows that %j is no shard',
  (text) => {
    expect(parseShard(text)).toBeUndefined();
  },
);

it('reads a shard', () => {
  expect(parseShard('1/1')).toEqual({ index: 1, count: 1 });
  expect(parseShard('12/1000')).toEqual({ index: 12, count: 1000 });
});

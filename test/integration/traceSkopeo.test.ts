import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatReference } from '../../server/src/documents/imageReference.ts';
import { defaultSettings } from '../../server/src/workspace/settings.ts';
import { trace } from '../../server/src/workspace/trace.ts';
import { imageOf, namedSet, type SetType, setOf, snapshotOf } from '../support/mirrorSets.ts';

const run = promisify(execFile);
const digest = `sha256:${'a'.repeat(64)}`;

/** Nobody listens there. All of 127.0.0.0/8 is this machine, so that every place refuses at once. */
const hosts = ['127.1.0.1:1', '127.1.0.1', '127.2.0.1:1', '127.2.0.1:2', '127.2.0.1'];
const paths = ['', '/a', '/a/b', '/a/b/c', '/ab', '/c'];
const wildcards = ['*.2.0.1', '*.0.1', '*.1'];
const mirrors = [
  '127.9.0.1:1',
  '127.9.0.1:1/m',
  '127.9.0.2:1/m/n',
  '127.9.0.3/x',
  '127.2.0.1:1/a/b',
  '127.1.0.1:1',
];

interface Case {
  readonly name: string;
  readonly sets: readonly string[];
  readonly image: string;
}

const chosen: readonly Case[] = [
  { name: 'no set', sets: [], image: '127.1.0.1:1/a/b:v1' },
  {
    name: 'a digest set, by digest',
    sets: [setOf('ICSP', '127.1.0.1:1/a <- 127.9.0.1:1/m')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'a digest set, by tag',
    sets: [setOf('ICSP', '127.1.0.1:1/a <- 127.9.0.1:1/m')],
    image: '127.1.0.1:1/a/b:v1',
  },
  {
    name: 'a tag set, by tag',
    sets: [setOf('ITMS', '127.1.0.1:1/a <- 127.9.0.1:1/m')],
    image: '127.1.0.1:1/a/b:v1',
  },
  {
    name: 'a tag set, by digest',
    sets: [setOf('ITMS', '127.1.0.1:1/a <- 127.9.0.1:1/m')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'the shadow of a longer tag set',
    sets: [
      setOf('IDMS', '127.1.0.1:1/a <- 127.9.0.1:1/m'),
      setOf('ITMS', '127.1.0.1:1/a/b <- 127.9.0.2:1/t'),
    ],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'half a name',
    sets: [setOf('IDMS', '127.1.0.1:1/a <- 127.9.0.1:1/m')],
    image: `127.1.0.1:1/ab@${digest}`,
  },
  {
    name: 'a whole registry',
    sets: [setOf('IDMS', '127.1.0.1:1 <- 127.9.0.1:1')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'a registry without its port',
    sets: [setOf('IDMS', '127.1.0.1 <- 127.9.0.1:1')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  { name: 'a wildcard', sets: [setOf('IDMS', '*.0.1 <- 127.9.0.1:1/m')], image: `127.1.0.1:1/a/b@${digest}` },
  {
    name: 'a wildcard that is longer than another',
    sets: [setOf('IDMS', '*.0.1 <- 127.9.0.1:1/m', '*.1.0.1 <- 127.9.0.2:1/n')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'a registry that is longer than a wildcard',
    sets: [setOf('IDMS', '*.0.1 <- 127.9.0.1:1/m'), setOf('ITMS', '127.1.0.1:1 <- 127.9.0.2:1')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'a blocked source, by digest',
    sets: [setOf('IDMS', '127.1.0.1:1/a <- 127.9.0.1:1/m !')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'a blocked source, by tag',
    sets: [setOf('IDMS', '127.1.0.1:1/a <- 127.9.0.1:1/m !')],
    image: '127.1.0.1:1/a/b:v1',
  },
  {
    name: 'a mirror that is blocked as a source',
    sets: [setOf('IDMS', '127.1.0.1:1/a <- 127.2.0.1:1/a', '127.2.0.1:1 <- 127.9.0.1:1 !')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'its own mirror alone',
    sets: [setOf('IDMS', '127.1.0.1:1/a <- 127.1.0.1:1/a')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'its own mirror before others',
    sets: [setOf('IDMS', '127.1.0.1:1/a <- 127.9.0.1:1/m 127.1.0.1:1/a 127.9.0.2:1/m')],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
  {
    name: 'one source in several sets, each with its order',
    sets: [
      setOf('IDMS', '127.1.0.1:1/a <- 127.9.0.3/c 127.9.0.2:1/b'),
      setOf('ICSP', '127.1.0.1:1/a <- 127.9.0.2:1/b 127.9.0.1:1/a'),
    ],
    image: `127.1.0.1:1/a/b@${digest}`,
  },
];

/** Numbers that look random and are the same in every run. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function generated(seed: number): Case {
  const number = numbers(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[number(items.length)] as Item;
  const blocked = new Map<string, boolean>();
  const sources: string[] = [];
  const pulls = new Map<string, 'tag' | 'digest'>();
  const sets = Array.from({ length: 1 + number(4) }, (_, at) => {
    const type: SetType = pick(['IDMS', 'ITMS', 'IDMS', 'ITMS', 'ICSP']);
    const entries = Array.from({ length: 1 + number(4) }, () => {
      // Now and then a source that was there before, which entries of other kinds then share.
      const source =
        sources.length > 0 && number(3) === 0
          ? pick(sources)
          : number(6) === 0
            ? pick(wildcards)
            : pick(hosts) + pick(paths);
      sources.push(source);
      const choice = [...mirrors, source.startsWith('*') ? '127.9.0.4:1' : source];
      const own = Array.from({ length: number(6) === 0 ? 0 : 1 + number(3) }, () => pick(choice));
      pulls.set(source, type === 'ITMS' ? 'tag' : 'digest');
      // A policy that differs, or a blocked source among its mirrors, never reaches a node.
      if (!blocked.has(source)) blocked.set(source, type !== 'ICSP' && number(5) === 0);
      const never = blocked.get(source) === true;
      if (never && type === 'ICSP') return [];
      const kept = never ? own.filter((mirror) => mirror !== source) : own;
      return `${source} <- ${[...new Set(kept)].join(' ')}${never ? ' !' : ''}`;
    });
    // With a name of its own each: sets of one name are one object on the cluster.
    return namedSet(type, `set-${at}`, ...entries.flat());
  });
  // Mostly the kind of pull that the last entry for the source is for.
  const source = pick(sources.map((one) => one.replace('*', '127')));
  const name = source + pick(source.includes('/') ? ['', '/x', '/a/b'] : ['/a/b', '/x', '/a/b/c/d']);
  const byTag = (pulls.get(source) === 'tag') !== (number(4) === 0);
  return { name: `number ${seed}`, sets, image: name + (byTag ? ':v1' : `@${digest}`) };
}

const cases: readonly Case[] = [...chosen, ...Array.from({ length: 70 }, (_, seed) => generated(seed + 1))];

describe('a trace names the places that skopeo tries, in its order', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'trace-'));
    await mkdir(join(directory, 'home'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** What skopeo tries with a registries.conf, and the place that it says is blocked. */
  async function skopeos(conf: string, image: string) {
    const path = join(directory, 'registries.conf');
    await writeFile(path, conf);
    const argv = ['--registries-conf', path, '--debug', 'inspect', '--no-tags', `docker://${image}`];
    const env = { PATH: '/usr/bin:/bin', HOME: join(directory, 'home'), NO_PROXY: '*' };
    const { stderr } = await run('skopeo', argv, { env }).then(
      () => ({ stderr: 'it was there' }),
      (error: { stderr: string }) => error,
    );
    const tried = [...stderr.matchAll(/Trying to access \\"([^"\\]+)\\"/g)].map(([, place = '']) => place);
    const says = (words: RegExp) => words.test(stderr);
    // A place that is rewritten to `HOST:PORT:PORT/PATH`; everything else before the first try is about the file.
    const refused = says(/rewriting reference/);
    return { tried, refused, blocked: says(/ is blocked in /), readsConf: tried.length > 0 || refused };
  }

  it.each(cases)('$name', async ({ sets, image }) => {
    const snapshot = snapshotOf(...sets);
    const traced = trace({ snapshot, settings: defaultSettings }, imageOf(image));
    const conf = snapshot.mirrorSets.toRegistriesConf();
    const skopeo = await skopeos(conf, image);
    expect(skopeo.readsConf).toBe(true);
    expect(traced.endpoints.length === 0).toBe(skopeo.refused);
    expect(traced.endpoints.map(({ reference }) => formatReference(reference))).toEqual(skopeo.tried);
    expect(traced.endpoints.some(({ result }) => result === 'blocked')).toBe(skopeo.blocked);
  });

  it('is held to what is worth comparing', () => {
    const lengths = cases.map(
      ({ sets, image }) =>
        trace({ snapshot: snapshotOf(...sets), settings: defaultSettings }, imageOf(image)).endpoints.length,
    );
    expect(lengths.filter((length) => length > 1).length).toBeGreaterThan(40);
    expect(
      cases.flatMap(({ sets }) => snapshotOf(...sets).mirrorSets.problems.filter(({ stops }) => stops)),
    ).toEqual([]);
  });
});

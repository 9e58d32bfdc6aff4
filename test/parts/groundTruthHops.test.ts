import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../server/src/cli/commands/checkReport.ts';
import { repositoryOf } from '../../server/src/documents/imageReference.ts';
import { applyEdits } from '../../server/src/documents/textEdits.ts';
import { parseText } from '../../server/src/files/load.ts';
import { repositoryBehindHop } from '../../server/src/pulls/hop.ts';
import { analyze, fixesOf } from '../../server/src/rules/analysis.ts';
import { noFacts } from '../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../server/src/workspace/settings.ts';
import { Snapshot } from '../../server/src/workspace/snapshot.ts';
import { trace } from '../../server/src/workspace/trace.ts';
import { filesOf, groundTruth, pairsOf, textOf } from '../support/groundTruth.ts';
import { imageOf } from '../support/mirrorSets.ts';
import { CommandLine } from './cli/copyHarness.ts';

/** An import from a file store, the run that filled the store, and what was in the catalog. */
interface Hop {
  readonly second: string;
  readonly first: string;
  readonly catalog: string;
  /** Where the index image is in the store. */
  readonly prefix: string;
}

const efk = 'efk-mirror/my-operator/my-operator-index';
const community = 'community-operator/my-operator/community-operator-index';
const jaeger = 'jaeger/my-operator/jaeger-only-index';
const edge = 'edge-mirror/edge/edge-index';

const hops: readonly Hop[] = [
  hop('seed1-file2reg-oc48', 'seed1-reg2file-oc48', 'community-operator-index', community),
  hop('seed1-file2reg-oc412', 'seed1-reg2file-oc48', 'community-operator-index', community),
  hop('seed2-file2reg-oc48', 'seed2-reg2file-oc48', 'my-operator-index', efk),
  hop('seed2-file2reg-oc412', 'seed2-reg2file-oc412', 'my-operator-index', efk),
  hop('damaged-files-import-oc48', 'seed2-reg2file-oc48', 'my-operator-index', efk),
  hop('wrong-dir-import-oc48', 'seed2-reg2file-oc48', 'my-operator-index', efk),
  hop('fbc-file2reg-oc412', 'fbc-reg2file-oc412', 'my-operator-index', efk),
  hop('edge-file2reg-oc48', 'edge-reg2file-oc48', 'edge-index', edge),
  hop('edge-fbc-file2reg-oc412', 'edge-fbc-reg2file-oc412', 'edge-index', edge),
  hop('jaeger-file2reg-oc48', 'jaeger-reg2file-oc48', 'jaeger-only-index', jaeger),
  hop('full-disk-registry-oc412', 'jaeger-reg2file-oc48', 'jaeger-only-index', jaeger),
  hop('no-login-dest-import-oc412', 'jaeger-reg2file-oc48', 'jaeger-only-index', jaeger),
  hop('readonly-dest-oc48', 'jaeger-reg2file-oc48', 'jaeger-only-index', jaeger),
  hop('registry-dies-oc412', 'jaeger-reg2file-oc48', 'jaeger-only-index', jaeger),
  hop('dir-flags-oc48', 'dir-flags-oc48', 'jaeger-only-index', jaeger),
  hop(
    'two-catalogs-one-store-oc412',
    'two-catalogs-one-store-oc412',
    'jaeger-only-index',
    'media/disk/my-operator/jaeger-only-index',
  ),
  hop(
    'missing-images-file2reg-oc48',
    'missing-images-reg2file-oc48',
    'broken-index',
    'broken/broken/broken-index',
  ),
  hop('race-file2reg-oc48', 'race-reg2file-oc48', 'race-index', 'race/edge/race-index'),
];

function hop(second: string, first: string, catalog: string, prefix: string): Hop {
  return { second, first, catalog, prefix };
}

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

it('every import of the ground truth is here', () => {
  const imports = /file2reg|import|dest-oc|full-disk-registry|registry-dies|dir-flags|two-catalogs/;
  const all = filesOf('.', 'imageContentSourcePolicy.yaml').map((path) => path.split('/')[0] ?? '');
  // The wrong password was for a run from registry to registry.
  const expected = all.filter(
    (scenario) => imports.test(scenario) && scenario !== 'wrong-password-dest-oc48',
  );
  expect(hops.map(({ second }) => second).sort()).toEqual(expected.sort());
});

describe.each(hops)('$second after $first', ({ second, first, catalog, prefix }) => {
  const [policy = ''] = filesOf(second, 'imageContentSourcePolicy.yaml');
  const [source = ''] = filesOf(second, 'catalogSource.yaml');
  const origins = originsOf(catalog);

  it('check --fix writes the registries that the catalog names, and nothing else', async () => {
    cpSync(join(groundTruth, first), line.path(first), { recursive: true });
    cpSync(join(groundTruth, second), line.path(second), { recursive: true });
    const { stderr } = await line.run('check', line.folder, '--fix');
    expect(stderr.replace(/^fixed .*: \d+ changes?\n/gm, '')).toBe('');

    const entries = textOf(second, policy).replace(
      / {2}- mirrors:\n {4}- \S+\n {4}source: (\S+)\n/g,
      (entry: string, path: string) =>
        trueSources(origins, path.slice(prefix.length + 1))
          .map((repository) => entry.replace(path, repository))
          .join(''),
    );
    expect(entries).not.toBe(textOf(second, policy));
    expect(readFileSync(join(line.path(second), policy), 'utf8')).toBe(entries);

    const named = textOf(second, source).replace(/(?<= {2}name: ).*/, (name) => name.replaceAll('/', '-'));
    expect(readFileSync(join(line.path(second), source), 'utf8')).toBe(named);

    for (const scenario of [first, second]) {
      for (const mapping of filesOf(scenario, 'mapping.txt')) {
        expect(readFileSync(join(line.path(scenario), mapping), 'utf8')).toBe(textOf(scenario, mapping));
      }
    }
    const again = JSON.parse((await line.run('check', line.folder, '--format', 'json')).stdout);
    const left = (again as CheckReport).files.flatMap(({ findings }) => findings);
    expect(left.filter(({ fixes }) => fixes.some(({ preferred }) => preferred))).toEqual([]);
    // What is left takes a person: how pods name images, which of two goes first, words to show.
    const decisions =
      /^mapping\/(?:tag-only|tag-pull|path-collision|duplicate-destination)$|^mirror-set\/(?:tag-pull|deprecated)$|^catalog-source\/display$/;
    expect(left.filter(({ code }) => !decisions.test(code))).toEqual([]);
    const byTag = new Set(
      imagesOf(catalog)
        .filter((image) => !image.includes('@'))
        .map(repositoryIn),
    );
    expect(left.filter(({ code }) => code === 'mirror-set/tag-pull')).toHaveLength(
      entriesOf(entries).filter(([repository]) => byTag.has(repository)).length,
    );
  });

  it('after check --fix every image of the catalog by digest is pulled from where the import put it', async () => {
    cpSync(join(groundTruth, first), line.path(first), { recursive: true });
    cpSync(join(groundTruth, second), line.path(second), { recursive: true });
    await line.run('check', line.folder, '--fix');
    const text = readFileSync(join(line.path(second), policy), 'utf8');
    const snapshot = new Snapshot().with('policy.yaml', parseText(text, 'yaml'));
    const [mapping = ''] = filesOf(second, 'mapping.txt').filter((path) =>
      pairsOf(textOf(second, path)).some(({ source: from }) => from.startsWith(`file://${prefix}`)),
    );
    const arrived = new Map(
      pairsOf(textOf(second, mapping)).map(({ source: from, destination }) => [
        from,
        destination.replace(/:[^/]*$/, ''),
      ]),
    );
    // One catalog comes in two forms, and the file-based one has fewer packages.
    const mirrored = new Set(
      filesOf(first, 'mapping.txt').flatMap((path) =>
        pairsOf(textOf(first, path)).map(({ source: from }) => from),
      ),
    );
    const images = imagesOf(catalog).filter(
      (image) => image.includes('@') && mirrored.has(image.replace(/:[^/@]*@/, '@')),
    );
    const wrong = images.filter((image) => {
      const [name = '', digest = ''] = image.split('@');
      const repository = name.replace(/:[^/]*$/, '');
      const destination = arrived.get(
        `file://${prefix}/${repository.slice(repository.indexOf('/') + 1)}@${digest}`,
      );
      const { endpoints, verdict } = trace({ snapshot, settings: defaultSettings }, imageOf(image));
      const [asked] = endpoints;
      return verdict !== 'mirror' || asked === undefined || repositoryOf(asked.reference) !== destination;
    });
    expect(images.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('the path below the store is known with and without the files beside it', () => {
    for (const [path, mirror] of entriesOf(textOf(second, policy))) {
      const rest = path.slice(prefix.length + 1);
      expect(origins.has(rest)).toBe(true);
      expect(repositoryBehindHop(path, [mirror], [])).toBe(rest);
      expect(repositoryBehindHop(path, [mirror], [prefix])).toBe(rest);
      expect(repositoryBehindHop(path, [], [prefix])).toBe(rest);
    }
  });

  it('check --fix writes what the tags prove when the first hop is not there', async () => {
    const ofFirstHop = filesOf(second, 'mapping.txt').filter((path) =>
      pairsOf(textOf(second, path)).some(({ destination }) => destination.startsWith('file://')),
    );
    cpSync(join(groundTruth, second), line.path(second), {
      recursive: true,
      filter: (path) => !ofFirstHop.some((mapping) => path.endsWith(mapping)),
    });
    await line.run('check', line.folder, '--fix');
    const byDigest = originsOf(catalog, '@sha256:');
    const expected = textOf(second, policy).replace(
      / {2}- mirrors:\n {4}- \S+\n {4}source: (\S+)\n/g,
      (entry: string, path: string) => {
        const rest = path.slice(prefix.length + 1);
        if (unproven.has(rest)) return entry;
        return trueSources(byDigest, rest)
          .map((repository) => entry.replace(path, repository))
          .join('');
      },
    );
    // The mapping.txt of this run lies elsewhere, so that nothing proves anything.
    const isAlone = !filesOf(second, 'mapping.txt').some((path) =>
      pairsOf(textOf(second, path)).some(({ source: from }) => from.startsWith(`file://${prefix}`)),
    );
    const fixed = isAlone ? textOf(second, policy) : expected;
    expect(readFileSync(join(line.path(second), policy), 'utf8')).toBe(fixed);
  });
});

/** A tag beside the digest in the catalog is kept, and the last one is of a registry that nobody knows. */
const unproven: ReadonlySet<string> = new Set(['edge/app', 'forgejo/forgejo', 'team/backend/api']);

describe('without the first hop', () => {
  it.each(['seed2-file2reg-oc48', 'seed2-file2reg-oc412'])(
    'rewriting all of %s to registry.redhat.io does what the administrator’s sed did',
    (scenario) => {
      const [policy = ''] = filesOf(scenario, 'imageContentSourcePolicy.yaml');
      const text = textOf(scenario, policy);
      for (const [beside, title] of [
        [filesOf(scenario, '.yaml'), 'Rewrite all 21 to registry.redhat.io'],
        [
          [...filesOf(scenario, '.yaml'), ...filesOf(scenario, 'mapping.txt')],
          'Rewrite all 21 to their true sources',
        ],
      ] as const) {
        let snapshot = new Snapshot();
        for (const path of beside) {
          snapshot = snapshot.with(
            path,
            parseText(textOf(scenario, path), path.endsWith('.txt') ? 'mapping' : 'yaml'),
          );
        }
        const file = snapshot.files.get(policy);
        if (file === undefined) throw new Error('no policy');
        const context = { snapshot, settings: defaultSettings, facts: noFacts };
        const local = analyze(file, context).filter(({ code }) => code === 'mirror-set/local-source');
        expect(local).toHaveLength(21);
        for (const finding of local) {
          const fix = fixesOf(finding, file, context).find((each) => each.title === title);
          if (fix === undefined) throw new Error('the fix is not offered');
          // Only what the tags in the mapping.txt prove is certain.
          expect(fix.preferred).toBe(beside.some((path) => path.endsWith('.txt')));
          expect(applyEdits(text, fix.edits())).toBe(text.replaceAll(efk, 'registry.redhat.io'));
        }
      }
    },
  );
});

/** All images that a catalog names. */
function imagesOf(catalog: string): string[] {
  const path = join(import.meta.dirname, `../fixtures/ground-truth-catalogs/${catalog}.txt`);
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

/** Path below the registry → the repositories, by what the catalog itself names: of all images that have this in their name. */
function originsOf(catalog: string, part = ''): Map<string, Set<string>> {
  const origins = new Map<string, Set<string>>();
  for (const image of imagesOf(catalog).filter((name) => name.includes(part))) {
    const full = repositoryIn(image);
    const path = full.slice(full.indexOf('/') + 1);
    origins.set(path, (origins.get(path) ?? new Set()).add(full));
  }
  return origins;
}

function repositoryIn(image: string): string {
  const [name = ''] = image.split('@');
  const repository = name.replace(/:[^/]*$/, '');
  if (/^[^/]*[.:][^/]*\//.test(repository)) return repository;
  return `docker.io/${repository.includes('/') ? repository : `library/${repository}`}`;
}

function trueSources(origins: ReadonlyMap<string, Set<string>>, path: string): string[] {
  const sources = origins.get(path);
  if (sources === undefined) throw new Error(`the catalog has nothing at ${path}`);
  return [...sources].sort();
}

function entriesOf(text: string): [string, string][] {
  return [...text.matchAll(/ {4}- (\S+)\n {4}source: (\S+)\n/g)].map(([, mirror = '', source = '']) => [
    source,
    mirror,
  ]);
}

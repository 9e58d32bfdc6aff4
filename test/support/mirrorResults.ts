import { fnv1a } from '../../server/src/base/fnv1a.ts';
import { splitLines } from '../../server/src/documents/lines.ts';
import { parseMapping } from '../../server/src/documents/mapping.ts';
import { parseYaml } from '../../server/src/documents/yamlFile.ts';
import type { ManifestFile } from '../../server/src/mirror/manifests/manifestFile.ts';
import type { MirrorImage, MirrorPlan, PlannedCatalog } from '../../server/src/mirror/plan/mirrorPlan.ts';
import type { MirrorResult } from '../../server/src/mirror/run/mirrorResult.ts';
import { analyze } from '../../server/src/rules/analysis.ts';
import { noFacts } from '../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../server/src/workspace/settings.ts';
import { Snapshot } from '../../server/src/workspace/snapshot.ts';

/** A plan to a registry of images `SOURCE -> DESTINATION`; a hop's source has its originals before: `ORIGINAL <- SOURCE -> …`. */
export function planOfLines(lines: readonly string[], more: Partial<MirrorPlan> = {}): MirrorPlan {
  return {
    version: 1,
    name: 'app-index',
    destination: 'docker://reg.example.com/m',
    catalogs: [],
    images: lines.map(imageOfLine),
    collisions: [],
    refused: [],
    ...more,
  };
}

function imageOfLine(line: string): MirrorImage {
  const [named = '', destination = ''] = line.split(' -> ');
  const names = named.split(' <- ');
  const source = names.pop() ?? '';
  const originals = names.length === 0 ? undefined : names;
  return {
    source,
    originals,
    digest: digestOf(source),
    destination,
    role: 'related',
    reason: ['app/app.v1'],
  };
}

/** That of the name, else one that stays the same for it. */
export function digestOf(name: string): string {
  const at = name.indexOf('@');
  return at === -1 ? `sha256:${fnv1a(name).toString(16).padStart(64, '0')}` : name.slice(at + 1);
}

/** A catalog of a plan, whose bundle needs all the images that are named. */
export function plannedCatalog(
  image: string,
  destination: string,
  images: readonly string[] = [],
): PlannedCatalog {
  return {
    source: image,
    image,
    digest: digestOf(image),
    destination,
    packages: ['app'],
    bundles: [{ name: 'app.v1', package: 'app', images }],
  };
}

/** What a run of a plan proved: all of it, but for what failed. */
export function resultOf(
  plan: MirrorPlan,
  hasFailed: (source: string) => boolean = () => false,
): MirrorResult {
  const error = { code: 'missing', message: 'quay.io does not have it', side: 'source' } as const;
  const failed = plan.images.filter(({ source }) => hasFailed(source)).map(({ source }) => source);
  return {
    version: 1,
    plan,
    started: '2026-11-29T12:00:00Z',
    finished: '2026-11-29T12:05:00Z',
    images: plan.images.map(({ source, digest }) =>
      failed.includes(source)
        ? { result: 'failed', digest, error }
        : { result: 'copied', digest: digest ?? digestOf(source) },
    ),
    catalogs: plan.catalogs.map(({ digest, bundles }) => ({
      digest,
      dropped: bundles.flatMap(({ name, package: owner, images }) => {
        const missing = images.filter((image) => failed.includes(image));
        return missing.length === 0 ? [] : [{ name, package: owner, missing }];
      }),
    })),
  };
}

/** The files in a folder, as the editor and the command line see them. */
export function snapshotOfFiles(files: readonly ManifestFile[], folder = 'manifests-app'): Snapshot {
  return files.reduce((snapshot, { name, text }) => {
    const path = `${folder}/${name}`;
    const lines = splitLines(text);
    if (name.endsWith('.yaml')) return snapshot.with(path, { type: 'yaml', yaml: parseYaml(lines) });
    if (name === 'mapping.txt') return snapshot.with(path, { type: 'mapping', mapping: parseMapping(lines) });
    return snapshot;
  }, new Snapshot());
}

/** `SOURCE <- MIRROR MIRROR`, as the entries of sets stand in texts that `oc` or this project writes. */
export function entriesIn(text = ''): string[] {
  return [...text.matchAll(/ {2}- mirrors:\n((?: {4}- .*\n)+) {4}source: (.*)\n/g)].map(
    ([, mirrors = '', source]) =>
      `${source} <- ${mirrors.replaceAll(/ +- /g, ' ').replaceAll('\n', '').trim()}`,
  );
}

/** `PATH: CODE MESSAGE` of all that `check` finds in a folder of these files, on a cluster of this version. */
export function findingsInFiles(files: readonly ManifestFile[], version = ''): string[] {
  const snapshot = snapshotOfFiles(files);
  const settings = { ...defaultSettings, cluster: { ...defaultSettings.cluster, version } };
  return [...snapshot.files.values()].flatMap((file) =>
    analyze(file, { snapshot, settings, facts: noFacts }).map(
      ({ code, message }) => `${file.path}: ${code} ${message}`,
    ),
  );
}

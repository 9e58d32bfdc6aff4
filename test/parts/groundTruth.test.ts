import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckedFinding, CheckReport } from '../../server/src/cli/commands/checkReport.ts';
import {
  catalogOf,
  filesOf,
  groundTruth,
  imagesOf,
  type MappingPair,
  pairsOf,
  scenarios,
  textOf,
} from '../support/groundTruth.ts';
import { CommandLine } from './cli/copyHarness.ts';

const imageMirror = 'image-mirror-bad-mapping-oc48';

const line = new CommandLine();
afterAll(() => line.remove());

describe.each(scenarios.filter((scenario) => scenario !== imageMirror))('%s', (scenario) => {
  let report: CheckReport;
  beforeAll(async () => {
    report = await check(scenario);
  });

  const mappings = filesOf(scenario, 'mapping.txt');
  const policies = filesOf(scenario, 'imageContentSourcePolicy.yaml');
  const catalogSources = filesOf(scenario, 'catalogSource.yaml');

  it('has the findings that were read and found right', () => {
    const actual = `${JSON.stringify(summaryOf(report), null, 2)}\n`;
    const path = join(groundTruth, scenario, 'expected.json');
    if (process.env.UPDATE === '1') writeFileSync(path, actual);
    else expect(actual).toBe(readFileSync(path, 'utf8'));
  });

  it('has tag-only on exactly the lines whose source has no digest, but the catalog’s own', () => {
    for (const path of mappings) {
      const pairs = pairsOf(textOf(scenario, path));
      const expected = pairs
        .filter(({ source }) => !source.includes('@sha256:') && !isOwnIndex(source, path, pairs))
        .map(({ line, source }) => [line, 'warning', source.length]);
      const found = of(report, path, 'mapping/tag-only');
      expect(found.map(({ range, severity }) => [range.start.line, severity, range.end.character])).toEqual(
        expected,
      );
      const sources = new Map(pairs.map(({ line, source }) => [line, source]));
      for (const { message, range } of found) {
        const name = message.slice(0, message.indexOf(' '));
        // Tags may prove the registry, which is not in a path below file://; long names are shortened in the middle.
        const below = name.replace(/^(?:[^/]*\.[^/]*\/(?:…\/)?|…)/, '');
        const source = `/${sources.get(range.start.line)}`;
        const isShown = source.startsWith('/file:') || name.includes('…');
        expect(source.endsWith(`/${name}`) || (isShown && source.endsWith(below))).toBe(true);
        expect(name).not.toContain('-index/');
      }
    }
  });

  const isOwnIndex = (source: string, path: string, pairs: readonly MappingPair[]) =>
    /-index:[^/]*$/.test(source) &&
    (source.startsWith('file://') || filesBeside(scenario, path) || intoFiles(pairs));

  const listed = join(groundTruth, scenario, 'skipped.txt');
  if (existsSync(listed))
    it('has tag-only on exactly the images that oc skipped in its log', () => {
      const found = mappings.flatMap((path) => {
        const pairs = pairsOf(textOf(scenario, path));
        if (intoFiles(pairs)) return [];
        const lines = of(report, path, 'mapping/tag-only').map(({ range }) => range.start.line);
        // oc skips the index image too, which needs no entry.
        return pairs
          .filter(({ line, source }) => lines.includes(line) || isOwnIndex(source, path, pairs))
          .map(({ source }) => source);
      });
      expect([...new Set(found)].sort()).toEqual(readFileSync(listed, 'utf8').trimEnd().split('\n').sort());
    });

  it('has duplicate-destination on exactly the lines whose destination was there before', () => {
    for (const path of mappings) {
      const seen = new Set<string>();
      const expected: number[] = [];
      for (const { line, destination } of pairsOf(textOf(scenario, path))) {
        if (seen.has(destination)) expected.push(line);
        seen.add(destination);
      }
      const found = of(report, path, 'mapping/duplicate-destination');
      expect(found.map(({ range }) => range.start.line)).toEqual(expected);
    }
  });

  it('has local-source on exactly the entries of an import from files', () => {
    for (const path of policies) {
      const beside = pairsOf(textOf(scenario, join(dirname(path), 'mapping.txt')));
      const imported = beside.every(({ source }) => source.startsWith('file://'));
      const entries = linesWith(textOf(scenario, path), /^ {4}source: /);
      const found = of(report, path, 'mirror-set/local-source').map(({ range }) => range.start.line);
      expect(found).toEqual(imported ? entries : []);
      expect(entries.length).toBeGreaterThan(0);
    }
  });

  it('has catalog-source/name on exactly the names with a slash', () => {
    for (const path of catalogSources) {
      const found = of(report, path, 'catalog-source/name').map(({ range }) => range.start.line);
      expect(found).toEqual(linesWith(textOf(scenario, path), /^ {2}name: .*\//));
    }
  });

  const catalog = catalogOf(scenario);
  const images = catalog === undefined ? [] : imagesOf(catalog).map(partsOf);

  it('has path-collision on exactly the lines into a path where the catalog names several registries', () => {
    const registries = new Map<string, Set<string>>();
    for (const { registry, path } of images)
      registries.set(path, (registries.get(path) ?? new Set()).add(registry));
    for (const path of mappings) {
      const expected = pairsOf(textOf(scenario, path))
        .filter(({ destination }) => destination.startsWith('file://'))
        .filter(({ source }) => (registries.get(partsOf(source).path)?.size ?? 0) > 1);
      const found = of(report, path, 'mapping/path-collision');
      expect(found.map(({ range }) => range.start.line)).toEqual(expected.map(({ line }) => line));
    }
  });

  it('has tag-pull on exactly the pinned lines whose tag at the registry is one that the catalog has', () => {
    for (const path of mappings) {
      const expected = pairsOf(textOf(scenario, path))
        .filter(({ source, destination }) => source.includes('@') && !destination.startsWith('file://'))
        .filter(({ source, destination }) => {
          const tag = destination.slice(destination.lastIndexOf(':') + 1);
          const name = source.slice(source.indexOf('/') + 1, source.indexOf('@'));
          return images.some((image) => image.tag === tag && `/${name}`.endsWith(`/${image.path}`));
        });
      const found = of(report, path, 'mapping/tag-pull');
      expect(found.map(({ range }) => range.start.line)).toEqual(expected.map(({ line }) => line));
    }
  });

  it('has tag-pull on exactly the entries over images that the catalog names by tag and nothing else', () => {
    const byTag = images.filter(({ digest }) => digest === undefined);
    for (const path of policies) {
      const lines = textOf(scenario, path).split('\n');
      const expected = linesWith(textOf(scenario, path), /^ {4}source: /).filter((line) => {
        const scope = lines[line]?.slice('    source: '.length);
        return byTag.some(({ registry, path: below }) => `${registry}/${below}/`.startsWith(`${scope}/`));
      });
      const found = of(report, path, 'mirror-set/tag-pull');
      expect(found.map(({ range }) => range.start.line)).toEqual(expected);
    }
  });

  it('has not-mirrored on exactly the digests whose longest source in a policy leads elsewhere', () => {
    for (const path of mappings) {
      const policy = policies.find((candidate) => dirname(candidate) === dirname(path));
      const entries =
        policy === undefined
          ? []
          : [...textOf(scenario, policy).matchAll(/ {4}- (\S+)\n {4}source: (\S+)\n/g)]
              .map(([, mirror = '', source = '']) => ({ mirror, source }))
              .sort((a, b) => b.source.length - a.source.length);
      const expected = pairsOf(textOf(scenario, path)).filter(({ source, destination }) => {
        if (entries.length === 0 || source.startsWith('file://')) return false;
        const [name = '', digest] = source.split('@');
        const entry = entries.find((one) => `${name}/`.startsWith(`${one.source}/`));
        const place = entry && entry.mirror + name.slice(entry.source.length);
        return digest !== undefined && place !== destination.slice(0, destination.lastIndexOf(':'));
      });
      const found = of(report, path, 'mapping/not-mirrored');
      expect(found.map(({ range }) => range.start.line)).toEqual(expected.map(({ line }) => line));
    }
  });

  it('calls a policy deprecated exactly where no catalog beside it tells of a cluster before 4.13', () => {
    for (const path of policies) {
      const catalogs = catalogSources.filter((candidate) => dirname(candidate) === dirname(path));
      const isOld = catalogs.some((candidate) =>
        /^ {2}image: .*:v4\.(?:\d|1[0-2])(?:-.*)?$/m.test(textOf(scenario, candidate)),
      );
      const found = of(report, path, 'mirror-set/deprecated').map(({ range }) => range.start.line);
      expect(found).toEqual(isOld ? [] : linesWith(textOf(scenario, path), /^kind: /));
    }
  });

  it('misses names to show in each CatalogSource, because oc writes none', () => {
    for (const path of catalogSources) {
      const found = of(report, path, 'catalog-source/display').map(({ range }) => range.start.line);
      expect(found).toEqual(linesWith(textOf(scenario, path), /^spec:/));
    }
  });

  it('says nothing else, and nothing twice', () => {
    const known = [
      /^mapping\/(?:tag-only|tag-pull|path-collision|duplicate-destination|not-mirrored)$/,
      /^mirror-set\/(?:local-source|tag-pull|deprecated)$/,
      /^catalog-source\/(?:name|display)$/,
    ];
    for (const { findings } of report.files) {
      expect(findings.filter(({ code }) => !known.some((pattern) => pattern.test(code)))).toEqual([]);
      const said = findings.map(({ code, range }) => `${code} ${JSON.stringify(range)}`);
      expect(said).toEqual([...new Set(said)]);
    }
  });

  it('lists every file of ours and no other', () => {
    expect(report.files.map(({ path }) => path)).toEqual(
      [...mappings, ...policies, ...catalogSources].sort(),
    );
  });
});

describe(imageMirror, () => {
  // Line and words from the scenario's log.txt; undefined where `oc image mirror --dry-run` ended with 0.
  const answers: readonly [file: string, line: number | undefined, code: string, words: string][] = [
    ['comments.txt', undefined, '', ''],
    [
      'twice.txt',
      2,
      'mapping/duplicate-destination',
      'taken by registry.redhat.io/redhat/redhat-operator-index:v4.8',
    ],
    ['no-equals.txt', 1, 'mapping/syntax', 'has no destination'],
    ['digest-dest.txt', 1, 'mapping/destination-digest', 'is a destination with a digest'],
    ['no-tag.txt', undefined, '', ''],
    ['upper.txt', 1, 'mapping/syntax', 'must be lower-case'],
    ['empty-side.txt', 1, 'mapping/syntax', 'has no source'],
    ['same.txt', 1, 'mapping/syntax', 'is source and destination'],
  ];

  it.each(answers)(
    '%s: an error is found exactly where oc image mirror stops',
    async (file, at, code, words) => {
      cpSync(join(groundTruth, imageMirror, file), line.path(file));
      const { stdout } = await line.run('check', line.path(file), '--format', 'json');
      const report = JSON.parse(stdout) as CheckReport;
      const errors = report.files
        .flatMap(({ findings }) => findings)
        .filter(({ severity }) => severity === 'error');
      expect(errors.map((error) => [error.range.start.line + 1, error.code])).toEqual(
        at === undefined ? [] : [[at, code]],
      );
      if (at !== undefined) expect(errors[0]?.message).toContain(words);
    },
  );

  it('is all that the scenario has', () => {
    expect(filesOf(imageMirror, '.txt')).toEqual(answers.map(([file]) => file).sort());
  });
});

/** A copy of the scenario, checked by the command line; paths are below the scenario's folder. */
async function check(scenario: string): Promise<CheckReport> {
  const folder = line.path(scenario);
  cpSync(join(groundTruth, scenario), folder, { recursive: true });
  const { stdout, stderr } = await line.run('check', folder, '--format', 'json');
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as CheckReport;
  const files = report.files.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) }));
  return { ...report, files };
}

function of(report: CheckReport, path: string, code: string): CheckedFinding[] {
  const file = report.files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new Error(`${path} was not checked`);
  return file.findings.filter((finding) => finding.code === code);
}

function intoFiles(pairs: readonly { readonly destination: string }[]): boolean {
  return pairs.some(({ destination }) => destination.startsWith('file://'));
}

function filesBeside(scenario: string, mapping: string): boolean {
  return existsSync(join(groundTruth, scenario, dirname(mapping), 'catalogSource.yaml'));
}

interface ImageParts {
  readonly registry: string;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** An image as a catalog names it, with what Docker's short names leave out. */
function partsOf(image: string): ImageParts {
  const [, name = '', tag, digest] = /^([^@]*?)(?::([^:/@]+))?(?:@(.+))?$/.exec(image) ?? [];
  const isShort = !/^[^/]*[.:][^/]*\//.test(name);
  const full = isShort ? `docker.io/${name.includes('/') ? name : `library/${name}`}` : name;
  const slash = full.indexOf('/');
  const latest = tag === undefined && digest === undefined ? 'latest' : tag;
  return { registry: full.slice(0, slash), path: full.slice(slash + 1), tag: latest, digest };
}

function linesWith(text: string, pattern: RegExp): number[] {
  return text.split('\n').flatMap((content, line) => (pattern.test(content) ? [line] : []));
}

/** For each file and each thing that is said, the places (`line:from-to`, from 1 as editors show them) and the fixes. */
function summaryOf(report: CheckReport) {
  const files = report.files.map(({ path, findings }) => {
    const said: Record<string, string[]> = {};
    for (const { severity, code, message, range, fixes } of findings) {
      const { start, end } = range;
      const certain = fixes.filter(({ preferred }) => preferred).map(({ title }) => ` → ${title}`);
      const place = `${start.line + 1}:${start.character + 1}-${end.character + 1}${certain.join('')}`;
      const words = `${severity} ${code} ${code === 'mapping/tag-only' ? withoutName(message) : message}`;
      said[words] = [...(said[words] ?? []), place];
    }
    return [path, said] as const;
  });
  return { summary: report.summary, files: Object.fromEntries(files) };
}

/** The image's own name is checked above; without it one line of the file stands for all. */
function withoutName(message: string): string {
  return message.replace(/^\S+ is copied/, 'IMAGE is copied');
}

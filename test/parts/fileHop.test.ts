import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { CheckReport } from '../../server/src/cli/commands/checkReport.ts';
import {
  type FileHop,
  fileHops,
  filesOf,
  groundTruth,
  imagesOfCatalog,
  textOf,
} from '../support/groundTruth.ts';
import { fuzz } from '../support/texts.ts';
import { CommandLine } from './cli/copyHarness.ts';

/*
 * The way over files, from its end: after `check --fix`, which images does a node find in the registry that really
 * was there? Nothing here reads mappings, references or mirror sets with the code that is tested.
 */

const oneForEachImport = [...new Map(fileHops.map((hop) => [hop.second, hop])).values()];

/** One for each catalog: enough where the catalog's names decide and not the run. */
const oneForEachCatalog = [...new Map(fileHops.map((hop) => [hop.prefix, hop])).values()];

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

it('finds a first hop for every import', () => {
  expect(oneForEachImport).toHaveLength(18);
  expect(fileHops.length).toBeGreaterThan(30);
  expect(oneForEachCatalog).toHaveLength(7);
});

describe('what nodes find', () => {
  it.each(fileHops)(
    '$second after $first: every image by digest that arrived, and none before',
    async (hop) => {
      const arrived = new Set(textOf(hop.second, 'registry.txt').split('\n'));
      const digests = new Set([...arrived].map((image) => image.slice(image.indexOf('@'))));
      const images = imagesByDigest(hop);
      const found = (text: string) =>
        images.filter((image) =>
          endpointsOf(image, entriesIn(text)).some((endpoint) => arrived.has(endpoint)),
        );

      expect(found(textOf(hop.second, hop.policy))).toEqual([]);
      const fixed = await fixedPolicy(hop, textOf(hop.second, hop.policy));
      expect(found(fixed)).toEqual(images.filter((image) => digests.has(image.slice(image.indexOf('@')))));
    },
  );

  it('is something, in the runs that went well', () => {
    const counts = fileHops.map(({ second }) => textOf(second, 'registry.txt').split('\n').length - 1);
    expect(Math.max(...counts)).toBe(137);
    expect(counts.filter((count) => count > 0).length).toBeGreaterThan(15);
  });
});

/** A mirror set is the same set however it is written. */
const forms: readonly (readonly [name: string, write: (text: string) => string])[] = [
  ['as oc writes it', (text) => text],
  ['as an ImageDigestMirrorSet', asDigestSet],
  ['as an ImageTagMirrorSet', (text) => asDigestSet(text).replaceAll('Digest', 'Tag')],
  ['in a List', asList],
  ['one set for each entry', asDocuments],
  ['with Windows’ line ends', (text) => text.replaceAll('\n', '\r\n')],
  ['with a byte order mark', (text) => `\uFEFF${text}`],
  ['without a line end at its end', (text) => text.trimEnd()],
  ['in single quotes', (text) => text.replace(/source: (\S+)/g, "source: '$1'")],
  ['in double quotes', (text) => text.replace(/source: (\S+)/g, 'source: "$1"')],
  ['source first', (text) => text.replace(/- (mirrors:\n.*\n) {4}(source: \S+)\n/g, '- $2\n    $1')],
  ['with the dash on a line of its own', (text) => text.replaceAll('  - mirrors:', '  -\n    mirrors:')],
  ['with deeper lists', (text) => text.replace(/^ {4}- /gm, '        - ')],
  ['with mirrors in brackets', (text) => text.replace(/mirrors:\n {4}- (\S+)/g, 'mirrors: [ $1 ]')],
  ['with comments', (text) => text.replace(/(source: \S+)\n/g, '$1   # from the store\n  # next\n\n')],
  ['with another key of another tool', (text) => text.replace('spec:\n', 'status: {}\nspec:\n')],
  ['as JSON on one line', (text) => JSON.stringify(documentsIn(text)[0])],
  ['as JSON on many lines', (text) => JSON.stringify(documentsIn(text)[0], null, 2)],
];

describe.each(forms)('a mirror set %s', (_name, write) => {
  it.each(oneForEachCatalog)('$second: gets the true sources, and nothing else changes', async (hop) => {
    const asWritten = textOf(hop.second, hop.policy);
    const text = write(asWritten);
    expect(text === asWritten).toBe(write === forms[0]?.[1]);
    const before = entriesIn(text);
    const fixed = await fixedPolicy(hop, text);

    const truth = before.flatMap(({ source, mirrors }) =>
      trueSources(hop, source).map((repository) => ({ source: repository, mirrors })),
    );
    expect(entriesIn(fixed)).toEqual(truth);
    expect(withoutEntries(fixed)).toEqual(withoutEntries(text));
    // Where each path has one true source, the fix is a replacement of words: whatever is round them stays.
    if (truth.length === before.length) {
      const words = before.toSorted((a, b) => b.source.length - a.source.length);
      const replaced = words.reduce(
        (result, { source }) => result.replaceAll(source, trueSources(hop, source)[0] ?? ''),
        text,
      );
      expect(fixed).toBe(replaced);
    } else {
      const ends = (written: string) => new Set(written.match(/\r?\n/g));
      expect(ends(fixed)).toEqual(ends(text));
      expect(fixed.startsWith('\uFEFF')).toBe(text.startsWith('\uFEFF'));
    }
  });
});

/** What oc reads from a mapping.txt does not depend on the order of its lines, nor on how they are written. */
const mappingForms: readonly (readonly [name: string, write: (text: string) => string])[] = [
  ['in another order', (text) => text.trimEnd().split('\n').toReversed().join('\n')],
  ['with three slashes', (text) => text.replaceAll('=file://', '=file:///')],
  ['with blanks for "="', (text) => text.replaceAll('=', '   ')],
  ['with Windows’ line ends', (text) => text.replaceAll('\n', '\r\n')],
  ['with comments and blank lines', (text) => text.replaceAll('\n', ' # seen\n\n# next\n')],
  ['with a line that is being typed', (text) => `quay.io/\n${text}quay.io/x/y@sha256:12=file://`],
  ['twice in one file', (text) => text + text],
];

describe.each(mappingForms)('a first hop’s mapping.txt %s', (_name, write) => {
  it.each(oneForEachCatalog)('$second: tells the same', async (hop) => {
    const text = textOf(hop.second, hop.policy);
    const expected = await fixedPolicy(hop, text);
    expect(expected).not.toBe(text);
    const mapping = textOf(hop.first, hop.mapping);
    expect(write(mapping)).not.toBe(mapping);
    writeFileSync(join(line.path('first'), hop.mapping), write(mapping));
    expect(await fixedPolicy(hop, text, { keepFirst: true })).toBe(expected);
  });
});

describe('where the first hop is looked for', () => {
  it.each(oneForEachCatalog)('$second: in all PATHs, in any order', async (hop) => {
    const text = textOf(hop.second, hop.policy);
    const expected = await fixedPolicy(hop, text);
    for (const order of [
      ['first', 'second'],
      ['second', 'first'],
    ]) {
      prepare(hop, text);
      await line.run('check', '--fix', ...order.map((name) => line.path(name)));
      expect(readFileSync(join(line.path('second'), hop.policy), 'utf8')).toBe(expected);
    }
  });

  // What tells the folder that the administrator packs and carries: its file store, or the manifests of the runs.
  it.each([
    ['v2', 'online', 'imported/policies', true],
    [
      'v2',
      'manifests-my-operator-index-1636424076',
      'manifests-my-operator/my-operator-index-1636602048',
      true,
    ],
    ['other', 'manifests-my-operator-index-1636424076', 'imported', true],
    ['other', 'online', 'imported', false],
  ])('with %s/ and %s/ beside a single file in %s/: %s', async (store, first, second, known) => {
    for (const hop of oneForEachCatalog) {
      const text = textOf(hop.second, hop.policy);
      const expected = known ? await fixedPolicy(hop, text) : text;
      const folder = line.path(`carried-${basename(hop.prefix)}`);
      mkdirSync(join(folder, store), { recursive: true });
      mkdirSync(join(folder, first), { recursive: true });
      mkdirSync(join(folder, second), { recursive: true });
      writeFileSync(join(folder, first, 'mapping.txt'), textOf(hop.first, hop.mapping));
      const policy = join(folder, second, 'imageContentSourcePolicy.yaml');
      const catalogSource = join(folder, second, 'catalogSource.yaml');
      writeFileSync(policy, text);
      writeFileSync(catalogSource, textOf(hop.second, hop.catalogSource));
      await line.run('check', policy, '--fix');
      expect(readFileSync(policy, 'utf8')).toBe(expected);
      // Only the file that was named is repaired.
      expect(readFileSync(catalogSource, 'utf8')).toBe(textOf(hop.second, hop.catalogSource));
    }
  });

  it.each(oneForEachCatalog)('$second: nowhere else', async (hop) => {
    const text = textOf(hop.second, hop.policy);
    prepare(hop, text);
    // What the tags prove needs no first hop.
    for (const path of filesOf(hop.second, 'mapping.txt').filter((name) => name !== hop.mapping))
      rmSync(join(line.path('second'), path), { force: true });
    await line.run('check', line.path('second'), '--fix');
    const kept = hop.first === hop.second || filesOf(hop.second, 'mapping.txt').includes(hop.mapping);
    const fixed = readFileSync(join(line.path('second'), hop.policy), 'utf8');
    if (!kept) expect(fixed).toBe(text);
  });

  it.each(oneForEachCatalog)(
    '$second: the first fileHops of all other catalogs change nothing',
    async (hop) => {
      const text = textOf(hop.second, hop.policy);
      const expected = await fixedPolicy(hop, text);
      prepare(hop, text);
      for (const other of oneForEachCatalog) {
        if (other !== hop)
          cpSync(join(groundTruth, other.first), line.path(other.first), { recursive: true });
      }
      await line.run('check', line.folder, '--fix');
      expect(readFileSync(join(line.path('second'), hop.policy), 'utf8')).toBe(expected);
    },
  );
});

describe('first fileHops that contradict each other', () => {
  it.each(oneForEachCatalog)('$second: nothing is applied, and both are offered', async (hop) => {
    const text = textOf(hop.second, hop.policy);
    prepare(hop, text);
    const other = textOf(hop.first, hop.mapping).replace(/^[^/]+/gm, 'registry.elsewhere.example.com');
    mkdirSync(line.path('other'));
    line.write('other/mapping.txt', other);
    await line.run('check', line.folder, '--fix');
    expect(readFileSync(join(line.path('second'), hop.policy), 'utf8')).toBe(text);

    const { stdout } = await line.run('check', line.folder, '--format', 'json');
    const report = JSON.parse(stdout) as CheckReport;
    const findings = report.files
      .filter(({ path }) => path === join(line.path('second'), hop.policy))
      .flatMap((file) => file.findings)
      .filter(({ code }) => code === 'mirror-set/local-source');
    const entries = entriesIn(text);
    expect(findings).toHaveLength(entries.length);
    for (const [at, { source }] of entries.entries()) {
      const rest = source.slice(hop.prefix.length + 1);
      const offered = findings[at]?.fixes.map(({ title }) => title).join('\n');
      expect(findings[at]?.fixes.every(({ preferred }) => !preferred)).toBe(true);
      for (const repository of [...trueSources(hop, source), `registry.elsewhere.example.com/${rest}`]) {
        expect(offered).toContain(`Rewrite to ${repository} (`);
      }
    }
  });
});

describe('check --fix', () => {
  it.each(oneForEachImport)(
    '$second: ends with 0 exactly where a person has nothing to decide',
    async (hop) => {
      prepare(hop, textOf(hop.second, hop.policy));
      const { code } = await line.run('check', line.folder, '--fix');
      const images = imagesOfCatalog(hop.prefix);
      const byDigest = images.every((image) => image.includes('@'));
      const repositories = new Set(images.map((image) => image.replace(/(?:@|:[^/:]*$).*/, '')));
      const paths = new Set([...repositories].map((repository) => repository.slice(repository.indexOf('/'))));
      // Two registries that meet in one path of the store are the other thing that no edit of these files mends.
      expect(code).toBe(byDigest && paths.size === repositories.size ? 0 : 1);
    },
  );

  it.each(oneForEachCatalog)('$second: has nothing left to do the second time', async (hop) => {
    const fixed = await fixedPolicy(hop, textOf(hop.second, hop.policy));
    expect(await fixedPolicy(hop, fixed)).toBe(fixed);
  });

  it.each(oneForEachCatalog)('$second: keeps the mode that oc gave its files', async (hop) => {
    prepare(hop, textOf(hop.second, hop.policy));
    const path = join(line.path('second'), hop.policy);
    chmodSync(path, 0o755);
    await line.run('check', line.folder, '--fix');
    expect(statSync(path).mode & 0o777).toBe(0o755);
  });

  it.each(oneForEachImport)(
    '$second: gives the CatalogSource a name that the API server takes',
    async (hop) => {
      await fixedPolicy(hop, textOf(hop.second, hop.policy));
      const text = readFileSync(join(line.path('second'), hop.catalogSource), 'utf8');
      const name = /^ {2}name: (.*)$/m.exec(text)?.[1] ?? '';
      expect(name).toMatch(/^[a-z][-a-z0-9]{0,61}[a-z0-9]$/);
      expect(text.replace(name, '')).toBe(
        textOf(hop.second, hop.catalogSource).replace(/(?<=^ {2}name: ).*$/m, ''),
      );
    },
  );
});

it('gives every catalog that there could be its true sources', async () => {
  const word = fc.constantFrom('a', 'b', 'a-b', 'b-a', 'openshift4', 'ose-x', 'x', 'index');
  const repository = fc
    .tuple(
      fc.constantFrom(
        'quay.io',
        'registry.redhat.io',
        'docker.io',
        'localhost',
        'lab:5000',
        'Host.Example:80',
      ),
      fc.array(word, { minLength: 2, maxLength: 4 }),
    )
    .map(([host, path]) => `${host}/${path.join('/')}`);
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(repository, { minLength: 1, maxLength: 12 }),
      fc.array(word, { minLength: 2, maxLength: 4 }),
      fc.constantFrom(0, 2, 3, 5),
      async (repositories, store, most) => {
        const prefix = store.join('/');
        const paths = [...new Set(repositories.map((name) => name.slice(name.indexOf('/') + 1)))];
        const first = repositories.map(
          (name, at) => `${name}@${digest(at)}=file://${prefix}/${name.slice(name.indexOf('/') + 1)}:${at}`,
        );
        mkdirSync(line.path('manifests-first'), { recursive: true });
        line.write(
          'manifests-first/mapping.txt',
          [...first, `quay.io/olm/index:v1=file://${prefix}:v1`, ''].join('\n'),
        );
        const policy = line.write('policy.yaml', policyOf(paths, prefix, most));
        await line.run('check', line.folder, '--fix');
        expect(entriesIn(readFileSync(policy, 'utf8'))).toEqual(
          paths.flatMap((path) =>
            repositories
              .filter((name) => name.slice(name.indexOf('/') + 1) === path)
              .sort()
              .map((source) => ({ source, mirrors: [`mirror.example.com/olm/${flat(path, most)}`] })),
          ),
        );
      },
    ),
    fuzz(100),
  );
});

function digest(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

function flat(path: string, most: number): string {
  const parts = path.split('/');
  if (most === 0 || parts.length + 1 <= most) return path;
  return [...parts.slice(0, most - 2), parts.slice(most - 2).join('-')].join('/');
}

function policyOf(paths: readonly string[], prefix: string, most: number): string {
  const entries = paths.map(
    (path) =>
      `  - mirrors:\n    - mirror.example.com/olm/${flat(path, most)}\n    source: ${prefix}/${path}\n`,
  );
  return `apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: a\nspec:\n  repositoryDigestMirrors:\n${entries.join('')}`;
}

/** Copies of both runs, the second one with this text for its mirror set. */
function prepare(hop: FileHop, text: string, { keepFirst = false } = {}): void {
  if (!keepFirst) cpSync(join(groundTruth, hop.first), line.path('first'), { recursive: true, force: true });
  cpSync(join(groundTruth, hop.second), line.path('second'), { recursive: true, force: true });
  writeFileSync(join(line.path('second'), hop.policy), text);
}

async function fixedPolicy(
  hop: FileHop,
  text: string,
  options: { keepFirst?: boolean } = {},
): Promise<string> {
  prepare(hop, text, options);
  const { stderr } = await line.run('check', line.folder, '--fix');
  expect(stderr.replace(/^fixed .*: \d+ changes?\n/gm, '')).toBe('');
  return readFileSync(join(line.path('second'), hop.policy), 'utf8');
}

/** The repositories that the catalog names below a path of the store, by the catalog's own facts. */
function trueSources({ prefix }: FileHop, path: string): string[] {
  const rest = path.slice(prefix.length + 1);
  const repositories = imagesOfCatalog(prefix).map((image) => fullName(repositoryIn(image)));
  const sources = [...new Set(repositories)].filter((name) => name.slice(name.indexOf('/') + 1) === rest);
  if (sources.length === 0) throw new Error(`the catalog has nothing at ${rest}`);
  return sources.sort();
}

function imagesByDigest({ prefix }: FileHop): string[] {
  return imagesOfCatalog(prefix)
    .filter((image) => image.includes('@'))
    .map((image) => `${repositoryIn(image)}${image.slice(image.indexOf('@'))}`);
}

function repositoryIn(image: string): string {
  const [name = ''] = image.split('@');
  return name.replace(/:[^/]*$/, '');
}

/** As Docker completes a name without a registry. */
function fullName(repository: string): string {
  const [first = '', second] = repository.split('/');
  if (second === undefined) return `docker.io/library/${first}`;
  return /[.:]/.test(first) || first === 'localhost' ? repository : `docker.io/${repository}`;
}

interface Entry {
  readonly source: string;
  readonly mirrors: readonly string[];
}

/** Where a node looks for an image by digest: below the mirrors of the longest source that it lies in. */
function endpointsOf(image: string, entries: readonly Entry[]): string[] {
  const [repository = '', digestPart = ''] = image.split('@');
  const matching = entries.filter(({ source }) => `${repository}/`.startsWith(`${source}/`));
  const longest = Math.max(...matching.map(({ source }) => source.length));
  return matching
    .filter(({ source }) => source.length === longest)
    .flatMap(({ source, mirrors }) =>
      mirrors.map((mirror) => `${mirror}${repository.slice(source.length)}@${digestPart}`),
    );
}

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

function documentsIn(text: string): Json[] {
  return parseAllDocuments(text.replace(/^\uFEFF/, '')).flatMap((document) => {
    expect(document.errors).toEqual([]);
    const value = document.toJSON() as Json;
    return value === null ? [] : [value];
  });
}

const lists = ['repositoryDigestMirrors', 'imageDigestMirrors', 'imageTagMirrors'];

/** All entries of all mirror sets in a text, in its order. */
function entriesIn(text: string): Entry[] {
  const entries: Entry[] = [];
  walk(documentsIn(text), (key, value) => {
    if (!lists.includes(key) || !Array.isArray(value)) return;
    for (const entry of value as unknown as Entry[]) {
      entries.push({ source: entry.source, mirrors: entry.mirrors });
    }
  });
  return entries;
}

function withoutEntries(text: string): Json {
  return JSON.parse(
    JSON.stringify(documentsIn(text), (key, value) => (lists.includes(key) ? undefined : value)),
  ) as Json;
}

function walk(value: Json, visit: (key: string, value: Json) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    visit(key, child);
    walk(child, visit);
  }
}

function asDigestSet(text: string): string {
  return text
    .replace('operator.openshift.io/v1alpha1', 'config.openshift.io/v1')
    .replace('ImageContentSourcePolicy', 'ImageDigestMirrorSet')
    .replace('repositoryDigestMirrors', 'imageDigestMirrors')
    .replace(/(?<=source: \S+)\n/g, '\n    mirrorSourcePolicy: NeverContactSource\n');
}

function asList(text: string): string {
  const indented = text
    .replace(/^---\n/, '')
    .replace(/^(?=.)/gm, '  ')
    .replace(/^ {2}/, '- ');
  return `apiVersion: v1\nkind: List\nitems:\n${indented}`;
}

function asDocuments(text: string): string {
  const start = text.indexOf('  - mirrors:');
  const head = text.slice(0, start);
  const entries = text.slice(start).split(/(?<=source: \S+\n)/);
  return entries.map((entry, at) => head.replace('-0\n', `-${at}\n`) + entry).join('');
}

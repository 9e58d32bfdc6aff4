import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileBasedCatalog } from '../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../server/src/catalog/model.ts';
import { formatReference } from '../../server/src/documents/imageReference.ts';
import { applyEdits } from '../../server/src/documents/textEdits.ts';
import { typeByChoice } from '../../server/src/files/find.ts';
import { parseText } from '../../server/src/files/load.ts';
import { type AnalysisContext, analyze, fixesOf } from '../../server/src/rules/analysis.ts';
import { fixFolder } from '../../server/src/rules/fixFolder.ts';
import { type Fact, type Facts, type ImageFacts, noFacts } from '../../server/src/workspace/facts.ts';
import { readSettings } from '../../server/src/workspace/settingsSchema.ts';
import { Snapshot } from '../../server/src/workspace/snapshot.ts';

/**
 * A fixture is one text file with several parts, each under a line `-- NAME --`; what stands before the first
 * is a description. Parts:
 *
 * - `-- PATH --`: a file of the workspace. A line that begins with `#|` is an expectation about the line above
 *   it: carets under the range (two columns to the right, because of `#|`), then severity, code and a part of
 *   the message, `#|^^^^ warning mapping/tag-only by tag`. `#|(0:4)` instead of carets gives the columns, and
 *   `#|(0:4-2)` a range that ends two lines further down. Each file's findings must match one to one.
 * - `-- fix TITLE in PATH --`: the file after the fix with this title, applied at the first finding that has it.
 * - `-- fix TITLE in PATH for OTHER --`: another file after that fix, or a new one that it makes.
 * - `-- fix all in PATH --`: the file after every certain fix.
 * - `-- settings --`: settings, as JSON. `mirror-set/deprecated` and `resource/overwritten` are off where they do not
 *   name them: they would be said of nearly every fixture. `-- facts --`: JSON from reference to facts or to a state's name; `tags
 *   REPOSITORY` gives a list or a state, `login REFERENCE` true where a registry wants a credential, and `asked PATH` true where
 *   somebody asked what has become of the copy of a file.
 * - `-- catalog IMAGE --`: the catalog in an index image: the name of a file below `test/fixtures`, or the file-based catalog itself.
 *
 * With UPDATE=1 in the environment the results of fixes are written back instead of compared.
 */
export interface Fixture {
  readonly path: string;
  readonly description: string;
  readonly files: ReadonlyMap<string, string>;
  readonly expected: readonly Expectation[];
  readonly fixes: readonly FixPart[];
  readonly context: AnalysisContext;
}

interface FixPart {
  readonly title: string;
  readonly path: string;
  /** The file whose text is compared, where it is another. */
  readonly other: string | undefined;
  readonly part: string;
}

interface Expectation {
  readonly path: string;
  readonly at: string;
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

interface Part {
  readonly name: string;
  text: string;
}

const fixtures = join(import.meta.dirname, '../fixtures');

const known = new Map<string, Fixture>();

/** Each is read once, and so looked at by all rules once, whoever asks for it again: nothing in it ever changes. */
export function readFixture(path: string): Fixture {
  const fixture = known.get(path) ?? readAnew(path);
  known.set(path, fixture);
  return fixture;
}

function readAnew(path: string): Fixture {
  const { description, parts } = split(readFileSync(path, 'utf8'));
  const files = new Map<string, string>();
  const expected: Expectation[] = [];
  const fixes: FixPart[] = [];
  const catalogs = new Map<string, Catalog>();
  let settings: unknown = {};
  let facts: Record<string, unknown> = {};
  for (const { name, text } of parts) {
    const fix = /^fix (.+) in (\S+?)(?: for (\S+))?$/.exec(name);
    if (fix !== null) fixes.push({ title: fix[1] ?? '', path: fix[2] ?? '', other: fix[3], part: name });
    else if (name.startsWith('catalog ')) catalogs.set(name.slice('catalog '.length), catalogOf(text));
    else if (name === 'settings') settings = JSON.parse(text);
    else if (name === 'facts') facts = JSON.parse(text);
    else {
      const { source, expectations } = strip(name, text);
      files.set(name, source);
      expected.push(...expectations);
    }
  }
  let snapshot = new Snapshot();
  for (const [name, text] of files) snapshot = snapshot.with(name, parseText(text, typeByChoice(name)));
  const image: Facts['image'] = (reference) => factOf(facts[formatReference(reference)]);
  const tags: Facts['tags'] = (reference) => {
    const value = facts[`tags ${formatReference(reference)}`];
    return Array.isArray(value) ? { state: 'known', at: 0, value } : stateOf(value);
  };
  const needsLogin: Facts['needsLogin'] = (reference) => {
    const value = facts[`login ${formatReference(reference)}`];
    return typeof value === 'boolean' ? { state: 'known', at: 0, value } : stateOf(value);
  };
  const catalog: Facts['catalog'] = (name) => {
    const value = catalogs.get(name);
    return value === undefined ? { state: 'pending' } : { state: 'known', at: 0, value };
  };
  const context = {
    snapshot,
    settings: quietSettings(settings),
    facts: {
      ...noFacts,
      asked: (path: string) => facts[`asked ${path}`] === true,
      image,
      peek: image,
      tags,
      peekTags: tags,
      needsLogin,
      catalog,
    },
  };
  return { path, description, files, expected, fixes, context };
}

function catalogOf(text: string): Catalog {
  const name = text.trim();
  const isName = /^[\w./-]+$/.test(name);
  const content = isName ? readFileSync(join(fixtures, name), 'utf8') : text;
  return fileBasedCatalog([{ path: isName ? name : 'catalog.yaml', text: content }]);
}

function quietSettings(given: unknown): AnalysisContext['settings'] {
  const { settings } = readSettings(given);
  return {
    ...settings,
    rules: { 'mirror-set/deprecated': 'off', 'resource/overwritten': 'off', ...settings.rules },
  };
}

/** What the rules say of all files of a fixture, in the form of its expectations. */
export function findingsOf({ context, files }: Fixture): (Expectation & { fixes: string[] })[] {
  return [...files.keys()].flatMap((path) => {
    const file = context.snapshot.files.get(path);
    if (file === undefined) return [];
    return analyze(file, context).map((finding) => {
      const { range, severity, code, message } = finding;
      const { start, end } = range;
      const lines = end.line === start.line ? '' : `-${end.line - start.line}`;
      const at = `${start.line}:${start.character}:${end.character}${lines}`;
      return {
        path,
        at,
        severity,
        code,
        message,
        fixes: fixesOf(finding, file, context).map((fix) => fix.title),
      };
    });
  });
}

/** The file after a fix of the fixture: that of the finding, or another one that the fix changes too. */
export function applyFix(fixture: Fixture, title: string, path: string, other?: string): string {
  const { context, files } = fixture;
  const text = files.get(path) ?? '';
  if (title === 'all') {
    const { files: fixed } = fixFolder(context.snapshot, [path], (_path, snapshot) => ({
      ...context,
      snapshot,
    }));
    return applyEdits(text, fixed[0]?.edits ?? []);
  }
  const file = context.snapshot.files.get(path);
  if (file === undefined) throw new Error(`${fixture.path}: there is no ${path}`);
  for (const finding of analyze(file, context)) {
    const fix = fixesOf(finding, file, context).find((candidate) => candidate.title === title);
    if (fix === undefined) continue;
    if (other === undefined) return applyEdits(text, fix.edits());
    const changes = fix.others?.() ?? [];
    const change = changes.find((candidate) => candidate.path === other);
    if (change === undefined)
      throw new Error(`${title} changes only ${changes.map((candidate) => candidate.path)}`);
    return 'text' in change ? change.text : applyEdits(files.get(other) ?? '', change.edits);
  }
  throw new Error(`${fixture.path}: no finding in ${path} has the fix "${title}"`);
}

export function goldenOf(fixture: Fixture, part: string): string {
  return split(readFileSync(fixture.path, 'utf8')).parts.find(({ name }) => name === part)?.text ?? '';
}

export function writeGolden(fixture: Fixture, part: string, text: string): void {
  const { description, parts } = split(readFileSync(fixture.path, 'utf8'));
  for (const candidate of parts) if (candidate.name === part) candidate.text = text;
  const body = parts.map(
    ({ name, text: content }) =>
      `-- ${name} --\n${content}${content === '' || content.endsWith('\n') ? '' : '\n'}`,
  );
  writeFileSync(fixture.path, `${description}${body.join('')}`);
}

function split(text: string): { description: string; parts: Part[] } {
  const parts: Part[] = [];
  let description = '';
  for (const line of text.split(/(?<=\n)/)) {
    const header = /^-- (.+) --\r?\n?$/.exec(line);
    const current = parts.at(-1);
    if (header !== null) parts.push({ name: header[1] ?? '', text: '' });
    else if (current === undefined) description += line;
    else current.text += line;
  }
  return { description, parts };
}

function strip(path: string, text: string): { source: string; expectations: Expectation[] } {
  const kept: string[] = [];
  const expectations: Expectation[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    const mark = /^#\|(?:( *)(\^+)|\((\d+):(\d+)(-\d+)?\)) (\w+) ([a-z-]+\/[a-z-]+) ?(.*)\n?$/.exec(line);
    if (mark === null) {
      if (line.startsWith('#|')) throw new Error(`${path}: not an expectation: ${line}`);
      kept.push(line);
      continue;
    }
    const [, blanks, carets, from, to, lines, severity = '', code = '', message = ''] = mark;
    const start = carets === undefined ? Number(from) : (blanks ?? '').length;
    const end = carets === undefined ? Number(to) : start + carets.length;
    expectations.push({
      path,
      at: `${kept.length - 1}:${start}:${end}${lines ?? ''}`,
      severity,
      code,
      message,
    });
  }
  return { source: kept.join(''), expectations };
}

function factOf(value: unknown): Fact<ImageFacts> {
  if (typeof value !== 'object' || value === null) return stateOf(value);
  const facts = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    size: 1,
    platforms: ['linux/amd64'],
    created: undefined,
    labels: {},
  };
  return { state: 'known', at: 0, value: { ...facts, ...(value as { digest: string }) } };
}

/** Anything but an answer: nothing yet, not there, or the reason of a failure. */
function stateOf(value: unknown): Exclude<Fact<never>, { state: 'known' }> {
  if (value === undefined || value === 'pending') return { state: 'pending' };
  if (value === 'missing') return { state: 'missing', reason: 'the registry does not have it' };
  return { state: 'failed', reason: String(value) };
}

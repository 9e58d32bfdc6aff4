import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDigest } from '../../../server/src/base/digest.ts';
import { parseReference } from '../../../server/src/documents/imageReference.ts';
import { lineEndOf, splitLines } from '../../../server/src/documents/lines.ts';
import { mirrorProblem, sourceProblem } from '../../../server/src/documents/mirrorScope.ts';
import {
  digestTag,
  isResourceName,
  mountRepository,
  validResourceName,
} from '../../../server/src/documents/naming.ts';
import { parseYaml } from '../../../server/src/documents/yamlFile.ts';
import { completion } from '../../../server/src/features/completion.ts';
import { folds } from '../../../server/src/features/folding.ts';
import { hover } from '../../../server/src/features/hover.ts';
import { outline } from '../../../server/src/features/symbols.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, fixesOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { anyText, fuzz, inFull, toLineChange } from '../../support/texts.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');

/** Every fixture, cut to what is near enough to its beginning to be quick. */
const corpus = readdirSync(fixtures, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(?:txt|yaml)$/.test(entry.name))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').slice(0, 3000));

const strange = [
  ...[
    '\t',
    '\0',
    '\r',
    '\r\n',
    '\n',
    '\u2028',
    '\u00a0',
    '\ufeff',
    '\ud800',
    '\udfff',
    '\ud83d\ude00',
    '\u0085',
    '\u202e',
  ],
  ...[
    '[',
    '[[[[[[[[[[',
    ']',
    '{',
    '{{{{{{',
    '}',
    '- - - - - ',
    '? ? ? ',
    ': : ',
    '&a ',
    '*a',
    '*a *a',
    '!!x ',
    '<<: *a',
  ],
  ...[
    '"',
    "'",
    '|',
    '>',
    '|+9\n',
    '%YAML 1.1\n---\n',
    '---\n',
    '...\n',
    '#',
    '`',
    '@',
    '\\x',
    '\\',
    '=',
    '==',
    '://',
  ],
  ...[
    'file:///',
    's3://',
    'docker://',
    '@sha256:',
    ':*',
    '*',
    '__proto__: 1\n',
    'constructor:\n',
    'toString: x\n',
  ],
];

/** A text of the corpus after a few random mutations. */
function mutated(): fc.Arbitrary<string> {
  const mutation = fc.record({
    kind: fc.constantFrom('cut', 'double', 'insert', 'remove', 'move'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.oneof(fc.constantFrom(...strange), anyText(4)),
  });
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(mutation, { minLength: 1, maxLength: 6 }))
    .map(([text, mutations]) =>
      mutations.reduce((current, { kind, at, to, text: added }) => {
        const [start = 0, end = 0] = [at, to]
          .map((part) => Math.floor(part * current.length))
          .sort((a, b) => a - b);
        const part = current.slice(start, end).slice(0, 2000);
        if (kind === 'cut') return current.slice(0, end);
        if (kind === 'double') return current.slice(0, end) + part + current.slice(end);
        if (kind === 'insert') return current.slice(0, start) + added + current.slice(start);
        if (kind === 'remove')
          return current.slice(0, start) + current.slice(start + Math.min(part.length, 40));
        return current.slice(0, start) + current.slice(start + part.length) + part;
      }, text),
    );
}

describe('nothing throws, on any text', () => {
  it('files: parse, rules, fixes with their edits, hover', () => {
    fc.assert(
      fc.property(mutated(), fc.constantFrom('a.yaml', 'mapping.txt'), (text, path) => {
        const content = parseText(text, typeByChoice(path));
        const snapshot = new Snapshot().with(path, content);
        const context = { snapshot, settings: defaultSettings, facts: noFacts };
        const file = { path, content };
        const lines = splitLines(text.replace(/^\ufeff/, ''));
        editEverywhere(snapshot, path, lines);
        for (const finding of analyze(file, context)) {
          expect(isIn(finding.range, lines), JSON.stringify(finding.range)).toBe(true);
          expect(hover({ snapshot, facts: noFacts, now: 0 }, path, finding.range.start)).not.toBeNull();
          for (const { edits } of fixesOf(finding, file, context)) {
            for (const { range } of edits()) expect(isIn(range, lines), JSON.stringify(range)).toBe(true);
          }
        }
      }),
      fuzz(400),
    );
  });

  it('words: references, scopes, names, digests', () => {
    const word = fc.oneof(
      anyText(40),
      fc
        .array(fc.constantFrom(...strange, ...'aB0./:@-_', 'sha256'), { maxLength: 12 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(word, word, (a, b) => {
        const parsed = parseReference(a);
        const spans = parsed.ok ? Object.values(parsed.spans) : [parsed.span];
        for (const span of spans) {
          if (span === undefined) continue;
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(a.length);
          expect(span.start).toBeLessThanOrEqual(span.end);
        }
        for (const problem of [sourceProblem(a), mirrorProblem(a)]) {
          const { repaired } = problem ?? {};
          if (repaired !== undefined) expect(mirrorProblem(repaired)).toBeUndefined();
        }
        isDigest(a);
        isResourceName(a);
        validResourceName(a, 63);
        digestTag(a);
        mountRepository(a, b, 2);
        lineEndOf(a);
        const lines = splitLines(a);
        const { inserted } = toLineChange(
          lines,
          { start: { line: 9, character: 9 }, end: { line: 9, character: 9 } },
          b,
        );
        expect(inserted.length).toBeGreaterThan(0);
      }),
      fuzz(500),
    );
  });

  it.each(deepTexts(3000))('text that is nested deep: %s', (_what, text) => {
    const yaml = parseYaml(text.split('\n'));
    const context = { snapshot: new Snapshot(), settings: defaultSettings, facts: noFacts };
    analyze({ path: 'a.yaml', content: { type: 'yaml', yaml } }, context);
  });
});

describe('takes no longer than the text is long', () => {
  // Nothing is timed: what was quadratic took many seconds for texts of this size, and would end at the limit.
  it.each(longTexts())('%s', { timeout: 15_000 }, (_what, text) => {
    text(inFull(4000));
  });
});

/** What an editor asks of a few places of a file. */
function editEverywhere(snapshot: Snapshot, path: string, lines: readonly string[]): void {
  const file = snapshot.files.get(path);
  if (file === undefined) return;
  for (const item of outline(file)) {
    for (const { range } of [item, ...item.children])
      expect(isIn(range, lines), JSON.stringify(range)).toBe(true);
  }
  for (const { start, end } of folds(file))
    expect(0 <= start && start < end && end < lines.length).toBe(true);
  for (let line = 0; line < lines.length; line += 1 + Math.floor(lines.length / 10)) {
    const length = lines[line]?.length ?? 0;
    for (const character of [0, length >> 2, length >> 1, length]) {
      const position = { line, character };
      const place = hover({ snapshot, facts: noFacts, now: 0 }, path, position);
      if (place !== undefined) expect(isIn(place.range, lines), JSON.stringify(place)).toBe(true);
      for (const { range } of completion({ snapshot, facts: noFacts }, path, position).items) {
        expect(isIn(range, lines), JSON.stringify(range)).toBe(true);
      }
    }
  }
}

function isIn(
  { start, end }: { start: { line: number; character: number }; end: { line: number; character: number } },
  lines: readonly string[],
): boolean {
  const ordered = start.line < end.line || (start.line === end.line && start.character <= end.character);
  const valid = [start, end].every(
    ({ line, character }) =>
      line >= 0 && character >= 0 && character <= (lines[line]?.length ?? (line === lines.length ? 0 : -1)),
  );
  return ordered && valid;
}

function deepTexts(depth: number): [string, string][] {
  const head =
    'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nspec:\n  imageDigestMirrors:\n';
  const list = (at: number) => `${'  '.repeat(at)}- kind: List\n${'  '.repeat(at + 1)}items:\n`;
  return [
    ['flow lists', `${head}  - source: ${'['.repeat(depth)}`],
    ['flow lists that are closed', `${head}  - source: ${'['.repeat(depth)}${']'.repeat(depth)}`],
    ['flow maps', `${head}  - source: ${'{a: '.repeat(depth)}`],
    ['block lists', `${head}  ${'- '.repeat(depth)}`],
    [
      'block maps',
      `${head}${Array.from({ length: depth }, (_, at) => `${' '.repeat(at + 2)}a:`).join('\n')}`,
    ],
    ['keys of keys', `${head}${'? '.repeat(depth)}`],
    [
      'lists of lists',
      `#ImageDigestMirrorSet\nkind: List\nitems:\n${Array.from({ length: depth / 10 }, (_, at) => list(at)).join('')}`,
    ],
    [
      'flow lists of lists',
      `#ImageDigestMirrorSet\n${'{kind: List, items: ['.repeat(depth / 3)}${']}'.repeat(depth / 3)}`,
    ],
    ['a list of itself', '#ImageDigestMirrorSet\n&a\nkind: List\nitems: [*a, *a, *a, *a]\n'],
    ['aliases of aliases', bomb(head, 30)],
  ];
}

/** Each line stands for ten of the one before. */
function bomb(head: string, levels: number): string {
  const lines = Array.from(
    { length: levels },
    (_, at) => `l${at + 1}: &l${at + 1} [${Array(10).fill(`*l${at}`).join(', ')}]`,
  );
  return `l0: &l0 [{source: a/b}]\n${lines.join('\n')}\n${head.replace(/spec:[\s\S]*/, '')}spec:\n  imageDigestMirrors: *l${levels}\n`;
}

/** Long texts of one kind, by how many times the kind is repeated. */
function longTexts(): [string, (count: number) => unknown][] {
  const head = 'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: x\n';
  const entry = `${head}spec:\n  imageDigestMirrors:\n  - source: a\n`;
  const repeat = (count: number, part: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => part(at)).join('');
  const yaml = (what: string, text: (count: number) => string): [string, (count: number) => unknown] => [
    `YAML: ${what}`,
    (count) => check('a.yaml', text(count)),
  ];
  const mapping = (what: string, text: (count: number) => string): [string, (count: number) => unknown] => [
    `mapping: ${what}`,
    (count) => check('mapping.txt', text(count)),
  ];
  const word = (
    what: string,
    run: (text: string) => unknown,
    part: string,
  ): [string, (count: number) => unknown] => [`word: ${what}`, (count) => run(part.repeat(count * 5))];
  return [
    yaml('labels', (count) => `${head}  labels:\n${repeat(count, (at) => `    k${at}: v\n`)}`),
    yaml('labels in flow style', (count) => `${head}  labels: {${repeat(count, (at) => `k${at}: v, `)}}\n`),
    yaml('fields that are not known', (count) => `${entry}${repeat(count, (at) => `    k${at}: v\n`)}`),
    yaml(
      'mirrors',
      (count) => `${entry}    mirrors:\n${repeat(count, (at) => `    - reg.example.com/${at}\n`)}`,
    ),
    yaml(
      'entries of one source',
      (count) => `${entry}${repeat(count / 4, () => '  - source: a/b\n    mirrors: [c]\n')}`,
    ),
    yaml('documents', (count) => repeat(count / 20, () => `---\n${entry}`)),
    yaml('line ends in a word', (count) => `${head}x: "${'a\n'.repeat(count)}"`),
    yaml('one line', (count) => `${head}x: ${'x'.repeat(count * 5)}`),
    yaml('tabs', (count) => `${head}${repeat(count / 2, (at) => `\tk${at}: b\n`)}`),
    yaml('anchors', (count) => `${head}${repeat(count, (at) => `k${at}: &a${at} v\n`)}`),
    yaml('what is never closed', (count) => `${entry}${'    mirrors: [\n'.repeat(count / 4)}`),
    mapping('lines', (count) => repeat(count / 4, (at) => `quay.io/a/b:v${at}=reg.example.com/a/b:v${at}\n`)),
    mapping('lines with one destination', (count) =>
      repeat(count / 4, (at) => `quay.io/a/b:v${at}=reg.example.com/a/b:v1\n`),
    ),
    mapping('pairs in a line', (count) => 'a=b '.repeat(count)),
    mapping('halves of pairs in a line', (count) => '= '.repeat(count)),
    mapping('destinations in a line', (count) => `quay.io/a/b:v1${' reg.example.com/a'.repeat(count / 4)}`),
    ...['/', ':', '@', '.', '-', '_', '__', 'a.', 'a-', 'a/', '[', '*', 'A/', ' '].flatMap((part) => [
      word(`a reference of ${part}`, parseReference, part),
      word(`a source of ${part}`, sourceProblem, part),
      word(`a mirror of ${part}x`, mirrorProblem, `${part}x`),
      word(`a name of ${part}`, (text) => [isResourceName(text), validResourceName(text, 1e9)], part),
    ]),
  ];
}

function check(path: string, text: string): void {
  const content = parseText(text, typeByChoice(path));
  const context = { snapshot: new Snapshot().with(path, content), settings: defaultSettings, facts: noFacts };
  for (const finding of analyze({ path, content }, context)) fixesOf(finding, { path, content }, context);
  editEverywhere(context.snapshot, path, splitLines(text));
}

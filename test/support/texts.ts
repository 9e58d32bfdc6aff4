import fc from 'fast-check';
import type { Position, Range } from '../../server/src/base/range.ts';
import { LineEnds } from '../../server/src/documents/lineEnds.ts';
import type { LineChange } from '../../server/src/documents/lines.ts';

/**
 * How long a property is searched for a text that breaks it. The same texts every time, so that a test which
 * passed yesterday does not fail on a change that has nothing to do with it; FUZZ_SEED and FUZZ_RUNS look further.
 * @param numRuns where CI is `true`; somebody who waits for the result gets a tenth of them
 */
export function fuzz(numRuns: number): { seed: number; numRuns: number } {
  const { FUZZ_SEED: seed, FUZZ_RUNS: runs } = process.env;
  return { seed: Number(seed ?? 20211124), numRuns: Number(runs ?? inFull(numRuns)) };
}

/** A count of things that take long: all of them where CI is `true`, else a tenth, which finds most faults too. */
export function inFull(count: number): number {
  return process.env.CI === 'true' ? count : Math.ceil(count / 10);
}

/** Texts for the parsers' tests: near enough to real files to reach every branch, and broken in every way. */

/** Any text at all: control characters and halves of surrogate pairs too. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.oneof(fc.nat(0x7f), fc.nat(0xffff));
  return fc.array(unit, { maxLength }).map((units) => String.fromCharCode(...units));
}

/** A mirror set as `oc` writes it, with everything about it that people vary. */
export function mirrorSetText(): fc.Arbitrary<string> {
  return fc
    .record({
      kind: fc.constantFrom(
        ['operator.openshift.io/v1alpha1', 'ImageContentSourcePolicy', 'repositoryDigestMirrors'],
        ['config.openshift.io/v1', 'ImageDigestMirrorSet', 'imageDigestMirrors'],
        ['config.openshift.io/v1', 'ImageTagMirrorSet', 'imageTagMirrors'],
        // The list of another kind.
        ['operator.openshift.io/v1alpha1', 'ImageContentSourcePolicy', 'imageDigestMirrors'],
      ),
      indent: fc.constantFrom('', '  ', '    '),
      entries: fc.array(mirrorEntryLines(), { maxLength: 5 }),
      after: fc.constantFrom('', '', '# the end\n', 'status: {}\n', '\n\n'),
    })
    .map(({ kind: [apiVersion, kind, list], indent, entries, after }) => {
      const head = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: a\nspec:\n  ${list}:\n`;
      const body = entries.flatMap((lines) => lines.map((line) => `  ${indent}${line}\n`));
      return `${head}${body.join('')}${after}`;
    });
}

/** The lines of one entry, its dash at column 0. */
export function mirrorEntryLines(): fc.Arbitrary<string[]> {
  const source = fc.constantFrom(
    'source: efk/my/idx/ns/app',
    'source: "quay.io/ns/app"',
    "source: 'efk/my/idx/ns/app' # why",
    'source: registry.redhat.io',
    'source:',
    'sourc',
    'source: quay.io/ns/app:v1',
    'source: |\n    quay.io/ns/app',
    'source: >-\n    quay.io/ns/app\n\n    more',
    'source: {{ .source }}',
    'source: "$(SOURCE)/app"',
  );
  const mirrors = fc.constantFrom(
    'mirrors:\n  - reg.example.com:8443/a/b\n  - reg.example.com:8443/c',
    'mirrors:\n    - "reg.example.com:8443/a/b"',
    'mirrors: [reg.example.com/a, "b"]',
    'mirrors: reg.example.com/a',
    'mirrors:\n  # first\n  - reg.example.com:8443/a/b # here\n\n  - c',
    'mirrors:',
    'mirrors: []',
    'mirrors:\n  - $REGISTRY/a # $HERE\n  - <registry>/c',
    'mirrors: {{- toYaml .mirrors | nindent 2 }}',
  );
  const other = fc.constantFrom(
    'mirrorSourcePolicy: NeverContactSource',
    'mirrorSourcePolicy: x',
    'sorce: a',
    'source: again',
    '# a comment',
    '',
    'half',
    'half:',
    '? x',
    'a: {b: [c]}',
    '{{ .key }}: {{ .value }}',
    '{{- if .more }}',
    '#@ if more:',
    '{{ printf "%s"',
    '  .rest }}',
  );
  return fc
    .tuple(
      fc.constantFrom('- ', '- ', '- ', '-   ', '-\n  ', '- # first\n  '),
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 }),
      source,
      mirrors,
      other,
      other,
    )
    .map(([dash, order, ...fields]) => {
      const width = dash.split('\n').at(-1)?.length ?? 2;
      const body = order.map((at) => fields[at] ?? '').join('\n');
      const [first = '', ...rest] = `${body}`.split('\n');
      return `${dash}${first}\n${rest.map((line) => ' '.repeat(width) + line).join('\n')}`.split('\n');
    });
}

const catalogSource = fc.constantFrom(
  'apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: a/b\nspec:\n  sourceType: grpc\n  image: reg.example.com/a:v1\n',
  'apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata: {name: a}\nspec:\n  sourceType: grpc\n  colour: red\n',
);

/** One or several resources in a file, in the ways that files hold them. */
export function yamlText(): fc.Arbitrary<string> {
  const resource = fc.oneof({ weight: 3, arbitrary: mirrorSetText() }, catalogSource);
  const documents = fc
    .tuple(fc.array(resource, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '---\n', '# first\n---\n'))
    .map(([parts, start]) => `${start}${parts.join('---\n')}`);
  const list = fc
    .array(resource, { minLength: 1, maxLength: 3 })
    .map((parts) => `kind: List\napiVersion: v1\nitems:\n${parts.map(asItem).join('')}`);
  return fc.oneof({ weight: 3, arbitrary: documents }, list);
}

function asItem(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line, at) => `${at === 0 ? '- ' : '  '}${line}\n`)
    .join('');
}

const typed = [
  ...[
    'a',
    'x',
    ':',
    ': ',
    ' ',
    '-',
    '- ',
    '#',
    ' # c',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '|',
    '>',
    '&a',
    '*a',
    '!',
    '%',
  ],
  ...[
    '@',
    '`',
    '?',
    '? ',
    '\t',
    '\n',
    '\n\n',
    '\n  ',
    '\n    ',
    '\r\n',
    '\r',
    '---\n',
    '\n---\n',
    '...\n',
    '\\',
    '=',
    '/',
    '.',
  ],
  ...[
    '{{',
    '}}',
    '{{ .x }}',
    '$',
    '{%',
    '%}',
    '\n{{- end }}\n',
    '<x>',
    '#@ ',
    '\n  - source: pasted\n    mirrors:\n    - p/q',
    '\n    - reg.example.com/pasted',
    'source: y',
    '\n    source: z',
  ],
  ...[
    'kind',
    'kind: List\n',
    'ImageContentSourcePolicy',
    'apiVersion: x',
    '<<: *a',
    '\u00e9',
    '\ud83d\ude00',
    '\ud800',
    '\u0000',
  ],
];

/** One edit as an editor reports it: the place as two numbers that are folded into the text. */
export interface RandomEdit {
  readonly line: number;
  readonly character: number;
  readonly lines: number;
  readonly length: number;
  readonly text: string;
}

export function edits(count: number): fc.Arbitrary<RandomEdit[]> {
  const edit = fc.record({
    line: fc.nat(400),
    character: fc.nat(60),
    lines: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat(4)),
    length: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(12)),
    text: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...typed) },
      fc.constant(''),
      fc.string({ maxLength: 3 }),
    ),
  });
  return fc.array(edit, { minLength: 1, maxLength: count });
}

const references = [
  ...[
    'quay.io/ns/app:v1',
    'quay.io/ns/app',
    'docker.io/ns/app:v1',
    'index.docker.io/ns/app:v1',
    'ns/app:v1',
    'app',
  ],
  ...[
    'file://efk/my/idx/ns/app:v1',
    'file:///efk/my/idx/ns/app:v1',
    'file://efk/my/idx:v4.8',
    'file://efk/my/idx/ns/app',
  ],
  ...[
    'reg.example.com:8443/efk/ns-app:v1',
    'reg.example.com:8443/efk/ns-app',
    'quay.io/ns/app:v*',
    's3://s3.amazonaws.com/a/b/c',
  ],
  ...[
    'docker://quay.io/ns/app:v1',
    'quay.io/Ns/app:v1',
    'quay.io/ns/app@',
    'quay.io/ns/app:',
    '',
    '=',
    'localhost:5000/a',
  ],
  `quay.io/ns/app@sha256:${'0'.repeat(64)}`,
  `quay.io/ns/app:v1@sha256:${'1'.repeat(64)}`,
  `file://efk/my/idx/ns/app@sha256:${'0'.repeat(64)}`,
];

/** A mapping.txt of lines as tools and people write them. */
export function mappingText(): fc.Arbitrary<string> {
  const reference = fc.constantFrom(...references);
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(reference, reference).map((pair) => pair.join('=')) },
    fc.array(reference, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
    fc.tuple(reference, reference).map(([a, b]) => `  ${a}=${b}  # why`),
    fc.tuple(reference, reference).map(([a, b]) => `${a} = ${b}`),
    fc.tuple(reference, reference).map(([a, b]) => `${a}\t${b}`),
    fc.constantFrom('', '# a comment', ' ', '#', 'a=b=c'),
  );
  return fc
    .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => lines.join(end));
}

/** Where an edit falls in a text of these lines. */
export function rangeOf(edit: RandomEdit, lines: readonly string[]): Range {
  const line = edit.line % lines.length;
  const character = edit.character % ((lines[line]?.length ?? 0) + 1);
  const endLine = Math.min(line + edit.lines, lines.length - 1);
  const least = endLine === line ? character : 0;
  const end = Math.min(least + edit.length, lines[endLine]?.length ?? 0);
  return { start: { line, character }, end: { line: endLine, character: Math.max(end, least) } };
}

/** The change of whole lines that an edit of a text with `\n` between these lines is. */
export function toLineChange(lines: readonly string[], range: Range, text: string): LineChange {
  return LineEnds.of(lines.join('\n')).change((line) => lines[line] ?? '', range, text).change;
}

/** An edit as a client may report it: anywhere, backwards, beyond every end, and where no text has a place. */
export interface OddEdit {
  readonly range: Range;
  readonly text: string;
}

const lineEndPieces = [
  '\r',
  '\n',
  '\r\n',
  '\n\r',
  '\r\r\n',
  '\uFEFF',
  '\uFEFF\uFEFF',
  '\u2028',
  '\ud83d\ude00',
  '\udE00',
];

export function oddEdits(count: number): fc.Arbitrary<OddEdit[]> {
  const number = (most: number) =>
    fc.oneof(
      { weight: 12, arbitrary: fc.nat(most) },
      fc.constantFrom(-1, 0.5, 1e9, Number.MAX_SAFE_INTEGER, Number.NaN, Number.POSITIVE_INFINITY, -1e9),
    );
  const position = fc.record({ line: number(8), character: fc.oneof(fc.constant(0), number(30)) });
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...lineEndPieces) },
    { weight: 2, arbitrary: fc.constant('') },
    fc.constantFrom(...typed),
    fc
      .array(fc.constantFrom(...lineEndPieces, 'a', 'quay.io/ns/app=b'), { maxLength: 4 })
      .map((parts) => parts.join('')),
  );
  const range = fc.oneof(
    fc.tuple(position, position),
    position.map((start) => [start, start] as const),
    position.map((start) => [start, { line: start.line, character: start.character + 1 }] as const),
  );
  const edit = fc.record({ range: range.map(([start, end]) => ({ start, end })), text });
  return fc.array(edit, { minLength: 1, maxLength: count });
}

/** The text after an edit, as its owner has it: a string in which the range is replaced. */
export function editedText(text: string, { range, text: newText }: OddEdit): string {
  const places = [offsetOf(text, range.start), offsetOf(text, range.end)];
  return text.slice(0, Math.min(...places)) + newText + text.slice(Math.max(...places));
}

function offsetOf(text: string, { line, character }: Position): number {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  const lines = [...text.slice(start).matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)];
  const found = lines[Math.max(0, Math.floor(line) || 0)];
  // The last match of a text that ends with a line end is its last, empty line.
  if (found === undefined) return text.length;
  return start + found.index + Math.min(Math.max(0, Math.floor(character) || 0), found[1]?.length ?? 0);
}

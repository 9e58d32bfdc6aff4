import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatReference,
  type ImageReference,
  repositoryOf,
  type Span,
  withoutTransport,
} from '../../../server/src/documents/imageReference.ts';
import { parseMappingLine } from '../../../server/src/documents/mapping.ts';
import {
  destinationKey,
  isByTag,
  type MappingArgument,
  type MappingPair,
} from '../../../server/src/documents/mappingLine.ts';
import { fuzz } from '../../support/texts.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const references = [
  ...[
    'quay.io/a/b:v1',
    'quay.io/a/b',
    `quay.io/a/b@${digest}`,
    `quay.io/a/b:v1@${digest}`,
    'quay.io/a/b:v*',
    'quay.io/a/b:*',
  ],
  ...[
    'file://a/b:v1',
    'file:///a/b:v1',
    'file://a/b',
    'b',
    'b:latest',
    'docker.io/library/b',
    'localhost/b:v1',
    'reg:5000/b:v1',
  ],
  ...[
    'quay.io/A/b:v1',
    'quay.io/a/b:',
    'quay.io/a/b@',
    '/a',
    'docker://quay.io/a',
    'oci:///srv/a:quay.io/a/b:v1',
    'oci://a',
    'quay.io/*/b:v1',
    'a:b:c',
    '\t',
    'é',
  ],
];

/** All that an argument says, with its span moved by `move`. */
function saidBy({ text, span, parsed, tagPattern }: MappingArgument, move = (span: Span) => span) {
  const reference = parsed.ok
    ? {
        ...parsed.reference,
        spans: parsed.spans,
        name: repositoryOf(parsed.reference),
        whole: formatReference(parsed.reference),
      }
    : parsed;
  return { text, span: move(span), reference, tagPattern };
}

/** What `usual` is to say of the only pair of a line. */
function endsOf(pair: MappingPair | undefined) {
  if (!pair?.source.parsed.ok || !pair.destination.parsed.ok)
    throw new Error('a line in the usual form is right');
  const end = (reference: ImageReference) => {
    const { transport, registry, repository } = reference;
    return {
      transport,
      registry,
      repository,
      path: withoutTransport(reference),
      name: repositoryOf(reference),
    };
  };
  return {
    from: end(pair.source.parsed.reference),
    to: end(pair.destination.parsed.reference),
    isByDigest: !isByTag(pair.source),
    target: destinationKey(pair),
  };
}

describe('a line of mapping.txt', () => {
  it('has a problem exactly where oc image mirror refuses it', () => {
    const word = fc.oneof(
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom(...references), fc.constantFrom(...references))
          .map((two) => two.join('=')),
      },
      { weight: 3, arbitrary: fc.constantFrom(...references) },
      fc.constantFrom('', '=', `=${references[0]}`, `${references[0]}=`, '#', 'a#b'),
    );
    const line = fc
      .tuple(
        fc.constantFrom('', ' ', '\t'),
        fc.array(word, { maxLength: 4 }),
        fc.constantFrom('', '  ', ' # why', '\t', '\r'),
      )
      .map(([before, words, after]) => `${before}${words.join(' ')}${after}`);
    fc.assert(
      fc.property(line, (text) => {
        const { pairs, problems } = parseMappingLine(text);
        const digests = pairs.some(
          ({ destination: { parsed } }) => parsed.ok && parsed.reference.digest !== undefined,
        );
        const answer = oc(text);
        if (answer !== 'may be refused')
          expect(problems.length > 0 || digests, text).toBe(answer === 'refused');
        for (const { span } of problems) {
          expect(span.start).toBeLessThan(span.end);
          expect(span.end).toBeLessThanOrEqual(text.length);
        }
      }),
      fuzz(3000),
    );
  });

  it('in the form that tools write says what it says with a blank before it, where each part is looked for', () => {
    const prefix = fc.constantFrom('', '', 'file://', 'file:///', 's3://', 'docker://', 'oci://');
    const first = fc.constantFrom(
      ...[
        'quay.io',
        'reg:5000',
        'localhost',
        'a',
        'a.b-c',
        'a_b',
        'a--b.c',
        'A.b',
        'a.',
        '-a',
        'reg:',
        'reg:0',
        '1.2:70000',
      ],
    );
    const component = fc.constantFrom(
      ...[
        'a',
        'b-c',
        'b--c',
        'b.c',
        'b_c',
        'b__c',
        '__B__',
        'b..c',
        'b-.c',
        'B',
        '',
        '-',
        'é',
        'x'.repeat(120),
      ],
    );
    const version = fc.constantFrom(
      ...[
        '',
        ':v1',
        ':V_1.0-x',
        ':',
        `:${'t'.repeat(128)}`,
        `:${'t'.repeat(129)}`,
        ':-',
        ':v*',
        ':$TAG',
        ':v1@x',
      ],
      ...[
        `@${digest}`,
        `@${digest}`,
        `@${digest}0`,
        `:v1@${digest}`,
        `@sha512:${'0'.repeat(128)}`,
        '@sha256:0',
      ],
    );
    const path = fc.array(component, { maxLength: 3 }).map((all) => all.map((each) => `/${each}`).join(''));
    const reference = fc.tuple(prefix, first, path, version).map((parts) => parts.join(''));
    const same = reference.map((one) => [one, one] as const);
    fc.assert(
      fc.property(
        fc.oneof(fc.tuple(reference, reference), fc.tuple(reference, reference), same),
        ([from, to]) => {
          const text = `${from}=${to}`;
          const { pairs, problems, isTemplate } = parseMappingLine(` ${text}`);
          const back = ({ start, end }: Span): Span => ({ start: start - 1, end: end - 1 });
          const whole = JSON.stringify({
            pairs: pairs.map(({ source, destination }) =>
              [source, destination].map((side) => saidBy(side, back)),
            ),
            problems: problems.map(({ message, span }) => ({ message, span: back(span) })),
            isTemplate,
          });
          const parsed = parseMappingLine(text);
          expect(parsed.text).toBe(text);
          expect(
            JSON.stringify({
              pairs: parsed.pairs.map(({ source, destination }) =>
                [source, destination].map((side) => saidBy(side)),
              ),
              problems: parsed.problems.map(({ message, span }) => ({ message, span })),
              isTemplate: parsed.isTemplate,
            }),
            text,
          ).toBe(whole);
          if (parsed.usual !== undefined) expect(parsed.usual, text).toMatchObject(endsOf(parsed.pairs[0]));
        },
      ),
      fuzz(3000),
    );
  });

  it('in the form that tools write is read in linear time, however it ends', () => {
    // Nothing is timed: an expression that looks at a place twice would take many minutes for these, and end at the limit.
    const long = `${'a-'.repeat(50_000)}/${'b.'.repeat(50_000)}`;
    const pairs = [long, `${long}=${long}`, `a/${'b/'.repeat(50_000)}:v1=`, `a/${'b_c'.repeat(50_000)}!`].map(
      (text) => parseMappingLine(text).pairs.length,
    );
    expect(pairs).toEqual([0, 1, 0, 0]);
  });

  it('has its parts where they stand', () => {
    const text = '  quay.io/a/b:v1   reg.example.com/b:v1 reg.example.com/c # why';
    const { pairs } = parseMappingLine(text);
    const spans = pairs.flatMap(({ source, destination }) => [source, destination]);
    expect(spans.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      ...['quay.io/a/b:v1', 'reg.example.com/b:v1'],
      ...['quay.io/a/b:v1', 'reg.example.com/c'],
    ]);
  });

  it.each([
    ['quay.io/a/b:v1=file:///c:v1', 'file://c:v1'],
    ['quay.io/a/b:v1=file://c', 'file://c:v1'],
    ['quay.io/a/b:v1=reg.example.com/c', 'reg.example.com/c:v1'],
    [`quay.io/a/b@${digest}=reg.example.com/c`, 'reg.example.com/c'],
    [`quay.io/a/b:v1@${digest}=reg.example.com/c`, 'reg.example.com/c:v1'],
    [`quay.io/a/b@${digest}=reg.example.com/c:v2`, 'reg.example.com/c:v2'],
    ['quay.io/a/b=reg.example.com/c', undefined],
    ['quay.io/a/b:v*=reg.example.com/c', undefined],
    ['quay.io/a/b:v1=reg.example.com/C', undefined],
  ])('goes where oc says that it goes: %s', (text, key) => {
    const [pair] = parseMappingLine(text).pairs;
    expect(pair && destinationKey(pair)).toBe(key);
  });

  it('is repaired by what is left when the repair is made, if it is certain', () => {
    for (const text of [
      `quay.io/a/b@${digest} = reg.example.com/c:v1`,
      `quay.io/a/b@${digest}= reg.example.com/c:v1 # why`,
      `quay.io/a/b@${digest} =reg.example.com/c:v1`,
      `docker://quay.io/a/b@${digest}=reg.example.com/c:v1`,
      `quay.io/a/b@${digest}\treg.example.com/c:v1`,
    ]) {
      const [problem] = parseMappingLine(text).problems;
      if (problem?.repair === undefined) throw new Error(`${text} has no repair`);
      const { span, newText, certain } = problem.repair;
      expect(certain).toBe(true);
      const repaired = text.slice(0, span.start) + newText + text.slice(span.end);
      expect(parseMappingLine(repaired)).toMatchObject({ problems: [], pairs: [{}] });
      expect(oc(repaired)).toBe('taken');
    }
  });
});

type Answer = 'taken' | 'refused' | 'may be refused';

/**
 * `parseArgs` and `parseFile` of `oc image mirror`, with the check of `Complete` for equal sides. What it asks the
 * registry for (which tags there are) is not known here.
 * https://github.com/openshift/oc/blob/master/pkg/cli/image/mirror/mappings.go
 */
function oc(line: string): Answer {
  const content = (line.split('#', 1)[0] ?? '').trim();
  if (content === '') return 'taken';
  const bare: string[] = [];
  const pairs: [string, string][] = [];
  for (const argument of content.split(' ')) {
    const at = argument.indexOf('=');
    if (at === -1) bare.push(argument);
    else if (at === 0 || at === argument.length - 1) return 'refused';
    else pairs.push([argument.slice(0, at), argument.slice(at + 1)]);
  }
  if (pairs.length === 0) {
    if (bare.length === 1) return 'refused';
    for (const destination of bare.slice(1)) if (destination !== '') pairs.push([bare[0] ?? '', destination]);
  }
  let answer: Answer = 'taken';
  for (const [from, to] of pairs) {
    const pattern = /:[\w.*-]*\*[\w.*-]*$/.exec(from)?.[0];
    const source = read(pattern === undefined ? from : `${from.slice(0, -pattern.length)}:tag`);
    const destination = read(to);
    if (source === undefined || destination === undefined) return 'refused';
    if (pattern !== undefined && source.tag !== 'tag') return 'refused';
    if (destination.digest !== '') return 'refused';
    const several = pattern !== undefined || (source.tag === '' && source.digest === '');
    if (several && destination.tag !== '') answer = 'may be refused';
    if (!several && same(source, { ...destination, tag: destination.tag || source.tag })) return 'refused';
  }
  return answer;
}

interface Read {
  readonly type: string;
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

function read(text: string): Read | undefined {
  const type = /^(?:file|s3):\/\//.exec(text)?.[0] ?? '';
  const rest = text.slice(type.length).replace(type === 'file://' ? /^\// : /^$/, '');
  const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
  const match = new RegExp(
    `^((?:[a-zA-Z0-9.-]+(?::[0-9]+)?/)?${component}(?:/${component})*)(?::(\\w[\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
  ).exec(rest);
  return match === null
    ? undefined
    : { type, name: match[1] ?? '', tag: match[2] ?? '', digest: match[3] ?? '' };
}

function same(a: Read, b: Read): boolean {
  return (
    ['type', 'digest'].every((key) => a[key as keyof Read] === b[key as keyof Read]) && full(a) === full(b)
  );
}

/** With what Docker fills in. */
function full({ name, tag, type }: Read): string {
  const [first = '', ...others] = name.split('/');
  const hasRegistry = others.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = hasRegistry ? first : 'docker.io';
  const path = hasRegistry ? others : [first, ...others];
  const namespace = type === '' && registry === 'docker.io' && path.length === 1 ? 'library/' : '';
  return `${registry}/${namespace}${path.join('/')}:${tag || 'latest'}`;
}

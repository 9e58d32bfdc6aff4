import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReference, repositoryOf } from '../../../server/src/documents/imageReference.ts';
import { parsePullSpec } from '../../../server/src/documents/pullSpec.ts';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { traceText, traceTitle } from '../../../server/src/pulls/traceText.ts';
import type { Trace } from '../../../server/src/pulls/traceTypes.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { trace } from '../../../server/src/workspace/trace.ts';
import { namedSet, type SetType, snapshotOf } from '../../support/mirrorSets.ts';
import { fuzz } from '../../support/texts.ts';

/*
 * What a trace says agrees with its own list of places and rules, whatever decides: several names for a short one,
 * tables that move a name, blocked places, mirrors for the other kind of pull.
 */

const digest = `sha256:${'a'.repeat(64)}`;

function traceOf(image: string, snapshot: Snapshot, conf = ''): Trace {
  const parsed = parsePullSpec(image);
  if (!parsed.ok) throw new Error(parsed.problem);
  const confs = conf === '' ? [] : [{ path: 'node.conf', conf: parseRegistriesConf(conf) }];
  return trace({ snapshot, settings: defaultSettings, confs }, parsed.reference);
}

const places = ({ endpoints }: Trace) =>
  endpoints.map(({ from, reference, result }) => `${from} ${formatReference(reference)} ${result}`);
const rulesOf = ({ rules }: Trace) =>
  rules.map(({ file, line, matched, reason }) => `${matched ? 'yes' : 'no'} ${file}:${line} ${reason}`);

describe('a short name', () => {
  const hub = snapshotOf(namedSet('ITMS', 'hub', 'docker.io <- art.local/hub'));

  it('is served by the mirror of its second candidate, after the first was asked', () => {
    const traced = traceOf('nginx:1.25', hub);
    expect(places(traced)).toEqual([
      'source registry.access.redhat.com/nginx:1.25 untested',
      'mirror art.local/hub/library/nginx:1.25 untested',
      'source docker.io/library/nginx:1.25 untested',
    ]);
    expect(traced.verdict).toBe('mirror');
    expect(traceTitle(traced)).toBe(
      'a mirror serves it, unless registry.access.redhat.com has it, which is asked before',
    );
    expect(rulesOf(traced)).toEqual([
      'yes set0.yaml:7 for docker.io/library/nginx: the longest source that holds for this image',
    ]);
    expect(traced.unrelated).toBe(0);
    expect(traced.explanation.slice(2)).toEqual([
      'No mirror set has a source that holds for registry.access.redhat.com/nginx, so nodes ask registry.access.redhat.com itself.',
      'set0.yaml:7 redirects docker.io/library/nginx: a node asks art.local/hub/library/nginx first.',
    ]);
  });

  it('names what it stands for, and not where a table moves that', () => {
    const conf = '[[registry]]\nprefix = "docker.io"\nlocation = "moved.local"\n';
    const traced = traceOf('nginx:1.25', new Snapshot(), conf);
    expect(traced.explanation).toContain(
      'It is a short name, which stands for registry.access.redhat.com/nginx or docker.io/library/nginx in the nodes’ search registries.',
    );
    expect(traced.explanation).toContain(
      'node.conf:1 moves docker.io/library/nginx: nodes ask moved.local/library/nginx instead.',
    );
  });

  it('may look like a registry: nodes take the port for a tag', () => {
    const traced = traceOf('test.com:5000', hub);
    expect(places(traced)).toContain('source docker.io/library/test.com:5000 untested');
  });
});

describe('a table that moves a name', () => {
  const conf = '[[registry]]\nprefix = "q.io/a"\nlocation = "inner.local/b"\n';

  it('sends the pull there, which no sentence denies', () => {
    const traced = traceOf('q.io/a/x:v1', new Snapshot(), conf);
    expect(places(traced)).toEqual(['source inner.local/b/x:v1 untested']);
    expect(traced.verdict).toBe('source');
    expect(traceTitle(traced)).toBe('no mirror serves it, inner.local/b/x is asked in its place');
    expect(traced.explanation).toContain('node.conf:1 moves it: nodes ask inner.local/b/x instead.');
    expect(traced.explanation.join(' ')).not.toContain('q.io itself');
    expect(rulesOf(traced)).toEqual([
      'yes node.conf:1 the longest prefix that holds for this image; it moves the name to inner.local/b; it has no mirrors',
    ]);
  });

  it('may block the place that it moves it to, or have mirrors for other pulls', () => {
    const more =
      '[[registry.mirror]]\nlocation = "m.local"\npull-from-mirror = "digest-only"\n[[registry]]\nlocation = "inner.local"\nblocked = true\n';
    const traced = traceOf('q.io/a/x:v1', new Snapshot(), conf + more);
    expect([traced.verdict, places(traced)]).toEqual(['blocked', ['source inner.local/b/x:v1 blocked']]);
    expect(traced.explanation).toContain(
      'node.conf:1 moves it to inner.local/b/x, which is blocked, so nodes do not pull it at all.',
    );
    expect(traced.explanation).toContain('None of its mirrors is for pulls by tag.');
  });
});

describe('of two sets with one name', () => {
  const runs = (first: string[], second: string[]) =>
    snapshotOf(namedSet('IDMS', 'idms-operator-0', ...first), namedSet('IDMS', 'idms-operator-0', ...second));

  it('only the later one counts, and the earlier one would have served', () => {
    const traced = traceOf(`q.io/a/x@${digest}`, runs(['q.io/a <- m.local/a'], ['q.io/v <- m.local/v']));
    expect([traced.verdict, places(traced)]).toEqual(['source', [`source q.io/a/x@${digest} untested`]]);
    expect(traced.explanation.slice(2)).toEqual([
      'set0.yaml:7 would redirect it, but set1.yaml:4 is the same ImageDigestMirrorSet idms-operator-0 and overwrites it: oc apply takes that file later.',
      'Give one of the two a name of its own, so that both stay.',
    ]);
    expect(rulesOf(traced)).toEqual([
      'no set0.yaml:7 oc apply overwrites this ImageDigestMirrorSet idms-operator-0 with that in set1.yaml:4, which it takes later',
    ]);
    expect(traced.unrelated).toBe(1);
  });

  it('nothing is said where the later one has the mirrors too', () => {
    const both = runs(['q.io/a <- m.local/a'], ['q.io/a <- m.local/a', 'q.io/v <- m.local/v']);
    const traced = traceOf(`q.io/a/x@${digest}`, both);
    expect(traced.verdict).toBe('mirror');
    expect(traced.explanation.join(' ')).not.toContain('overwrites');
  });
});

describe('whatever the sets and tables are', () => {
  const names = [
    'q.io/a',
    'q.io/a/b',
    'q.io',
    'docker.io',
    'docker.io/library/n',
    '*.redhat.com',
    'r.io/n',
    'm.local',
  ];
  const mirrors = ['m.local', 'm.local/x', 'n.local:5000/y', 'q.io/a'];
  const entry = fc
    .tuple(
      fc.constantFrom(...names),
      fc.array(fc.constantFrom(...mirrors), { maxLength: 2 }),
      fc.constantFrom('', '', '', ' !'),
    )
    .map(([source, places, policy]) => `${source} <- ${places.join(' ')}${policy}`);
  const set = fc
    .tuple(fc.constantFrom<SetType>('ICSP', 'IDMS', 'ITMS'), fc.array(entry, { minLength: 1, maxLength: 3 }))
    .map(
      ([type, entries]) =>
        (name: string) =>
          namedSet(type, name, ...entries),
    );
  const table = fc
    .tuple(
      fc.constantFrom(...names),
      fc.constantFrom('', '', 'moved.local', 'q.io/c'),
      fc.boolean(),
      fc.array(fc.tuple(fc.constantFrom(...mirrors), fc.constantFrom('', 'digest-only', 'tag-only')), {
        maxLength: 2,
      }),
    )
    .map(([prefix, location, blocked, ofTable]) =>
      [
        '[[registry]]',
        `prefix = "${prefix}"`,
        `location = "${location || (prefix.startsWith('*') ? '' : prefix)}"`,
        `blocked = ${blocked}`,
        ...ofTable.flatMap(([mirror, use]) => [
          '[[registry.mirror]]',
          `location = "${mirror}"`,
          `pull-from-mirror = "${use}"`,
        ]),
      ].join('\n'),
    );
  const image = fc
    .tuple(
      fc.constantFrom(
        'q.io/a/b',
        'q.io/a',
        'n',
        'library/n',
        'docker.io/n',
        'r.io/n',
        'm.local/x/q',
        'm.local/y',
        'n.local:5000/y',
      ),
      fc.constantFrom(':v1', `@${digest}`, ''),
    )
    .map((parts) => parts.join(''));

  it('the title, the sentences, the verdict and the lists agree', () => {
    fc.assert(
      fc.property(
        fc.array(set, { maxLength: 3 }),
        fc.array(table, { maxLength: 2 }),
        image,
        (sets, tables, name) => {
          const snapshot = snapshotOf(...sets.map((make, index) => make(`s${index}`)));
          const traced = traceOf(name, snapshot, tables.join('\n'));
          const { endpoints, rules, explanation, verdict } = traced;

          const mirrorIsAsked = endpoints.some(
            ({ from, result }) => from === 'mirror' && result !== 'blocked',
          );
          const isNamed = traced.names !== undefined && endpoints.some(({ result }) => result !== 'blocked');
          expect(verdict === 'mirror').toBe(mirrorIsAsked || isNamed);
          expect(traceTitle(traced).startsWith('a mirror serves it')).toBe(mirrorIsAsked);
          expect(traceTitle(traced).startsWith('it names the ')).toBe(isNamed);
          expect(explanation.some((sentence) => sentence.startsWith('It names '))).toBe(isNamed);
          // What names a mirror is asked there and nowhere else.
          if (isNamed)
            expect(endpoints.map(({ reference }) => formatReference(reference))).toEqual([
              formatReference(traced.image),
            ]);
          expect(traceText(traced).split('\n', 1)[0]).toContain(traceTitle(traced));

          const asked = endpoints.filter(({ result }) => result !== 'blocked');
          for (const sentence of explanation) {
            const [, where, first] = /^(.+?) redirects .+: a node asks (\S+) first\.$/.exec(sentence) ?? [];
            if (where !== undefined) {
              expect(asked.map(({ reference }) => repositoryOf(reference))).toContain(first);
              for (const place of where.split(' and '))
                expect(
                  rules.filter((rule) => rule.matched).map(({ file, line }) => `${file}:${line}`),
                ).toContain(place);
            }
            const [, itself] = /nodes ask (\S+) itself/.exec(sentence) ?? [];
            if (itself !== undefined)
              expect(asked.map(({ from, reference }) => `${from} ${reference.registry}`)).toContain(
                `source ${itself}`,
              );
            const [, instead] = /nodes ask (\S+) instead/.exec(sentence) ?? [];
            if (instead !== undefined)
              expect(asked.map(({ reference }) => repositoryOf(reference))).toContain(instead);
            if (sentence.includes('do not pull it at all'))
              expect(endpoints.some(({ result }) => result === 'blocked')).toBe(true);
          }
          const redirecting = explanation.filter(
            (sentence) => sentence.includes(' redirects ') && sentence.includes(' first.'),
          );
          const candidates = new Set(
            endpoints
              .filter(({ from, result }) => from === 'mirror' && result !== 'blocked')
              .map((endpoint) => formatReference(endpoint.image)),
          );
          expect(redirecting).toHaveLength(candidates.size);
        },
      ),
      fuzz(300),
    );
  });
});

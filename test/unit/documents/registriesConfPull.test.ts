import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from '../../../server/src/documents/imageReference.ts';
import { candidatesOf, planPull } from '../../../server/src/documents/pullEndpoints.ts';
import { mergeRegistriesConf } from '../../../server/src/documents/pullRules.ts';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const read = (text: string) => {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.reference;
};
const rulesOf = (...texts: string[]) =>
  mergeRegistriesConf(
    texts.map((text, index) => ({ path: `/etc/${index}.conf`, conf: parseRegistriesConf(text) })),
  );

/** The places in order: `!` insecure, `x` blocked. */
function places(rules: ReturnType<typeof rulesOf>, image: string): string[] | string {
  const plan = planPull(rules, read(image));
  if (!plan.ok) return plan.problem;
  return plan.endpoints.map(({ reference, insecure, blockedBy }) =>
    `${blockedBy ? 'x' : ''}${insecure ? '!' : ''}${formatReference(reference)}`.replace(digest, 'D'),
  );
}

const example = `
[[registry]]
prefix = "example.com/foo"
location = "internal.net/bar"
[[registry.mirror]]
location = "mirror-0.local/for-foo"
[[registry.mirror]]
location = "mirror-1.local/mirrors/foo"
insecure = true

[[registry]]
location = "registry.com"
[[registry.mirror]]
location = "mirror.registry.com"
`;

const byDigest = `
[[registry]]
location = "r.com"
[[registry.mirror]]
location = "digest.local"
pull-from-mirror = "digest-only"
[[registry.mirror]]
location = "tag.local"
pull-from-mirror = "tag-only"
[[registry.mirror]]
location = "all.local"
pull-from-mirror = "all"
[[registry.mirror]]
location = "unsaid.local"
`;

const wildcard = `
[[registry]]
prefix = "*.example.com"
[[registry.mirror]]
location = "mirror.local/example"
[[registry]]
prefix = "*.b.example.com"
location = "b.local"
[[registry]]
location = "cc.b.example.com"
`;

const blocked = `
[[registry]]
location = "quay.io"
blocked = true
[[registry.mirror]]
location = "mirror.local"
[[registry]]
location = "mirror.local/secret"
insecure = true
blocked = true
`;

describe('the places of a pull', () => {
  const cases: [name: string, conf: string, image: string, expected: string[] | string][] = [
    ['are the name itself without rules', '', 'quay.io/a/b:v1', ['quay.io/a/b:v1']],
    ['are Docker Hub for a short name', '', 'busybox', ['docker.io/library/busybox:latest']],
    [
      'are the mirrors in order, the location last',
      example,
      'example.com/foo/image:latest',
      [
        'mirror-0.local/for-foo/image:latest',
        '!mirror-1.local/mirrors/foo/image:latest',
        'internal.net/bar/image:latest',
      ],
    ],
    [
      'are those of one table only',
      example,
      'registry.com/image:latest',
      ['mirror.registry.com/image:latest', 'registry.com/image:latest'],
    ],
    ['need the whole component', example, 'example.com/foobar/x:v1', ['example.com/foobar/x:v1']],
    [
      'may be the prefix itself',
      example,
      'example.com/foo:v1',
      ['mirror-0.local/for-foo:v1', '!mirror-1.local/mirrors/foo:v1', 'internal.net/bar:v1'],
    ],
    [
      'of a digest pull leave tag-only mirrors out',
      byDigest,
      `r.com/a@${digest}`,
      ['digest.local/a@D', 'all.local/a@D', 'unsaid.local/a@D', 'r.com/a@D'],
    ],
    [
      'of a tag pull leave digest-only mirrors out',
      byDigest,
      'r.com/a:v1',
      ['tag.local/a:v1', 'all.local/a:v1', 'unsaid.local/a:v1', 'r.com/a:v1'],
    ],
    [
      'of tag and digest are those of the digest',
      byDigest,
      `r.com/a:v1@${digest}`,
      ['digest.local/a:v1@D', 'all.local/a:v1@D', 'unsaid.local/a:v1@D', 'r.com/a:v1@D'],
    ],
    [
      'know the older mirror-by-digest-only for tags',
      '[[registry]]\nlocation = "r.com"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "m.local"',
      'r.com/a:v1',
      ['r.com/a:v1'],
    ],
    [
      'know the older mirror-by-digest-only for digests',
      '[[registry]]\nlocation = "r.com"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "m.local"',
      `r.com/a@${digest}`,
      ['m.local/a@D', 'r.com/a@D'],
    ],
    [
      'of a wildcard replace the whole host, and leave the name where there is no location',
      wildcard,
      'x.y.example.com/a/b:v1',
      ['mirror.local/example/a/b:v1', 'x.y.example.com/a/b:v1'],
    ],
    ['of a longer wildcard win', wildcard, 'x.b.example.com/a:v1', ['b.local/a:v1']],
    ['of a longer name win over a wildcard', wildcard, 'cc.b.example.com/a:v1', ['cc.b.example.com/a:v1']],
    [
      'of a wildcard win over a name that is just as long',
      '[[registry]]\nlocation = "c.b.com"\n[[registry]]\nprefix = "*.b.com"\nlocation = "w.local"',
      'c.b.com/a:v1',
      ['w.local/a:v1'],
    ],
    ['of a wildcard keep the port', wildcard, 'x.b.example.com:5000/a:v1', ['b.local:5000/a:v1']],
    ['of a wildcard are not those of the domain', wildcard, 'example.com/a:v1', ['example.com/a:v1']],
    [
      'of a wildcard are not those of a path',
      wildcard,
      'q.io/x.example.com/a:v1',
      ['q.io/x.example.com/a:v1'],
    ],
    [
      'of a wildcard fail where engines stumble over a repeated domain',
      wildcard,
      'a.example.com.example.com/a:v1',
      ['a.example.com.example.com/a:v1'],
    ],
    [
      'are matched by a host without port too',
      '[[registry]]\nprefix = "r.com"\nlocation = "s.com"',
      'r.com:5000/a:v1',
      ['s.com:5000/a:v1'],
    ],
    [
      'are those of the longest prefix, even when it says nothing',
      '[[registry]]\nlocation = "r.com"\n[[registry.mirror]]\nlocation = "m.local"\n[[registry]]\nlocation = "r.com/a"',
      'r.com/a/b:v1',
      ['r.com/a/b:v1'],
    ],
    ['are blocked one by one', blocked, 'quay.io/a:v1', ['mirror.local/a:v1', 'xquay.io/a:v1']],
    [
      'are blocked by the rule of the place that is asked, and as safe as the mirror says',
      blocked,
      'quay.io/secret/a:v1',
      ['xmirror.local/secret/a:v1', 'xquay.io/secret/a:v1'],
    ],
    [
      'know library on Docker Hub',
      '[[registry]]\nlocation = "docker.io/library"\n[[registry.mirror]]\nlocation = "m.local/hub"',
      'index.docker.io/busybox',
      ['m.local/hub/busybox:latest', 'docker.io/library/busybox:latest'],
    ],
    [
      'that are no names are refused with the image',
      '[[registry]]\nlocation = "r.com"\n[[registry.mirror]]\nlocation = "mirror"',
      'r.com/a:v1',
      '"mirror/a", which stands for "r.com/a", is no HOST[:PORT]/REPOSITORY',
    ],
    [
      'that need Docker defaults are refused with the image',
      '[[registry]]\nprefix = "r.com"\nlocation = "docker.io"',
      'r.com/a:v1',
      '"docker.io/a", which stands for "r.com/a", is no HOST[:PORT]/REPOSITORY',
    ],
  ];
  for (const [name, conf, image, expected] of cases) {
    it(name, () => {
      expect(parseRegistriesConf(conf).problems).toEqual([]);
      expect(places(rulesOf(conf), image)).toEqual(expected);
    });
  }

  it('are told with the table, its file and the mirrors that were passed over', () => {
    const plan = planPull(rulesOf('', byDigest), read('r.com/a:v1'));
    if (!plan.ok) throw new Error(plan.problem);
    expect(plan.rule).toMatchObject({ prefix: 'r.com', path: '/etc/1.conf', range: { start: { line: 1 } } });
    expect(plan.passedOver.map(({ location }) => location)).toEqual(['digest.local']);
  });

  it('are found among many tables at once', () => {
    const many = Array.from({ length: 20_000 }, (_, n) => `[[registry]]\nlocation = "r${n}.com/a"\n`).join(
      '',
    );
    const rules = rulesOf(many);
    for (let n = 0; n < 20_000; n++) planPull(rules, read(`r${n}.com/a/b/c:v1`));
  });
});

describe('several files', () => {
  it('replace tables by prefix, aliases by name, and lists as a whole', () => {
    const rules = rulesOf(
      'unqualified-search-registries = ["a.com", "b.com"]\nshort-name-mode = "enforcing"\n[[registry]]\nlocation = "r.com"\nblocked = true\n[[registry]]\nlocation = "s.com"\n[aliases]\none = "x.com/one"\ntwo = "x.com/two"',
      '[[registry]]\nlocation = "r.com"\n[[registry.mirror]]\nlocation = "m.com"\n[aliases]\ntwo = ""',
      'unqualified-search-registries = ["c.com"]\ncredential-helpers = ["pass"]',
    );
    expect([...rules.registries.keys()]).toEqual(['r.com', 's.com']);
    expect(rules.registries.get('r.com')).toMatchObject({ blocked: false, path: '/etc/1.conf' });
    expect(rules.registries.get('s.com')?.path).toBe('/etc/0.conf');
    expect([...rules.aliases]).toEqual([['one', 'x.com/one']]);
    expect(rules).toMatchObject({
      unqualifiedSearchRegistries: ['c.com'],
      credentialHelpers: ['pass'],
      shortNameMode: 'enforcing',
    });
  });
});

describe('a short name', () => {
  const rules = rulesOf(
    'unqualified-search-registries = ["a.com", "docker.io"]\n[aliases]\n"ubi8/ubi" = "registry.redhat.io/ubi8/ubi"',
  );
  const candidates = (image: string) => candidatesOf(rules, read(image)).map(formatReference);

  it('is its alias, or what the search registries have', () => {
    expect(candidates('ubi8/ubi:8.4')).toEqual(['registry.redhat.io/ubi8/ubi:8.4']);
    expect(candidates(`ubi8/ubi@${digest}`)).toEqual([`registry.redhat.io/ubi8/ubi@${digest}`]);
    expect(candidates('busybox')).toEqual(['a.com/busybox:latest', 'docker.io/library/busybox:latest']);
    expect(candidates('quay.io/a/b:v1')).toEqual(['quay.io/a/b:v1']);
    expect(candidatesOf(rulesOf(''), read('busybox'))).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { fuzz, inFull } from '../../support/texts.ts';

const problems = (text: string, severity = 'error') =>
  parseRegistriesConf(text)
    .problems.filter((problem) => problem.severity === severity)
    .map(({ message, range }) => `${range.start.line + 1}: ${message}`);

describe('a registries.conf', () => {
  it('is read with all that version 2 knows', () => {
    const conf = parseRegistriesConf(`
unqualified-search-registries = ["registry.redhat.io", "docker.io/"]
short-name-mode = "enforcing"
credential-helpers = ["containers-auth.json", "pass"]

[[registry]]
prefix = "example.com/foo/"
location = "internal.example.net/bar"
insecure = true

  [[registry.mirror]]
  location = "mirror-0.local/for-foo"
  [[ registry . "mirror" ]]
  location = "mirror-1.local"
  insecure = true
  pull-from-mirror = "tag-only"

[[registry]]
location = "registry.com"
blocked = true
mirror-by-digest-only = true

[aliases]
"ubi8" = "registry.redhat.io/ubi8/ubi"
"gone" = ""
`);
    expect(conf.problems).toEqual([]);
    expect(conf.unqualifiedSearchRegistries).toEqual(['registry.redhat.io', 'docker.io']);
    expect(conf.shortNameMode).toBe('enforcing');
    expect(conf.credentialHelpers).toEqual(['containers-auth.json', 'pass']);
    expect([...conf.aliases]).toEqual([
      ['ubi8', 'registry.redhat.io/ubi8/ubi'],
      ['gone', ''],
    ]);
    const [first, second] = conf.registries;
    expect(first).toMatchObject({
      prefix: 'example.com/foo',
      location: 'internal.example.net/bar',
      insecure: true,
      blocked: false,
      mirrorByDigestOnly: false,
      range: { start: { line: 5, character: 0 }, end: { line: 5, character: 12 } },
      mirrors: [
        { location: 'mirror-0.local/for-foo', insecure: false, pullFromMirror: undefined },
        { location: 'mirror-1.local', insecure: true, pullFromMirror: 'tag-only' },
      ],
    });
    expect(first?.mirrors.map(({ range }) => range.start)).toEqual([
      { line: 10, character: 2 },
      { line: 12, character: 2 },
    ]);
    expect(second).toMatchObject({ prefix: 'registry.com', blocked: true, mirrorByDigestOnly: true });
  });

  it('sets nothing that it does not name', () => {
    expect(parseRegistriesConf('')).toEqual({
      version: 2,
      registries: [],
      unqualifiedSearchRegistries: undefined,
      credentialHelpers: undefined,
      shortNameMode: undefined,
      aliases: new Map(),
      problems: [],
    });
    expect(parseRegistriesConf('unqualified-search-registries = []').unqualifiedSearchRegistries).toEqual([]);
  });

  it('has its tables where they stand, whatever strings and comments look like', () => {
    const conf = parseRegistriesConf(`# [[registry]]
unqualified-search-registries = [
  "a.com", # [[registry]]
]
[aliases]
a = """x.com/y\\
[[registry]]""" # "
[[registry]]
location = '[[registry]]'
[[registry]]
location = "b.com"
`);
    expect(conf.registries.map(({ range }) => range.start.line)).toEqual([7, 9]);
  });

  it('may be written inline, and then has no places', () => {
    const conf = parseRegistriesConf(
      'registry = [{ location = "a.com", mirror = [{ location = "b.com" }] }]',
    );
    expect(conf.problems).toEqual([]);
    expect(conf.registries[0]?.mirrors[0]?.location).toBe('b.com');
  });

  it('of version 1 is read as the tables that its lists stand for', () => {
    const conf = parseRegistriesConf(
      '[registries.search]\nregistries = ["a.com", "b.com/"]\n[registries.insecure]\nregistries = ["c.com///", "b.com"]\n[registries.block]\nregistries = ["c.com"]\n',
    );
    expect(conf.problems).toEqual([]);
    expect(conf.version).toBe(1);
    expect(conf.unqualifiedSearchRegistries).toEqual(['a.com', 'b.com']);
    expect(conf.registries.map(({ prefix, insecure, blocked }) => ({ prefix, insecure, blocked }))).toEqual([
      { prefix: 'c.com', insecure: true, blocked: true },
      { prefix: 'b.com', insecure: true, blocked: false },
    ]);
  });

  it('has nothing of version 1 where its lists are empty', () => {
    const conf = parseRegistriesConf(
      '[registries.block]\nregistries = []\n[[registry]]\nlocation = "a.com"\n',
    );
    expect(conf.problems).toEqual([]);
    expect(conf.version).toBe(2);
    expect(conf.registries).toHaveLength(1);
  });

  // Each of these is refused by containers/image's sysregistriesv2.
  const refused: [string, string][] = [
    ['registry = ', '1: this is no TOML: '],
    ['a = 1\na = 2', '2: this is no TOML: '],
    [
      'short-name-mode = "permissive"\n[registries.search]\nregistries = ["a.com"]',
      '2: lists of version 1 cannot stand beside tables and keys of version 2',
    ],
    ['[registries.block]\nregistries = ["http://a.com"]', '1: location "http://a.com": leave http://'],
    ['[[registry]]\n', '1: neither location nor prefix is set'],
    ['[[registry]]\nprefix = "a.com"', '1: prefix "a.com" needs a location'],
    [
      '\n[[registry]]\nlocation = "https://a.com"',
      '2: location "https://a.com": leave http:// or https:// away',
    ],
    [
      '[[registry]]\nprefix = "*.a.com/b"\nlocation = "c.com"',
      '1: prefix "*.a.com/b": a wildcard is *.DOMAIN',
    ],
    ['[[registry]]\nprefix = "*.a.com:5000"', '1: prefix "*.a.com:5000": a wildcard is *.DOMAIN'],
    [
      '[[registry]]\nlocation = "a.com"\npull-from-mirror = "all"',
      '1: pull-from-mirror belongs to a [[registry.mirror]]',
    ],
    [
      '[[registry]]\nlocation = "a.com"\n[[registry.mirror]]\ninsecure = true',
      '3: a mirror needs a location',
    ],
    [
      '[[registry]]\nlocation = "a.com"\n[[registry.mirror]]\nlocation = "b.com"\npull-from-mirror = "some"',
      '3: mirror "b.com": pull-from-mirror is all, digest-only or tag-only, not "some"',
    ],
    [
      '[[registry]]\nlocation = "a.com"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "b.com"\npull-from-mirror = "all"',
      '4: mirror "b.com": pull-from-mirror cannot stand beside mirror-by-digest-only',
    ],
    [
      '[[registry]]\nprefix = "a.com"\nlocation = "c.com"\n[[registry]]\nprefix = "b.com"\nlocation = "c.com"\nblocked = true',
      '4: "c.com" stands here twice, with blocked true and false',
    ],
    [
      'unqualified-search-registries = ["a.com/b"]',
      '1: unqualified-search-registries: "a.com/b" is no HOST[:PORT]',
    ],
    ['unqualified-search-registries = "a.com"', '1: unqualified-search-registries must be a list of texts'],
    ['short-name-mode = "maybe"', '1: short-name-mode is enforcing, permissive or disabled, not "maybe"'],
    ['[aliases]\n"a.com/b" = "c.com/d"', '1: alias "a.com/b" must be a short name'],
    ['[aliases]\na = "b"', '1: alias "a" must stand for REGISTRY/REPOSITORY'],
    ['[aliases]\na = "c.com/b:v1"', '1: alias "a" must stand for REGISTRY/REPOSITORY'],
    ['[[registry]]\nlocation = "a.com"\ninsecure = "yes"', '1: insecure must be true or false'],
    ['[registry]\nlocation = "a.com"', '1: registry must be written as [[registry]]'],
  ];
  for (const [text, message] of refused) {
    it(`is refused: ${message}`, () => {
      const [first = ''] = problems(text);
      expect(first.slice(0, message.length)).toBe(message);
      expect(first).not.toContain('\n');
    });
  }

  it('warns of what does nothing', () => {
    const text = `
mirrors = 1
[[registry]]
location = "a.com"
url = "b.com"
[[registry]]
location = "a.com"
[[registry]]
prefix = "a.*.com"
location = "c.com"
`;
    expect(problems(text, 'warning')).toEqual([
      '1: "mirrors" is not known here and does nothing',
      '3: "url" is not known here and does nothing',
      '8: prefix "a.*.com" matches nothing: a wildcard is *.DOMAIN',
      '6: prefix "a.com" stands here again: only the first table counts',
    ]);
    expect(problems(text)).toEqual([]);
    expect(parseRegistriesConf(text).registries.map(({ prefix }) => prefix)).toEqual(['a.com', 'a.*.com']);
  });

  it('is read from any text without throwing', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '[[registry]]',
        '[[registry.mirror]]',
        '[aliases]',
        '[registries.search]',
        '"""',
        "'''",
        '\n',
      ),
      fc.constantFrom(
        'location = ',
        'prefix = ',
        'mirror = ',
        'registry = ',
        'blocked = ',
        '"*.a.com"',
        '[',
        '{',
        '#',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => void parseRegistriesConf(pieces.join(''))),
      fuzz(100),
    );
  });

  it('is read in linear time', () => {
    const table = '[[registry]]\nlocation = "a.com"\n';
    for (const text of [
      table.repeat(inFull(30_000)),
      '['.repeat(inFull(900_000)),
      '"""'.repeat(inFull(300_000)),
      'a.'.repeat(inFull(400_000)),
    ]) {
      parseRegistriesConf(text);
    }
  });
});

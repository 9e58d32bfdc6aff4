import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesBetween } from '../../../server/src/base/changeLog.ts';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { parseYaml, updateYaml } from '../../../server/src/documents/yamlFile.ts';
import { lineOf, type MirrorSets } from '../../../server/src/pulls/mirrorSets.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { imageOf, setOf, snapshotOf } from '../../support/mirrorSets.ts';
import { fuzz } from '../../support/texts.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const setsOf = (...texts: string[]) => snapshotOf(...texts).mirrorSets;

/** All that sets work out of all sources. The order of sources with one mirror is that of the edits. */
function workedOut({ problems, places, tagged, isEmpty }: MirrorSets) {
  const { hostsInFolders, namespaces, sources } = places;
  return {
    problems: problems.map(({ kind, message }) => `${kind} ${message}`),
    hostsInFolders: new Map(hostsInFolders),
    namespaces: new Map(namespaces),
    sources: new Map([...sources].map(([mirror, list]) => [mirror, [...list].sort()])),
    tagged: [...tagged.keys()].sort(),
    isEmpty,
  };
}

/** The hosts in folders and the namespaces that one of two has and the other has not. */
function appeared(before: MirrorSets, after: MirrorSets): string[] {
  const kinds = ['hostsInFolders', 'namespaces'] as const;
  return kinds.flatMap((kind) => {
    const [a, b] = [before.places[kind], after.places[kind]];
    return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.has(name) !== b.has(name));
  });
}

function placesOf(snapshot: Snapshot, image: string): string[] {
  const { plan } = snapshot.mirrorSets.coverageOf(imageOf(image));
  if (!plan.ok) return [plan.problem];
  return plan.endpoints.map(({ reference, blockedBy }) =>
    `${blockedBy ? 'x' : ''}${formatReference(reference)}`.replace(digest, 'D'),
  );
}

describe('what nodes have', () => {
  it('takes nothing from a list that the kind does not have', () => {
    const set = setOf('IDMS', 'a.io <- m.local/a');
    expect(setsOf(set).toRegistriesConf()).toContain('a.io');
    expect(
      setsOf(set.replace('imageDigestMirrors', 'repositoryDigestMirrors')).toRegistriesConf(),
    ).not.toContain('a.io');
  });

  it('puts digest mirrors before tag mirrors, and sources with digest mirrors before others', () => {
    const sets = setsOf(
      setOf('ITMS', 'b.io <- tag.local', 'a.io <- tag.local/a'),
      setOf('IDMS', 'b.io <- z.local y.local'),
      setOf('ICSP', 'c.io/x <- m.local/x'),
    );
    expect(
      sets.toRegistriesConf(),
    ).toBe(`unqualified-search-registries = ["registry.access.redhat.com", "docker.io"]
short-name-mode = ""

[[registry]]
  prefix = ""
  location = "b.io"

  [[registry.mirror]]
    location = "z.local"
    pull-from-mirror = "digest-only"

  [[registry.mirror]]
    location = "y.local"
    pull-from-mirror = "digest-only"

  [[registry.mirror]]
    location = "tag.local"
    pull-from-mirror = "tag-only"

[[registry]]
  prefix = ""
  location = "c.io/x"

  [[registry.mirror]]
    location = "m.local/x"
    pull-from-mirror = "digest-only"

[[registry]]
  prefix = ""
  location = "a.io"

  [[registry.mirror]]
    location = "tag.local/a"
    pull-from-mirror = "tag-only"
`);
  });

  it('blocks the source for all pulls, and has a prefix alone for a wildcard', () => {
    const sets = setsOf(
      setOf('ITMS', '*.redhat.io <- m.local/redhat !'),
      setOf('IDMS', '*.redhat.io <- d.local'),
    );
    expect(sets.toRegistriesConf()).toContain(`[[registry]]
  prefix = "*.redhat.io"
  blocked = true

  [[registry.mirror]]
    location = "d.local"
    pull-from-mirror = "digest-only"
`);
  });

  it('has the older form for clusters before pull-from-mirror', () => {
    expect(setsOf(setOf('ICSP', 'c.io <- m.local')).toRegistriesConf({ byDigestOnly: true })).toContain(`
  location = "c.io"
  mirror-by-digest-only = true

  [[registry.mirror]]
    location = "m.local"
`);
  });

  it('reads its own text back as what it was', () => {
    const sets = setsOf(
      setOf('IDMS', 'a.io/x <- m.local n.local/x', '*.b.io <- m.local !'),
      setOf('ITMS', 'a.io/x <- t.local'),
    );
    const conf = parseRegistriesConf(sets.toRegistriesConf());
    expect(conf.problems).toEqual([]);
    const strip = (tables: Iterable<object>) =>
      [...tables].map((table) =>
        JSON.parse(JSON.stringify({ ...table, range: 0 }), (key, value) => (key === 'range' ? 0 : value)),
      );
    const ours = [...sets.registries.values()].map(
      ({ prefix, location, insecure, blocked, mirrorByDigestOnly, mirrors, range }) => ({
        prefix,
        location,
        insecure,
        blocked,
        mirrorByDigestOnly,
        mirrors,
        range,
      }),
    );
    expect(strip(conf.registries).toSorted(byPrefix)).toEqual(strip(ours).toSorted(byPrefix));
  });

  it('drops entries without a real mirror, with their policy', () => {
    const sets = setsOf(
      setOf('IDMS', 'a.io <- ', 'b.io <- b.io b.io', 'c.io <- !'),
      setOf('ITMS', 'c.io <- m.local'),
    );
    expect([...sets.registries.keys()]).toEqual(['c.io']);
    expect(sets.registries.get('c.io')?.blocked).toBe(false);
    expect([...sets.groups.keys()]).toEqual(['a.io', 'b.io', 'c.io']);
  });

  it('leaves out what is not valid, so that engines take the rest', () => {
    const sets = setsOf(setOf('ICSP', 'a.io/x:v1 <- m.local', 'b.io <- m.local/x:v1 n.local'));
    expect([...sets.registries.keys()]).toEqual(['b.io']);
    expect(sets.registries.get('b.io')?.digestMirrors).toEqual(['n.local']);
  });

  it('ignores a policy in an ImageContentSourcePolicy, which has none', () => {
    const sets = setsOf(setOf('ICSP', 'a.io <- m.local !'));
    expect(sets.registries.get('a.io')?.blocked).toBe(false);
    expect(sets.problems).toEqual([]);
  });
});

const byPrefix = (a: { prefix: string }, b: { prefix: string }) => (a.prefix < b.prefix ? -1 : 1);

describe('what stops the machine-config-operator', () => {
  const problems = (...texts: string[]) =>
    setsOf(...texts).problems.map(({ kind, stops, entries }) => `${kind} ${stops} ${entries.length}`);

  it.each([
    ['nothing', [setOf('IDMS', 'a.io <- m.local !'), setOf('ITMS', 'a.io <- m.local !')], []],
    [
      'a policy that differs, over all kinds',
      [setOf('IDMS', 'a.io <- m.local !'), setOf('ICSP', 'a.io <- n.local')],
      ['policy-conflict true 2'],
    ],
    [
      'a policy that differs, even in an entry that is dropped',
      [setOf('IDMS', 'a.io <- !'), setOf('ITMS', 'a.io <- n.local')],
      ['policy-conflict true 2'],
    ],
    [
      'a blocked source among its mirrors',
      [setOf('IDMS', 'a.io <- m.local a.io !')],
      ['blocked-mirror true 1'],
    ],
    ['a source with a tag in an ICSP', [setOf('ICSP', 'a.io/x:v1 <- m.local')], ['source-format true 1']],
    [
      'a source with a tag, refused by the API',
      [setOf('IDMS', 'a.io/x:v1 <- m.local')],
      ['source-format false 1'],
    ],
    ['a mirror with a tag in an ICSP', [setOf('ICSP', 'a.io/x <- m.local/x:v1')], ['mirror-format true 1']],
  ])('%s', (_name, texts, expected) => {
    expect(problems(...texts)).toEqual(expected);
  });
});

describe('where an image is pulled from', () => {
  const snapshot = snapshotOf(
    setOf('ICSP', 'quay.io/keycloak <- m.local:5000/keycloak', 'quay.io/a <- m.local/a'),
    setOf('ITMS', 'quay.io/a/b <- t.local/b'),
    setOf('IDMS', 'blocked.io <- m.local/blocked !', '*.wild.io <- m.local/wild'),
  );

  it.each([
    [
      `quay.io/keycloak/operator@${digest}`,
      ['m.local:5000/keycloak/operator@D', 'quay.io/keycloak/operator@D'],
    ],
    ['quay.io/keycloak/operator:v1', ['quay.io/keycloak/operator:v1']],
    ['quay.io/keycloaks/operator:v1', ['quay.io/keycloaks/operator:v1']],
    ['quay.io/a/b:v1', ['t.local/b:v1', 'quay.io/a/b:v1']],
    // The longer scope alone counts, and it has no mirror for digests.
    [`quay.io/a/b@${digest}`, ['quay.io/a/b@D']],
    [`blocked.io/x@${digest}`, ['m.local/blocked/x@D', 'xblocked.io/x@D']],
    ['blocked.io/x:v1', ['xblocked.io/x:v1']],
    [`c.d.wild.io/x@${digest}`, ['m.local/wild/x@D', 'c.d.wild.io/x@D']],
    ['elsewhere.io/x:v1', ['elsewhere.io/x:v1']],
  ])('%s', (image, expected) => {
    expect(placesOf(snapshot, image)).toEqual(expected);
  });

  it('names the table and the entries that decide', () => {
    const { registry } = snapshot.mirrorSets.coverageOf(imageOf('quay.io/a/b:v1'));
    expect(registry?.source).toBe('quay.io/a/b');
    const [decides] = registry?.entries ?? [];
    if (decides === undefined) throw new Error('no entry decides');
    expect([decides.path, decides.kind, decides.setName]).toEqual(['set1.yaml', 'ImageTagMirrorSet', 'itms']);
    expect(lineOf(decides, snapshot)).toBe(6);
  });

  it('knows which longer scopes take pulls away', () => {
    const names = [...snapshot.mirrorSets.shadows].map(([scope, below]) => [
      scope,
      below.map(({ source }) => source),
    ]);
    expect(names).toEqual([['quay.io/a', ['quay.io/a/b']]]);
  });

  it('counts a scope below a wildcard, and none that has mirrors for both', () => {
    const sets = setsOf(
      setOf('IDMS', '*.io <- d.local', 'a.b.io/x <- d.local/x'),
      setOf('ITMS', 'a.b.io/x <- t.local/x', 'b.io:5000/y <- t.local/y'),
    );
    expect([...sets.shadows].map(([scope, below]) => [scope, below.map(({ source }) => source)])).toEqual([
      ['*.io', ['b.io:5000/y']],
    ]);
  });
});

describe('the tables with mirrors for tags', () => {
  it('are the same object until one of them changes', () => {
    const before = snapshotOf(setOf('IDMS', 'a.io/x <- m.local/x'), setOf('ITMS', 'a.io/y <- m.local/y'));
    const { tagged } = before.mirrorSets;
    expect([...tagged.keys()]).toEqual(['a.io/y']);
    const digest = snapshotOf(setOf('IDMS', 'a.io/z <- m.local/z')).files.get('set0.yaml');
    const tag = snapshotOf(setOf('ITMS', 'a.io/w <- m.local/w')).files.get('set0.yaml');
    if (digest === undefined || tag === undefined) throw new Error('there are no sets');
    const other = before.with('set0.yaml', digest.content);
    expect(other.mirrorSets).not.toBe(before.mirrorSets);
    expect(other.mirrorSets.tagged).toBe(tagged);
    const more = other.with('set2.yaml', tag.content);
    expect([...more.mirrorSets.tagged.keys()]).toEqual(['a.io/y', 'a.io/w']);
    expect([...more.without('set1.yaml').mirrorSets.tagged.keys()]).toEqual(['a.io/w']);
  });
});

describe('an edit', () => {
  const many = Array.from({ length: 50 }, (_, index) => `a.io/x${index} <- m.local/x${index}`);
  const first = snapshotOf(setOf('ICSP', ...many), setOf('ITMS', 'a.io/x7 <- t.local/x7'));
  const edit = (snapshot: Snapshot, path: string, start: number, removed: number, ...inserted: string[]) => {
    const content = snapshot.files.get(path)?.content;
    if (content?.type !== 'yaml') throw new Error(path);
    return snapshot.with(path, {
      type: 'yaml',
      yaml: updateYaml(content.yaml, { start, removed, inserted }),
    });
  };
  const before = first.mirrorSets;

  it('that changes no entry leaves the very same object', () => {
    expect(first.without('set9.yaml').mirrorSets).toBe(before);
    expect(edit(first, 'set0.yaml', 10, 0, '  # a comment').mirrorSets).not.toBe(before);
    const other = { type: 'yaml', yaml: parseYaml(['kind: Pod']) } as const;
    expect(first.with('pod.yaml', other).with('pod.yaml', other).mirrorSets).toBe(before);
    const empty = { type: 'yaml', yaml: parseYaml(setOf('ICSP').split('\n')) } as const;
    expect(first.with('empty.yaml', empty).mirrorSets).toBe(before);
  });

  it('of one entry makes its source anew and leaves all others', () => {
    const after = edit(first, 'set0.yaml', 21, 1, '    mirrors: [other.local]').mirrorSets;
    expect(after).not.toBe(before);
    const changed = [...after.groups].filter(([source, group]) => before.groups.get(source) !== group);
    expect(changed.map(([source]) => source)).toEqual(['a.io/x7']);
    expect(after.registries.get('a.io/x7')?.mirrors.map(({ location }) => location)).toEqual([
      'other.local',
      't.local/x7',
    ]);
    expect(before.registries.get('a.io/x7')?.digestMirrors).toEqual(['m.local/x7']);
  });

  it('of a source moves the entry', () => {
    const after = edit(first, 'set0.yaml', 20, 1, '  - source: b.io').mirrorSets;
    expect(after.registries.get('b.io')?.digestMirrors).toEqual(['m.local/x7']);
    expect(after.registries.get('a.io/x7')?.digestMirrors).toEqual([]);
    expect(after.groups.size).toBe(before.groups.size + 1);
  });

  it('moves lines, and they are found where they are', () => {
    const moved = edit(first, 'set0.yaml', 5, 0, '', '');
    const placed = moved.mirrorSets.groups.get('a.io/x1')?.entries[0];
    if (placed === undefined) throw new Error('a.io/x1');
    expect(lineOf(placed, moved)).toBe(10);
    expect(lineOf(placed, first.without('set0.yaml'))).toBeUndefined();
  });

  it('gives what all files anew would give', () => {
    let snapshot = first;
    const steps: [string, number, number, ...string[]][] = [
      ['set0.yaml', 21, 1, '    mirrors: [p.local, q.local]'],
      ['set0.yaml', 6, 2],
      ['set0.yaml', 6, 0, '  - source: c.io', '    mirrors: [m.local, c.io]'],
      ['set1.yaml', 1, 1, 'kind: ImageDigestMirrorSet'],
      ['set0.yaml', 3, 1, '  name: renamed'],
      ['set0.yaml', 8, 1, '  - source: "a b"'],
    ];
    for (const [path, start, removed, ...inserted] of steps) {
      snapshot = edit(snapshot, path, start, removed, ...inserted);
      const anew = new Snapshot(snapshot.files).mirrorSets;
      expect(snapshot.mirrorSets.toRegistriesConf()).toBe(anew.toRegistriesConf());
      expect([...snapshot.mirrorSets.groups.keys()].sort()).toEqual([...anew.groups.keys()].sort());
      expect(snapshot.mirrorSets.problems.length).toBe(anew.problems.length);
    }
    expect(snapshot.without('set0.yaml').without('set1.yaml').mirrorSets.groups.size).toBe(0);
  });

  it('gives that too where somebody asked for some of it before, whenever that was', () => {
    const mirrors = fc.constantFrom('m.local/a', 'm.local/b', 'n.local/c', 'm.local/a, n.local/c', 'A');
    const step = fc.tuple(fc.constantFrom('set0.yaml', 'set1.yaml'), fc.nat(3), mirrors, fc.nat(7));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        let snapshot = snapshotOf(
          setOf('ICSP', 'a.io <- m.local/a', 'b.io <- m.local/a', 'c.io <- n.local/c', 'a.io <- m.local/b'),
          setOf('ITMS', 'a.io <- m.local/a', 'd.io <- m.local/b', 'e.io <- n.local/c', 'b.io <- A'),
        );
        for (const [path, entry, mirror, asks] of steps) {
          const { mirrorSets } = snapshot;
          if (asks & 1) mirrorSets.problems;
          if (asks & 2) mirrorSets.places;
          const mark = asks & 4 ? mirrorSets.placeChanges : undefined;
          snapshot = edit(snapshot, path, 7 + 2 * entry, 1, `    mirrors: [${mirror}]`);
          const anew = new Snapshot(snapshot.files).mirrorSets;
          const names = mark && namesBetween([mark], [snapshot.mirrorSets.placeChanges]);
          if (names !== undefined)
            expect([...names].sort()).toEqual(appeared(mirrorSets, snapshot.mirrorSets).sort());
          expect(workedOut(snapshot.mirrorSets)).toEqual(workedOut(anew));
        }
      }),
      fuzz(200),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { ProvenPull } from '../../../../server/src/mirror/manifests/provenPulls.ts';
import { type MirrorScope, scopedEntries } from '../../../../server/src/mirror/manifests/scopedEntries.ts';

/** Pulls as `SOURCE -> MIRROR`, by digest unless `tag` stands behind. */
function pullsOf(lines: readonly string[]): ProvenPull[] {
  return lines.map((line) => {
    const [repository = '', mirror = '', by] = line.split(/ -> | (?=tag$)/);
    return { repository, mirror, by: by === 'tag' ? 'tag' : 'digest' };
  });
}

/** `SOURCE <- MIRROR (KINDS)`. */
function entries(lines: readonly string[], scope: MirrorScope): string[] {
  const kinds = new Map<string, string[]>();
  for (const { source, mirrors, by } of scopedEntries(pullsOf(lines), scope).entries) {
    const entry = `${source} <- ${mirrors.join(' ')}`;
    kinds.set(entry, [...(kinds.get(entry) ?? []), by]);
  }
  return [...kinds].map(([entry, by]) => `${entry} (${by.join(' ')})`);
}

describe('entries of a scope', () => {
  const kept = [
    'quay.io/a/app -> m.example/x/a/app',
    'quay.io/a/db -> m.example/x/a/db',
    'quay.io/b/c -> m.example/x/b/c',
  ];

  it.each([
    ['repository', ['quay.io/a/app', 'quay.io/a/db', 'quay.io/b/c']],
    ['namespace', ['quay.io/a', 'quay.io/b']],
    ['registry', ['quay.io']],
  ] as const)('stand for each %s once where paths are kept', (scope, sources) => {
    const found = scopedEntries(pullsOf(kept), scope);
    expect(found.entries.map(({ source }) => source)).toEqual(sources);
    expect(found.entries.flatMap(({ mirrors }) => mirrors)).toEqual(
      sources.map((source) => source.replace('quay.io', 'm.example/x')),
    );
    expect(found.narrowed).toEqual([]);
  });

  it('are narrower where one image is not under its own path', () => {
    const flattened = [...kept, 'quay.io/b/deep/d -> m.example/x/b-deep-d'];
    expect(entries(flattened, 'registry')).toEqual([
      'quay.io/a <- m.example/x/a (digest)',
      'quay.io/b <- m.example/x/b (digest)',
      'quay.io/b/deep/d <- m.example/x/b-deep-d (digest)',
    ]);
    expect(scopedEntries(pullsOf(flattened), 'registry').narrowed).toEqual([
      'quay.io/a/app',
      'quay.io/a/db',
      'quay.io/b/c',
      'quay.io/b/deep/d',
    ]);
  });

  it('do not send a repository elsewhere that is below another one', () => {
    const nested = ['quay.io/a/app -> m.example/a/app', 'quay.io/a/app/tool -> m.example/tool'];
    expect(entries(nested, 'namespace')).toEqual([
      'quay.io/a/app <- m.example/a/app (digest)',
      'quay.io/a/app/tool <- m.example/tool (digest)',
    ]);
  });

  it('leave a registry with a port apart from the one without', () => {
    const ports = ['reg.io/a/x -> m.example/a/x', 'reg.io:5000/a/x -> m.example/five/a/x'];
    expect(entries(ports, 'registry')).toEqual([
      'reg.io <- m.example (digest)',
      'reg.io:5000 <- m.example/five (digest)',
    ]);
  });

  it('have all mirrors of a source, and of several in a wider one only those of all', () => {
    const two = ['quay.io/a/x -> m.example/a/x', 'quay.io/a/x -> n.example/a/x'];
    expect(entries(two, 'namespace')).toEqual(['quay.io/a <- m.example/a n.example/a (digest)']);
    expect(entries([...two, 'quay.io/a/y -> m.example/a/y'], 'namespace')).toEqual([
      'quay.io/a/x <- m.example/a/x n.example/a/x (digest)',
      'quay.io/a/y <- m.example/a/y (digest)',
    ]);
  });

  it('never end what a shorter one does for the other kind of pull', () => {
    const kinds = ['quay.io/a/app -> m.example/a-app', 'quay.io/a/app/tool -> m.example/a-tool tag'];
    expect(entries(kinds, 'repository')).toEqual([
      'quay.io/a/app <- m.example/a-app (digest)',
      'quay.io/a/app/tool <- m.example/a-tool (digest tag)',
    ]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Modules that reach out of this process. */
const reachesOut =
  /^node:(?:child_process|cluster|dgram|dns|http|http2|https|net|os|tls|worker_threads)(?:\/|$)/;

it('tests of rooms here open no socket, start no process and have no folder of their own', () => {
  const tests = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.name.endsWith('.test.ts') && entry.parentPath !== import.meta.dirname
      ? [join(entry.parentPath, entry.name)]
      : [],
  );
  expect(tests.length).toBeGreaterThan(50);
  // A test that fails here belongs to test/parts.
  expect(importsBelow(tests).filter(({ to }) => reachesOut.test(to))).toEqual([]);
});

/** What these files and all that they import import of Node, but for `disk`: the room `files` reads, and parses too. */
function importsBelow(paths: readonly string[]): { readonly from: string; readonly to: string }[] {
  const seen = new Set(paths);
  const found: { from: string; to: string }[] = [];
  for (const path of seen) {
    const from = relative(root, path).replaceAll('\\', '/');
    if (from.startsWith('server/src/disk/')) continue;
    for (const [, to = ''] of readFileSync(path, 'utf8').matchAll(
      /^(?:import|export|\}).* from '([^']+)';$/gm,
    )) {
      if (!to.startsWith('.')) found.push({ from, to });
      else if (to.endsWith('.ts')) seen.add(join(dirname(path), to));
    }
  }
  return found;
}

import { describe, expect, it } from 'vitest';
import { resolvedPath } from '../../../server/src/base/paths.ts';

describe('a path relative to a folder', () => {
  it.each([
    ['/a/b', 'c.yaml', '/a/b/c.yaml'],
    ['/a/b', './c//d.yaml', '/a/b/c/d.yaml'],
    ['/a/b', '../c.yaml', '/a/c.yaml'],
    ['', 'c.yaml', 'c.yaml'],
    ['file:///a/b', '../../c.yaml', 'file:///c.yaml'],
    ['/a', '/b/c.yaml', '/b/c.yaml'],
    ['a', '../../../c.yaml', undefined],
  ])('%s and %s: %s', (folder, path, wanted) => expect(resolvedPath(folder, path)).toBe(wanted));
});

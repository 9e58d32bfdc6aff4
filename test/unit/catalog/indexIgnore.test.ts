import { describe, expect, it } from 'vitest';
import { catalogFiles, ignoreRules } from '../../../server/src/catalog/indexIgnore.ts';
import { inFull } from '../../support/texts.ts';

describe('.indexignore names what is none of the catalog', () => {
  it.each<[rules: string, ignored: string[], kept: string[]]>([
    ['**/*.md\nold/', ['README.md', 'a/b/x.md', 'old/a.json', 'a/old/b.json'], ['a.json', 'a/old', 'olds/a']],
    ['*.md', ['a.md', 'b/c.md'], ['a.mdx']],
    ['/a.json', ['a.json'], ['b/a.json']],
    ['b/*.json', ['b/a.json'], ['b/c/a.json', 'x/b/a.json']],
    ['b/**', ['b/a', 'b/c/d'], ['b', 'c/b/a']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z/file'], ['a/b', 'z']],
    ['*.json\n!keep.json', ['a.json', 'b/c.json'], ['keep.json', 'b/keep.json']],
    ['# a\n\n  \n\\#b\na\\ \r\n', ['#b', 'a '], ['# a', 'a']],
    ['[a-c]?.txt', ['a1.txt', 'cx.txt'], ['d1.txt', 'a.txt', 'aa1.txt']],
    ['[!a]x', ['bx'], ['ax', 'x']],
    ['[]x]y\n[z', [']y', 'xy', '[z'], ['y', 'z']],
    ['a*b*c', ['abc', 'a--b--c', 'abbc'], ['ab', 'abcd']],
  ])('%j', (text, ignored, kept) => {
    const isIgnored = ignoreRules([{ path: '.indexignore', text }]);
    expect(ignored.filter((path) => !isIgnored(path))).toEqual([]);
    expect(kept.filter(isIgnored)).toEqual([]);
  });

  it('holds in its folder and below, and the nearer file counts more', () => {
    const isIgnored = ignoreRules([
      { path: 'a/.indexignore', text: '!x.md\n*.txt' },
      { path: '.indexignore', text: '*.md' },
    ]);
    expect(['x.md', 'a/x.md', 'a/y.md', 'a/b/c.txt', 'c.txt', 'b/.indexignore'].map(isIgnored)).toEqual([
      ...[true, false, true, true, false, true],
    ]);
    expect(catalogFiles([{ path: 'a', text: '' }])).toHaveLength(1);
  });

  it('takes no longer for patterns that are made to hurt', () => {
    const count = inFull(40_000);
    const path = `${'a/'.repeat(20)}${'a'.repeat(200)}b`;
    for (const part of ['[', '*a', '**/', '[a', ']', '\\', '?', '!', 'a*/', '[]']) {
      expect(() => ignoreRules([{ path: '.indexignore', text: part.repeat(count) }])(path)).not.toThrow();
    }
  });
});

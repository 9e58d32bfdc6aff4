import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sameFirstWords } from '../../support/firstWords.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');

/** What is found in the scenarios; of the fixtures of rules the test that works out what is found in them says the same. */
const said = globSync('ground-truth/*/expected.json', { cwd: fixtures }).flatMap((path) => {
  const { files } = JSON.parse(readFileSync(join(fixtures, path), 'utf8')) as {
    files: Record<string, Record<string, unknown>>;
  };
  return Object.entries(files).flatMap(([file, findings]) =>
    Object.keys(findings).map((finding) => {
      const [, code = '', message = ''] = /^\w+ (\S+) (.*)$/s.exec(finding) ?? [];
      return { path: `${path} ${file}`, code, message };
    }),
  );
});

it('different findings of one file differ in their first words, in the scenarios', () => {
  expect(said.length).toBeGreaterThan(100);
  expect(sameFirstWords(said)).toEqual([]);
});

it('what begins in the same way is seen', () => {
  const path = 'mapping.txt';
  const words = 'quay.io/a/b: something that takes all the room there is in such a list, and';
  const said = (code: string, rest: string) => ({ path, code, message: `${words} ${rest}` });
  expect(sameFirstWords([said('a/a', 'this'), said('b/b', 'that')])).toHaveLength(1);
  expect(sameFirstWords([said('a/a', 'this'), said('a/a', 'that')])).toEqual([]);
});

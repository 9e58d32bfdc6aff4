import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findingsOf, readFixture } from '../../support/fixture.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');

/** What a list of problems shows of a message. */
const shown = 60;

interface Said {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

/** A list of problems shows the first words alone: two findings of a file that say different things must differ there. */
it.each([
  ['the scenarios', ofScenarios],
  ['the fixtures of rules', ofFixtures],
])('different findings of one file differ in their first words, in %s', (_name, all) => {
  const heads = new Map<string, Said>();
  const clashes: string[] = [];
  const said = all();
  for (const { file, code, message } of said) {
    const key = `${file} ${message.slice(0, shown)}`;
    const other = heads.get(key);
    if (other !== undefined && (other.code !== code || subjectOf(other) !== subjectOf({ message })))
      clashes.push(`${file}: ${other.code} ${other.message} | ${code} ${message}`);
    heads.set(key, { file, code, message });
  }
  expect(said.length).toBeGreaterThan(100);
  expect(clashes).toEqual([]);
});

/** Messages begin with what they are about, an image, a repository, a field or a value. */
function subjectOf({ message }: { readonly message: string }): string {
  return message.split(/[: ]/, 1)[0] ?? '';
}

function ofScenarios(): Said[] {
  return globSync('ground-truth/*/expected.json', { cwd: fixtures }).flatMap((path) => {
    const { files } = JSON.parse(readFileSync(join(fixtures, path), 'utf8')) as {
      files: Record<string, Record<string, unknown>>;
    };
    return Object.entries(files).flatMap(([file, findings]) =>
      Object.keys(findings).map((finding) => {
        const [, code = '', message = ''] = /^\w+ (\S+) (.*)$/s.exec(finding) ?? [];
        return { file: `${path} ${file}`, code, message };
      }),
    );
  });
}

function ofFixtures(): Said[] {
  return globSync('rules/*/*/*.txt', { cwd: fixtures }).flatMap((path) =>
    findingsOf(readFixture(join(fixtures, path))).map(({ path: file, code, message }) => ({
      file: `${path} ${file}`,
      code,
      message,
    })),
  );
}

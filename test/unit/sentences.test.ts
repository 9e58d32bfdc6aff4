import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unsaidSentences } from '../support/unsaidSentences.ts';

/** Texts with words that are for no person, by file, and what they are. `undefined` holds for the whole file. */
const forNobody: Readonly<Record<string, readonly (string | RegExp)[] | 'whole file'>> = {
  // What tools and libraries print.
  'server/src/log/copyPlan.ts': ['wrote mirroring manifests to '],
  'server/src/documents/yamlFile.ts': [/^Implicit (?:map )?keys need to be|^Plain value cannot start with$/],
  'server/src/log/mirrorAttempts.ts': ['(Mirrors also failed: ['],
  // Codes of problems.
  'server/src/documents/goDuration.ts': ['missing unit', 'unknown unit'],
  // The page of a rule, a text of its own.
  'server/src/rules/documentation.ts': 'whole file',
  // Names of fixes.
  'server/src/rules/catalog-source/notRedirected.ts': ['use {0}'],
  'server/src/rules/mirror-set/localSource.ts': ['source {0}', 'all {0}'],
  'server/src/rules/redirectFix.ts': ['redirect {0}', 'redirect all {0}'],
  // YAML that is written.
  'server/src/rules/catalog-source/display.ts': ['My Operator Catalog', 'My Organization'],
  'server/src/features/resourceSnippets.ts': 'whole file',
  // HTTP headers.
  'server/src/registry/authorizer.ts': ['Bearer {0}'],
  'server/src/registry/bearer.ts': ['Basic {0}'],
  // Keys of connections that are kept.
  'server/src/registry/connections.ts': ['{0} {1} by {2}', 'by {0}'],
  // What a program of docker prints.
  'server/src/registry/credentialHelper.ts': ['credentials not found in native keychain'],
  // A header, and an error that goes through undici and is told in other words.
  'server/src/registry/proxyTunnel.ts': ['Basic {0}', 'proxy {0}'],
  // SQL.
  'server/src/database/migrations.ts': 'whole file',
  // Keys of questions.
  'server/src/lookup/question.ts': ['tags of {0}', 'login for {0}'],
  // YAML that is written, with a comment in it.
  'server/src/pulls/machineConfigText.ts': 'whole file',
  // Descriptions that the manifest and the documentation have word for word.
  'server/src/workspace/settings.ts': 'whole file',
  // Keys of what is done once.
  'server/src/mirror/blobMover.ts': ['again {0}'],
};

const root = join(import.meta.dirname, '../..');

/** The rooms in which everything is said so. */
const rooms = [
  'server/src/base',
  'server/src/documents',
  'server/src/catalog',
  'server/src/log',
  'server/src/features',
  'server/src/registry',
  'server/src/rules',
  'server/src/access',
  'server/src/cluster',
  'server/src/content',
  'server/src/database',
  'server/src/disk',
  'server/src/files',
  'server/src/lookup',
  'server/src/stores',
  'server/src/pulls',
  'server/src/workspace',
  'server/src/mirror',
];

it.each(rooms)('every sentence for a person is one whole message, said through t: %s', (room) => {
  const files = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .map((path) => `${room}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
  expect(files).not.toEqual([]);
  const unsaid = files.flatMap((path) => {
    const exceptions = forNobody[path] ?? [];
    if (exceptions === 'whole file') return [];
    return unsaidSentences(readFileSync(join(root, path), 'utf8'))
      .filter(
        ({ text }) => !exceptions.some((one) => (typeof one === 'string' ? one === text : one.test(text))),
      )
      .map(({ line, text, fault }) => `${path}:${line}: ${fault}: ${text}`);
  });
  expect(unsaid).toEqual([]);
});

describe('a sentence that nobody says through t is seen', () => {
  it.each<[string, readonly string[]]>([
    ["const a = 'the host is gone';", ['the host is gone']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template
    ['const a = `${host} is gone`;', ['{0} is gone']],
    ["const a = t('the host is gone');", []],
    ["const a = vscode.l10n.t('the host is gone');", []],
    ["const a = t('{0} is gone', isHost ? 'the host' : 'the image');", ['the host', 'the image']],
    ["const a = t(' and the rest');", [' and the rest']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template
    ['const a = t(`${host} is gone`);', ['{0} is gone']],
    ["const a = text.startsWith('the host is gone');", []],
    ["const a = text === 'the host is gone';", []],
    ["const a = { holds: 'the host is gone', cause: 'The host is gone.' };", []],
    ["function f() { return { cause: 'The host is gone.' }; }", ['The host is gone.']],
    ["const a = { title: 'the host is gone' };", ['the host is gone']],
    ["const a = { 'the host': 1 };", []],
    ["import { a } from './the host is gone.ts';", []],
    ["type A = 'the host is gone' | 'no host there';", []],
    ["const a = 'the host is gone' as Sentence;", ['the host is gone']],
    ["const a = sentence('the host is gone');", []],
    ["throw new Error('the host is gone');", []],
    ["throw new UserError('gone', 'the host is gone');", ['the host is gone']],
    ["const a = 'host';", []],
  ])('%s', (source, expected) => {
    expect(unsaidSentences(source).map(({ text }) => text)).toEqual(expected);
  });
});

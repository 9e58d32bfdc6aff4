import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type UnsaidSentence, unsaidSentences } from '../support/unsaidSentences.ts';

/** Texts with words that are for no person, by file, and what they are. */
const forNobody: Readonly<Record<string, readonly (string | RegExp)[] | 'whole file'>> = {
  // What tools and libraries print.
  'server/src/log/copyPlan.ts': ['wrote mirroring manifests to '],
  'server/src/log/nextCommand.ts': ['To upload local images to a registry, run:'],
  'server/src/documents/yamlFile.ts': [/^Implicit (?:map )?keys need to be|^Plain value cannot start with$/],
  'server/src/log/mirrorAttempts.ts': ['(Mirrors also failed: ['],
  // Codes of problems.
  'server/src/documents/goDuration.ts': ['missing unit', 'unknown unit'],
  // Said before the language is known.
  'server/src/cli/language.ts': 'whole file',
  // Names of fixes.
  'server/src/rules/catalog-source/notRedirected.ts': ['use {0}'],
  'server/src/rules/mirror-set/localSource.ts': ['source {0}', 'all {0}'],
  'server/src/rules/redirectFix.ts': ['redirect {0}', 'redirect all {0}'],
  // Names of the Operator Framework, as catalogs write them.
  'server/src/features/operatorAnswer.ts': [
    /^(?:Basic Install|Seamless Upgrades|Full Lifecycle|Deep Insights|Auto Pilot)$/,
  ],
  // YAML that is written.
  'server/src/rules/catalog-source/display.ts': ['My Operator Catalog', 'My Organization'],
  'server/src/features/resourceSnippets.ts': 'whole file',
  // What the kubelet and OLM write.
  'server/src/cluster/clusterProblems.ts': [/^Back-off pulling image |^bundle unpacking failed\. /],
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
  'server/src/indexImages/sqliteIndex.ts': [/^SELECT |^CASE WHEN /, /^SQLite format 3/],
  // What stands behind a command.
  'server/src/cli/commands/catalog.ts': [/^list CATALOG \| show/],
  'server/src/cli/commands/plan.ts': [/^\(CATALOG DEST \|/],
  'server/src/cli/commands/mirror.ts': [/^\(CATALOG DEST \|/],
  'server/src/cli/commands/verify.ts': [/^\(DIR \| CATALOG DEST \|/],
  'server/src/tools/steps.ts': [/^(?:-c )?[A-Z]+ [A-Z]+$/],
  // Keys of what is kept.
  'server/src/indexImages/localCatalog.ts': ['folder {0}', 'file {0} {1}'],
  // Keys of questions.
  'server/src/lookup/question.ts': ['tags of {0}', 'login for {0}'],
  // Descriptions that the manifest and the documentation have word for word.
  'server/src/workspace/settingsSchema.ts': 'whole file',
  // Keys of what is done once.
  'server/src/mirror/copy/blobMover.ts': ['again {0}'],
  // Commands that a person types.
  'server/src/mirror/manifests/reportText.ts': [
    /^operator-mirror mirror --from \{0\} |^oc get mcp$|^oc apply \{0\}$/,
  ],
  // What a person types, and the beginning of a line by which programs know it.
  'server/src/cli/help.ts': [/^operator-mirror COMMAND/],
  'server/src/cli/command.ts': ['operator-mirror {0}: {1}\n'],
  'server/src/cluster/liveState.ts': ['oc get {0}'],
  // Parts of a manual page, which have these names in every language.
  'server/src/cli/manPage.ts': [/^\.(?:TH|SH|SS) /],
  // Scripts for shells.
  'server/src/cli/shells/bash.ts': 'whole file',
  'server/src/cli/shells/zsh.ts': 'whole file',
  // Runs where nothing can be imported yet.
  'server/src/cli/nodeVersion.ts': 'whole file',
  // A name.
  'server/src/protocol/names.ts': ['Operator Mirror'],
  // What tools print.
  'client/src/documents.ts': 'whole file',
  // What a person types into a terminal.
  'client/src/runs/toolCommand.ts': [
    /^(?:podman (?:login|push)|opm index prune|skopeo copy|oc adm catalog mirror|oc image mirror)$/,
  ],
  // An HTTP header.
  'client/src/pages/page.ts': [/^default-src /],
};

const root = join(import.meta.dirname, '../..');

const files = ['server/src', 'client/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts')),
);

const unsaid = new Map<string, readonly UnsaidSentence[]>();

/** Those of a file, which is read once. */
function unsaidIn(path: string): readonly UnsaidSentence[] {
  const known = unsaid.get(path) ?? unsaidSentences(readFileSync(join(root, path), 'utf8'));
  unsaid.set(path, known);
  return known;
}

/** `server/src/rules`, `server/src` for what is in no folder of it, `client/src`. */
function roomOf(path: string): string {
  return path.split('/').slice(0, -1).slice(0, 3).join('/');
}

function isForNobody(path: string, text: string): boolean {
  const exceptions = forNobody[path] ?? [];
  if (exceptions === 'whole file') return true;
  return exceptions.some((one) => (typeof one === 'string' ? one === text : one.test(text)));
}

it.each([...new Set(files.map(roomOf))])(
  'every sentence for a person is one whole message, said through t: %s',
  (room) => {
    const found = files
      .filter((path) => roomOf(path) === room)
      .flatMap((path) =>
        unsaidIn(path)
          .filter(({ text }) => !isForNobody(path, text))
          .map(({ line, text, fault }) => `${path}:${line}: ${fault}: ${text}`),
      );
    expect(found).toEqual([]);
  },
);

it('every exception is still needed', () => {
  const unneeded = Object.entries(forNobody).flatMap(([path, exceptions]) => {
    const texts = unsaidIn(path).map(({ text }) => text);
    if (exceptions === 'whole file') return texts.length === 0 ? [path] : [];
    return exceptions
      .filter((one) => !texts.some((text) => (typeof one === 'string' ? one === text : one.test(text))))
      .map((one) => `${path}: ${one}`);
  });
  expect(unneeded).toEqual([]);
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLineChange } from '../../../server/src/documents/lines.ts';
import { updateYaml } from '../../../server/src/documents/yamlFile.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { type AnalysisContext, analyze, fixesOf, linesOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { editMapping } from '../../../server/src/workspace/mappingIndex.ts';
import { readSettings, type Settings } from '../../../server/src/workspace/settings.ts';
import { type FileContent, Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { edits, fuzz, rangeOf } from '../documents/texts.ts';

const digest = `sha256:${'0'.repeat(64)}`;

/** Files that decide each other's findings: the first hop the sources, the CatalogSource the index's hint. */
const files: Readonly<Record<string, string>> = {
  'first/mapping.txt': [
    'quay.io/my/idx:v1=file://efk/my/idx:v1',
    `quay.io/ns/app@${digest}=file://efk/my/idx/ns/app:1`,
    `docker.io/ns/two@${digest}=file://efk/my/idx/ns/two:1`,
    '',
  ].join('\n'),
  'second/mapping.txt': [
    'file://efk/my/idx:v1=reg.example.com/olm/efk-my-idx:v1',
    `file://efk/my/idx/ns/app@${digest}=reg.example.com/olm/ns-app:1`,
    'file://efk/my/idx/ns/tag:v1=reg.example.com/olm/ns-tag:v1',
    '',
  ].join('\n'),
  'second/catalogSource.yaml':
    'apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: my/idx\nspec:\n  sourceType: grpc\n  image: reg.example.com/olm/efk-my-idx:v1\n',
  'second/icsp.yaml':
    'apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: my-idx-0\nspec:\n  repositoryDigestMirrors:\n  - mirrors:\n    - reg.example.com/olm/ns-app\n    source: efk/my/idx/ns/app\n  - mirrors:\n    - reg.example.com/olm/ns-two\n    source: efk/my/idx/ns/two\n',
};
const paths = Object.keys(files);

describe('findings that are kept from before an edit', () => {
  it('are those of reading and checking everything anew', () => {
    const change = fc.tuple(
      fc.constantFrom(...paths),
      edits(2),
      fc.constantFrom('edit', 'edit', 'edit', 'close', 'open'),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        let snapshot = open(files);
        findingsOf(snapshot);
        for (const [path, typed, what] of changes) {
          snapshot = after(snapshot, path, typed, what);
          const texts: Record<string, string> = {};
          for (const [name, file] of snapshot.files) texts[name] = linesOf(file).join('\n');
          expect(findingsOf(snapshot)).toEqual(findingsOf(open(texts)));
        }
      }),
      fuzz(100),
    );
  });

  it('are checked anew when a setting changes', () => {
    const snapshot = open(files);
    const codes = (settings?: Settings) => new Set(findingsOf(snapshot, settings).map(({ code }) => code));
    expect(codes()).toContain('mapping/tag-only');
    const off = readSettings({ rules: { 'mapping/tag-only': 'off' } }).settings;
    expect(codes(off)).not.toContain('mapping/tag-only');
    expect(codes()).toContain('mapping/tag-only');
  });
});

describe('the severity of a rule', () => {
  it.each([
    [undefined, ['hint', 'warning']],
    // Editors send the defaults of all settings along; they must not make the hint a warning.
    ['warning', ['hint', 'warning']],
    ['error', ['error', 'error']],
    ['information', ['information', 'information']],
  ])('set to %s gives %s', (level, severities) => {
    const { settings } = readSettings(level === undefined ? {} : { rules: { 'mapping/tag-only': level } });
    const found = findingsOf(open(files), settings).filter(
      ({ code, path }) => code === 'mapping/tag-only' && path === 'second/mapping.txt',
    );
    expect(found.map(({ severity }) => severity)).toEqual(severities);
  });
});

function open(texts: Readonly<Record<string, string>>): Snapshot {
  return Object.entries(texts).reduce(
    (snapshot, [path, text]) => snapshot.with(path, parseText(text, typeByChoice(path))),
    new Snapshot(),
  );
}

function after(
  snapshot: Snapshot,
  path: string,
  typed: Parameters<typeof rangeOf>[0][],
  what: string,
): Snapshot {
  const file = snapshot.files.get(path);
  if (what === 'close') return snapshot.without(path);
  if (what === 'open' || file === undefined)
    return snapshot.with(path, parseText(files[path] ?? '', typeByChoice(path)));
  const content = typed.reduce((current: FileContent, edit): FileContent => {
    const lines = linesOf({ path, content: current });
    const change = toLineChange(lines, rangeOf(edit, lines), edit.text);
    return current.type === 'mapping'
      ? { type: 'mapping', mapping: editMapping(current.mapping, change) }
      : { type: 'yaml', yaml: updateYaml(current.yaml, change) };
  }, file.content);
  return snapshot.with(path, content);
}

function findingsOf(snapshot: Snapshot, settings: Settings = readSettings({}).settings) {
  const context: AnalysisContext = { snapshot, settings, facts: noFacts };
  return [...snapshot.files.values()].flatMap((file) =>
    analyze(file, context).map((finding) => {
      const { code, severity, message, range, kind } = finding;
      const fixes = fixesOf(finding, file, context).map(({ id, title, preferred }) => ({
        id,
        title,
        preferred,
      }));
      return { path: file.path, code, severity, message, range, kind, fixes };
    }),
  );
}

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { FileContent } from '../../../server/src/documents/workspaceFile.ts';
import { updateYaml } from '../../../server/src/documents/yamlFile.ts';
import { shownFindings } from '../../../server/src/features/shownFindings.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import {
  type AnalysisContext,
  analyze,
  fixesOf,
  findingsOf as foundIn,
  linesOf,
} from '../../../server/src/rules/analysis.ts';
import { type Facts, noFacts } from '../../../server/src/workspace/facts.ts';
import { editMapping } from '../../../server/src/workspace/mappingIndex.ts';
import type { Settings } from '../../../server/src/workspace/settings.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { edits, fuzz, rangeOf, toLineChange } from '../../support/texts.ts';

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
          expect(shownOf(snapshot)).toEqual(shownOf(open(texts)));
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
    const shown = (settings?: Settings) =>
      shownOf(snapshot, settings).flatMap(({ code, severity }) =>
        code === 'mapping/tag-only' ? [severity] : [],
      );
    expect(new Set(shown())).toEqual(new Set(['warning']));
    const { settings } = readSettings({ rules: { 'mapping/tag-only': 'error' } });
    expect(new Set(shown(settings))).toEqual(new Set(['error']));
    expect(new Set(shown())).toEqual(new Set(['warning']));
  });
});

describe('what an editor is sent', () => {
  const lines = Array.from(
    { length: 400 },
    (_, n) => `quay.io/ns/app${n}:v1=reg.example.com/ns/app${n}:v1\n`,
  );
  const shown = (snapshot: Snapshot) => {
    const file = snapshot.files.get('mapping.txt');
    if (file === undefined) throw new Error('there is no mapping.txt');
    return shownFindings(foundIn(file, { snapshot, settings: defaults, facts: noFacts })).findings;
  };

  it('is made anew where somebody types, and is the very same elsewhere', () => {
    const first = open({ 'mapping.txt': lines.join('') });
    const before = new Set(shown(first));
    const after = shown(typedIn(first, 'mapping.txt', 200, lines[200]?.replaceAll(':v1', ':v2') ?? ''));
    const others = after.filter((finding) => !before.has(finding));
    expect(others.some(({ range }) => range.start.line === 200)).toBe(true);
    expect(after.length).toBeGreaterThan(390);
    expect(others.length).toBeLessThan(200);
  });
});

describe('a mirror that lacks images', () => {
  const line = `quay.io/ns/app@${digest}=reg.example.com/olm/ns-app:1\n`;
  const other = `quay.io/ns/other@${digest}=reg.example.com/olm/ns-other:1\n`;
  const set = files['second/icsp.yaml'] ?? '';

  it('lacks none any more when another mapping.txt takes the place of the first', () => {
    const facts = nothingThere();
    const first = open({ 'mapping.txt': line, 'icsp.yaml': set });
    expect(missingMirrors(first, facts)).toEqual([
      'reg.example.com/olm/ns-app lacks 1 of 1 images that mapping.txt brings to it',
    ]);
    const second = first.with('mapping.txt', parseText(other, 'mapping'));
    expect(missingMirrors(second, facts)).toEqual([]);
  });

  it('is asked for anew when a line comes to it, and not for any other line', () => {
    const facts = nothingThere();
    const first = open({ 'mapping.txt': line + other, 'icsp.yaml': set });
    const asked = () => vi.mocked(facts.tags).mock.calls.length;
    const found = missingMirrors(first, facts);
    const before = asked();
    const second = typedIn(first, 'mapping.txt', 1, other.replace('=reg', 'a=reg'));
    expect(missingMirrors(second, facts)).toEqual(found);
    expect(asked()).toBe(before);
    const third = typedIn(second, 'mapping.txt', 1, line.replace(':1', ':2'));
    expect(missingMirrors(third, facts)).toEqual([
      'reg.example.com/olm/ns-app lacks 2 of 2 images that mapping.txt brings to it',
    ]);
  });
});

/** Facts of a registry that has repositories with nothing in them. */
function nothingThere(): Facts {
  return {
    ...noFacts,
    asked: () => true,
    tags: vi.fn(() => ({ state: 'known', value: [], at: 0 }) as const),
    peek: () => ({ state: 'missing', reason: 'not found' }),
  };
}

function missingMirrors(snapshot: Snapshot, facts: Facts): string[] {
  const file = snapshot.files.get('icsp.yaml');
  if (file === undefined) throw new Error('there is no icsp.yaml');
  return analyze(file, { snapshot, settings: readSettings({}).settings, facts })
    .filter(({ code }) => code === 'mirror-set/missing-mirror')
    .map(({ message }) => message);
}

/** The snapshot after a line of a mapping.txt was typed anew. */
function typedIn(snapshot: Snapshot, path: string, line: number, text: string): Snapshot {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'mapping') throw new Error(`${path} is no mapping.txt`);
  const change = { start: line, removed: 1, inserted: [text.trimEnd()] };
  return snapshot.with(path, { type: 'mapping', mapping: editMapping(content.mapping, change) });
}

describe('the severity of a rule', () => {
  it.each([
    [undefined, ['information']],
    // Editors send the defaults of all settings along; they must not make of information a warning.
    ['warning', ['information']],
    ['error', ['error']],
    ['hint', ['hint']],
  ])('set to %s gives %s', (level, severities) => {
    const { settings } = readSettings(level === undefined ? {} : { rules: { 'mapping/tag-only': level } });
    const dryRun = { 'mapping.txt': 'docker://quay.io/ns/app:v1=docker://reg.example.com/ns/app:v1\n' };
    const found = findingsOf(open(dryRun), settings).filter(({ code }) => code === 'mapping/tag-only');
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

const { settings: defaults } = readSettings({});

/** What an editor is sent: kept by blocks, and so by the settings. */
function shownOf(snapshot: Snapshot, settings: Settings = defaults) {
  const context: AnalysisContext = { snapshot, settings, facts: noFacts };
  return [...snapshot.files.values()].flatMap((file) =>
    shownFindings(foundIn(file, context)).findings.map(({ code, severity, message, range }) => {
      return { path: file.path, code, severity, message, range };
    }),
  );
}

function findingsOf(snapshot: Snapshot, settings: Settings = defaults) {
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { maskTemplates } from '../../../server/src/documents/template.ts';
import { applyEdits } from '../../../server/src/documents/textEdits.ts';
import type { WorkspaceFile } from '../../../server/src/documents/workspaceFile.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { type AnalysisContext, analyze, fixesOf } from '../../../server/src/rules/analysis.ts';
import { certainFixes } from '../../../server/src/rules/fixAll.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { fuzz, mappingText, yamlText } from '../../support/texts.ts';

const firstHop = ['quay.io', 'docker.io']
  .map((registry, at) => `${registry}/ns/app:v${at}=file://efk/my/idx/ns/app:v${at}`)
  .join('\n');

describe('the fixes of a mirror set', () => {
  it('leave YAML as whole as it was, whatever its style', () => {
    fc.assert(
      fc.property(wholeYaml(), fc.boolean(), fc.boolean(), (text, known, windows) => {
        const written = windows ? text.replaceAll('\n', '\r\n') : text;
        const { file, context } = open(written, known);
        for (const finding of analyze(file, context)) {
          for (const fix of fixesOf(finding, file, context)) {
            const fixed = applyEdits(written, fix.edits());
            expect(errorsOf(fixed), `${fix.title}\n${fixed}`).toEqual([]);
            expect(fixed.replaceAll('\r\n', '').includes(windows ? '\n' : '\r'), fix.title).toBe(false);
          }
        }
      }),
      fuzz(150),
    );
  });

  it('lose no mirror when all certain ones are made, and then there are none left', () => {
    fc.assert(
      fc.property(wholeYaml(), (text) => {
        const fixed = fixAll(text);
        expect(errorsOf(fixed), fixed).toEqual([]);
        expect(mirrorsOf(fixed), fixed).toEqual(mirrorsOf(text));
        const { file, context } = open(fixed, true);
        expect(certainFixes(file, context).edits).toEqual([]);
      }),
      fuzz(150),
    );
  });
});

describe('the fixes of a mapping', () => {
  it('end, and leave everything but the lines with findings', () => {
    fc.assert(
      fc.property(mappingText(), (text) => {
        let current = text;
        for (let round = 0; round < 10; round++) {
          const { file, context } = open(current, false, 'mapping');
          const edits = certainFixes(file, context).edits;
          if (edits.length === 0) break;
          const touched = new Set(edits.map(({ range }) => range.start.line));
          const next = applyEdits(current, edits);
          const lines = current.split(/\r?\n/);
          expect(next.split(/\r?\n/).filter((_line, at) => !touched.has(at))).toEqual(
            lines.filter((_line, at) => !touched.has(at)),
          );
          current = next;
        }
        const { file, context } = open(current, false, 'mapping');
        expect(certainFixes(file, context).edits, current).toEqual([]);
      }),
      fuzz(200),
    );
  });
});

function wholeYaml(): fc.Arbitrary<string> {
  return yamlText().filter((text) => errorsOf(text).length === 0);
}

function open(
  text: string,
  known: boolean,
  type: 'yaml' | 'mapping' = 'yaml',
): { file: WorkspaceFile; context: AnalysisContext } {
  let snapshot = new Snapshot().with('here/file', parseText(text, type));
  if (known) snapshot = snapshot.with('first/mapping.txt', parseText(firstHop, 'mapping'));
  const file = snapshot.files.get('here/file');
  if (file === undefined) throw new Error('no file');
  return { file, context: { snapshot, settings: defaultSettings, facts: noFacts } };
}

function fixAll(text: string): string {
  let current = text;
  for (let round = 0; round < 10; round++) {
    const { file, context } = open(current, true);
    const edits = certainFixes(file, context).edits;
    if (edits.length === 0) break;
    current = applyEdits(current, edits);
  }
  return current;
}

function errorsOf(text: string): string[] {
  return documentsOf(text).flatMap((document) => document.errors.map((error) => error.message));
}

function documentsOf(text: string) {
  const lines = splitLines(text);
  const masked = maskTemplates(lines)?.lines ?? lines;
  const documents = parseAllDocuments(masked.join('\n'), { prettyErrors: false, logLevel: 'silent' });
  return 'empty' in documents ? [] : documents;
}

/** For each mirror set and source, its mirrors: as the API server would read them, with what is certain put right. */
function mirrorsOf(text: string): string[] {
  const resources = documentsOf(text).flatMap((document) => itemsOf(document.toJS()));
  const found = new Set<string>();
  for (const [at, { kind, spec }] of resources.entries()) {
    for (const entry of Object.values(spec ?? {}).flatMap((list) => (Array.isArray(list) ? list : []))) {
      const { source, mirrors } = entry ?? {};
      if (typeof source !== 'string') continue;
      const name = source.trim().replace(/:v1$/, '');
      const sources = name === 'efk/my/idx/ns/app' ? ['docker.io/ns/app', 'quay.io/ns/app'] : [name];
      for (const one of sources) {
        found.add(`${at} ${kind} ${one}`);
        for (const mirror of Array.isArray(mirrors) ? mirrors : [mirrors ?? '']) {
          if (mirror !== '') found.add(`${at} ${kind} ${one} ${mirror}`);
        }
      }
    }
  }
  return [...found].sort();
}

interface Resource {
  readonly kind?: string;
  readonly spec?: Record<string, unknown>;
  readonly items?: Resource[];
}

function itemsOf(resource: Resource | null): Resource[] {
  return resource === null
    ? []
    : resource.kind === 'List'
      ? (resource.items ?? []).flatMap(itemsOf)
      : [resource];
}

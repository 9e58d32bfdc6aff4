import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { applyEdits } from '../../../server/src/documents/textEdits.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, fixesOf } from '../../../server/src/rules/analysis.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { type Fixture, readFixture } from '../../support/fixture.ts';
import { inFull } from '../../support/texts.ts';

/** The fixtures of all rules, their YAML written as JSON in one line, as editors and as `oc get -o json` write it. */
const folder = join(import.meta.dirname, '../../fixtures/rules');
const fixtures = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

/** One line is the hardest to keep whole. */
const indents = [0, 2, 4].slice(0, inFull(3));

/** Undefined for YAML that says something that JSON cannot, such as a key twice or a list that holds itself. */
function jsonValueOf(text: string): object | undefined {
  const documents = parseAllDocuments(text);
  if ('empty' in documents || documents.some(({ errors }) => errors.length > 0)) return undefined;
  const values = documents.map((document): unknown => document.toJS());
  const [first] = values;
  const value = values.length === 1 ? first : { apiVersion: 'v1', kind: 'List', items: values };
  if (/&(\w+)[\s\S]*\*\1/.test(text)) return undefined;
  return typeof value === 'object' && value !== null ? value : undefined;
}

/** The same fixture with its YAML as JSON, once for each way to indent that. */
function inJson({ files, context }: Fixture, indents: readonly number[]) {
  const values = [...files].map(([path, text]) => {
    const type = typeByChoice(path);
    return { path, text, type, value: type === 'yaml' ? jsonValueOf(text) : undefined };
  });
  return indents.map((indent) => {
    const texts = new Map<string, string>();
    let snapshot = new Snapshot();
    for (const { path, text, type, value } of values) {
      const name = value === undefined ? path : path.replace(/\.ya?ml$/, '.json');
      const written = value === undefined ? text : `${JSON.stringify(value, undefined, indent)}\n`;
      texts.set(name, written);
      snapshot = snapshot.with(name, parseText(written, type));
    }
    return { texts, context: { ...context, snapshot } };
  });
}

describe('the fixes of all rules', () => {
  let fixes = 0;

  it.each(fixtures.map((path) => [relative(folder, path)]))('leave JSON whole: %s', (name) => {
    for (const { texts, context } of inJson(readFixture(join(folder, name)), indents)) {
      const whole = (path: string, edits: Parameters<typeof applyEdits>[1], title: string) => {
        const fixed = applyEdits(texts.get(path) ?? '', edits);
        if (path.endsWith('.json')) expect(() => JSON.parse(fixed), `${title}\n${fixed}`).not.toThrow();
      };
      for (const file of context.snapshot.files.values()) {
        for (const finding of analyze(file, context)) {
          for (const fix of fixesOf(finding, file, context)) {
            if (fix.awaits !== undefined) continue;
            fixes++;
            whole(file.path, fix.edits(), fix.title);
            for (const other of fix.others?.() ?? [])
              if ('edits' in other && other.edits !== undefined) whole(other.path, other.edits, fix.title);
          }
        }
      }
    }
  });

  it('are many', () => {
    expect(fixes).toBeGreaterThan(100 * indents.length);
  });
});

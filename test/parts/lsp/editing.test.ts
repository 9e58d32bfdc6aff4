import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines, withoutMark } from '../../../server/src/documents/lines.ts';
import type { FileContent } from '../../../server/src/documents/workspaceFile.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { OpenLogs } from '../../../server/src/lsp/openLogs.ts';
import { WorkspaceState } from '../../../server/src/lsp/workspaceState.ts';
import { editedText, fuzz, mappingText, oddEdits, yamlText } from '../../support/texts.ts';

describe('an open file after edits, wherever they are', () => {
  it.each([
    ['a mapping', 'file:///w/mapping.txt', mappingText(), 300],
    ['YAML', 'file:///w/a.yaml', yamlText(), 150],
  ] as const)('is what the text is, opened anew: %s', (_what, uri, texts, runs) => {
    fc.assert(
      fc.property(texts, oddEdits(8), (text, edits) => {
        const state = new WorkspaceState();
        state.open(uri, false, 1, text);
        let current = text;
        for (const [at, edit] of edits.entries()) {
          state.change(uri, at + 2, [edit]);
          current = editedText(current, edit);
          const content = parseText(current, uri.endsWith('.txt') ? 'mapping' : 'yaml');
          expect(plain(state.snapshot.files.get(uri)?.content)).toEqual(plain(content));
        }
      }),
      fuzz(runs),
    );
  });

  it('is what the text is, opened anew: a log', () => {
    fc.assert(
      fc.property(mappingText(), oddEdits(8), (text, edits) => {
        const logs = new OpenLogs();
        logs.open('untitled:a.log', 1, text);
        logs.change('untitled:a.log', 2, edits);
        const lines = splitLines(withoutMark(edits.reduce(editedText, text)));
        expect(logs.get('untitled:a.log')?.lines).toEqual(lines);
      }),
      fuzz(200),
    );
  });
});

/** Long lists are kept in chunks, and how they are cut is nobody's business. */
function plain(content: FileContent | undefined) {
  if (content?.type === 'mapping') return [...content.mapping.lines];
  const { resources = [], ...yaml } = content?.yaml ?? {};
  return {
    ...yaml,
    resources: resources.map((one) => ('entries' in one ? { ...one, entries: [...one.entries] } : one)),
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageBytes } from '../../../server/src/lsp/messageBytes.ts';
import { fuzz } from '../../support/texts.ts';

const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 12 } };
const plain = { range, severity: 2, code: 'mapping/tag-only', message: 'quay.io/ns/app is copied by tag' };
const chinese = { range, message: '镜像「quay.io/ns/app」按标签复制 \u{1F4E6} \ud800 "\\\n' };
const response = (result: unknown) => ({ jsonrpc: '2.0', id: 7, result });
const published = (params: unknown) => ({
  jsonrpc: '2.0',
  method: 'textDocument/publishDiagnostics',
  params,
});

describe('a message', () => {
  it.each([
    [
      'findings that were asked for',
      response({ kind: 'full', resultId: 'a-1', items: [plain, chinese, plain] }),
    ],
    ['one of them', response({ kind: 'full', items: [chinese] })],
    ['none', response({ kind: 'full', resultId: undefined, items: [] })],
    [
      'findings that are sent unasked',
      published({ uri: 'file:///m.txt', diagnostics: [plain, chinese], version: 3 }),
    ],
    ['findings that are gone', published({ uri: 'file:///%E9.txt', diagnostics: [] })],
    ['nothing new', response({ kind: 'unchanged', resultId: 'a-1' })],
    ['files of a workspace', response({ items: [{ kind: 'full', uri: 'file:///m.txt', items: [plain] }] })],
    ['a list to choose from', response({ isIncomplete: false, items: [{ label: '摘要' }] })],
    ['items that are no list', response({ kind: 'full', items: 'x' })],
    ['nothing', response(null)],
    ['a refusal', { jsonrpc: '2.0', id: 'x', error: { code: -32803, message: '没有' } }],
    ['a question', { jsonrpc: '2.0', id: 1, method: 'workspace/diagnostic/refresh' }],
    ['a question without what it is about', published(undefined)],
  ])('is what JSON.stringify makes of it: %s', (_what, message) => {
    // The second time the texts of its diagnostics are at hand.
    for (let time = 0; time < 2; time++) expect(read(message)).toEqual(read(message, JSON.stringify));
  });

  it('is that for whatever texts there are', () => {
    const diagnostic = fc.record({
      range: fc.constant(range),
      message: fc.string({ unit: 'binary' }),
      code: fc.string(),
    });
    const message = fc
      .array(diagnostic, { maxLength: 5 })
      .map((items) => response({ kind: 'full', resultId: 'b', items }));
    const isSame = (one: object) => {
      expect(read(one)).toEqual(read(one, JSON.stringify));
    };
    fc.assert(fc.property(message, isSame), fuzz(100));
  });
});

function read(message: object, write: (message: object) => string | Buffer = messageBytes): unknown {
  return JSON.parse(write(message).toString());
}

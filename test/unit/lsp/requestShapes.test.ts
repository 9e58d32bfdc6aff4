import { describe, expect, it } from 'vitest';
import { ErrorCodes } from 'vscode-languageserver';
import { paramsOf } from '../../../server/src/lsp/requestShapes.ts';

type Name = Parameters<typeof paramsOf>[0];

const fine: readonly [Name, object][] = [
  ['operatorMirror/explainLog', { text: 'info: Mirroring completed' }],
  ['operatorMirror/trace', { uri: 'file:///a', position: { line: 0, character: 3 }, ask: true }],
  ['operatorMirror/mirrorPlaces', {}],
  ['operatorMirror/runs', { others: ['/media/disk'], search: true }],
  ['operatorMirror/runParts', { run: '/w/mirror-runs/a-1', path: ['failures', '0'], from: 200 }],
  ['operatorMirror/runBases', { arguments: ['mirror', 'a'], folder: '/w' }],
  ['operatorMirror/registries', {}],
  ['operatorMirror/askRegistry', { host: 'quay.io' }],
  ['operatorMirror/catalogs', { added: ['/a'] }],
  ['operatorMirror/catalogContent', { catalog: '/a', do: 'stop' }],
  ['operatorMirror/upgradePath', { catalog: '/a', package: 'p', channel: 'c', versions: ['1', '2'] }],
  [
    'operatorMirror/chosen',
    { chosen: [{ catalog: '/a', packages: [{ name: 'p', channels: [{ name: 'c' }] }] }] },
  ],
];

const wrong: readonly [Name, unknown, string][] = [
  ['operatorMirror/explainLog', undefined, 'without an object'],
  ['operatorMirror/explainLog', ['text'], 'without an object'],
  ['operatorMirror/explainLog', { text: 7 }, 'a parameter text that'],
  ['operatorMirror/trace', { position: { line: -1, character: 0 } }, 'a parameter position.line that'],
  ['operatorMirror/runParts', { run: 'a', path: [], from: -1 }, 'a parameter from that'],
  ['operatorMirror/runCommand', {}, 'a parameter run that'],
  ['operatorMirror/askRegistry', { host: null }, 'a parameter host that'],
  ['operatorMirror/catalogs', { added: ['/a', null] }, 'a parameter added.1 that'],
  ['operatorMirror/catalogContent', { catalog: '/a', do: 'explode' }, 'a parameter do that'],
  ['operatorMirror/upgradePath', { catalog: '/a', package: 'p', channel: 'c', versions: ['1'] }, 'versions'],
  [
    'operatorMirror/chosen',
    { chosen: [{ catalog: '/a', packages: {} }] },
    'a parameter chosen.0.packages that',
  ],
  ['operatorMirror/checkLogin', { registry: 'r', username: 'u', password: {} }, 'a parameter password that'],
];

describe('a request of our own', () => {
  it.each(fine)('takes what the protocol says: %s', (name, params) => {
    expect(paramsOf(name, params)).toEqual(params);
  });

  it.each(wrong)('names what is wrong with its parameters: %s %j', (name, params, message) => {
    expect(() => paramsOf(name, params)).toThrow(
      expect.objectContaining({ code: ErrorCodes.InvalidParams, message: expect.stringContaining(message) }),
    );
  });

  it('takes fields of later versions for nothing', () => {
    const params = { catalog: '/a', later: true };
    expect(paramsOf('operatorMirror/catalogContent', params)).toEqual({ catalog: '/a' });
  });
});

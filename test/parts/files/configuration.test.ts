import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configurationName, findConfiguration } from '../../../server/src/files/configuration.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-configuration-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string, below = '.'): void {
  mkdirSync(join(folder, below), { recursive: true });
  writeFileSync(join(folder, below, configurationName), text);
}

describe('.operator-mirror.yaml', () => {
  it('is the nearest one, in the folder or above it', async () => {
    write('rules: {mapping/tag-only: hint}');
    write('rules: {mapping/tag-only: off}', 'a');
    mkdirSync(join(folder, 'a/b'));
    mkdirSync(join(folder, 'c'));
    expect((await findConfiguration(join(folder, 'a/b'))).settings.rules).toEqual({
      'mapping/tag-only': 'off',
    });
    const above = await findConfiguration(join(folder, 'c'));
    expect(above.settings.rules).toEqual({ 'mapping/tag-only': 'hint' });
    expect(above.path).toBe(join(folder, configurationName));
  });

  it.each([
    ['4.10', '4.10'],
    ['4.9', '4.9'],
    ["'4.10'", '4.10'],
    ['4.12.3', '4.12.3'],
    ['4', '4'],
  ])('has the version of the cluster as it is written: %s', async (written, version) => {
    write(`cluster:\n  version: ${written}\n`);
    const { settings, problems } = await findConfiguration(folder);
    expect(settings.cluster.version).toBe(version);
    expect(problems).toEqual([]);
  });

  it.each([
    ['registries: {authFile: /tmp/x}\nrules: {a/b: off}', 'registries cannot be set here'],
    ['cluster: {version: [4]}\nrules: {a/b: off}', 'cluster.version'],
    ['rules: {mapping/syntax: loud, a/b: off}', 'rules.mapping/syntax'],
  ])('names what is wrong and keeps the rest: %s', async (text, problem) => {
    write(text);
    const { settings, problems } = await findConfiguration(folder);
    expect(problems.join('\n')).toContain(problem);
    expect(settings.rules).toEqual({ 'a/b': 'off' });
    expect(settings.cluster.command).toBe('');
  });

  it.each(['rules: [', '- a', 'text', '', 'null', '&a [*a]', 'rules: {a: *b}'])(
    'never throws: %s',
    async (text) => {
      write(text);
      const { settings, path } = await findConfiguration(folder);
      expect(settings.rules).toEqual({});
      expect(path).toBe(join(folder, configurationName));
    },
  );

  it('cannot name a command, whatever it says', async () => {
    write('cluster: {version: "4.12", command: ./evil}');
    const { settings } = await findConfiguration(folder);
    expect(settings.cluster).toEqual({ version: '4.12', command: '' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { readSettings, settingsSchema } from '../../../server/src/workspace/settingsSchema.ts';
import { fuzz } from '../../support/texts.ts';

describe('settings', () => {
  it('are valid, whatever an editor or a file gives', () => {
    const name = fc.constantFrom(
      'registries',
      'insecure',
      'network',
      'cluster',
      'version',
      'rules',
      'a/b',
      '__proto__',
      'x',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>('off', 'on', 'error', 'loud', '', 4, null, true),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(name, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (input) => {
        const { settings, problems } = readSettings(input);
        expect(settingsSchema.safeParse(settings).success).toBe(true);
        if (settingsSchema.safeParse(input ?? {}).success) expect(problems).toEqual([]);
        else expect(problems.length).toBeGreaterThan(0);
      }),
      fuzz(500),
    );
  });

  it.each([
    [undefined, defaultSettings, 0],
    [null, defaultSettings, 0],
    [[], defaultSettings, 1],
    ['off', defaultSettings, 1],
    [{ network: 'off' }, { ...defaultSettings, network: 'off' }, 0],
    [{ network: 'maybe', rules: { 'a/b': 'off' } }, { ...defaultSettings, rules: { 'a/b': 'off' } }, 1],
    [{ rules: { 'a/b': 'loud', 'c/d': 'hint' } }, { ...defaultSettings, rules: { 'c/d': 'hint' } }, 1],
    [
      { cluster: { version: '4.12', command: 7 } },
      { ...defaultSettings, cluster: { version: '4.12', command: '' } },
      1,
    ],
  ])('of %j lose only what is wrong', (input, settings, problems) => {
    const read = readSettings(input);
    expect(read.settings).toEqual(settings);
    expect(read.problems).toHaveLength(problems);
  });
});

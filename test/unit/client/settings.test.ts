import { expect, it } from 'vitest';
import { writtenSettings } from '../../../client/src/settings.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';

/** A configuration in which `written` was set by somebody and everything else has a default. */
function configuration(written: Readonly<Record<string, unknown>>) {
  return {
    get: (key: string) => written[key] ?? 'default',
    inspect: (key: string) => ({ key, defaultValue: 'default', workspaceValue: written[key] }),
  } as unknown as Parameters<typeof writtenSettings>[0];
}

it('passes on what was written, in the shape that the server reads, and no default', () => {
  const keys = [
    'registries.authFile',
    'registries.insecure',
    'network',
    'rules.mapping/syntax',
    'cluster.version',
  ];
  const settings = writtenSettings(
    configuration({ 'registries.authFile': '/a', network: 'off', 'rules.mapping/syntax': 'hint' }),
    keys,
  );
  expect(settings).toEqual({
    registries: { authFile: '/a' },
    network: 'off',
    rules: { 'mapping/syntax': 'hint' },
  });
  expect(readSettings(settings).problems).toEqual([]);
});

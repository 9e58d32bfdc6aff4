import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registryOptionsOf } from '../../../server/src/access/access.ts';
import { cacheFolder } from '../../../server/src/access/cacheFolder.ts';
import type { Terminal } from '../../../server/src/cli/command.ts';
import { readOptions } from '../../../server/src/cli/options.ts';
import { accessOf as ofOptions } from '../../../server/src/cli/registries.ts';
import { registryOptions, retryOption } from '../../../server/src/cli/sharedOptions.ts';
import { accessOf as ofSettings } from '../../../server/src/lsp/openFacts.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';

const login = { registry: 'r.example.com/team', username: 'u', password: 'p' };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'om-access-'));
});
afterEach(() => rm(folder, { recursive: true }));

const terminal = (): Terminal =>
  ({
    homeFolder: homedir(),
    environment: process.env,
    credentials: [login],
    stderr: process.stderr,
  }) as never;

/** What a command gets that is given these options. */
const given = (options: Readonly<Record<string, string>>) =>
  readOptions(
    { ...registryOptions, ...retryOption },
    new Map(Object.entries(options).map(([name, value]) => [name, [value]])),
  );

describe('how registries are reached', () => {
  it('is the same for an editor and the command line, from the same settings', async () => {
    const files = Object.fromEntries(
      ['auth.json', 'ca.pem', 'registries.conf'].map((name) => [name, join(folder, name)]),
    ) as Record<'auth.json' | 'ca.pem' | 'registries.conf', string>;
    for (const path of Object.values(files)) await writeFile(path, '');
    const insecure = ['r.example.com:5000'];
    const { settings } = readSettings({
      registries: {
        authFile: files['auth.json'],
        caFile: files['ca.pem'],
        configFile: files['registries.conf'],
        insecure,
      },
    });
    const options = {
      authfile: files['auth.json'],
      'ca-file': files['ca.pem'],
      'registries-conf': files['registries.conf'],
      insecure: 'r.example.com:5000',
    };
    const editor = registryOptionsOf(ofSettings(settings, true, [login]));
    const command = registryOptionsOf(await ofOptions(given(options), terminal()));
    expect({ ...command, report: undefined }).toEqual(editor);
    expect(editor).toMatchObject({
      authFile: files['auth.json'],
      insecure,
      retryTimes: 4,
      allowHelpers: true,
    });
  });

  it('is the same where nothing is set, and remembered in the same place', async () => {
    const editor = ofSettings(readSettings({}).settings, true, [login]);
    const command = await ofOptions(given({}), terminal());
    expect({ ...registryOptionsOf(command), report: undefined }).toEqual(registryOptionsOf(editor));
    const folders = [command, editor].map(({ environment: { env, home } }) => cacheFolder(env, home));
    expect(folders[0]).toBe(folders[1]);
  });

  it('is repeated as often as the command line says', async () => {
    const command = await ofOptions(given({ 'retry-times': '0' }), terminal());
    expect(registryOptionsOf(command).retryTimes).toBe(0);
  });

  it('starts no program and asks nobody without trust', async () => {
    const untrusted = ofSettings(readSettings({}).settings, false, []);
    expect(registryOptionsOf(untrusted).allowHelpers).toBe(false);
  });
});

import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { Database } from '../database/database.ts';
import { Lookup } from '../lookup/lookup.ts';
import type { EditorCredential, LoginAnswer } from '../protocol.ts';
import { RegistryClient } from '../registry/client.ts';
import { noCredentials } from '../registry/credentials.ts';
import { checkLogin, loginKey } from '../registry/login.ts';
import type { RegistryOptions } from '../registry/options.ts';
import { StoreFolders } from '../stores/ocDirectoryFolder.ts';
import { openSource } from '../stores/open.ts';
import type { Settings } from '../workspace/settings.ts';
import type { OpenFacts } from './factSource.ts';

/**
 * Facts from the registries that the files name, remembered in SQLite, and from the `v2/` folders near them.
 * Without trust nothing is contacted and no credential is read; what is remembered from before, and what is in
 * the workspace itself, is shown all the same.
 */
export const openFacts: OpenFacts = async (facts) => {
  const { settings, trusted, credentials, workspaceFolders, storagePath, onArrived, report } = facts;
  const options = registryOptionsOf(settings, trusted, credentials);
  const client = new RegistryClient({ ...options, report });
  const stranger = new RegistryClient(options, { credentials: noCredentials });
  const database = await Database.open({ file: join(storagePath ?? cacheFolder(), 'facts.db'), report });
  const named = settings.files.folder;
  const folders = new StoreFolders({ named, workspaceFolders, trusted, now: Date.now });
  const lookup = new Lookup({
    openSource: (reference, folder) =>
      reference.transport === 'file' ? folders.open(reference, folder) : openSource(reference, client),
    openWithoutLogin: (reference) => openSource(reference, stranger),
    database,
    offline: () => (trusted ? (settings.network === 'off' ? 'setting' : undefined) : 'untrusted'),
    now: Date.now,
  });
  lookup.onArrived(onArrived);
  return Object.assign(lookup, {
    async close() {
      lookup.dispose();
      database?.close();
      await Promise.all([client.close(), stranger.close()]);
    },
  });
};

/** Asks a registry whether it accepts a login, under the settings in force. Rejects with what it answers else. */
export async function checkEditorLogin(
  settings: Settings,
  { registry, username, password }: EditorCredential,
  signal: AbortSignal,
): Promise<LoginAnswer> {
  const key = loginKey(registry);
  if (key === undefined) {
    throw new UserError('usage', `${registry} is no registry`, { nextStep: 'name one HOST[:PORT]' });
  }
  const options = registryOptionsOf(settings, true, []);
  const { asked } = await checkLogin(options, key.host, { kind: 'password', username, password }, signal);
  return { registry: key.key, asked };
}

function registryOptionsOf(
  settings: Settings,
  trusted: boolean,
  credentials: readonly EditorCredential[],
): RegistryOptions {
  const { authFile, caFile, configFile, insecure } = settings.registries;
  return {
    authFile: authFile === '' ? undefined : authFile,
    caFile: caFile === '' ? undefined : caFile,
    registriesConf: configFile === '' ? undefined : configFile,
    allowHelpers: trusted,
    credentials: credentials.map(({ registry, username, password }) => ({
      registry,
      credential: { kind: 'password', username, password },
    })),
    insecure,
    environment: { home: homedir(), env: process.env, uid: process.getuid?.(), platform: process.platform },
    userAgent: 'operator-mirror',
  };
}

/** Where the command line keeps its facts too. */
function cacheFolder(): string {
  const cache = process.env.XDG_CACHE_HOME;
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'operator-mirror');
}

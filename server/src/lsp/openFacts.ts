import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Access, environmentOf, registryOptionsOf } from '../access/access.ts';
import { catalogDesk } from '../access/catalogDesk.ts';
import { catalogFacts } from '../access/catalogFacts.ts';
import { CatalogImageFacts } from '../access/catalogImageFacts.ts';
import { openFacts as open } from '../access/facts.ts';
import type { WorkerCatalogs, WorkerOptions } from '../access/workerCatalogs.ts';
import { UserError } from '../base/errors.ts';
import { OnDemand } from '../base/onDemand.ts';
import { t } from '../base/sentences.ts';
import { isHost } from '../documents/imageReference.ts';
import type { EditorCredential, LoginAnswer } from '../protocol/logins.ts';
import type { RegistryAnswer } from '../protocol/registries.ts';
import type { Settings } from '../workspace/settings.ts';
import type { OpenFacts } from './factSource.ts';

/**
 * Facts from the registries that the files name, remembered in SQLite, and from the `v2/` folders near them.
 * Without trust nothing is contacted and no credential is read; what is remembered from before, and what is in
 * the workspace itself, is shown all the same.
 */
export const openFacts: OpenFacts = async (options) => {
  const { settings, trusted, credentials, workspaceFolders, storagePath, onArrived, report } = options;
  const access = { ...accessOf(settings, trusted, credentials), report };
  const stores = { named: settings.files.folder, workspaceFolders, trusted };
  const offline = () => (trusted ? (settings.network === 'off' ? 'setting' : undefined) : 'untrusted');
  const { lookup, close } = await open(access, stores, offline, storagePath);
  lookup.onArrived(onArrived);
  const worker = { access, offline: offline() !== undefined, folder: storagePath };
  const catalogs = catalogsOnDemand(join(__dirname, 'worker.js'), worker);
  const desk = catalogDesk(catalogs, offline);
  desk.onNews((place) => {
    if (desk.peek(place)?.fact.state !== 'pending') lookup.announce();
  });
  lookup.catalog = catalogFacts(desk);
  const onImages = () => lookup.announce();
  const images = new CatalogImageFacts({ catalogs, stores, offline, onArrived: onImages, now: Date.now });
  desk.onNews((place) => {
    if (desk.peek(place)?.fact.state === 'known') images.forget(place);
  });
  lookup.catalogImages = images.ask;
  const closeAll = async () => {
    await catalogs.close();
    await close();
  };
  const catalogsWritten = () => images.forgetFailures();
  return Object.assign(lookup, { catalogs: desk, catalogsWritten, close: closeAll });
};

/** The thread that opens catalogs; what it and its answers need is loaded with the first catalog. */
function catalogsOnDemand(program: string, options: WorkerOptions): WorkerCatalogs {
  const catalogs = new OnDemand(async () => {
    const { workerCatalogs } = await import('../access/workerCatalogs.ts');
    return workerCatalogs(program, options);
  });
  return {
    open: async (...asked) => (await catalogs.get()).open(...asked),
    images: async (...asked) => (await catalogs.get()).images(...asked),
    close: () => catalogs.close(),
  };
}

/** Asks a registry whether it accepts a login, under the settings in force. Rejects with what it answers else. */
export async function checkEditorLogin(
  settings: Settings,
  { registry, username, password }: EditorCredential,
  signal: AbortSignal,
): Promise<LoginAnswer> {
  const { checkLogin, loginKey } = await import('../access/login.ts');
  const key = loginKey(registry);
  if (key === undefined) throw noRegistry(registry);
  const options = registryOptionsOf(accessOf(settings, true, []));
  const { asked } = await checkLogin(options, key.host, { kind: 'password', username, password }, signal);
  return { registry: key.key, asked };
}

/** Asks a registry whether it answers and takes the login that is kept for it, under the settings in force. */
export async function askEditorRegistry(
  settings: Settings,
  credentials: readonly EditorCredential[],
  host: string,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  if (!isHost(host)) throw noRegistry(host);
  const { registryState } = await import('../access/registryState.ts');
  // Somebody waits, who can ask again.
  const access = { ...accessOf(settings, true, credentials), retryTimes: 0 };
  const { state, problem } = await registryState(access, host, '', signal);
  return { state, problem: problem ?? null };
}

function noRegistry(text: string): UserError {
  return new UserError('usage', t('{0} is no registry', text), { nextStep: t('name one HOST[:PORT]') });
}

/** How the settings of an editor let registries be reached. */
export function accessOf(
  { registries }: Pick<Settings, 'registries'>,
  trusted: boolean,
  logins: readonly EditorCredential[],
): Access {
  return { registries, logins, trusted, environment: environmentOf(homedir(), process.env) };
}

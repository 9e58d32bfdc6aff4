import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { isAbsent, reasonInBrackets } from '../disk/diskError.ts';
import { mostConfiguration, readFileWithin } from '../disk/readFile.ts';
import { mergeRegistriesConf, type NamedRegistriesConf, type PullRules } from '../documents/pullRules.ts';
import { parseRegistriesConf } from '../documents/registriesConf.ts';
import type { RegistryOptions } from './options.ts';

/** Milliseconds for which files are not read again; a change counts after that by itself. */
const freshFor = 2000;

/**
 * The rules of the registries.conf files that `podman` would read: the file that is named, else that of
 * `$CONTAINERS_REGISTRIES_CONF`, else the user's own, else the system's; then the drop-ins of the system, unless
 * the file is the user's own, and of the user.
 * https://github.com/containers/image/blob/main/docs/containers-registries.conf.d.5.md
 */
export class RegistriesConfFiles {
  readonly #options: Pick<RegistryOptions, 'registriesConf' | 'environment'>;
  readonly #now: () => number;
  #loaded: { at: number; rules: Promise<PullRules> } | undefined;

  constructor(options: Pick<RegistryOptions, 'registriesConf' | 'environment'>, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** @throws UserError `registriesConf` when a file cannot be read, or has what no container engine accepts */
  readonly rules = (): Promise<PullRules> => {
    const now = this.#now();
    if (this.#loaded === undefined || now - this.#loaded.at >= freshFor) {
      this.#loaded = { at: now, rules: this.#load() };
    }
    return this.#loaded.rules;
  };

  async #load(): Promise<PullRules> {
    const { home, env, etc = '/etc' } = this.#options.environment;
    const named = this.#options.registriesConf ?? (env.CONTAINERS_REGISTRIES_CONF || undefined);
    const users = join(home, '.config', 'containers', 'registries.conf');
    const systems = join(etc, 'containers', 'registries.conf');
    const usersOwn = named === undefined && (await exists(users));
    const folders = usersOwn ? [`${users}.d`] : [`${systems}.d`, `${users}.d`];
    const files = [
      await read(named ?? (usersOwn ? users : systems), { required: named !== undefined, isDropIn: false }),
      ...(await Promise.all(folders.map(dropIns))).flat(),
    ];
    return mergeRegistriesConf(files.filter((file) => file !== undefined));
  }
}

async function dropIns(folder: string): Promise<(NamedRegistriesConf | undefined)[]> {
  let names: string[];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw unreadable(folder, error);
  }
  const paths = names
    .filter((name) => name.endsWith('.conf'))
    .sort()
    .map((name) => join(folder, name));
  return Promise.all(paths.map((path) => read(path, { required: false, isDropIn: true })));
}

interface FileRole {
  readonly required: boolean;
  readonly isDropIn: boolean;
}

async function read(
  path: string,
  { required, isDropIn }: FileRole,
): Promise<NamedRegistriesConf | undefined> {
  let text: string;
  try {
    text = (await readFileWithin(path, { most: mostConfiguration })).toString('utf8');
  } catch (error) {
    if (isAbsent(error) && !required) return undefined;
    throw unreadable(path, error);
  }
  const conf = parseRegistriesConf(text);
  if (isDropIn && conf.version === 1)
    throw new UserError(
      'registriesConf',
      t('{0} is version 1 of the format, which no drop-in may be', path),
      {
        nextStep: t('write [[registry]] tables: podman and the nodes of a cluster refuse all of it too'),
      },
    );
  const problem = conf.problems.find(({ severity }) => severity === 'error');
  if (problem === undefined) return { path, conf };
  throw new UserError('registriesConf', `${path}:${problem.range.start.line + 1}: ${problem.message}`, {
    nextStep: t('correct the file: podman and the nodes of a cluster refuse all of it too'),
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error) => !isAbsent(error),
  );
}

function unreadable(path: string, error: unknown): UserError {
  return new UserError('registriesConf', t('{0} cannot be read ({1})', path, reasonInBrackets(error)), {
    nextStep: isAbsent(error)
      ? t(
          'check the path (--registries-conf, operatorMirror.registries.configFile, CONTAINERS_REGISTRIES_CONF)',
        )
      : t('check who may read it'),
  });
}

import { type Access, environmentOf } from '../access/access.ts';
import { openRegistries, type Registries } from '../access/registries.ts';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { printable } from '../base/words.ts';
import { readText } from '../files/textFile.ts';
import type { Terminal } from './command.ts';
import type { RegistryValues } from './sharedOptions.ts';

/**
 * Lets a command use registries as its options say, and ends all connections afterwards.
 * @throws UserError as `accessOf`, and what `use` throws
 */
export async function withRegistries<Result>(
  options: RegistryValues,
  terminal: Terminal,
  use: (registries: Registries) => Promise<Result>,
): Promise<Result> {
  const registries = openRegistries(await onlineAccessOf(options, terminal));
  try {
    return await use(registries);
  } finally {
    await registries.close();
  }
}

/** @throws UserError `offline` when the network may not be used, and as `accessOf` */
export async function onlineAccessOf(options: RegistryValues, terminal: Terminal): Promise<Access> {
  if (options.offline) {
    throw new UserError('offline', t('without the network there is nothing that this could do'), {
      nextStep: t('leave --offline away'),
    });
  }
  return accessOf(options, terminal);
}

/**
 * How the options of a command let registries be reached.
 * @throws UserError `unreadable` for a file that is named and cannot be read
 */
export async function accessOf(
  { authfile, caFile, registriesConf, insecure, retryTimes }: Omit<RegistryValues, 'offline'>,
  terminal: Terminal,
): Promise<Access> {
  // One error now, and not the same one for every image.
  for (const path of [authfile, caFile, registriesConf]) if (path !== undefined) await readText(path);
  return {
    registries: {
      authFile: authfile ?? '',
      caFile: caFile ?? '',
      configFile: registriesConf ?? '',
      insecure: [...insecure],
    },
    logins: terminal.credentials ?? [],
    trusted: true,
    retryTimes,
    environment: environmentOf(terminal.homeFolder, terminal.environment),
    report: (message) => terminal.stderr.write(`operator-mirror: ${printable(message)}\n`),
  };
}

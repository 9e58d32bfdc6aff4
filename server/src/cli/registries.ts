import { UserError } from '../base/errors.ts';
import { printable } from '../base/words.ts';
import { hostProblem, type ImageReference, isHost } from '../documents/imageReference.ts';
import { readText } from '../files/textFile.ts';
import { RegistryClient } from '../registry/client.ts';
import { noCredentials } from '../registry/credentials.ts';
import type { RegistryOptions } from '../registry/options.ts';
import type { ImageStore } from '../stores/imageStore.ts';
import { openDestination, openStore } from '../stores/open.ts';
import type { OptionValues, Terminal } from './command.ts';
import { flag, numberOption, stringOption, stringsOption } from './options.ts';

type Open = (reference: ImageReference) => ImageStore;

/**
 * Lets a command use registries as its options say, and ends all connections afterwards. What is opened to read
 * from is read through the mirrors of registries.conf; a destination is the registry itself, and what is opened without a
 * login is read as a stranger reads it.
 * @throws UserError `offline` when the network may not be used, `unreadable` for a file that is named and cannot
 * be read, and what `use` throws
 */
export async function withRegistries<Result>(
  options: OptionValues,
  terminal: Terminal,
  use: (open: Open, openDestination: Open, openWithoutLogin: Open) => Promise<Result>,
): Promise<Result> {
  if (flag(options, 'offline')) {
    throw new UserError('offline', 'without the network there is nothing that this could do', {
      nextStep: 'leave --offline away',
    });
  }
  const registryOptions = await registryOptionsOf(options, terminal);
  const client = new RegistryClient(registryOptions);
  const stranger = new RegistryClient(
    { ...registryOptions, report: undefined },
    { credentials: noCredentials },
  );
  try {
    return await use(
      (reference) => openStore(reference, client),
      (reference) => openDestination(reference, client),
      (reference) => openStore(reference, stranger),
    );
  } finally {
    await Promise.all([client.close(), stranger.close()]);
  }
}

/**
 * What the options of a command say about registries.
 * @throws UserError `unreadable` for a file that is named and cannot be read, `usage` for a host that is none
 */
export async function registryOptionsOf(options: OptionValues, terminal: Terminal): Promise<RegistryOptions> {
  const authFile = stringOption(options, 'authfile');
  const caFile = stringOption(options, 'ca-file');
  const registriesConf = stringOption(options, 'registries-conf');
  const insecure = stringsOption(options, 'insecure');
  for (const host of insecure) {
    const problem = isHost(host) ? hostProblem(host) : `${host} is no HOST[:PORT]`;
    if (problem === undefined) continue;
    throw new UserError('usage', `--insecure: ${problem}`, {
      nextStep: 'name a registry, without a scheme or a path',
    });
  }
  // One error now, and not the same one for every image.
  for (const path of [authFile, caFile, registriesConf]) if (path !== undefined) await readText(path);
  return {
    authFile,
    caFile,
    credentials: (terminal.credentials ?? []).map(({ registry, username, password }) => ({
      registry,
      credential: { kind: 'password', username, password },
    })),
    registriesConf,
    allowHelpers: true,
    insecure,
    retryTimes: numberOption(options, 'retry-times', 3, 0),
    environment: {
      home: terminal.homeFolder,
      env: terminal.environment,
      uid: process.getuid?.(),
      platform: process.platform,
    },
    userAgent: 'operator-mirror',
    report: (message) => terminal.stderr.write(`operator-mirror: ${printable(message)}\n`),
  };
}

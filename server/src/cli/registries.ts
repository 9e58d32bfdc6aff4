import { UserError } from '../base/errors.ts';
import { printable } from '../base/words.ts';
import { hostProblem, type ImageReference, isHost } from '../documents/imageReference.ts';
import { readText } from '../files/textFile.ts';
import { RegistryClient } from '../registry/client.ts';
import { noCredentials } from '../registry/credentials.ts';
import type { RegistryOptions } from '../registry/options.ts';
import type { ImageSource, ImageStore } from '../stores/imageStore.ts';
import { openDestination, openSource } from '../stores/open.ts';
import type { OptionValues, Terminal } from './command.ts';
import { flag, numberOption, stringOption, stringsOption } from './options.ts';

/** Opens the images of a reference; `folder` holds the `v2/` of `file://` references, which are refused without it. */
type Open<Store> = (reference: ImageReference, folder?: string) => Store;

/** What a command opens images with. */
export interface Registries {
  /** To read from, through the mirrors of registries.conf. */
  readonly openSource: Open<ImageSource>;
  /** To write to: the registry itself. */
  readonly openDestination: Open<ImageStore>;
  /** To read from as a stranger does, without a login. */
  readonly openWithoutLogin: Open<ImageSource>;
}

/**
 * Lets a command use registries as its options say, and ends all connections afterwards.
 * @throws UserError `offline` when the network may not be used, `unreadable` for a file that is named and cannot
 * be read, and what `use` throws
 */
export async function withRegistries<Result>(
  options: OptionValues,
  terminal: Terminal,
  use: (registries: Registries) => Promise<Result>,
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
    return await use({
      openSource: (reference, folder) => openSource(reference, client, folder),
      openDestination: (reference, folder) => openDestination(reference, client, folder),
      openWithoutLogin: (reference, folder) => openSource(reference, stranger, folder),
    });
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

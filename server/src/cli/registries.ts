import { type Access, environmentOf } from '../access/access.ts';
import { openRegistries, type Registries } from '../access/registries.ts';
import { UserError } from '../base/errors.ts';
import { printable } from '../base/words.ts';
import { hostProblem, isHost } from '../documents/imageReference.ts';
import { readText } from '../files/textFile.ts';
import { usualRetries } from '../registry/options.ts';
import type { OptionValues, Terminal } from './command.ts';
import { flag, numberOption, stringOption, stringsOption } from './options.ts';

/**
 * Lets a command use registries as its options say, and ends all connections afterwards.
 * @throws UserError as `accessOf`, and what `use` throws
 */
export async function withRegistries<Result>(
  options: OptionValues,
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
export async function onlineAccessOf(options: OptionValues, terminal: Terminal): Promise<Access> {
  if (flag(options, 'offline')) {
    throw new UserError('offline', 'without the network there is nothing that this could do', {
      nextStep: 'leave --offline away',
    });
  }
  return accessOf(options, terminal);
}

/**
 * How the options of a command let registries be reached.
 * @throws UserError `unreadable` for a file that is named and cannot be read, `usage` for a host that is none
 */
export async function accessOf(options: OptionValues, terminal: Terminal): Promise<Access> {
  const authFile = stringOption(options, 'authfile');
  const caFile = stringOption(options, 'ca-file');
  const configFile = stringOption(options, 'registries-conf');
  const insecure = [...stringsOption(options, 'insecure')];
  for (const host of insecure) {
    const problem = isHost(host) ? hostProblem(host) : `${host} is no HOST[:PORT]`;
    if (problem === undefined) continue;
    throw new UserError('usage', `--insecure: ${problem}`, {
      nextStep: 'name a registry, without a scheme or a path',
    });
  }
  // One error now, and not the same one for every image.
  for (const path of [authFile, caFile, configFile]) if (path !== undefined) await readText(path);
  return {
    registries: { authFile: authFile ?? '', caFile: caFile ?? '', configFile: configFile ?? '', insecure },
    logins: terminal.credentials ?? [],
    trusted: true,
    retryTimes: numberOption(options, 'retry-times', usualRetries, 0),
    environment: environmentOf(terminal.homeFolder, terminal.environment),
    report: (message) => terminal.stderr.write(`operator-mirror: ${printable(message)}\n`),
  };
}

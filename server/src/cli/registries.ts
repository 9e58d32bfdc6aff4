import { UserError } from '../base/errors.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import { readText } from '../files/textFile.ts';
import { RegistryClient } from '../registry/client.ts';
import type { ImageStore } from '../stores/imageStore.ts';
import { openStore } from '../stores/open.ts';
import type { OptionValues, Terminal } from './command.ts';
import { flag, numberOption, stringOption, stringsOption } from './options.ts';

export const retryOption = {
  'retry-times': {
    type: 'string',
    value: 'N',
    help: 'how often a request that fails for the moment is repeated (3)',
  },
} as const;

/**
 * Lets a command use registries as its options say, and ends all connections afterwards.
 * @throws UserError `offline` when the network may not be used, `unreadable` for a file that is named and cannot
 * be read, and what `use` throws
 */
export async function withRegistries<Result>(
  options: OptionValues,
  terminal: Terminal,
  use: (open: (reference: ImageReference) => ImageStore) => Promise<Result>,
): Promise<Result> {
  if (flag(options, 'offline')) {
    throw new UserError('offline', 'without the network there is nothing that this could do', {
      nextStep: 'leave --offline away',
    });
  }
  if (stringOption(options, 'registries-conf') !== undefined) {
    terminal.stderr.write(
      'operator-mirror: registries.conf is not used: images are taken where they are named\n',
    );
  }
  const authFile = stringOption(options, 'authfile');
  const caFile = stringOption(options, 'ca-file');
  // One error now, and not the same one for every image.
  for (const path of [authFile, caFile]) if (path !== undefined) await readText(path);
  const client = new RegistryClient({
    authFile,
    caFile,
    insecure: stringsOption(options, 'insecure'),
    retryTimes: numberOption(options, 'retry-times', 3, 0),
    environment: { home: terminal.homeFolder, env: terminal.environment, uid: process.getuid?.() },
    userAgent: 'operator-mirror',
  });
  try {
    return await use((reference) => openStore(reference, client));
  } finally {
    await client.close();
  }
}

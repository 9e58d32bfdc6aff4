import type { Readable } from 'node:stream';
import { UserError } from '../base/errors.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import { RegistryClient } from '../registry/client.ts';
import type { RemoteRepository } from '../registry/repository.ts';
import type { Descriptor, ImageStore } from '../stores/imageStore.ts';
import { openStore } from '../stores/open.ts';
import { RegistryStore } from '../stores/registryStore.ts';
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
 * @throws UserError `offline` when the network may not be used; what `use` throws
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
  const client = new RegistryClient({
    authFile: stringOption(options, 'authfile'),
    caFile: stringOption(options, 'ca-file'),
    insecure: stringsOption(options, 'insecure'),
    retryTimes: numberOption(options, 'retry-times', 3, 0),
    environment: { home: terminal.homeFolder, env: terminal.environment, uid: process.getuid?.() },
    userAgent: 'operator-mirror',
  });
  try {
    return await use((reference) =>
      reference.transport === 'registry'
        ? new WrittenStore(client.repository(reference))
        : openStore(reference, client),
    );
  } finally {
    await client.close();
  }
}

/**
 * A repository in which a write is a write. The copy engine has asked already whether a blob is there, and
 * writes it again when a registry has lost what it says to have.
 */
class WrittenStore extends RegistryStore {
  readonly #repository: RemoteRepository;

  constructor(repository: RemoteRepository) {
    super(repository);
    this.#repository = repository;
  }

  override putBlob(blob: Descriptor, open: () => Promise<Readable>, signal: AbortSignal): Promise<void> {
    return this.#repository.uploadBlob(blob, open, signal);
  }
}

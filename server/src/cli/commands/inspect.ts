import { resolve } from 'node:path';
import { padded } from '../../base/columns.ts';
import { messageOf, UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { inRow, oneLine, printableJson } from '../../base/words.ts';
import {
  formatReference,
  type ImageReference,
  parseReference,
  withDockerDefaults,
} from '../../documents/imageReference.ts';
import {
  foreignTransportOf,
  isInRegistry,
  isOnDisk,
  prefixOf,
  transportOf,
  unaskable,
} from '../../documents/transport.ts';
import { readImageFacts } from '../../lookup/imageFacts.ts';
import { OcDirectory } from '../../stores/ocDirectory.ts';
import { hasStore } from '../../stores/ocDirectoryFolder.ts';
import { artifactName } from '../../workspace/artifactNames.ts';
import type { ImageFacts } from '../../workspace/facts.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { one } from '../operands.ts';
import { text } from '../options.ts';
import { withRegistries } from '../registries.ts';
import { formatOption, type RegistryValues, registryOptions, retryOption } from '../sharedOptions.ts';
import { readableBytes } from '../words.ts';

export const inspect = command({
  name: 'inspect',
  summary: 'Show what an image is: digest, media type, platforms, size, age and labels',
  operands: one('IMAGE', sentence('name one image')),
  options: {
    // Like oc, which looks nowhere else.
    dir: text({
      value: 'FOLDER',
      default: '.',
      help: sentence('what holds the v2/ of a file:// image (the current folder)'),
    }),
    ...formatOption,
    ...retryOption,
    ...registryOptions,
  },
  usage: ['dir', 'format'],
  async run(name, options, terminal) {
    const reference = readImage(name);
    const image = formatReference(reference);
    let facts: ImageFacts | undefined;
    try {
      facts = await factsOf(reference, options, terminal);
    } catch (error) {
      if (!(error instanceof UserError) || !notWhole.has(error.code)) throw error;
      tell(terminal, 'inspect', messageOf(error));
      return exitCodes.incomplete;
    }
    if (facts === undefined) {
      tell(terminal, 'inspect', t('{0} is not there; check the name and the tag or digest', image));
      return exitCodes.incomplete;
    }
    terminal.stdout.write(options.format === 'json' ? asJson(image, facts) : asText(image, facts));
    return exitCodes.done;
  },
});

/** How to reach the image. */
type InspectValues = RegistryValues & { readonly dir: string };

/** What is wrong when an image is there, but not all of it. */
const notWhole = new Set(['incomplete', 'damaged', 'missing']);

async function factsOf(
  reference: ImageReference,
  options: InspectValues,
  terminal: Terminal,
): Promise<ImageFacts | undefined> {
  const { repository, digest, tag = '' } = reference;
  const { signal } = terminal;
  if (isInRegistry(reference)) {
    return withRegistries(options, terminal, ({ openSource }) =>
      readImageFacts(openSource(reference), digest ?? tag, signal),
    );
  }
  const folder = options.dir;
  if (!(await hasStore(folder))) {
    throw new UserError('noStore', t('there is no v2/ in {0}', resolve(folder)), {
      nextStep: t('name the folder that holds it with --dir'),
    });
  }
  const store = new OcDirectory(folder, repository);
  const note = digest === undefined ? await store.noteOn(tag) : undefined;
  if (note !== undefined) tell(terminal, 'inspect', oneLine(note));
  return readImageFacts(store, digest ?? tag, signal);
}

/** The image as a container engine would ask for it. */
function readImage(name: string): ImageReference {
  const foreign = foreignTransportOf(name);
  const place = foreign ?? transportOf(name);
  if (unaskable(place) !== undefined) {
    throw new UserError(
      'unsupportedPlace',
      t('{0}: {1} places cannot be inspected yet', name, prefixOf(place)),
      {
        nextStep: t('name an image in a registry, or in a v2/ folder with file://'),
      },
    );
  }
  const parsed = parseReference(name.slice(foreign?.prefix.length ?? 0));
  if (!parsed.ok) {
    throw new UserError('badReference', t('{0} is no image reference: {1}', name, parsed.problem), {
      nextStep: t('write it as HOST/NAMESPACE/NAME:TAG or HOST/NAMESPACE/NAME@DIGEST'),
    });
  }
  const { tag, digest } = parsed.reference;
  if (isOnDisk(parsed.reference) && tag === undefined && digest === undefined) {
    throw new UserError('badReference', t('{0} names a repository and no image', name), {
      nextStep: t('add a tag or a digest'),
    });
  }
  return withDockerDefaults(parsed.reference);
}

function asJson(image: string, facts: ImageFacts): string {
  const { digest, mediaType, artifactType, size, platforms, created, labels } = facts;
  const what = artifactType === undefined ? {} : { artifactType };
  const fields = { image, digest, mediaType, ...what, size, platforms, created: created ?? null, labels };
  return `${printableJson(fields, 2)}\n`;
}

function asText(image: string, facts: ImageFacts): string {
  const { digest, mediaType, artifactType, size, platforms, created, labels } = facts;
  const rows = [
    [t('image'), image],
    [t('digest'), digest],
    [t('media type'), mediaType],
    ...(artifactType === undefined ? [] : [[t('what it is'), artifactName(artifactType)]]),
    [t('size'), t('{0} ({1} bytes)', readableBytes(size), size)],
    [t('platforms'), inRow(platforms) || t('none')],
    [t('created'), created ?? t('not said')],
  ];
  const named = Object.entries(labels).map((label) => `  ${oneLine(label.join('='))}\n`);
  const head = rows.map(([name = '', value = '']) => `${padded(name, 12)}${oneLine(value)}\n`).join('');
  return named.length === 0 ? head : `${head}${t('labels')}\n${named.join('')}`;
}

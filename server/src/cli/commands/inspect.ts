import { resolve } from 'node:path';
import { messageOf, UserError } from '../../base/errors.ts';
import { oneLine, printable, printableJson } from '../../base/words.ts';
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
import { type Command, exitCodes, type OptionValues, type Terminal } from '../command.ts';
import { choice, formatOption, registryOptions, retryOption, stringOption } from '../options.ts';
import { withRegistries } from '../registries.ts';
import { readableBytes } from '../words.ts';

export const inspect: Command = {
  name: 'inspect',
  usage: 'IMAGE [--dir FOLDER] [--format text|json]',
  summary: 'Show what an image is: digest, media type, platforms, size, age and labels',
  options: {
    dir: {
      type: 'string',
      value: 'FOLDER',
      help: 'what holds the v2/ of a file:// image (the current folder)',
    },
    ...formatOption,
    ...retryOption,
    ...registryOptions,
  },
  async run(positionals, options, terminal) {
    const [text] = positionals;
    if (text === undefined || positionals.length > 1) {
      throw new UserError(
        'usage',
        text === undefined ? 'no IMAGE is given' : 'there is more than one IMAGE',
        {
          nextStep: 'name one image',
        },
      );
    }
    const format = choice(options, 'format', ['text', 'json'], 'text');
    const reference = readImage(text);
    const image = formatReference(reference);
    let facts: ImageFacts | undefined;
    try {
      facts = await factsOf(reference, options, terminal);
    } catch (error) {
      if (!(error instanceof UserError) || !notWhole.has(error.code)) throw error;
      terminal.stderr.write(`operator-mirror inspect: ${printable(messageOf(error))}\n`);
      return exitCodes.incomplete;
    }
    if (facts === undefined) {
      terminal.stderr.write(
        `operator-mirror inspect: ${image} is not there; check the name and the tag or digest\n`,
      );
      return exitCodes.incomplete;
    }
    terminal.stdout.write(format === 'json' ? asJson(image, facts) : asText(image, facts));
    return exitCodes.done;
  },
};

/** What is wrong when an image is there, but not all of it. */
const notWhole = new Set(['incomplete', 'damaged', 'missing']);

async function factsOf(
  reference: ImageReference,
  options: OptionValues,
  terminal: Terminal,
): Promise<ImageFacts | undefined> {
  const { repository, digest, tag = '' } = reference;
  const { signal } = terminal;
  if (isInRegistry(reference)) {
    return withRegistries(options, terminal, ({ openSource }) =>
      readImageFacts(openSource(reference), digest ?? tag, signal),
    );
  }
  // Like oc, which looks nowhere else.
  const folder = stringOption(options, 'dir') ?? '.';
  if (!(await hasStore(folder))) {
    throw new UserError('noStore', `there is no v2/ in ${resolve(folder)}`, {
      nextStep: 'name the folder that holds it with --dir',
    });
  }
  const store = new OcDirectory(folder, repository);
  const note = digest === undefined ? await store.noteOn(tag) : undefined;
  if (note !== undefined) terminal.stderr.write(`operator-mirror inspect: ${oneLine(note)}\n`);
  return readImageFacts(store, digest ?? tag, signal);
}

/** The image as a container engine would ask for it. */
function readImage(text: string): ImageReference {
  const foreign = foreignTransportOf(text);
  const place = foreign ?? transportOf(text);
  if (unaskable(place) !== undefined) {
    throw new UserError('unsupportedPlace', `${text}: ${prefixOf(place)} places cannot be inspected yet`, {
      nextStep: 'name an image in a registry, or in a v2/ folder with file://',
    });
  }
  const parsed = parseReference(text.slice(foreign?.prefix.length ?? 0));
  if (!parsed.ok) {
    throw new UserError('badReference', `${text} is no image reference: ${parsed.problem}`, {
      nextStep: 'write it as HOST/NAMESPACE/NAME:TAG or HOST/NAMESPACE/NAME@DIGEST',
    });
  }
  const { tag, digest } = parsed.reference;
  if (isOnDisk(parsed.reference) && tag === undefined && digest === undefined) {
    throw new UserError('badReference', `${text} names a repository and no image`, {
      nextStep: 'add a tag or a digest',
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
    ['image', image],
    ['digest', digest],
    ['media type', mediaType],
    ...(artifactType === undefined ? [] : [['what it is', artifactName(artifactType)]]),
    ['size', `${readableBytes(size)} (${size} bytes)`],
    ['platforms', platforms.join(', ') || 'none'],
    ['created', created ?? 'not said'],
  ];
  const named = Object.entries(labels).map((label) => `  ${oneLine(label.join('='))}\n`);
  const head = rows.map(([name = '', value = '']) => `${name.padEnd(12)}${oneLine(value)}\n`).join('');
  return named.length === 0 ? head : `${head}labels\n${named.join('')}`;
}

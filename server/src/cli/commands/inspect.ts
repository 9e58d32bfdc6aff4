import { messageOf, UserError } from '../../base/errors.ts';
import {
  formatReference,
  type ImageReference,
  parseReference,
  withDockerDefaults,
} from '../../documents/imageReference.ts';
import { readImageFacts } from '../../lookup/imageFacts.ts';
import type { ImageFacts } from '../../workspace/facts.ts';
import { type Command, exitCodes } from '../command.ts';
import { choice, formatOption, registryOptions } from '../options.ts';
import { retryOption, withRegistries } from '../registries.ts';
import { oneLine, readableBytes } from '../words.ts';

export const inspect: Command = {
  name: 'inspect',
  usage: 'IMAGE [--format text|json]',
  summary: 'Show what an image is: digest, media type, platforms, size, age and labels',
  options: { ...formatOption, ...retryOption, ...registryOptions },
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
      facts = await withRegistries(options, terminal, (open) =>
        readImageFacts(open(reference), reference.digest ?? reference.tag ?? '', terminal.signal),
      );
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'incomplete') throw error;
      terminal.stderr.write(`operator-mirror inspect: ${messageOf(error)}\n`);
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

/** The image as a container engine would ask for it. */
function readImage(text: string): ImageReference {
  const place = /^(?:file|oci|s3):\/\//.exec(text)?.[0];
  if (place !== undefined) {
    throw new UserError('unsupportedPlace', `${text}: ${place} places cannot be inspected yet`, {
      nextStep: 'name an image in a registry',
    });
  }
  const parsed = parseReference(text.replace(/^docker:\/\//, ''));
  if (!parsed.ok) {
    throw new UserError('badReference', `${text} is no image reference: ${parsed.problem}`, {
      nextStep: 'write it as HOST/NAMESPACE/NAME:TAG or HOST/NAMESPACE/NAME@DIGEST',
    });
  }
  return withDockerDefaults(parsed.reference);
}

function asJson(image: string, { digest, mediaType, size, platforms, created, labels }: ImageFacts): string {
  const fields = { image, digest, mediaType, size, platforms, created: created ?? null, labels };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function asText(image: string, { digest, mediaType, size, platforms, created, labels }: ImageFacts): string {
  const rows = [
    ['image', image],
    ['digest', digest],
    ['media type', mediaType],
    ['size', `${readableBytes(size)} (${size} bytes)`],
    ['platforms', platforms.join(', ') || 'none'],
    ['created', created ?? 'not said'],
  ];
  const named = Object.entries(labels).map((label) => `  ${oneLine(label.join('='))}\n`);
  const head = rows.map(([name = '', value = '']) => `${name.padEnd(12)}${oneLine(value)}\n`).join('');
  return named.length === 0 ? head : `${head}labels\n${named.join('')}`;
}

import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { oneLine, printableJson } from '../../base/words.ts';
import { imageInText } from '../../documents/imageInText.ts';
import { type ImageReference, withDockerDefaults } from '../../documents/imageReference.ts';
import { imageForm, refusedImage } from '../../documents/refusedImage.ts';
import { traceJson, withResults } from '../../pulls/trace.ts';
import { traceText } from '../../pulls/traceText.ts';
import type { EndpointResult, Trace } from '../../pulls/traceTypes.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { trace as traceImage } from '../../workspace/trace.ts';
import { command, exitCodes, type Terminal } from '../command.ts';
import { openNamedCatalogs } from '../namedCatalogs.ts';
import { readNodeFiles } from '../nodeFiles.ts';
import { first } from '../operands.ts';
import { flag, texts } from '../options.ts';
import { accessOf, withRegistries } from '../registries.ts';
import { formatOption, type RegistryValues, registryOptions, retryOption } from '../sharedOptions.ts';

export const trace = command({
  name: 'trace',
  summary: 'Show where nodes pull an image from, in which order, and why (exit code 1: no mirror serves it)',
  details: sentence('An image that names the mirror itself is served by it.'),
  operands: first('IMAGE', sentence('name an image, or paste an event')),
  options: {
    in: texts({
      value: 'PATH',
      needed: true,
      help: sentence(
        'a file or folder with mirror sets, MachineConfigs and the Image of the cluster, or a registries.conf (repeatable)',
      ),
    }),
    online: flag({ help: sentence('ask every place whether it has the image') }),
    ...formatOption,
    ...retryOption,
    ...registryOptions,
  },
  usage: ['in', 'online', 'format'],
  async run([text, ...more], options, terminal) {
    // `--in a b` names two paths, as `check a b` does.
    const paths = [...options.in, ...more];
    if (paths.length === 0)
      throw new UserError('usage', t('no {0} is given', 'PATH'), {
        nextStep: t('name files or folders with mirror sets, or a registries.conf, with --in'),
      });
    const image = imageInText(text);
    if (image === undefined) throw noImage(text);
    const files = await readNodeFiles(paths, 'trace', terminal);
    const { snapshot } = await openNamedCatalogs(files.snapshot, {
      paths: [],
      access: () => accessOf(options, terminal),
      online: options.online && !options.offline,
      signal: terminal.signal,
    });
    let traced = traceImage({ ...files, snapshot }, image);
    if (options.online) traced = await asked(traced, options, terminal);
    terminal.stdout.write(
      options.format === 'json' ? `${printableJson(traceJson(traced), 2)}\n` : traceText(traced),
    );
    return traced.verdict === 'mirror' ? exitCodes.done : exitCodes.incomplete;
  },
});

function noImage(text: string): UserError {
  const refused = refusedImage(text);
  const message =
    refused === undefined
      ? t('there is no image in "{0}"', shown(text))
      : t('nodes refuse the image "{0}": {1}', shown(refused.image), refused.problem);
  return new UserError('badReference', message, {
    nextStep: t('write it as {0}', refused?.instead ?? t(imageForm)),
  });
}

/** As much of a text as a line has room for. */
function shown(text: string): string {
  return oneLine(text).slice(0, 200);
}

/** Asks the places themselves, without the mirrors that this machine has for them. */
async function asked(traced: Trace, options: RegistryValues, terminal: Terminal): Promise<Trace> {
  const insecure = traced.endpoints.flatMap((endpoint) =>
    endpoint.insecure ? [endpoint.reference.registry] : [],
  );
  const all = { ...options, insecure: [...options.insecure, ...insecure] };
  const results = await withRegistries(all, terminal, ({ openDestination }) =>
    Promise.all(
      traced.endpoints.map(({ reference, result }) =>
        result === 'blocked' ? result : resultAt(openDestination(reference), reference, terminal.signal),
      ),
    ),
  );
  return withResults(traced, results);
}

async function resultAt(
  store: ImageSource,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<EndpointResult> {
  const { digest, tag = 'latest' } = withDockerDefaults(reference);
  try {
    return (await store.getManifest(digest ?? tag, signal)) === undefined ? 'missing' : 'found';
  } catch (error) {
    if (signal.aborted || !(error instanceof UserError)) throw error;
    if (error.code === 'unauthorized' || error.code === 'denied') return 'unauthorized';
    if (error.code === 'blocked') return 'blocked';
    return error.code === 'missing' ? 'missing' : 'unreachable';
  }
}

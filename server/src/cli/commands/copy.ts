import { resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { messageOf, UserError } from '../../base/errors.ts';
import { splitLines, withoutMark } from '../../documents/lines.ts';
import { type MappingDocument, parseMapping } from '../../documents/mapping.ts';
import { mappingRefusals } from '../../documents/mappingRefusals.ts';
import { isOnDisk } from '../../documents/transport.ts';
import { readInput } from '../../files/textFile.ts';
import { copyMapping } from '../../mirror/copyMapping.ts';
import { hasStore } from '../../stores/ocDirectoryFolder.ts';
import { type Command, exitCodes } from '../command.ts';
import {
  choice,
  formatOption,
  numberOption,
  registryOptions,
  retryOption,
  stringOption,
} from '../options.ts';
import { openProgress, progressOptions } from '../progress.ts';
import { withRegistries } from '../registries.ts';
import { CopyReport, problemLine, stoppedLine, summaryFields, summaryLine } from './copyReport.ts';

export const copy: Command = {
  name: 'copy',
  usage: '-f mapping.txt [--dir FOLDER] [--format text|json] [--progress auto|bar|jsonl|none]',
  summary: 'Copy every image of a mapping.txt to its destination, indexes whole',
  options: {
    filename: { type: 'string', short: 'f', value: 'FILE', help: 'the mapping; - is standard input' },
    dir: {
      type: 'string',
      value: 'FOLDER',
      help: 'what holds the v2/ of file:// images, or will hold it (the current folder)',
    },
    'parallel-images': { type: 'string', value: 'N', help: 'images that are copied at the same time (4)' },
    'parallel-layers': { type: 'string', value: 'N', help: 'layers that are moved at the same time (6)' },
    ...retryOption,
    ...formatOption,
    ...progressOptions,
    ...registryOptions,
  },
  async run(positionals, options, terminal) {
    const { stdout, stderr, signal } = terminal;
    const path = stringOption(options, 'filename');
    if (path === undefined || positionals.length > 0) {
      throw new UserError(
        'usage',
        path === undefined ? 'no mapping is given' : 'there is more than one mapping',
        {
          nextStep: 'name one with -f mapping.txt',
        },
      );
    }
    const format = choice(options, 'format', ['text', 'json'], 'text');
    const parallelImages = numberOption(options, 'parallel-images', 4, 1);
    const parallelLayers = numberOption(options, 'parallel-layers', 6, 1);

    const shownPath = path === '-' ? 'stdin' : path;
    const document = parseMapping(splitLines(withoutMark(await readMapping(path, signal))));
    const refusals = mappingRefusals(document);
    for (const { line, span, message, code } of refusals) {
      stderr.write(
        problemLine(shownPath, { place: { line: line + 1, column: span.start + 1 }, message, code }),
      );
    }
    if (refusals.length > 0) {
      stderr.write('operator-mirror copy: nothing was copied: correct the mapping, then run this again\n');
      return exitCodes.unusable;
    }

    // Like oc, which looks and writes nowhere else.
    const folder = stringOption(options, 'dir') ?? '.';
    await requireStore(document, folder);

    const start = performance.now();
    return withRegistries(options, terminal, async ({ openSource, openDestination }) => {
      const progress = openProgress(options, terminal);
      const report = new CopyReport(shownPath);
      let end: ReturnType<typeof summaryFields> | undefined;
      try {
        const summary = await copyMapping(document, {
          openSource: (reference) => openSource(reference, folder),
          openDestination: (reference) => openDestination(reference, folder),
          parallelImages,
          parallelLayers,
          signal,
          listener: (event) => {
            progress.follow(event);
            report.add(event);
            const lines = report.linesFor(event);
            if (lines.stderr !== '') progress.aside(() => stderr.write(lines.stderr));
            if (lines.stdout !== '' && format === 'text') progress.aside(() => stdout.write(lines.stdout));
          },
        });
        end = summaryFields(summary);
        progress.aside(() => {
          const reason = signal.aborted ? messageOf(signal.reason) : undefined;
          stderr.write(report.others());
          if (reason !== undefined) stderr.write(stoppedLine(summary, reason));
          if (format === 'json') stdout.write(report.json(summary));
          else stdout.write(summaryLine(summary, performance.now() - start, reason));
        });
        return summary.failed + summary.stopped > 0 ? exitCodes.incomplete : exitCodes.done;
      } catch (error) {
        if (!signal.aborted) throw error;
        throw new UserError('cancelled', `${messageOf(signal.reason)} before anything was copied`, {
          nextStep: 'run the same command again',
        });
      } finally {
        progress.end(end);
      }
    });
  },
};

/** @throws UserError `noStore` when images are to be read from a folder that has none */
async function requireStore({ lines }: MappingDocument, folder: string): Promise<void> {
  const read = lines
    .flatMap(({ pairs }) => pairs)
    .find(({ source: { parsed } }) => parsed.ok && isOnDisk(parsed.reference));
  if (read === undefined || (await hasStore(folder))) return;
  throw new UserError(
    'noStore',
    `${read.source.text}: there is no v2/ in ${resolve(folder)}, and nothing was copied`,
    {
      nextStep: 'run this where the v2/ lies, or name the folder that holds it with --dir',
    },
  );
}

async function readMapping(path: string, signal: AbortSignal): Promise<string> {
  return path === '-' ? textOf(process.stdin) : (await readInput(path, signal)).toString('utf8');
}

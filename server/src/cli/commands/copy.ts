import { text as textOf } from 'node:stream/consumers';
import { growForImages } from '../../access/youngGeneration.ts';
import { messageOf, UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { splitLines, withoutMark } from '../../documents/lines.ts';
import { type MappingDocument, parseMapping } from '../../documents/mapping.ts';
import { mappingRefusals } from '../../documents/mappingRefusals.ts';
import { isOnDisk, keepsReferences, prefixOf } from '../../documents/transport.ts';
import { readInput } from '../../files/textFile.ts';
import type { CopyOptions } from '../../mirror/copy/copyImages.ts';
import { copyMapping } from '../../mirror/copy/copyMapping.ts';
import type { RunEvent } from '../../mirror/copy/events.ts';
import { failureOf } from '../../mirror/run/planCopies.ts';
import { copyWithSignatures } from '../../mirror/signatures/copyWithSignatures.ts';
import { missingSignatures, signatureSummary } from '../../mirror/signatures/signatureSummary.ts';
import { missingPlace } from '../../stores/open.ts';
import { command, exitCodes, tell } from '../command.ts';
import { type LineNumbers, onlyLines, parseLineNumbers } from '../lineNumbers.ts';
import { any } from '../operands.ts';
import { parsed, text } from '../options.ts';
import { openProgress, progressOptions } from '../progress.ts';
import { withRegistries } from '../registries.ts';
import {
  copyOptions,
  formatOption,
  registryOptions,
  retryOption,
  signaturesOption,
} from '../sharedOptions.ts';
import { CopyReport, problemLine, stoppedLine, summaryFields, summaryLine } from './copyReport.ts';
import { signatureLines, signatureProblems } from './signaturesReport.ts';

export const copy = command({
  name: 'copy',
  summary: 'Copy every image of a mapping.txt to its destination, indexes whole',
  operands: any(''),
  options: {
    filename: text({
      short: 'f',
      value: 'FILE',
      needed: true,
      example: 'mapping.txt',
      help: sentence('the mapping; - is standard input'),
    }),
    lines: parsed(parseLineNumbers, {
      value: 'N,N-N',
      help: sentence('copy these lines alone, such as 3,7-9 (all of them)'),
      problem: sentence('{0} {1} names no lines'),
      nextStep: sentence('write them as 3,7-9'),
    }),
    ...copyOptions,
    ...signaturesOption,
    ...retryOption,
    ...formatOption,
    ...progressOptions,
    ...registryOptions,
  },
  usage: ['filename', 'lines', 'dir', 'format', 'progress'],
  async run(others, options, terminal) {
    const { stdout, stderr, signal } = terminal;
    const { filename: path, dir: folder, format, parallelImages, parallelLayers } = options;
    if (path === undefined || others.length > 0) {
      throw new UserError(
        'usage',
        path === undefined ? t('no mapping is given') : t('there is more than one mapping'),
        { nextStep: t('name one with -f mapping.txt') },
      );
    }

    const shownPath = path === '-' ? 'stdin' : path;
    const lines = splitLines(withoutMark(await readMapping(path, signal)));
    requireLines(options.lines, lines.at(-1) === '' ? lines.length - 1 : lines.length, shownPath);
    const document = parseMapping(options.lines === undefined ? lines : onlyLines(lines, options.lines));
    const refusals = mappingRefusals(document);
    for (const { line, span, message, code } of refusals) {
      stderr.write(
        problemLine(shownPath, { place: { line: line + 1, column: span.start + 1 }, message, code }),
      );
    }
    if (refusals.length > 0) {
      tell(terminal, 'copy', t('nothing was copied: correct the mapping, then run this again'));
      return exitCodes.unusable;
    }

    await requireStores(document, folder);

    growForImages(document.lines.length);
    const start = performance.now();
    return withRegistries(options, terminal, async ({ openSource, openDestination }) => {
      const progress = openProgress(options, terminal);
      const report = new CopyReport(shownPath);
      let end: ReturnType<typeof summaryFields> | undefined;
      try {
        const listener = (event: RunEvent) => {
          progress.follow(event);
          report.add(event);
          const lines = report.linesFor(event);
          if (lines.stderr !== '') progress.aside(() => stderr.write(lines.stderr));
          if (lines.stdout !== '' && format === 'text') progress.aside(() => stdout.write(lines.stdout));
        };
        const how: CopyOptions = {
          openSource: (reference) => openSource(reference, folder),
          openDestination: (reference) => openDestination(reference, folder),
          parallelImages,
          parallelLayers,
          signal,
          listener,
        };
        const { summary, attachments } = options.noSignatures
          ? { summary: await copyMapping(document, how), attachments: undefined }
          : await copyWithSignatures(document, how);
        const signatures = attachments && signatureSummary(attachments, failureOf);
        end = summaryFields(summary);
        progress.aside(() => {
          const reason = signal.aborted ? messageOf(signal.reason) : undefined;
          stderr.write(report.others());
          if (signatures !== undefined) stderr.write(signatureProblems(signatures));
          if (reason !== undefined) tell(terminal, 'copy', stoppedLine(summary, reason));
          if (format === 'json') stdout.write(report.json(summary, signatures));
          else {
            stdout.write(summaryLine(summary, performance.now() - start, reason));
            if (signatures !== undefined) stdout.write(signatureLines(signatures));
          }
        });
        const missing = summary.failed + summary.stopped + missingSignatures(signatures);
        return missing > 0 ? exitCodes.incomplete : exitCodes.done;
      } catch (error) {
        if (!signal.aborted) throw error;
        throw new UserError('cancelled', t('{0} before anything was copied', messageOf(signal.reason)), {
          nextStep: t('run the same command again'),
        });
      } finally {
        progress.end(end);
      }
    });
  },
});

/** @throws UserError `usage` for lines that the file does not have */
function requireLines(wanted: LineNumbers | undefined, length: number, path: string): void {
  const outside = wanted?.find(([, last]) => last > length);
  if (outside === undefined) return;
  throw new UserError('usage', t('{0} has no line {1}, but {2} lines', path, outside[1], length), {
    nextStep: t('correct --lines'),
  });
}

/** @throws UserError `noStore` when images are to be read from a folder that is none to read from */
async function requireStores({ lines }: MappingDocument, folder: string): Promise<void> {
  const looked = new Set<string>();
  for (const { source } of lines.flatMap(({ pairs }) => pairs)) {
    if (!source.parsed.ok) continue;
    const { reference } = source.parsed;
    const place = `${prefixOf(reference)}${keepsReferences(reference) ? reference.repository : ''}`;
    if (!isOnDisk(reference) || looked.has(place)) continue;
    looked.add(place);
    const missing = await missingPlace(reference, folder);
    if (missing === undefined) continue;
    throw new UserError(missing.code, t('{0}: {1}, and nothing was copied', source.text, missing.message), {
      nextStep: missing.nextStep,
    });
  }
}

async function readMapping(path: string, signal: AbortSignal): Promise<string> {
  return path === '-' ? textOf(process.stdin) : (await readInput(path, signal)).toString('utf8');
}

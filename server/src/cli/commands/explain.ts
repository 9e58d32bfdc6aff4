import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { decodeText } from '../../files/encoding.ts';
import { readInput, readStream } from '../../files/textFile.ts';
import { parseLog } from '../../log/parseLog.ts';
import { withFiles } from '../../workspace/logLinks.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { first } from '../operands.ts';
import { texts } from '../options.ts';
import { formatOption } from '../sharedOptions.ts';
import { readContext } from './explainContext.ts';
import { renderJson, renderText } from './explainReport.ts';

export const explain = command({
  name: 'explain',
  summary:
    'Say what a log of oc, oc-mirror, opm, podman, the kubelet or OLM means, and what to do (exit code 1: something failed)',
  operands: first('LOG', sentence('name a file, or - for standard input')),
  options: {
    in: texts({
      value: 'PATH',
      help: sentence(
        'files and folders whose mapping.txt the log is about (repeatable; else what lies beside the log)',
      ),
    }),
    ...formatOption,
  },
  usage: ['in', 'format'],
  async run([name, ...more], options, terminal) {
    if (more.length > 0 && options.in.length === 0) {
      throw new UserError('usage', t('there is more than one {0}', 'LOG'), {
        nextStep: t('name one; the files that it is about stand behind --in'),
      });
    }
    const said = parseLog(linesOf(decodeText(await readLog(name, terminal))));
    const { own, near, version } = await readContext(name, said, [...options.in, ...more], (line) =>
      tell(terminal, 'explain', line),
    );
    const log = withFiles(said, { own, near, version });
    terminal.stdout.write(
      options.format === 'json'
        ? renderJson(log)
        : renderText(log, { name: name === '-' ? 'stdin' : name, snapshot: own }),
    );
    return log.verdict === 'complete' || log.verdict === 'unknown' ? exitCodes.done : exitCodes.incomplete;
  },
});

/** Lines as `grep -n` counts them. */
function linesOf(text: string): string[] {
  return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

async function readLog(name: string, { stdin, signal }: Terminal): Promise<Buffer> {
  if (name !== '-') return readInput(name, signal);
  if (stdin === undefined) {
    throw new UserError('unreadable', t('there is no standard input'), { nextStep: t('name a file') });
  }
  return readStream(stdin, t('standard input'));
}

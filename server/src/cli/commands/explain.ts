import { UserError } from '../../base/errors.ts';
import { printable } from '../../base/words.ts';
import { decodeText } from '../../files/encoding.ts';
import { readInput, readStream } from '../../files/textFile.ts';
import { parseLog } from '../../log/parseLog.ts';
import { withFiles } from '../../workspace/logLinks.ts';
import { type Command, exitCodes, type Terminal } from '../command.ts';
import { choice, formatOption, stringsOption } from '../options.ts';
import { readContext } from './explainContext.ts';
import { renderJson, renderText } from './explainReport.ts';

export const explain: Command = {
  name: 'explain',
  usage: 'LOG [--in PATH...] [--format text|json]',
  summary:
    'Say what a log of oc, oc-mirror, opm, podman, the kubelet or OLM means, and what to do (exit code 1: something failed)',
  options: {
    in: {
      type: 'string',
      multiple: true,
      value: 'PATH',
      help: 'files and folders whose mapping.txt the log is about (repeatable; else what lies beside the log)',
    },
    ...formatOption,
  },
  async run(positionals, options, terminal) {
    const [name, ...more] = positionals;
    const named = stringsOption(options, 'in');
    if (name === undefined) {
      throw new UserError('usage', 'no LOG is given', { nextStep: 'name a file, or - for standard input' });
    }
    if (more.length > 0 && named.length === 0) {
      throw new UserError('usage', 'there is more than one LOG', {
        nextStep: 'name one; the files that it is about stand behind --in',
      });
    }
    const format = choice(options, 'format', ['text', 'json'], 'text');
    const said = parseLog(linesOf(decodeText(await readLog(name, terminal))));
    const { own, near, version } = await readContext(name, said, [...named, ...more], (line) =>
      terminal.stderr.write(`operator-mirror explain: ${printable(line)}\n`),
    );
    const log = withFiles(said, { own, near, version });
    terminal.stdout.write(
      format === 'json'
        ? renderJson(log)
        : renderText(log, { name: name === '-' ? 'stdin' : name, snapshot: own }),
    );
    return log.verdict === 'complete' || log.verdict === 'unknown' ? exitCodes.done : exitCodes.incomplete;
  },
};

/** Lines as `grep -n` counts them. */
function linesOf(text: string): string[] {
  return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

async function readLog(name: string, { stdin, signal }: Terminal): Promise<Buffer> {
  if (name !== '-') return readInput(name, signal);
  if (stdin === undefined) {
    throw new UserError('unreadable', 'there is no standard input', { nextStep: 'name a file' });
  }
  return readStream(stdin, 'standard input');
}

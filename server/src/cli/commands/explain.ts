import { basename, dirname, join, resolve, sep } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { type LogDocument, parseLog } from '../../documents/log/logDocument.ts';
import { decodeText } from '../../files/encoding.ts';
import { findFiles, isFolder } from '../../files/find.ts';
import { loadFile } from '../../files/load.ts';
import { readInput, readStream } from '../../files/textFile.ts';
import { withMapping } from '../../workspace/logLinks.ts';
import { Snapshot } from '../../workspace/snapshot.ts';
import { type Command, exitCodes, type Terminal } from '../command.ts';
import { choice, formatOption, stringsOption } from '../options.ts';
import { renderJson, renderText } from './explainReport.ts';

export const explain: Command = {
  name: 'explain',
  usage: 'LOG [--in PATH...] [--format text|json]',
  summary:
    'Say what the lines of a log of oc, oc-mirror, opm, podman, the kubelet or OLM mean, and what to do',
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
    const paths = [...named, ...more];
    const snapshot = await read(paths.length > 0 ? paths : await beside(name, said));
    const log = withMapping(said, snapshot);
    terminal.stdout.write(
      format === 'json'
        ? renderJson(log)
        : renderText(log, { name: name === '-' ? 'stdin' : name, snapshot }),
    );
    return log.verdict === 'complete' || log.verdict === 'unknown' ? exitCodes.done : exitCodes.incomplete;
  },
};

/** Lines as `grep -n` counts them. What a progress bar wrote over itself, only its last state was to be seen. */
function linesOf(text: string): string[] {
  return text.split('\n').map((line) => {
    const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
    return whole.slice(whole.lastIndexOf('\r') + 1);
  });
}

async function readLog(name: string, { stdin, signal }: Terminal): Promise<Buffer> {
  if (name !== '-') return readInput(name, signal);
  if (stdin === undefined) {
    throw new UserError('unreadable', 'there is no standard input', { nextStep: 'name a file' });
  }
  return readStream(stdin, 'standard input');
}

/** The folders of manifests that the log names, where they lie beside it. */
async function beside(name: string, log: LogDocument): Promise<string[]> {
  if (name === '-') return [];
  const folders: string[] = [];
  for (const { mapping } of log.runs) {
    // What lies beside the log itself may be of any run.
    if (mapping === undefined || !mapping.includes('/')) continue;
    // What a log says is no reason to read anything else.
    if (mapping.split(/[\\/]/).includes('..')) continue;
    const manifests = dirname(mapping);
    // As it is named from where the run was, and moved into the folder of the log.
    for (const path of [join(dirname(name), manifests), join(dirname(name), basename(manifests))]) {
      if (await isFolder(path)) {
        folders.push(path);
        break;
      }
    }
  }
  return folders;
}

/** The files by their paths as they were given or found, so that the report names them so. */
async function read(paths: readonly string[]): Promise<Snapshot> {
  let snapshot = new Snapshot();
  const seen = new Set<string>();
  for (const path of paths) {
    for (const found of await findFiles(path)) {
      const key = resolve(found.path);
      if (seen.has(key)) continue;
      seen.add(key);
      const loaded = await loadFile(found);
      if (loaded !== undefined) snapshot = snapshot.with(found.path.split(sep).join('/'), loaded.content);
    }
  }
  return snapshot;
}

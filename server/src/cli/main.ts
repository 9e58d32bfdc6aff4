import { homedir } from 'node:os';
import { type ReadTranslation, speakLanguage } from '../access/translation.ts';
import { messageOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { nearestOf, printable } from '../base/words.ts';
import { besideEditorVariable, credentialsVariable } from '../protocol/names.ts';
import { parseArguments } from './arguments.ts';
import { type Command, exitCodes, type Terminal, tell } from './command.ts';
import { helpOf, overview } from './help.ts';
import { languageOption, spokenCommandLine } from './language.ts';

/** The name of a command, and the command itself: loaded when it is called, as a check needs no registry client. */
interface NamedCommand {
  readonly name: string;
  load(): Promise<Command>;
}

/** In the order of the help. */
export const commands: readonly NamedCommand[] = [
  { name: 'check', load: async () => (await import('./commands/check.ts')).check },
  { name: 'login', load: async () => (await import('./commands/login.ts')).login },
  { name: 'inspect', load: async () => (await import('./commands/inspect.ts')).inspect },
  { name: 'trace', load: async () => (await import('./commands/trace.ts')).trace },
  { name: 'catalog', load: async () => (await import('./commands/catalog.ts')).catalog },
  { name: 'forecast', load: async () => (await import('./commands/forecast.ts')).forecast },
  { name: 'explain', load: async () => (await import('./commands/explain.ts')).explain },
  { name: 'plan', load: async () => (await import('./commands/plan.ts')).plan },
  { name: 'mirror', load: async () => (await import('./commands/mirror.ts')).mirror },
  { name: 'verify', load: async () => (await import('./commands/verify.ts')).verify },
  { name: 'manifests', load: async () => (await import('./commands/manifests.ts')).manifests },
  { name: 'copy', load: async () => (await import('./commands/copy.ts')).copy },
  { name: 'pack', load: async () => (await import('./commands/pack.ts')).pack },
  { name: 'unpack', load: async () => (await import('./commands/unpack.ts')).unpack },
  { name: 'doctor', load: async () => (await import('./commands/doctor.ts')).doctor },
  { name: 'run', load: async () => (await import('./commands/run.ts')).runTools },
  { name: 'apply', load: async () => (await import('./commands/apply.ts')).apply },
  { name: 'status', load: async () => (await import('./commands/status.ts')).status },
  {
    name: 'disable-default-sources',
    load: async () => (await import('./commands/disableDefaultSources.ts')).disableDefaultSources,
  },
  {
    name: 'completion',
    load: async () => (await import('./commands/completion.ts')).completionOf(loadCommands, globals),
  },
];

/** What may stand in the place of a command. */
const globals = ['help', '--help', languageOption, '--version'];

/** All commands, in the order of the help. */
export function loadCommands(): Promise<readonly Command[]> {
  return Promise.all(commands.map((command) => command.load()));
}

/** Runs one command line. Errors become one line on stderr and exit code 2; it never rejects. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...others] = argv;
  // `help check` asks for what `check --help` asks for.
  const [name, rest] =
    first === 'help' && others[0] !== undefined ? [others[0], ['--help']] : [first, others];
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    terminal.stdout.write(overview(await loadCommands()));
    return name === undefined ? exitCodes.unusable : exitCodes.done;
  }
  if (name === '--version') {
    terminal.stdout.write(`${VERSION}\n`);
    return exitCodes.done;
  }
  const named = commands.find((candidate) => candidate.name === name);
  if (named === undefined) {
    const meant = nearestOf(
      name,
      commands.map((candidate) => candidate.name),
    );
    const shown = printable(name);
    const line =
      meant === undefined
        ? t('there is no command "{0}"; see operator-mirror --help', shown)
        : t('there is no command "{0}"; did you mean {1}? See operator-mirror --help', shown, meant);
    terminal.stderr.write(`operator-mirror: ${line}\n`);
    return exitCodes.unusable;
  }
  try {
    const command = await named.load();
    const given = parseArguments(command, rest);
    if (given !== 'help') return await command.run(given, terminal);
    terminal.stdout.write(helpOf(command));
    return exitCodes.done;
  } catch (error) {
    const line = firstLine(messageOf(error));
    tell(terminal, name, isUsage(error) ? t('{0}; see operator-mirror {1} --help', line, name) : line);
    return exitCodes.unusable;
  }
}

function isUsage(error: unknown): boolean {
  return String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** Written in by the build from package.json. */
declare const OPERATOR_MIRROR_VERSION: string | undefined;
const VERSION = typeof OPERATOR_MIRROR_VERSION === 'string' ? OPERATOR_MIRROR_VERSION : 'development';

/**
 * The process round `run`: language, signals, streams and the exit code.
 * @param readTranslation where translations are kept otherwise than beside the program
 */
export async function main(readTranslation?: ReadTranslation): Promise<void> {
  // The editor starts this on its own Node; programs that this starts in turn must not inherit the switch.
  delete process.env.ELECTRON_RUN_AS_NODE;
  if (process.env[besideEditorVariable] !== undefined)
    (await import('../access/goLast.ts')).goLastWithAllThreads();
  delete process.env[besideEditorVariable];
  const handed = process.env[credentialsVariable];
  delete process.env[credentialsVariable];
  const say = (line: string) => process.stderr.write(`operator-mirror: ${line}\n`);
  const credentials =
    handed === undefined ? [] : (await import('./handedCredentials.ts')).handedCredentials(handed, say);
  const stop = new AbortController();
  // A terminal that is closed, such as an editor's when its task is ended, says so with SIGHUP.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => stop.abort(new UserError('cancelled', t('stopped by {0}', name))));
  }
  // A reader that has seen enough, such as `head`, closes the pipe. That ends its reading, not our work: a copy
  // goes on, and its exit code still says what came of it.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  const argv = spokenArguments(readTranslation);
  if (argv === undefined) {
    process.exitCode = exitCodes.unusable;
    return;
  }
  process.exitCode = await run(argv, {
    stdout: process.stdout,
    stderr: process.stderr,
    // Only who asks for it opens it.
    get stdin() {
      return process.stdin;
    },
    environment: process.env,
    homeFolder: homedir(),
    credentials,
    signal: stop.signal,
  });
  // What cannot be ended, such as the look-up of a name, would keep the process alive for many seconds.
  if (stop.signal.aborted) {
    await Promise.all([written(process.stdout), written(process.stderr)]);
    process.exit();
  }
}

/** The words of the command line, whose language is spoken from then on; undefined, and somebody was told, where there is no such language. */
function spokenArguments(readTranslation: ReadTranslation | undefined): readonly string[] | undefined {
  try {
    const { language, argv } = spokenCommandLine(process.argv.slice(2), process.env);
    speakLanguage(language, readTranslation);
    return argv;
  } catch (error) {
    process.stderr.write(`operator-mirror: ${error instanceof UserError ? error.line : messageOf(error)}\n`);
    return undefined;
  }
}

/** Settles once all that was written to the stream is out, or can never be. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

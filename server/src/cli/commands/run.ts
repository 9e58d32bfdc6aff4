import { resolve } from 'node:path';
import { messageOf, UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { either } from '../../base/words.ts';
import { isFolder } from '../../files/find.ts';
import { type Step, type StepOptions, stepNamed, steps } from '../../tools/steps.ts';
import { commandOf, shownCommand, type ToolCommand, tools } from '../../tools/toolCommand.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { any } from '../operands.ts';
import { count, flag, text, type Values } from '../options.ts';
import { formatOption, registryOptions } from '../sharedOptions.ts';
import { ranTool, toolProgressOptions } from './runFollowed.ts';
import { countLost, runJson, runText } from './runReport.ts';
import { type RunResult, readRun } from './runResult.ts';

const options = {
  filename: text({ short: 'f', value: 'FILE', help: sentence('the mapping.txt, for oc-image-mirror') }),
  config: text({ short: 'c', value: 'IMAGESET', help: sentence('the ImageSetConfiguration, for oc-mirror') }),
  packages: text({
    value: 'A,B',
    default: '',
    help: sentence('the packages that stay, for opm-index-prune'),
  }),
  maxComponents: count({
    default: 2,
    least: 0,
    help: sentence(
      'components of the names at the destination, for oc-catalog-mirror ({default}; 0: no limit)',
    ),
  }),
  indexFilterByOs: text({
    value: 'OS/ARCH',
    default: 'linux/amd64',
    help: sentence('the platform of the index image that is read, for oc-catalog-mirror ({default})'),
  }),
  toManifests: text({ value: 'FOLDER', help: sentence('where oc-catalog-mirror writes its manifests') }),
  manifestsOnly: flag({ help: sentence('write the manifests and copy nothing, for oc-catalog-mirror') }),
  from: text({
    value: 'FOLDER',
    help: sentence('what oc-mirror brought to disk before, from which it goes on'),
  }),
  workspace: text({
    value: 'FOLDER',
    default: 'oc-mirror-workspace',
    help: sentence('where oc-mirror keeps what it works with ({default})'),
  }),
  dir: text({
    value: 'FOLDER',
    default: '.',
    help: sentence('the folder in which the tool is started; oc has its v2/ there (the current folder)'),
  }),
  authfile: registryOptions.authfile,
  insecure: registryOptions.insecure,
  fix: flag({ help: sentence('repair what is certain in the manifests that the tool writes') }),
  show: flag({ help: sentence('print the command line of the tool, and start nothing') }),
  log: text({
    value: 'FILE',
    help: sentence('keep there what the tool prints, for operator-mirror explain'),
  }),
  ...toolProgressOptions,
  ...formatOption,
};

type RunValues = Values<typeof options>;

export const runTools = command({
  name: 'run',
  summary: 'Start a tool of others with the right options, read what it prints, and say what came of it',
  details: sentence(
    'For whoever prefers oc, oc-mirror, opm, podman, skopeo or grpcurl. A step makes the command line; behind -- it is taken as it is written. All that the tool prints is passed on, and read meanwhile. At the end stand the problems with their causes, the manifests that it wrote and what is wrong in them, and what to run next. The exit code is 1 where the tool failed, and also where it says that it did not and its output shows that images are missing.',
  ),
  operands: any(`(${steps.map(({ name, usage }) => `${name} ${usage}`).join(' | ')} | -- COMMAND...)`),
  options,
  usage: ['authfile', 'insecure', 'dir', 'fix', 'show', 'log', 'format'],
  async run(given, values, terminal, words) {
    const made = commandFor(given, values, words);
    if (values.show) {
      terminal.stdout.write(`${shownCommand(made)}\n`);
      return exitCodes.done;
    }
    const folder = resolve(values.dir);
    if (!(await isFolder(folder)))
      throw new UserError('usage', t('there is no folder {0}', values.dir), {
        nextStep: t('make it, or name another with --dir'),
      });
    tell(terminal, 'run', shownCommand(made));
    const { end, log, copied, progress } = await ranTool(made, folder, values, terminal);
    try {
      const result = await readRun({ command: made, end, log, folder, fix: values.fix }, terminal);
      const report = values.format === 'json' ? runJson(result) : runText(result, values.log);
      (values.format === 'json' ? terminal.stdout : terminal.stderr).write(report);
      if (terminal.signal.aborted) tell(terminal, 'run', stoppedLine(made, terminal));
      progress.end({ copied, ...endFields(result) });
      return result.hasFailed ? exitCodes.incomplete : exitCodes.done;
    } catch (error) {
      progress.end(undefined);
      throw error;
    }
  },
});

/** What whoever follows the run is told at its end. */
function endFields(result: RunResult): Readonly<Record<string, unknown>> {
  const failed = countLost(result);
  const folder = result.manifests?.folder;
  return { failed, ...(folder !== undefined && { manifests: resolve(folder) }), next: result.next ?? null };
}

function stoppedLine({ tool }: ToolCommand, { signal }: Terminal): string {
  return t('{0} was ended: {1}', tool, messageOf(signal.reason));
}

/** @throws UserError `usage` for what is no step and no command of a known tool */
function commandFor(given: readonly string[], values: RunValues, words: readonly string[]): ToolCommand {
  const [name, ...operands] = given;
  if (name === undefined) {
    throw new UserError('usage', t('nothing is named that could be started'), { nextStep: stepsHint() });
  }
  const at = words.indexOf('--');
  if (at !== -1) {
    const written = words.slice(at + 1);
    const found = commandOf(written);
    if (found !== undefined && given.length === written.length) return found;
    const problem =
      found === undefined
        ? t('{0} is none of the tools that are known', written[0] ?? '--')
        : t('{0} stands before --', name);
    throw new UserError('usage', problem, { nextStep: t('write {0} behind --', either([...tools])) });
  }
  const step = stepNamed(name);
  if (step === undefined) {
    const isTool = commandOf([name]) !== undefined;
    throw new UserError('usage', t('{0} is no step', name), {
      nextStep: isTool
        ? t('write -- before a whole command line: operator-mirror run -- {0} …', name)
        : stepsHint(),
    });
  }
  return step.make(operands, optionsOf(step, values));
}

function stepsHint(): string {
  return t('name one of {0}', either(steps.map(({ name }) => name)));
}

/** Files are named as seen from here, and the tool may be started elsewhere. */
function optionsOf({ tool }: Step, values: RunValues): StepOptions {
  const path = <Path extends string | undefined>(given: Path) =>
    given === undefined || values.dir === '.' ? given : resolve(given);
  return {
    authFile: path(values.authfile),
    insecure: values.insecure,
    maxComponents: values.maxComponents,
    indexFilterByOs: values.indexFilterByOs,
    packages: values.packages.split(',').filter((name) => name !== ''),
    mapping: path(values.filename),
    imageSet: path(values.config),
    toManifests: values.toManifests,
    manifestsOnly: values.manifestsOnly,
    // oc-mirror takes no relative folder everywhere.
    from: tool === 'oc-mirror' && values.from !== undefined ? absolute(values.from) : values.from,
    workspace: absolute(values.workspace),
  };
}

function absolute(folder: string): string {
  return folder.startsWith('file://') ? folder : resolve(folder);
}

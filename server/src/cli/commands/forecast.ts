import { UserError } from '../../base/errors.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';
import { type ClusterState, type Forecast, forecast as forecastOf } from '../../workspace/forecast.ts';
import { forecastText, withPaths } from '../../workspace/forecastText.ts';
import { type Command, exitCodes, type Terminal } from '../command.ts';
import { type NodeFiles, readNodeFiles } from '../nodeFiles.ts';
import { choice, formatOption, stringOption } from '../options.ts';

export const forecast: Command = {
  name: 'forecast',
  usage: 'DIR [--current FILE] [--format text|json]',
  summary:
    'Show what applying the mirror sets of a folder does to the nodes (exit code 1: nothing reaches them)',
  options: {
    current: {
      type: 'string',
      value: 'FILE',
      help: 'what is on the cluster: saved `oc get imagedigestmirrorset,… -o yaml`, or a node’s registries.conf',
    },
    ...formatOption,
  },
  async run(positionals, options, terminal) {
    const [directory] = positionals;
    if (directory === undefined || positionals.length > 1)
      throw new UserError(
        'usage',
        directory === undefined ? 'no DIR is given' : 'there is more than one DIR',
        {
          nextStep: 'name one folder with mirror sets',
        },
      );
    const format = choice(options, 'format', ['text', 'json'], 'text');
    const folder = await readNodeFiles([directory], 'forecast', terminal);
    if (folder.snapshot.mirrorSets.groups.size === 0)
      throw new UserError('noSets', `${directory} holds no mirror sets`, {
        nextStep:
          'name a folder with ImageDigestMirrorSet, ImageTagMirrorSet or ImageContentSourcePolicy files',
      });
    const current = await clusterState(stringOption(options, 'current'), terminal);
    const version = versionOf(folder);
    const { state } = current;
    const result = forecastOf(folder.snapshot, state, version);
    const show = (path: string) =>
      state.sets?.files.has(path) === true ? current.show(path) : folder.show(path);
    const shown = withPaths(result, show);
    terminal.stdout.write(format === 'json' ? asJson(shown) : forecastText(shown));
    return result.effect === 'stopped' ? exitCodes.incomplete : exitCodes.done;
  },
};

async function clusterState(
  path: string | undefined,
  terminal: Terminal,
): Promise<{ state: ClusterState; show: (path: string) => string }> {
  if (path === undefined) return { state: {}, show: (one) => one };
  const files = await readNodeFiles([path], 'forecast', terminal);
  const [named] = files.confs;
  return {
    state: named === undefined ? { sets: files.snapshot } : { conf: named.conf.registries },
    show: files.show,
  };
}

function versionOf({ snapshot, settings }: NodeFiles): string | undefined {
  for (const path of snapshot.files.keys()) {
    const version = clusterVersion({ snapshot, settings, path });
    if (version !== undefined) return version;
  }
  return undefined;
}

function asJson({ effect, explanation, sets, changes, problems, registriesConf }: Forecast): string {
  const report = {
    effect,
    drains: effect === 'drain' || effect === 'reboot',
    explanation: explanation.join(' '),
    sets: sets.map(({ kind, name, path, change }) => ({ kind, name, file: path, change })),
    changes: changes.map(({ source, change, mirrorsAdded, mirrorsRemoved, blocked, drains }) => ({
      source,
      change,
      mirrorsAdded,
      mirrorsRemoved,
      ...(blocked === undefined ? {} : { blocked }),
      drains: drains !== undefined,
      ...(drains === undefined ? {} : { reason: drains }),
    })),
    problems: problems.map(({ path, line, message, stops }) => ({
      file: path,
      line: line ?? null,
      message,
      stops,
    })),
    registriesConf,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { paragraph, printable, printableJson } from '../../base/words.ts';
import { type LiveState, liveState } from '../../cluster/liveState.ts';
import { decidesOnNodes } from '../../pulls/dropInChanges.ts';
import { forecast as forecastOf } from '../../pulls/forecast.ts';
import { changesJson, setsJson } from '../../pulls/forecastJson.ts';
import { forecastText, withPaths } from '../../pulls/forecastText.ts';
import type { Forecast } from '../../pulls/forecastTypes.ts';
import { leftOutJson } from '../../pulls/undecided.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';
import { command, exitCodes, type Terminal } from '../command.ts';
import { type NodeFiles, readNodeFiles } from '../nodeFiles.ts';
import { clusterOption, ocOf } from '../openCluster.ts';
import { one } from '../operands.ts';
import { flag, text } from '../options.ts';
import { type SavedCluster, savedCluster } from '../savedCluster.ts';
import { formatOption } from '../sharedOptions.ts';

export const forecast = command({
  name: 'forecast',
  summary:
    'Show what applying the mirror sets of a folder does to the nodes (exit code 1: the operator stops, or nothing takes effect)',
  operands: one('DIR', sentence('name one folder with mirror sets')),
  options: {
    current: text({
      value: 'FILE',
      help: sentence(
        'what is on the cluster: saved `oc get imagedigestmirrorset,… -o yaml`, or a node’s registries.conf',
      ),
    }),
    live: flag({ help: sentence('ask the cluster that oc is logged in to what is on it') }),
    ...clusterOption,
    ...formatOption,
  },
  usage: [['current', 'live'], 'format'],
  async run(directory, options, terminal) {
    const { format } = options;
    const folder = await readNodeFiles([directory], 'forecast', terminal);
    if (!decidesOnNodes(folder.snapshot))
      throw new UserError(
        'noSets',
        t('{0} holds no mirror sets, and nothing else that decides on nodes', directory),
        {
          nextStep: t(
            'name a folder with ImageDigestMirrorSet, ImageTagMirrorSet or ImageContentSourcePolicy files',
          ),
        },
      );
    const current = await clusterState(options, terminal).catch((error: unknown) => {
      // A script that keeps the answer alone sees in it that there is none, and why.
      if (format === 'text' && error instanceof UserError && error.code === 'notRecognised')
        terminal.stdout.write(
          `${t('No forecast: {0} tells nothing of the cluster’s mirror sets.', printable(options.current ?? ''))}\n`,
        );
      throw error;
    });
    const version = current.version ?? versionOf(folder);
    const { state } = current;
    const foretold = forecastOf(folder.snapshot, state, version);
    const result = { ...foretold, explanation: [...foretold.explanation, ...(current.unread ?? [])] };
    const show = (path: string) =>
      state.sets?.files.has(path) === true ? current.show(path) : folder.show(path);
    const shown = withPaths(result, show);
    terminal.stdout.write(format === 'json' ? asJson(shown) : forecastText(shown));
    return result.takesEffect ? exitCodes.done : exitCodes.incomplete;
  },
});

/** How somebody says what is on the cluster. */
interface ClusterValues {
  readonly current: string | undefined;
  readonly live: boolean;
  readonly oc: string | undefined;
}

type Current = SavedCluster & Partial<Omit<LiveState, keyof SavedCluster>>;

async function clusterState(
  { current: path, live, oc }: ClusterValues,
  terminal: Terminal,
): Promise<Current> {
  if (live) {
    if (path !== undefined)
      throw new UserError('usage', t('--current and --live are two answers to one question'), {
        nextStep: t('leave one of them away'),
      });
    return liveState(await ocOf({ oc }, terminal));
  }
  return path === undefined ? { state: {}, show: (one) => one } : savedCluster(path, terminal);
}

function versionOf({ snapshot, settings }: NodeFiles): string | undefined {
  for (const path of snapshot.files.keys()) {
    const version = clusterVersion({ snapshot, settings, path });
    if (version !== undefined) return version;
  }
  return undefined;
}

function asJson(result: Forecast): string {
  const { effect, restarting, takesEffect, explanation, problems, registriesConf } = result;
  const report = {
    effect,
    drains: effect === 'drain' || effect === 'reboot',
    restarting,
    takesEffect,
    explanation: paragraph(explanation),
    sentences: explanation,
    sets: setsJson(result),
    changes: changesJson(result).map(({ reason, ...change }) => ({
      ...change,
      drains: reason !== undefined,
      ...(reason === undefined ? {} : { reason }),
    })),
    problems: problems.map(({ path, line, message, stops }) => ({
      file: path,
      line: line ?? null,
      message,
      stops,
    })),
    registriesConf,
    ...leftOutJson(result.undecided),
  };
  return `${printableJson(report, 2)}\n`;
}

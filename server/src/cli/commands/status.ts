import { sentence } from '../../base/sentences.ts';
import { printable } from '../../base/words.ts';
import { readClusterStatus } from '../../cluster/clusterStatus.ts';
import { Snapshot } from '../../workspace/snapshot.ts';
import { command, exitCodes } from '../command.ts';
import { manifestStates, missingPackages, readMirroredFolder } from '../mirroredOnCluster.ts';
import { clusterCommandOptions, openCluster } from '../openCluster.ts';
import { atMostOne } from '../operands.ts';
import { isWell, type StatusReport, statusJson, statusLines } from './statusReport.ts';

export const status = command({
  name: 'status',
  summary:
    'Show how far the cluster is: nodes, mirror sets, catalogs, and why pods and installations wait (exit code 1: something is not as it should be)',
  details: sentence(
    'With DIR, manifests-NAME-TIME of a mirror run, the cluster is held against it: which objects are there, and which packages the catalogs lack. Nothing is changed.',
  ),
  operands: atMostOne('DIR', sentence('name the folder manifests-NAME-TIME that a mirror run has written')),
  options: clusterCommandOptions,
  usage: ['oc', 'format'],
  async run(directory, options, terminal) {
    const folder = directory === undefined ? undefined : await readMirroredFolder(directory, terminal);
    const { oc, context } = await openCluster(options, terminal);
    const [found, manifests] = await Promise.all([
      readClusterStatus(oc, folder?.mappings ?? new Snapshot(), Date.now()),
      folder === undefined ? [] : manifestStates(oc, folder),
    ]);
    const report: StatusReport = {
      ...found,
      context,
      manifests,
      missing: (catalog) => (folder === undefined ? [] : missingPackages(folder, catalog)),
      show: (path) => folder?.show(path) ?? path,
    };
    terminal.stdout.write(
      options.format === 'json'
        ? statusJson(report)
        : statusLines(report)
            .map((line) => `${printable(line)}\n`)
            .join(''),
    );
    return isWell(report) ? exitCodes.done : exitCodes.incomplete;
  },
});

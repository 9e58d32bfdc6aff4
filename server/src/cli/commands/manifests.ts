import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { readInput } from '../../files/textFile.ts';
import { manifestsOf } from '../../mirror/manifests/manifestFiles.ts';
import { reportName } from '../../mirror/manifests/resultFile.ts';
import { clusterTextHelp, readClusterText } from '../../pulls/clusterText.ts';
import { command, exitCodes } from '../command.ts';
import { writeManifestFiles } from '../manifestFolder.ts';
import { manifestOptions, readManifestOptions } from '../manifestOptions.ts';
import { one } from '../operands.ts';
import { text } from '../options.ts';
import { readOutcome } from '../runOutcome.ts';
import { savedCluster } from '../savedCluster.ts';
import { formatOption } from '../sharedOptions.ts';
import { manifestsJson, manifestsLines } from './manifestsReport.ts';
import { isComplete } from './mirrorReport.ts';

export const manifests = command({
  name: 'manifests',
  summary: 'Write the files for the cluster again from what a mirror run has proved',
  details: sentence(
    'DIR is a folder that a run has written, manifests-NAME-TIME, or its folder in mirror-runs. What somebody has changed since is left alone. The exit code is 1 where images are missing, or a file was left alone.',
  ),
  operands: one('DIR', sentence('name the folder manifests-NAME-TIME that a mirror run has written')),
  options: {
    merge: text({
      value: 'FILE',
      help: sentence(
        'mirror sets of the cluster, as `oc get imagedigestmirrorset,imagetagmirrorset -o yaml` prints them: entries are added to these',
      ),
    }),
    current: text({
      value: 'FILE',
      help: sentence('what is on the cluster, for the forecast: what --merge says, or no mirror set'),
    }),
    ...manifestOptions,
    output: text({ short: 'o', value: 'FOLDER', help: sentence('where the files are written (DIR)') }),
    ...formatOption,
  },
  usage: ['scope', 'merge', 'current', 'clusterVersion', 'secret', 'output', 'format'],
  async run(directory, options, terminal) {
    const { merge, current, format, output } = options;
    const { result, report } = await readOutcome(directory);
    if (report === undefined && output === undefined) {
      throw new UserError('usage', t('{0} is the folder of a run itself', directory), {
        nextStep: t('say with -o in which folder the files are to be written'),
      });
    }
    const folder = output ?? directory;
    const found = manifestsOf(result, {
      ...(await readManifestOptions(options, directory)),
      merge: merge === undefined ? undefined : await readSets(merge, terminal.signal),
      cluster: current === undefined ? undefined : (await savedCluster(current, terminal)).state,
    });
    // The report stays as it is, whoever wrote it in which order.
    const files = found.files.map((file) =>
      file.name === reportName && report !== undefined ? { ...file, text: report } : file,
    );
    const written = await writeManifestFiles(folder, files);
    const print = format === 'json' ? manifestsJson : manifestsLines;
    terminal.stdout.write(print(folder, written, found));
    const isDone = isComplete(result) && written.every((file) => file.result !== 'left');
    return isDone ? exitCodes.done : exitCodes.incomplete;
  },
});

/**
 * The text of mirror sets that others are merged into.
 * @throws UserError `notRecognised`; as `readInput`
 */
async function readSets(path: string, signal: AbortSignal): Promise<string> {
  const sets = (await readInput(path, signal)).toString('utf8');
  const read = readClusterText(path, sets);
  const problem = !read.ok
    ? read.problem
    : read.state.sets === undefined
      ? t('it is a registries.conf')
      : undefined;
  if (problem === undefined) return sets;
  throw new UserError('notRecognised', t('nothing can be merged into {0}: {1}', path, problem), {
    nextStep: t(clusterTextHelp),
  });
}

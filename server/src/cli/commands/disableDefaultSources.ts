import { sentence, t } from '../../base/sentences.ts';
import { printable, printableJson } from '../../base/words.ts';
import type { ClusterContext } from '../../cluster/context.ts';
import {
  type DefaultSources,
  disableDefaultSources as disable,
  readDefaultSources,
} from '../../cluster/defaultSources.ts';
import { command, exitCodes } from '../command.ts';
import { confirmed, confirmOption } from '../confirm.ts';
import { clusterCommandOptions, contextLine, openCluster } from '../openCluster.ts';
import { none } from '../operands.ts';

export const disableDefaultSources = command({
  name: 'disable-default-sources',
  summary: 'Switch off the catalogs on the internet that OpenShift has by default',
  details: sentence(
    'It sets disableAllDefaultSources of the OperatorHub object on the cluster that oc is logged in to, and changes nothing else. The exit code is 1 where somebody says no.',
  ),
  operands: none(sentence('the cluster is the one that oc is logged in to')),
  options: { ...confirmOption, ...clusterCommandOptions },
  usage: ['yes', 'oc', 'format'],
  async run(_none, options, terminal) {
    const { oc, context } = await openCluster(options, terminal);
    const say = (line: string) => {
      if (options.format === 'text') terminal.stdout.write(`${printable(line)}\n`);
    };
    say(contextLine(context));
    const before = await readDefaultSources(oc);
    if (!before.areDisabled) {
      const question = t('Switch off the default catalogs of {0}?', context.server);
      if (!(await confirmed(options.yes, question, terminal))) {
        say(t('Nothing was changed.'));
        return exitCodes.incomplete;
      }
    }
    const after = before.areDisabled ? before : await disable(oc);
    if (options.format === 'json') terminal.stdout.write(asJson(context, after, !before.areDisabled));
    say(
      before.areDisabled
        ? t('The default catalogs are off already: nothing was changed.')
        : t('The default catalogs are off now: OLM removes them and their pods.'),
    );
    for (const name of after.keptOn)
      say(t('{0} stays on: spec.sources of the OperatorHub object says so by its name.', name));
    return exitCodes.done;
  },
});

function asJson(context: ClusterContext, { areDisabled, keptOn }: DefaultSources, changed: boolean): string {
  const { name, server } = context;
  const report = {
    cluster: { context: name, server },
    disableAllDefaultSources: areDisabled,
    changed,
    keptOn,
  };
  return `${printableJson(report, 2)}\n`;
}

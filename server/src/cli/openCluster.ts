import { sentence, t } from '../base/sentences.ts';
import { type ClusterContext, openContext } from '../cluster/context.ts';
import { findOc } from '../cluster/findOc.ts';
import type { Oc } from '../cluster/oc.ts';
import type { Terminal } from './command.ts';
import { text } from './options.ts';
import { formatOption } from './sharedOptions.ts';

/** How a cluster is reached, for every command that asks one. */
export const clusterOption = {
  oc: text({
    value: 'COMMAND',
    help: sentence('the program that reaches the cluster (oc, else kubectl)'),
  }),
};

/** What every command has that is about a cluster and nothing else. */
export const clusterCommandOptions = { ...clusterOption, ...formatOption };

/**
 * The program that reaches the cluster, as an option names it.
 * @throws UserError `noOc`
 */
export async function ocOf(
  { oc }: { readonly oc: string | undefined },
  { environment, signal }: Terminal,
): Promise<Oc> {
  return { command: await findOc(oc, environment), environment, signal };
}

/**
 * The cluster that the program is logged in to.
 * @throws UserError `noOc`, `noContext`; as `runOc`
 */
export async function openCluster(options: { readonly oc: string | undefined }, terminal: Terminal) {
  return openContext(await ocOf(options, terminal));
}

/** The line that stands before everything that changes a cluster. */
export function contextLine({ name, server }: ClusterContext): string {
  return t('Cluster: {0}, context {1}', server, name);
}

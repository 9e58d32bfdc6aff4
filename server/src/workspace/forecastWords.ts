import { listed } from '../base/words.ts';
import { isBefore } from './clusterVersion.ts';
import type { ClusterState, Forecast } from './forecast.ts';

/**
 * Says in sentences what nodes do and why.
 * @param localSources how many sources of the folder no pull can match
 */
export function explainForecast(
  { effect, restarting, changes, problems, sets }: Omit<Forecast, 'explanation'>,
  cluster: ClusterState,
  version: string | undefined,
  localSources: number,
): string[] {
  const sentences: string[] = [];
  const reasons = changes.flatMap(({ drains }) => drains ?? []);
  const [reason] = reasons;
  const more =
    reasons.length > 1
      ? `, and for ${reasons.length - 1} other ${reasons.length === 2 ? 'change' : 'changes'}`
      : '';
  if (effect === 'stopped') {
    sentences.push('Nothing reaches the nodes, because the machine-config-operator stops.');
    sentences.push('No node gets any change of mirrors until that is repaired.');
  } else if (effect === 'none') {
    sentences.push('Nothing changes on the nodes.');
  } else if (effect === 'reload') {
    const onlyAdds = changes.every(
      ({ mirrorsAdded, mirrorsRemoved }) => mirrorsAdded.length > 0 && mirrorsRemoved.length === 0,
    );
    sentences.push(
      changes.length === 0
        ? 'No node drains: registries.conf is written anew and says the same, and CRI-O reads its configuration again.'
        : onlyAdds
          ? 'No node drains: only registries and mirrors for pulls by digest are added, and CRI-O reads its configuration again.'
          : 'No node drains: all mirrors keep their places, none is added for pulls by tag, and CRI-O reads its configuration again.',
    );
    // Fixed in 4.11: https://bugzilla.redhat.com/show_bug.cgi?id=2056442, machine-config-operator#3144
    if (version !== undefined && isBefore(version, '4.11'))
      sentences.push(
        `OpenShift ${version} still drains nodes if registries.conf has another registry that is not for pulls by digest only (bug 2056442).`,
      );
  } else if (effect === 'reboot' && restarting.length > 0) {
    sentences.push(
      restarting.length === 1
        ? `Every node of the pool ${restarting[0]} drains and restarts, one after the other: a MachineConfig changes files in registries.conf.d.`
        : `Every node of the pools ${listed(restarting)} drains and restarts, one after the other: MachineConfigs change files in registries.conf.d.`,
    );
    if (reason !== undefined) sentences.push(`Nodes of all other pools drain, too: ${reason}${more}.`);
  } else if (effect === 'reboot') {
    sentences.push(
      `Every node of every pool drains and restarts, one after the other: OpenShift ${version} does so for any change of mirrors.`,
    );
  } else {
    const why =
      reason === undefined ? `OpenShift ${version} does so for any change of mirrors` : `${reason}${more}`;
    sentences.push(`Every node of every pool drains, one after the other, and none restarts: ${why}.`);
  }
  if (localSources > 0)
    sentences.push(
      localSources === 1
        ? '1 source is a path left by a file:// hop and never matches a pull.'
        : `${localSources} sources are paths left by a file:// hop and never match a pull.`,
      'operator-mirror check --fix DIR writes the right sources where the mapping.txt of the first hop tells them.',
    );
  const refused = sets.filter(({ change }) => change === 'refused');
  if (refused.length > 0)
    sentences.push(
      `The API server refuses ${refused.map(({ kind, name }) => `${kind} ${name}`).join(', ')}.`,
    );
  for (const { path, line, message } of problems)
    sentences.push(`${path}${line === undefined ? '' : `:${line}`}: ${message}.`);
  const staying = sets.filter(({ change }) => change === 'stays');
  if (staying.length > 0)
    sentences.push(
      `oc apply removes nothing: ${staying.map(({ kind, name }) => `${kind} ${name}`).join(', ')} ${staying.length === 1 ? 'stays' : 'stay'} on the cluster.`,
    );
  if (cluster.conf !== undefined)
    sentences.push(
      'A registries.conf does not tell which sets it comes from, so all that it has is taken to stay.',
    );
  if (cluster.conf === undefined && cluster.sets === undefined)
    sentences.push('Nothing is known of the cluster, so it is taken to have no mirror set yet.');
  return sentences;
}

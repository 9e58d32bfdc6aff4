import { listed } from '../base/words.ts';
import type { DeadSources } from './deadSources.ts';
import type { ClusterState, Forecast } from './forecastTypes.ts';
import { mayDrainAnyway } from './openShiftVersion.ts';

/**
 * Says in sentences what nodes do and why.
 * @param dead how many of the folder’s sources no pull can match
 * @param undecided what nobody knows yet of the folder: it comes right after the answer, or is the answer where nothing
 *   else of the folder counts
 */
export function explainForecast(
  { effect, restarting, changes, problems, sets }: Omit<Forecast, 'explanation' | 'undecided'>,
  cluster: ClusterState,
  version: string | undefined,
  dead: DeadSources,
  undecided: readonly string[],
): string[] {
  const sentences = deadWords(dead);
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
    if (mayDrainAnyway(version))
      sentences.push(
        `OpenShift ${version} may drain anyway: it does where registries.conf has another registry that is not for pulls by digest only (bug 2056442).`,
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
  // "Nothing changes" is no answer while what would change something is not known.
  const isOpen =
    undecided.length > 0 && changes.length === 0 && restarting.length === 0 && effect !== 'stopped';
  if (isOpen) sentences.length = 0;
  sentences.push(...undecided);
  for (const { kind, name, path, change, by, lostSources } of sets)
    if (change === 'overwritten' && lostSources !== 0) sentences.push(overwrittenWords(kind, name, path, by));
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

/** What keeps sources from ever redirecting a pull, first of all: whether nodes drain for it matters less. */
function deadWords({ dead, all }: DeadSources): string[] {
  if (dead === 0) return [];
  const help =
    'operator-mirror check --fix DIR writes the right sources where the mapping.txt of the first hop tells them.';
  if (dead < all)
    return [
      `${dead} of ${all} sources redirect nothing: they are left by a file:// hop, and no pull matches them.`,
      help,
    ];
  return [
    all === 1
      ? 'Redirects nothing: the only source is left by a file:// hop, and no pull matches it.'
      : `Redirects nothing: ${dead} of ${all} sources are left by a file:// hop, and no pull matches them.`,
    help,
  ];
}

function overwrittenWords(kind: string, name: string, path: string, by = ''): string {
  return by === path
    ? `${path} has ${kind} ${name} twice: oc apply keeps the later one alone, and what only the other has is lost.`
    : `${path} is overwritten by ${by}: both are ${kind} ${name}, and oc apply takes that file later.`;
}

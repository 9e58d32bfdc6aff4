import { t } from '../base/sentences.ts';
import { inRow, listed } from '../base/words.ts';
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
  if (effect === 'stopped') {
    sentences.push(t('Nothing reaches the nodes, because the machine-config-operator stops.'));
    sentences.push(t('No node gets any change of mirrors until that is repaired.'));
  } else if (effect === 'none') {
    sentences.push(t('Nothing changes on the nodes.'));
  } else if (effect === 'reload') {
    const onlyAdds = changes.every(
      ({ mirrorsAdded, mirrorsRemoved }) => mirrorsAdded.length > 0 && mirrorsRemoved.length === 0,
    );
    sentences.push(
      changes.length === 0
        ? t(
            'No node drains: registries.conf is written anew and says the same, and CRI-O reads its configuration again.',
          )
        : onlyAdds
          ? t(
              'No node drains: only registries and mirrors for pulls by digest are added, and CRI-O reads its configuration again.',
            )
          : t(
              'No node drains: all mirrors keep their places, none is added for pulls by tag, and CRI-O reads its configuration again.',
            ),
    );
    if (mayDrainAnyway(version))
      sentences.push(
        t(
          'OpenShift {0} may drain anyway: it does where registries.conf has another registry that is not for pulls by digest only (bug 2056442).',
          version ?? '',
        ),
      );
  } else if (effect === 'reboot' && restarting.length > 0) {
    sentences.push(
      restarting.length === 1
        ? t(
            'Every node of the pool {0} drains and restarts, one after the other: a MachineConfig changes files in registries.conf.d.',
            listed(restarting),
          )
        : t(
            'Every node of the pools {0} drains and restarts, one after the other: MachineConfigs change files in registries.conf.d.',
            listed(restarting),
          ),
    );
    if (reason !== undefined) sentences.push(otherPoolsWords(reason, reasons.length - 1));
  } else if (effect === 'reboot') {
    sentences.push(
      t(
        'Every node of every pool drains and restarts, one after the other: OpenShift {0} does so for any change of mirrors.',
        version ?? '',
      ),
    );
  } else {
    sentences.push(
      reason === undefined
        ? t(
            'Every node of every pool drains, one after the other, and none restarts: OpenShift {0} does so for any change of mirrors.',
            version ?? '',
          )
        : allPoolsWords(reason, reasons.length - 1),
    );
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
      t('The API server refuses {0}.', inRow(refused.map(({ kind, name }) => `${kind} ${name}`))),
    );
  for (const { path, line, message } of problems)
    sentences.push(t('{0}: {1}.', line === undefined ? path : `${path}:${line}`, message));
  const staying = sets.filter(({ change }) => change === 'stays');
  const stayingNames = inRow(staying.map(({ kind, name }) => `${kind} ${name}`));
  if (staying.length > 0)
    sentences.push(
      staying.length === 1
        ? t('oc apply removes nothing: {0} stays on the cluster.', stayingNames)
        : t('oc apply removes nothing: {0} stay on the cluster.', stayingNames),
    );
  if (cluster.conf !== undefined)
    sentences.push(
      t('A registries.conf does not tell which sets it comes from, so all that it has is taken to stay.'),
    );
  if (cluster.conf === undefined && cluster.sets === undefined)
    sentences.push(t('Nothing is known of the cluster, so it is taken to have no mirror set yet.'));
  return sentences;
}

/** @param others how many more changes nodes drain for */
function otherPoolsWords(reason: string, others: number): string {
  if (others === 0) return t('Nodes of all other pools drain, too: {0}.', reason);
  return others === 1
    ? t('Nodes of all other pools drain, too: {0}, and for 1 other change.', reason)
    : t('Nodes of all other pools drain, too: {0}, and for {1} other changes.', reason, others);
}

/** @param others how many more changes nodes drain for */
function allPoolsWords(reason: string, others: number): string {
  if (others === 0)
    return t('Every node of every pool drains, one after the other, and none restarts: {0}.', reason);
  return others === 1
    ? t(
        'Every node of every pool drains, one after the other, and none restarts: {0}, and for 1 other change.',
        reason,
      )
    : t(
        'Every node of every pool drains, one after the other, and none restarts: {0}, and for {1} other changes.',
        reason,
        others,
      );
}

/** What keeps sources from ever redirecting a pull, first of all: whether nodes drain for it matters less. */
function deadWords({ dead, all }: DeadSources): string[] {
  if (dead === 0) return [];
  const help = t(
    'operator-mirror check --fix DIR writes the right sources where the mapping.txt of the first hop tells them.',
  );
  if (dead < all)
    return [
      t(
        '{0} of {1} sources redirect nothing: they are left by a file:// hop, and no pull matches them.',
        dead,
        all,
      ),
      help,
    ];
  return [
    all === 1
      ? t('Redirects nothing: the only source is left by a file:// hop, and no pull matches it.')
      : t(
          'Redirects nothing: {0} of {1} sources are left by a file:// hop, and no pull matches them.',
          dead,
          all,
        ),
    help,
  ];
}

function overwrittenWords(kind: string, name: string, path: string, by = ''): string {
  return by === path
    ? t(
        '{0} has {1} {2} twice: oc apply keeps the later one alone, and what only the other has is lost.',
        path,
        kind,
        name,
      )
    : t(
        '{0} is overwritten by {1}: both are {2} {3}, and oc apply takes that file later.',
        path,
        by,
        kind,
        name,
      );
}

import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { printable } from '../../base/words.ts';
import { applyObject, changing, dryRun, type PlannedObject, planObject } from '../../cluster/applyObjects.ts';
import { type Clock, followPools } from '../../cluster/followPools.ts';
import { type LiveState, liveState } from '../../cluster/liveState.ts';
import type { PoolState } from '../../cluster/nodeStates.ts';
import type { Oc } from '../../cluster/oc.ts';
import { readPools, seeCluster } from '../../cluster/seeCluster.ts';
import { decidesOnNodes } from '../../pulls/dropInChanges.ts';
import { forecast as forecastOf } from '../../pulls/forecast.ts';
import { withPaths } from '../../pulls/forecastText.ts';
import type { Forecast } from '../../pulls/forecastTypes.ts';
import { type AppliedFolder, readAppliedFolder } from '../appliedFolder.ts';
import { applyOptions } from '../applyOptions.ts';
import { command, exitCodes, tell } from '../command.ts';
import { confirmed } from '../confirm.ts';
import { mirrorsOf } from '../mirrorsOf.ts';
import { nodeNeeds } from '../nodeNeeds.ts';
import { contextLine, openCluster } from '../openCluster.ts';
import { one } from '../operands.ts';
import { accessOf } from '../registries.ts';
import { type ApplyReport, applyJson, forecastLines, plannedLines } from './applyReport.ts';

export const apply = command({
  name: 'apply',
  summary: 'Put the files of a finished mirror run on the cluster, and follow its nodes until they have them',
  details: sentence(
    'DIR is a folder that a run has written, manifests-NAME-TIME. Before anything changes you see which cluster it is, what becomes of each object, what the API server says of a dry run, and what nodes will do. An object of the same name is merged: what the cluster has in it stays. Ctrl+C leaves the cluster as it is; operator-mirror status shows how far it is. The exit code is 1 where something is refused, somebody says no, or nodes do not get there.',
  ),
  operands: one('DIR', sentence('name the folder manifests-NAME-TIME that a mirror run has written')),
  options: applyOptions,
  usage: ['yes', 'dryRun', 'noWait', 'addPullSecret', 'addTrustedCa', 'oc', 'format'],
  async run(directory, options, terminal) {
    const say = (line: string) => {
      if (options.format === 'text') terminal.stdout.write(`${printable(line)}\n`);
    };
    const folder = await readAppliedFolder(directory, 'apply', terminal);
    const { oc, context } = await openCluster(options, terminal);
    say(contextLine(context));
    const finish = (report: Omit<ApplyReport, 'context' | 'folder'>) => {
      if (options.format === 'json') terminal.stdout.write(applyJson({ ...report, context, folder }));
      return report.isDone ? exitCodes.done : exitCodes.incomplete;
    };

    const live = await liveState(oc);
    const planned = await Promise.all(folder.manifests.map((manifest) => planObject(oc, manifest)));
    const refused = await dryRun(oc, planned);
    const foretold = forecastFor(planned, folder, live);
    const access = await accessOf({ ...options, retryTimes: 0 }, terminal);
    const needs = await nodeNeeds(oc, mirrorsOf(planned, snapshotOf(planned, folder)), access);
    for (const line of plannedLines(planned, refused, folder)) say(line);
    for (const line of forecastLines(foretold, live.unread)) say(line);
    for (const note of needs.notes) say(note);
    const before = { planned, refused, forecast: foretold, needs, version: live.version };

    const problem = whyNot(planned, refused, foretold, directory);
    if (problem !== undefined) {
      say('');
      tell(terminal, 'apply', problem.line);
      return finish({ ...before, applied: [], followed: undefined, isDone: false, error: problem });
    }
    const isProviding =
      (options.addPullSecret && needs.logins.length > 0) ||
      (options.addTrustedCa && needs.authorities.length > 0);
    const changes = changing(planned);
    if (options.dryRun || (changes.length === 0 && !isProviding)) {
      say(options.dryRun ? t('Nothing was changed: it was a dry run.') : t('All of it is there already.'));
      return finish({ ...before, applied: [], followed: undefined, isDone: true });
    }
    const question = questionFor(changes.length, foretold, context.server);
    if (!(await confirmed(options.yes, question, terminal))) {
      say(t('Nothing was changed.'));
      return finish({ ...before, applied: [], followed: undefined, isDone: false });
    }

    const pools = await readPools(oc).catch(() => []);
    for (const line of await needs.provide(options)) say(line);
    const { applied, error } = await applyAll(oc, planned, folder, foretold, say);
    if (error !== undefined) {
      tell(terminal, 'apply', messageOf(error));
      return finish({ ...before, applied, followed: undefined, isDone: false, error });
    }
    const followed = options.noWait ? undefined : await follow(oc, pools, foretold, directory, say);
    say(endWords(followed?.end, foretold, directory));
    return finish({
      ...before,
      applied,
      followed,
      isDone: followed === undefined || followed.end === 'done',
    });
  },
});

function snapshotOf(planned: readonly PlannedObject[], folder: AppliedFolder) {
  return folder.withObjects(new Map(planned.map(({ manifest, object }) => [manifest, object])));
}

/** Undefined where nothing of the folder concerns nodes. */
function forecastFor(
  planned: readonly PlannedObject[],
  folder: AppliedFolder,
  { state, version }: LiveState,
): Forecast | undefined {
  const snapshot = snapshotOf(planned, folder);
  return decidesOnNodes(snapshot)
    ? withPaths(forecastOf(snapshot, state, version), (path) => folder.show(path))
    : undefined;
}

/** Why nothing may be applied, whoever wants it. */
function whyNot(
  planned: readonly PlannedObject[],
  refused: readonly { readonly error: UserError }[],
  foretold: Forecast | undefined,
  directory: string,
): UserError | undefined {
  const [first] = refused;
  if (first !== undefined) {
    const message =
      refused.length === 1
        ? t('nothing was changed: the cluster refuses 1 object, {0}', first.error.message)
        : t(
            'nothing was changed: the cluster refuses {0} objects, the first: {1}',
            refused.length,
            first.error.message,
          );
    return new UserError('refused', message, { nextStep: first.error.nextStep });
  }
  if (foretold === undefined || changing(planned).length === 0) return undefined;
  const fix = t('repair it with operator-mirror check --fix {0}', directory);
  if (foretold.effect === 'stopped')
    return new UserError('stopped', t('nothing was changed: the machine-config-operator would stop at it'), {
      nextStep: fix,
    });
  if (!foretold.takesEffect)
    return new UserError('noEffect', t('nothing was changed: none of its sources can match a pull'), {
      nextStep: fix,
    });
  return undefined;
}

function questionFor(changes: number, foretold: Forecast | undefined, server: string): string {
  const drains = foretold?.effect === 'drain' || foretold?.effect === 'reboot';
  if (changes === 1)
    return drains
      ? t('Apply 1 object to {0}, and let its nodes drain one after the other?', server)
      : t('Apply 1 object to {0}?', server);
  return drains
    ? t('Apply {0} objects to {1}, and let its nodes drain one after the other?', changes, server)
    : t('Apply {0} objects to {1}?', changes, server);
}

/** What is applied before an error stays applied, and is said. */
async function applyAll(
  oc: Oc,
  planned: readonly PlannedObject[],
  folder: AppliedFolder,
  foretold: Forecast | undefined,
  say: (line: string) => void,
): Promise<{ readonly applied: readonly PlannedObject[]; readonly error?: UserError }> {
  const applied: PlannedObject[] = [];
  for (const one of changing(planned)) {
    const { kind, name } = one.manifest;
    try {
      const done = await applyObject(oc, one, async (fresh) => {
        const now = planned.map((other) => (other === one ? fresh : other));
        return forecastFor(now, folder, await liveState(oc))?.effect === foretold?.effect;
      });
      applied.push(done);
      if (done !== one) say(t('changed    {0} {1} had changed meanwhile, and was merged again', kind, name));
      say(t('applied    {0} {1}', kind, name));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const left = changing(planned).length - applied.length;
      const message =
        left === 1
          ? t('{0} {1} was not applied: {2}', kind, name, error.message)
          : t('{0} {1} and {2} more were not applied: {3}', kind, name, left - 1, error.message);
      const nextStep = error.nextStep || t('run the same again: what is applied already stays as it is');
      return { applied, error: new UserError(error.code, message, { nextStep, cause: error }) };
    }
  }
  return { applied };
}

const clock: Clock = {
  now: () => performance.now(),
  wait: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
  },
};

/** Undefined where nodes have nothing to do. */
async function follow(
  oc: Oc,
  before: readonly PoolState[],
  foretold: Forecast | undefined,
  directory: string,
  say: (line: string) => void,
) {
  if (foretold === undefined || foretold.effect === 'none' || before.length === 0) return undefined;
  const { effect, restarting, changes } = foretold;
  const onlyThese = effect === 'reboot' && restarting.length > 0 && changes.length === 0;
  const concerned = ({ name }: PoolState) => !onlyThese || restarting.includes(name);
  try {
    const look = () => seeCluster(oc);
    return await followPools({ look, before, concerned, tell: say, clock, signal: oc.signal });
  } catch (error) {
    if (!oc.signal.aborted) throw error;
    throw new UserError(
      'cancelled',
      t('{0}: all is applied, and the nodes go on by themselves', messageOf(error)),
      {
        nextStep: t('see how far they are with operator-mirror status {0}', directory),
        cause: error,
      },
    );
  }
}

function endWords(
  end: 'done' | 'stuck' | 'unbegun' | undefined,
  foretold: Forecast | undefined,
  directory: string,
): string {
  switch (end) {
    case 'done':
      return t(
        'Done: all nodes have it. Next: operator-mirror status {0} holds what the cluster offers against it.',
        directory,
      );
    case 'stuck':
      return t(
        'Not done: a pool cannot go on. Look with operator-mirror status, and at `oc describe machineconfigpool`.',
      );
    case 'unbegun':
      return t(
        'Not done: the machine-config-operator has not begun. Look at `oc logs -n openshift-machine-config-operator deployment/machine-config-controller`.',
      );
    case undefined:
      return foretold === undefined || foretold.effect === 'none'
        ? t('Done. Next: operator-mirror status {0} holds what the cluster offers against it.', directory)
        : t(
            'Applied. Nodes follow by themselves: operator-mirror status {0} shows how far they are.',
            directory,
          );
  }
}

import type { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { paragraph, printableJson } from '../../base/words.ts';
import type { PlannedObject, RefusedObject } from '../../cluster/applyObjects.ts';
import type { ClusterContext } from '../../cluster/context.ts';
import type { FollowedPools } from '../../cluster/followPools.ts';
import type { ClusterAnswer } from '../../protocol/cluster.ts';
import type { Forecast } from '../../pulls/forecastTypes.ts';
import type { AppliedFolder } from '../appliedFolder.ts';
import type { NodeNeeds } from '../nodeNeeds.ts';

/** What came of an `apply`. */
export interface ApplyReport {
  readonly context: ClusterContext;
  readonly version: string | undefined;
  readonly folder: AppliedFolder;
  readonly planned: readonly PlannedObject[];
  readonly refused: readonly RefusedObject[];
  readonly forecast: Forecast | undefined;
  readonly needs: Pick<NodeNeeds, 'logins' | 'authorities' | 'notes'>;
  readonly applied: readonly PlannedObject[];
  readonly followed: FollowedPools | undefined;
  readonly isDone: boolean;
  readonly error?: UserError;
}

/** What becomes of each object, and what the API server says of it. */
export function plannedLines(
  planned: readonly PlannedObject[],
  refused: readonly RefusedObject[],
  { leftAlone, show }: AppliedFolder,
): string[] {
  const lines = [''];
  for (const one of planned) {
    const { manifest, notes } = one;
    const { kind, name, file } = manifest;
    const error = refused.find((other) => other.planned === one)?.error;
    lines.push(error === undefined ? objectLine(one, show(file)) : t('refused    {0} {1}', kind, name));
    if (error !== undefined) lines.push(`           ${error.message}`);
    lines.push(...notes.map((note) => `           ${note}`));
  }
  const changes = planned.filter(({ change }) => change !== 'unchanged').length;
  if (changes > 0 && refused.length === 0) lines.push(t('A dry run by the API server refuses none of it.'));
  for (const file of leftAlone)
    lines.push(t('{0} holds other objects besides: those are left to `oc apply`.', file));
  return lines;
}

function objectLine({ manifest: { kind, name }, change }: PlannedObject, file: string): string {
  switch (change) {
    case 'added':
      return t('new        {0} {1}  {2}', kind, name, file);
    case 'merged':
      return t('merged     {0} {1}  {2}', kind, name, file);
    case 'unchanged':
      return t('unchanged  {0} {1}  {2}', kind, name, file);
  }
}

/** What nodes do, the answer first. */
export function forecastLines(foretold: Forecast | undefined, unread: readonly string[]): string[] {
  const [answer, ...more] = foretold?.explanation ?? [];
  if (answer === undefined) return [''];
  return ['', answer, ...[...more, ...unread].map((sentence) => `  ${sentence}`), ''];
}

/** The same as `apply --format json` prints it: users' scripts depend on every name here. */
export function applyJson(report: ApplyReport): string {
  const { context, version, folder, planned, refused, forecast, needs, applied, followed, error } = report;
  const done = new Set(applied.map(({ manifest }) => manifest));
  const objects = planned.map((one) => {
    const { manifest, change, notes } = one;
    const { kind, name, namespace, file } = manifest;
    const refusal = refused.find((other) => other.planned === one)?.error;
    return {
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      file: folder.show(file),
      change,
      result: refusal !== undefined ? 'refused' : done.has(manifest) ? 'applied' : 'as-it-was',
      notes,
      ...(refusal === undefined ? {} : { error: refusal.line }),
    };
  });
  return `${printableJson(
    {
      cluster: { context: context.name, server: context.server, version: version ?? null },
      objects,
      forecast:
        forecast === undefined
          ? null
          : { effect: forecast.effect, explanation: paragraph(forecast.explanation) },
      needs: { logins: needs.logins, authorities: needs.authorities, notes: needs.notes },
      nodes:
        followed === undefined
          ? null
          : { end: followed.end, pools: followed.pools.map(poolJson), nodes: followed.nodes.map(nodeJson) },
      done: report.isDone,
      error: error?.line ?? null,
    },
    2,
  )}\n`;
}

/** A pool as JSON has it. */
export function poolJson({
  name,
  machines,
  updatedMachines,
  isUpdated,
  isPaused,
  problem,
}: FollowedPools['pools'][number]): ClusterAnswer['pools'][number] {
  return { name, machines, updatedMachines, updated: isUpdated, paused: isPaused, problem };
}

/** A node as JSON has it. */
export function nodeJson({
  name,
  isReady,
  isSchedulable,
  problem,
}: FollowedPools['nodes'][number]): ClusterAnswer['nodes'][number] {
  return { name, ready: isReady, schedulable: isSchedulable, problem };
}

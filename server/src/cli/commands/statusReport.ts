import { t } from '../../base/sentences.ts';
import { inRow, oneLine, printableJson } from '../../base/words.ts';
import type { CatalogState } from '../../cluster/catalogStates.ts';
import type { ClusterStatus } from '../../cluster/clusterStatus.ts';
import type { ClusterContext } from '../../cluster/context.ts';
import type { ExplainedProblem } from '../../cluster/explainedProblems.ts';
import { nodeWords } from '../../cluster/followPools.ts';
import type { PoolState } from '../../cluster/nodeStates.ts';
import { isMirrorSet } from '../../documents/mirrorSet.ts';
import type { ClusterAnswer } from '../../protocol/cluster.ts';
import { traceJson } from '../../pulls/trace.ts';
import { traceTitle } from '../../pulls/traceText.ts';
import type { ManifestState } from '../mirroredOnCluster.ts';
import { contextLine } from '../openCluster.ts';
import { nodeJson, poolJson } from './applyReport.ts';

/** How a cluster is, and how it is to be. */
export interface StatusReport extends ClusterStatus {
  readonly context: ClusterContext;
  /** The objects of a folder; empty where none was named. */
  readonly manifests: readonly ManifestState[];
  /** The packages that were mirrored, and that this catalog does not offer. */
  missing(catalog: CatalogState): readonly string[];
  show(path: string): string;
}

/** True when nothing waits, nothing is missing, and all that could be seen is as it should be. */
export function isWell(report: StatusReport): boolean {
  const { nodes, pools, catalogs, problems, manifests } = report;
  return (
    nodes.every(({ isReady, isSchedulable }) => isReady && isSchedulable) &&
    pools.every(({ isUpdated, isPaused, problem }) => isUpdated && !isPaused && problem === '') &&
    catalogs.every((catalog) => catalog.isReady && report.missing(catalog).length === 0) &&
    problems.length === 0 &&
    manifests.every(({ state }) => state === 'there')
  );
}

/** For people: what is not as it should be in full, and the rest in few words. */
export function statusLines(report: StatusReport): string[] {
  const { context, version, unread } = report;
  return [
    contextLine(context),
    ...(version === undefined ? [] : [t('Version: OpenShift {0}', version)]),
    ...section(t('Nodes'), nodeLines(report)),
    ...section(t('Mirror sets'), setLines(report)),
    ...section(
      t('Catalogs'),
      report.catalogs.flatMap((catalog) => catalogLines(catalog, report)),
    ),
    ...section(
      t('Of this folder'),
      report.manifests.map((one) => manifestLine(one, report)),
    ),
    ...section(t('What waits'), report.problems.flatMap(problemLines)),
    ...(unread.length === 0 ? [] : ['', ...unread]),
    '',
    isWell(report) ? t('All of it is as it should be.') : t('Not all of it is as it should be.'),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function nodeLines({ nodes, pools }: StatusReport): string[] {
  const odd = nodes.filter(({ isReady, isSchedulable }) => !isReady || !isSchedulable);
  const well = nodes.length - odd.length;
  return [
    ...(well === 0 ? [] : [well === 1 ? t('1 node is Ready') : t('{0} nodes are Ready', well)]),
    ...odd.map((node) => `${node.name}  ${nodeWords(node)}${node.problem === '' ? '' : `  ${node.problem}`}`),
    ...pools.map(poolLine),
  ];
}

function poolLine({ name, isUpdated, isPaused, machines, updatedMachines, problem }: PoolState): string {
  if (problem !== '') return t('pool {0} cannot go on: {1}', name, oneLine(problem));
  if (isPaused) return t('pool {0} is paused: it gets no change until spec.paused is false', name);
  return isUpdated
    ? t('pool {0}: all {1} have their configuration', name, machines)
    : t('pool {0}: {1} of {2} have the new configuration', name, updatedMachines, machines);
}

function setLines({ sets }: StatusReport): string[] {
  return mirrorSetsIn(sets).map(({ kind, name, sources }) =>
    sources === 1 ? t('{0} {1}: 1 source', kind, name) : t('{0} {1}: {2} sources', kind, name, sources),
  );
}

function mirrorSetsIn({ files }: StatusReport['sets']) {
  return [...files.values()].flatMap(({ content }) =>
    content.type !== 'yaml'
      ? []
      : content.yaml.resources.filter(isMirrorSet).map(({ kind, name, entries }) => {
          return { kind, name: name?.value ?? '', sources: entries.length };
        }),
  );
}

function catalogLines(catalog: CatalogState, report: StatusReport): string[] {
  const { kind, name, namespace, state, image, message, isReady, pods, packages } = catalog;
  const named = namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  const lines = [`${named}  ${state === '' ? t('says nothing yet') : state}  ${image}`];
  if (!isReady && message !== '') lines.push(`  ${oneLine(message)}`);
  if (kind === 'CatalogSource') {
    lines.push(...pods.map((pod) => `  ${t('pod {0}: {1}', pod.name, pod.phase)}`));
    if (pods.length === 0) lines.push(`  ${t('no pod serves it')}`);
  }
  if (packages !== undefined)
    lines.push(
      `  ${packages.length === 1 ? t('1 package is offered') : t('{0} packages are offered', packages.length)}`,
    );
  const missing = report.missing(catalog);
  if (missing.length > 0) lines.push(`  ${t('not offered, although it was mirrored: {0}', someOf(missing))}`);
  return lines;
}

/** Nobody reads more; the JSON has them all. */
const mostNames = 12;

function someOf(names: readonly string[]): string {
  const shown = inRow(names.slice(0, mostNames));
  return names.length <= mostNames ? shown : t('{0} and {1} more', shown, names.length - mostNames);
}

function manifestLine(
  { manifest: { kind, name, file }, state }: ManifestState,
  { show }: StatusReport,
): string {
  switch (state) {
    case 'there':
      return t('there      {0} {1}', kind, name);
    case 'differs':
      return t('differs    {0} {1}: the cluster lacks something of {2}', kind, name, show(file));
    case 'missing':
      return t('missing    {0} {1}: apply {2}', kind, name, show(file));
  }
}

function problemLines({ objects, says, code, cause, fix, image, trace, rule }: ExplainedProblem): string[] {
  const lines = [
    `${t('{0}: {1}', someOf(objects), cause === '' ? oneLine(says) : cause)}${code === '' ? '' : ` (${code})`}`,
  ];
  if (image !== '') lines.push(`  ${t('image: {0}', image)}`);
  if (trace !== undefined) {
    lines.push(`  ${t('pull: {0}', traceTitle(trace))}`);
    lines.push(
      rule === undefined
        ? `  ${t('rule: none on the cluster redirects it')}`
        : `  ${t('rule: {0}, source {1}: {2}', rule.kind, rule.source, rule.reason)}`,
    );
  }
  if (cause !== '') lines.push(`  ${t('said: {0}', oneLine(says))}`);
  if (fix !== '') lines.push(`  ${t('What to do: {0}', fix)}`);
  return lines;
}

/** The same as `status --format json` prints it: users' scripts depend on every name here. */
export function statusJson(report: StatusReport): string {
  const { context, version, nodes, pools, sets, catalogs, manifests, problems, unread, show } = report;
  const answer: ClusterAnswer = {
    cluster: { context: context.name, server: context.server, version: version ?? null },
    nodes: nodes.map(nodeJson),
    pools: pools.map(poolJson),
    mirrorSets: mirrorSetsIn(sets),
    catalogs: catalogs.map((catalog) => {
      const { kind, name, namespace, image, state, isReady, message, pods, packages } = catalog;
      return {
        kind,
        name,
        ...(namespace === '' ? {} : { namespace }),
        image,
        state,
        ready: isReady,
        message,
        pods,
        packages: packages ?? null,
        missing: report.missing(catalog),
      };
    }),
    objects: manifests.map(({ manifest: { kind, name, file }, state }) => {
      return { kind, name, file: show(file), state };
    }),
    problems: problems.map(({ objects, says, code, cause, fix, image, trace, rule }) => ({
      objects,
      says,
      code: code === '' ? null : code,
      cause,
      fix,
      image: image === '' ? null : image,
      rule: rule === undefined ? null : { kind: rule.kind, source: rule.source, reason: rule.reason },
      trace: trace === undefined ? null : traceJson(trace),
    })),
    unread,
    well: isWell(report),
  };
  return `${printableJson(answer, 2)}\n`;
}

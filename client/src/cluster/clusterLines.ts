import type { ClusterAnswer } from '../../../server/src/protocol/cluster.ts';
import type { Translate } from '../pages/page.ts';

/** A line of the view of the cluster: what a tree item is made of, without any of VS Code. */
export interface ClusterLine {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** One of VS Code's own. */
  readonly icon: string;
  /** Where something is wrong, or goes on; undefined where nothing has to be said of it. */
  readonly color?: 'testing.iconFailed' | 'testing.iconPassed' | 'charts.yellow';
  /** Markdown. */
  readonly tooltip?: string;
  readonly below: readonly ClusterLine[];
  /** True for lines that are open at first: what is not as it should be. */
  readonly isOpen?: boolean;
}

const well = { icon: 'pass', color: 'testing.iconPassed' } as const;
const wrong = { icon: 'error', color: 'testing.iconFailed' } as const;
const moving = { icon: 'sync', color: 'charts.yellow' } as const;

/** How a cluster is, the most important thing first. */
export function clusterLines(answer: ClusterAnswer, t: Translate): ClusterLine[] {
  const { cluster, problems, unread } = answer;
  const host = cluster.server.replace(/^https?:\/\//, '');
  const version = cluster.version === null ? '' : t('OpenShift {0}', cluster.version);
  return [
    {
      id: 'cluster',
      label: host,
      description: version,
      icon: 'server-environment',
      tooltip: t('Context {0}', cluster.context),
      below: [],
    },
    ...waiting(problems, t),
    nodes(answer, t),
    catalogs(answer, t),
    ...objects(answer, t),
    mirrorSets(answer, t),
    ...unread.map((text, index) => {
      return { id: `unread/${index}`, label: text, description: '', icon: 'eye-closed', below: [] };
    }),
  ];
}

function waiting(problems: ClusterAnswer['problems'], t: Translate): ClusterLine[] {
  if (problems.length === 0) return [];
  const below = problems.map(({ objects, says, cause, fix, image, rule }, index): ClusterLine => {
    const [first = '', ...others] = objects;
    const label = others.length === 0 ? first : t('{0} and {1} more', first, others.length);
    const why = cause === '' ? says : cause;
    const where =
      image === null
        ? []
        : rule === null
          ? [t('No rule on the cluster redirects it.')]
          : [t('{0} redirects it, source {1}.', rule.kind, rule.source)];
    const parts = [...objects, ...(image === null ? [] : [image]), why, ...where, fix];
    return {
      id: `problem/${index}`,
      label,
      description: image ?? why,
      ...wrong,
      tooltip: parts
        .filter((part) => part !== '')
        .map(escaped)
        .join('\n\n'),
      below: [
        ...(image === null ? [] : [leaf(`problem/${index}/image`, image, 'package')]),
        leaf(`problem/${index}/cause`, why, 'info'),
        ...where.map((text) => leaf(`problem/${index}/rule`, text, 'arrow-swap')),
        ...(fix === '' ? [] : [leaf(`problem/${index}/fix`, fix, 'lightbulb')]),
      ],
    };
  });
  return [
    {
      id: 'problems',
      label: t('What waits'),
      description: String(problems.length),
      ...wrong,
      below,
      isOpen: true,
    },
  ];
}

function nodes({ nodes, pools }: ClusterAnswer, t: Translate): ClusterLine {
  const odd = nodes.filter(({ ready, schedulable }) => !ready || !schedulable);
  const left = pools.filter(({ updated, problem, paused }) => !updated || problem !== '' || paused);
  const isWrong = pools.some(({ problem, paused }) => problem !== '' || paused);
  const state = isWrong ? wrong : odd.length > 0 || left.length > 0 ? moving : well;
  return {
    id: 'nodes',
    label: t('Nodes'),
    description:
      odd.length === 0
        ? t('{0} of {1} Ready', nodes.length, nodes.length)
        : t('{0} of {1} Ready', nodes.length - odd.length, nodes.length),
    ...state,
    below: [
      ...pools.map(({ name, machines, updatedMachines, updated, paused, problem }) => ({
        id: `pool/${name}`,
        label: name,
        description: problem || (paused ? t('paused') : t('{0} of {1} done', updatedMachines, machines)),
        ...(problem !== '' || paused ? wrong : updated ? well : moving),
        below: [],
      })),
      ...odd.map(({ name, ready, schedulable, problem }) => ({
        id: `node/${name}`,
        label: name,
        description: [ready ? 'Ready' : 'NotReady', ...(schedulable ? [] : ['SchedulingDisabled'])].join(','),
        ...(problem === '' ? {} : { tooltip: escaped(problem) }),
        ...moving,
        below: [],
      })),
    ],
    isOpen: state !== well,
  };
}

function catalogs({ catalogs }: ClusterAnswer, t: Translate): ClusterLine {
  const below = catalogs.map((catalog): ClusterLine => {
    const { kind, name, namespace, image, state, ready, message, pods, packages, missing } = catalog;
    const offered =
      packages === null ? [] : [packages.length === 1 ? t('1 package') : t('{0} packages', packages.length)];
    const lacks = missing.map((one) =>
      leaf(`${kind} ${name} ${one}`, t('{0} is not offered', one), 'warning'),
    );
    return {
      id: `${kind} ${namespace ?? ''} ${name}`,
      label: name,
      description: [state || t('says nothing yet'), ...offered].join(' · '),
      ...(ready && missing.length === 0 ? well : wrong),
      tooltip: [kind, image, message]
        .filter((part) => part !== '')
        .map(escaped)
        .join('\n\n'),
      below: [
        leaf(`${kind} ${name} image`, image, 'package'),
        ...pods.map((pod) => ({ ...leaf(`pod/${pod.name}`, pod.name, 'vm'), description: pod.phase })),
        ...lacks,
      ],
    };
  });
  const isWell = catalogs.every(({ ready, missing }) => ready && missing.length === 0);
  return {
    id: 'catalogs',
    label: t('Catalogs'),
    description: catalogs.length === 0 ? t('none') : String(catalogs.length),
    ...(isWell ? well : wrong),
    below,
    isOpen: !isWell,
  };
}

function objects({ objects }: ClusterAnswer, t: Translate): ClusterLine[] {
  if (objects.length === 0) return [];
  const words = { there: t('there'), differs: t('differs'), missing: t('missing') };
  const there = objects.filter(({ state }) => state === 'there').length;
  return [
    {
      id: 'objects',
      label: t('Of the Mirror Run'),
      description: t('{0} of {1} are there', there, objects.length),
      ...(there === objects.length ? well : wrong),
      below: objects.map(({ kind, name, file, state }) => ({
        id: `object/${kind}/${name}`,
        label: name,
        description: `${kind} · ${words[state]}`,
        ...(state === 'there' ? well : wrong),
        tooltip: escaped(file),
        below: [],
      })),
      isOpen: there < objects.length,
    },
  ];
}

function mirrorSets({ mirrorSets }: ClusterAnswer, t: Translate): ClusterLine {
  return {
    id: 'sets',
    label: t('Mirror Sets'),
    description: mirrorSets.length === 0 ? t('none') : String(mirrorSets.length),
    icon: 'arrow-swap',
    below: mirrorSets.map(({ kind, name, sources }) => ({
      id: `set/${kind}/${name}`,
      label: name,
      description: `${kind} · ${sources === 1 ? t('1 source') : t('{0} sources', sources)}`,
      icon: 'arrow-swap',
      below: [],
    })),
  };
}

function leaf(id: string, label: string, icon: string): ClusterLine {
  return { id, label, description: '', icon, below: [] };
}

/** What the cluster says is no Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~]/g, '\\$&');
}

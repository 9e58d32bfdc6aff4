import { commands } from '../../../server/src/protocol/names.ts';
import type { MirrorRunRow, RunPart } from '../../../server/src/protocol/runs.ts';
import type { Translate } from '../pages/page.ts';

/** A run in the tree. */
export interface RunNode {
  readonly kind: 'run';
  row: MirrorRunRow;
  /** True where a task of this window runs it. */
  isOwn: boolean;
  /** True for the newest one, which is open at first. */
  readonly isFirst: boolean;
}

/** A line below a run. */
export interface PartNode {
  readonly kind: 'part';
  readonly parent: RunTreeNode;
  readonly part: RunPart;
}

export type RunTreeNode = RunNode | PartNode;

/** A node as it is shown: what a tree item is made of, without any of VS Code. */
export interface ShownRun {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** One of VS Code's own, with the name of a colour. */
  readonly icon: { readonly theme: string; readonly color?: string };
  readonly expand: 'leaf' | 'closed' | 'open';
  /** What menus ask for: words with a dash between. */
  readonly context: string;
  /** Markdown for a run, and plain text for a line. */
  readonly tooltip?: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly command?: { readonly id: string; readonly title: string };
}

/** The run that a node belongs to. */
export function runOf(node: RunTreeNode): RunNode {
  return node.kind === 'run' ? node : runOf(node.parent);
}

/** The ids of a line and of those above it, from the top. */
export function pathOf(node: RunTreeNode): string[] {
  return node.kind === 'run' ? [] : [...pathOf(node.parent), node.part.id];
}

/** What a node looks like. */
export function shownRun(node: RunTreeNode, t: Translate): ShownRun {
  if (node.kind === 'part') return shownPart(node, t);
  const { row, isOwn, isFirst } = node;
  const { run, label, description, state, tooltip, can } = row;
  return {
    id: run,
    label,
    description,
    icon: stateIcons[state],
    expand: isFirst ? 'open' : 'closed',
    context: ['run', state, ...can, ...(isOwn && state === 'running' ? ['own'] : [])].join('-'),
    tooltip,
    spoken: t('{0}, {1}: {2}', stateWords(state, t), label, description),
  };
}

const stateIcons: Readonly<Record<MirrorRunRow['state'], ShownRun['icon']>> = {
  running: { theme: 'sync~spin', color: 'progressBar.background' },
  done: { theme: 'pass', color: 'testing.iconPassed' },
  incomplete: { theme: 'warning', color: 'list.warningForeground' },
  stopped: { theme: 'circle-slash', color: 'list.warningForeground' },
};

function stateWords(state: MirrorRunRow['state'], t: Translate): string {
  switch (state) {
    case 'running':
      return t('Running');
    case 'done':
      return t('Done');
    case 'incomplete':
      return t('Incomplete');
    case 'stopped':
      return t('Stopped');
  }
}

function shownPart(node: PartNode, t: Translate): ShownRun {
  const { id, label, description, kind, below, tooltip, does, copy, retry } = node.part;
  const run = runOf(node);
  const hasCommand = does !== undefined || (kind === 'more' && id.startsWith('more-'));
  const retries = isOfFailures(kind) && run.row.can.includes('retry') ? ['retry'] : [];
  return {
    id: [run.row.run, ...pathOf(node)].join('\n'),
    label,
    description,
    icon: partIcons[kind],
    expand: below === 'nothing' ? 'leaf' : below,
    context: [
      ...['part', kind],
      ...(copy === undefined ? [] : ['copy']),
      ...(retry === undefined ? retries : ['retryImage']),
    ].join('-'),
    ...(tooltip === undefined ? {} : { tooltip }),
    spoken: description === '' ? label : t('{0}, {1}', label, description),
    ...(hasCommand ? { command: { id: commands.openRunLine, title: t('Open') } } : {}),
  };
}

function isOfFailures(kind: RunPart['kind']): boolean {
  return kind === 'failures' || kind === 'cause' || kind === 'image';
}

const partIcons: Readonly<Record<RunPart['kind'], ShownRun['icon']>> = {
  command: { theme: 'terminal' },
  destination: { theme: 'repo-push' },
  counts: { theme: 'list-ordered' },
  failures: { theme: 'error', color: 'list.errorForeground' },
  cause: { theme: 'info' },
  image: { theme: 'file-binary' },
  advice: { theme: 'lightbulb', color: 'list.warningForeground' },
  catalog: { theme: 'library' },
  brokenCatalog: { theme: 'warning', color: 'list.warningForeground' },
  bundle: { theme: 'package' },
  manifests: { theme: 'folder-opened' },
  report: { theme: 'note' },
  next: { theme: 'milestone' },
  step: { theme: 'arrow-right' },
  more: { theme: 'ellipsis' },
};

import { commands } from '../../../server/src/protocol/names.ts';
import type { Translate } from '../pages/page.ts';
import { type CatalogTreeNode, idOf, type NoteNode } from './catalogNodes.ts';

/** A node as it is shown: what a tree item is made of, without any of VS Code. */
export interface ShownNode {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** A picture at an address, or one of VS Code's own with the name of a colour. */
  readonly icon: { readonly address: string } | { readonly theme: string; readonly color?: string };
  readonly expand: 'leaf' | 'collapsed';
  /** What menus ask for: words with a dash between. */
  readonly context: string;
  /** Left out where there is no box. */
  readonly checked?: boolean;
  /** What a screen reader says of it; left out where label and description say it. */
  readonly spoken?: string;
  readonly tooltip?: string;
  /** What a click does, with the node as its argument unless `arguments` are there. */
  readonly command?: { readonly id: string; readonly title: string; readonly arguments?: readonly unknown[] };
}

/** What a node looks like. */
export function shownNode(node: CatalogTreeNode, t: Translate): ShownNode {
  return { id: idOf(node), ...looks(node, t) };
}

function looks(node: CatalogTreeNode, t: Translate): Omit<ShownNode, 'id'> {
  switch (node.kind) {
    case 'choice': {
      const { packages, sum } = node;
      if (packages === 0) {
        return {
          label: t('Nothing selected'),
          description: t('tick packages, channels or versions'),
          icon: { theme: 'checklist' },
          expand: 'leaf',
          context: 'choice-empty',
        };
      }
      const problems = sum?.problems ?? [];
      const isBad = problems.some(({ severity }) => severity === 'error');
      return {
        label: packages === 1 ? t('1 package selected') : t('{0} packages selected', packages),
        description: [sum?.words ?? '', problemCount(problems.length, t)]
          .filter((part) => part !== '')
          .join(' · '),
        icon:
          problems.length === 0
            ? { theme: 'checklist' }
            : isBad
              ? { theme: 'error', color: 'list.errorForeground' }
              : { theme: 'warning', color: 'list.warningForeground' },
        expand: problems.length === 0 ? 'leaf' : 'collapsed',
        context: 'choice',
        ...(sum === undefined
          ? {}
          : { tooltip: [sum.words, ...problems.map(({ message }) => message)].join('\n\n') }),
      };
    }
    case 'problem': {
      const { message, severity, add } = node.problem;
      return {
        label: message,
        description: '',
        icon:
          severity === 'error'
            ? { theme: 'error', color: 'list.errorForeground' }
            : { theme: 'warning', color: 'list.warningForeground' },
        expand: 'leaf',
        context: add.length > 0 ? 'problem-addable' : 'problem',
        tooltip: message,
      };
    }
    case 'catalog': {
      const { row, content } = node;
      const count = content?.state === 'open' ? content.packages.length : undefined;
      const counted = count === undefined ? '' : count === 1 ? t('1 package') : t('{0} packages', count);
      const notice = content?.state === 'open' ? content.notice : undefined;
      const named = row.namedIn.map(({ path, line }) => `${path}:${line + 1}`);
      return {
        label: row.label,
        description: [notice === undefined ? '' : t('not refreshed'), counted, row.where]
          .filter((part) => part !== '')
          .join(' · '),
        icon:
          content?.state === 'failed' || notice !== undefined
            ? { theme: 'warning', color: 'list.warningForeground' }
            : { theme: 'library' },
        expand: 'collapsed',
        context: [
          'catalog',
          ...(row.added === undefined ? [] : ['added']),
          ...(named.length === 0 ? [] : ['named']),
        ].join('-'),
        tooltip: [
          row.catalog.replace(/^docker:\/\//, ''),
          ...(notice === undefined ? [] : [notice]),
          ...(named.length === 0 ? [] : [t('Named in {0}', named.join(', '))]),
        ].join('\n\n'),
      };
    }
    case 'note':
      return noteLooks(node, t);
    case 'package': {
      const { row, isEarly, isChosen } = node;
      const badges = row.badges.length === 0 ? '' : row.badges.join(', ');
      const parts = [[row.title, row.version].filter((part) => part !== '').join(' '), badges];
      return {
        label: row.name,
        description: parts.filter((part) => part !== '').join(' · '),
        icon: row.icon === undefined ? { theme: 'package' } : { address: row.icon },
        expand: isEarly ? 'leaf' : 'collapsed',
        context: isEarly ? 'package-early' : 'package',
        ...(isEarly ? {} : { checked: isChosen }),
      };
    }
    case 'channel': {
      const { row } = node;
      const parts = [row.head, ...(row.isDefault ? [t('default')] : []), ...row.badges];
      return {
        label: row.name,
        description: parts.filter((part) => part !== '').join(' · '),
        icon: { theme: 'git-branch' },
        expand: row.versions.length === 0 ? 'leaf' : 'collapsed',
        context: 'channel',
        checked: row.isChosen,
      };
    }
    case 'version': {
      const { row } = node;
      const parts = [...(row.isHead ? [t('head')] : []), ...row.badges];
      return {
        label: row.version === '' ? row.bundle : row.version,
        description: parts.join(' · '),
        icon: { theme: row.isHead ? 'target' : 'circle-small-filled' },
        expand: 'collapsed',
        context: 'version',
        ...(row.version === '' ? {} : { checked: row.isChosen }),
      };
    }
    case 'image': {
      const { reference, name, isByTag } = node.row;
      const { label, where } = shortReference(reference);
      return {
        label,
        description: [name, ...(isByTag ? [t('by tag')] : []), where]
          .filter((part) => part !== '')
          .join(' · '),
        icon: isByTag ? { theme: 'tag' } : { theme: 'file-binary' },
        expand: 'leaf',
        context: 'image',
        spoken: reference,
      };
    }
  }
}

function problemCount(problems: number, t: Translate): string {
  if (problems === 0) return '';
  return problems === 1 ? t('1 problem') : t('{0} problems', problems);
}

function noteLooks({ note, parent }: NoteNode, t: Translate): Omit<ShownNode, 'id'> {
  switch (note.is) {
    case 'opening': {
      const { progress } = note;
      return {
        label: t('Opening the catalog…'),
        description:
          progress === undefined || progress.of === 0
            ? ''
            : progress.read < progress.of
              ? t('{0} of {1}', megabytes(progress.read), megabytes(progress.of))
              : t('reading what is in it'),
        icon: { theme: 'loading~spin' },
        expand: 'leaf',
        context: 'opening',
      };
    }
    case 'failed':
      return {
        label: note.reason,
        description: '',
        icon: { theme: 'error', color: 'list.errorForeground' },
        expand: 'leaf',
        context: 'failure',
        tooltip: note.reason,
      };
    case 'help':
      return helpLooks(note.help, parent.row.catalog, t);
    case 'empty':
      return {
        label: t('No package is in this catalog'),
        description: '',
        icon: { theme: 'info' },
        expand: 'leaf',
        context: 'note',
      };
    case 'filtered':
      return {
        label: t('No package matches {0}', note.filter),
        description: t('show all'),
        icon: { theme: 'filter' },
        expand: 'leaf',
        context: 'note',
        command: { id: commands.clearCatalogFilter, title: t('Show all packages'), arguments: [] },
      };
  }
}

type Help = Extract<NoteNode['note'], { is: 'help' }>['help'];

function helpLooks(help: Help, catalog: string, t: Translate): Omit<ShownNode, 'id'> {
  const steps: Readonly<
    Record<Help, { label: string; theme: string; id: string; arguments?: readonly unknown[] }>
  > = {
    trust: {
      label: t('Trust this workspace…'),
      theme: 'shield',
      id: 'workbench.trust.manage',
      arguments: [],
    },
    network: {
      label: t('Turn the network on…'),
      theme: 'settings-gear',
      id: 'workbench.action.openSettings',
      arguments: ['operatorMirror.network'],
    },
    login: {
      label: t('Log in to the registry…'),
      theme: 'key',
      id: commands.logIn,
      arguments: [hostOf(catalog)],
    },
    again: { label: t('Try again'), theme: 'refresh', id: commands.refreshCatalogs },
  };
  const { label, theme, id, arguments: given } = steps[help];
  return {
    label,
    description: '',
    icon: { theme },
    expand: 'leaf',
    context: 'help',
    command: { id, title: label, ...(given === undefined ? {} : { arguments: given }) },
  };
}

function hostOf(catalog: string): string {
  return catalog.replace(/^docker:\/\//, '').split('/')[0] ?? '';
}

/** The last part of a reference, of a digest only as much as tells it from others, and what stands before that. */
export function shortReference(reference: string): { readonly label: string; readonly where: string } {
  const at = reference.indexOf('@');
  const name = at === -1 ? reference : reference.slice(0, at);
  const slash = name.lastIndexOf('/');
  const digest = at === -1 ? '' : reference.slice(at).replace(/^(@sha256:[0-9a-f]{8})[0-9a-f]+$/, '$1…');
  return { label: name.slice(slash + 1) + digest, where: slash === -1 ? '' : name.slice(0, slash) };
}

function megabytes(count: number): string {
  return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}

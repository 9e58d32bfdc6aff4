import type {
  CatalogContent,
  CatalogRow,
  ChannelRow,
  ImageRow,
  PackageRow,
  VersionRow,
} from '../../../server/src/protocol/catalogs.ts';
import type { ChosenProblem, ChosenSum } from '../../../server/src/protocol/choice.ts';

/** What stands in the tree of catalogs. The nodes of catalogs, packages and channels stay the same objects. */
export type CatalogTreeNode =
  | ChoiceNode
  | ProblemNode
  | CatalogNode
  | NoteNode
  | PackageNode
  | ChannelNode
  | VersionNode
  | ImageNode;

/** The first line: what is chosen. */
export interface ChoiceNode {
  readonly kind: 'choice';
  /** How many packages. */
  packages: number;
  /** Undefined while it is being added up. */
  sum: ChosenSum | undefined;
}

/** What is wrong with the choice. */
export interface ProblemNode {
  readonly kind: 'problem';
  readonly parent: ChoiceNode;
  readonly problem: ChosenProblem;
}

export interface CatalogNode {
  readonly kind: 'catalog';
  row: CatalogRow;
  /** As it was last told; undefined while nobody has opened it. */
  content: CatalogContent | undefined;
}

/** A line that is no part of a catalog: what goes on with it, and what can be done. */
export interface NoteNode {
  readonly kind: 'note';
  readonly parent: CatalogNode;
  readonly note:
    | { readonly is: 'opening'; readonly progress?: { readonly read: number; readonly of: number } }
    | { readonly is: 'failed'; readonly reason: string }
    | { readonly is: 'help'; readonly help: Extract<CatalogContent, { state: 'failed' }>['help'] }
    | { readonly is: 'empty' }
    | { readonly is: 'filtered'; readonly filter: string };
}

export interface PackageNode {
  readonly kind: 'package';
  readonly parent: CatalogNode;
  row: PackageRow;
  /** True while nothing but its name is known. */
  isEarly: boolean;
  isChosen: boolean;
}

export interface ChannelNode {
  readonly kind: 'channel';
  readonly parent: PackageNode;
  row: ChannelRow;
}

export interface VersionNode {
  readonly kind: 'version';
  readonly parent: ChannelNode;
  readonly row: VersionRow;
}

export interface ImageNode {
  readonly kind: 'image';
  readonly parent: VersionNode;
  readonly row: ImageRow;
}

/** The node above. */
export function parentOf(node: CatalogTreeNode): CatalogTreeNode | undefined {
  return 'parent' in node ? node.parent : undefined;
}

/** The catalog that a node is in; undefined for what is chosen. */
export function catalogOf(node: CatalogTreeNode): CatalogNode | undefined {
  let above: CatalogTreeNode | undefined = node;
  while (above !== undefined && above.kind !== 'catalog') above = parentOf(above);
  return above;
}

/** The names that lead to a node, which no other one has. */
export function idOf(node: CatalogTreeNode): string {
  switch (node.kind) {
    case 'choice':
      return 'choice';
    case 'problem':
      return `${idOf(node.parent)}\n${node.problem.catalog}\n${node.problem.message}`;
    case 'catalog':
      return node.row.catalog;
    case 'note':
      return `${idOf(node.parent)}\n!${node.note.is}`;
    case 'package':
      return `${idOf(node.parent)}\n${node.row.name}`;
    case 'channel':
      return `${idOf(node.parent)}\n${node.row.name}`;
    case 'version':
      return `${idOf(node.parent)}\n${node.row.bundle}`;
    case 'image':
      return `${idOf(node.parent)}\n${node.row.reference}`;
  }
}

/** What Copy takes: what people type elsewhere. Empty for what has no name. */
export function nameToCopy(node: CatalogTreeNode): string {
  switch (node.kind) {
    case 'catalog':
      return node.row.catalog.replace(/^docker:\/\//, '');
    case 'package':
    case 'channel':
      return node.row.name;
    case 'version':
      return node.row.bundle;
    case 'image':
      return node.row.reference;
    case 'problem':
      return node.problem.message;
    case 'note':
      return node.note.is === 'failed' ? node.note.reason : '';
    case 'choice':
      return '';
  }
}

import type { Chunk } from '../base/chunked.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import type { MappingLine } from '../documents/mappingLine.ts';
import { isMirrorSet, type MirrorEntry, type MirrorSet } from '../documents/mirrorSet.ts';
import type { Resource } from '../documents/resources.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { UnitKind, Units } from './rule.ts';

/** Something that rules check, with its place. */
export interface Unit {
  readonly kind: UnitKind;
  readonly value: Units[UnitKind];
  /** The line of the file that its ranges count from. */
  readonly line: number;
  /** `mapping`, or the kind of the resource. */
  readonly owner: string;
}

/** Units of one kind that follow each other. */
export interface UnitBlock {
  readonly kind: UnitKind;
  /** What stays the same object while the text of all its units does, wherever it stands; undefined when nothing does. */
  readonly key: object | undefined;
  /** For each unit, what stays the same object while its text does. */
  readonly items: readonly object[];
  /** The first line of the block. */
  readonly line: number;
  /** How many lines it has; undefined where its findings may be anywhere in the file. */
  readonly height: number | undefined;
  unitAt(index: number): Unit;
}

/** All that there is to check in a file. Takes as long as it has blocks: a hundred lines or entries are one. */
export function* blocksOf(file: WorkspaceFile): Generator<UnitBlock> {
  const { content } = file;
  if (content.type === 'mapping') {
    yield* mappingBlocks(content.mapping);
    return;
  }
  const { yaml } = content;
  yield single({ kind: 'yaml', value: { yaml }, line: 0, owner: yaml.resources[0]?.kind ?? 'yaml' });
  for (const resource of yaml.resources) {
    if (isMirrorSet(resource)) yield* setBlocks(resource, yaml.aliased);
    else yield single({ ...unitOf(resource), line: 0, owner: resource.kind });
  }
}

function* mappingBlocks(mapping: MappingDocument): Generator<UnitBlock> {
  let line = 0;
  for (const chunk of mapping.lines.chunks) {
    yield lineBlock(chunk, line);
    line += chunk.height;
  }
  yield single({ kind: 'mapping', value: { mapping }, line: 0, owner: 'mapping' });
}

function lineBlock(chunk: Chunk<MappingLine>, line: number): UnitBlock {
  return {
    kind: 'mapping-line',
    key: chunk,
    items: chunk.items,
    line,
    height: chunk.height,
    unitAt: (index) => ({
      kind: 'mapping-line',
      value: { line: chunk.items[index] as MappingLine },
      line: line + index,
      owner: 'mapping',
    }),
  };
}

function* setBlocks(set: MirrorSet, aliased: boolean): Generator<UnitBlock> {
  yield single({ kind: 'mirror-set', value: { set }, line: 0, owner: set.kind });
  // In a block list each entry has lines of its own, unless an alias shows what stands elsewhere.
  const isApart = set.entryIndent !== undefined && set.entriesInOrder && !aliased;
  let index = 0;
  let line = set.entriesLine;
  for (const chunk of set.entries.chunks) {
    const isLast = index + chunk.items.length === set.entries.length;
    yield entryBlock(set, chunk, index, line, isApart && !isLast ? chunk.height : undefined);
    index += chunk.items.length;
    line += chunk.height;
  }
}

function entryBlock(
  set: MirrorSet,
  chunk: Chunk<MirrorEntry>,
  start: number,
  line: number,
  height: number | undefined,
): UnitBlock {
  return {
    kind: 'mirror-entry',
    key: chunk,
    items: chunk.items,
    line,
    height,
    unitAt: (index) => ({
      kind: 'mirror-entry',
      value: { entry: chunk.items[index] as MirrorEntry, set, index: start + index },
      line: line + (chunk.tops[index] as number),
      owner: set.kind,
    }),
  };
}

function single(unit: Unit): UnitBlock {
  return {
    kind: unit.kind,
    key: undefined,
    items: [unit],
    line: unit.line,
    height: undefined,
    unitAt: () => unit,
  };
}

/** The unit of a resource that rules check as a whole. */
function unitOf(resource: Exclude<Resource, MirrorSet>): Pick<Unit, 'kind' | 'value'> {
  switch (resource.kind) {
    case 'CatalogSource':
      return { kind: 'catalog-source', value: { source: resource } };
    case 'ClusterCatalog':
      return { kind: 'cluster-catalog', value: { catalog: resource } };
    case 'OperatorHub':
      return { kind: 'operator-hub', value: { hub: resource } };
    case 'Image':
      return { kind: 'image-config', value: { config: resource } };
    case 'MachineConfig':
      return { kind: 'machine-config', value: { config: resource } };
    case 'ImageSetConfiguration':
    case 'DeleteImageSetConfiguration':
      return { kind: 'image-set', value: { set: resource } };
  }
}

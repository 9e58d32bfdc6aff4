import { shortDigest } from '../base/digest.ts';
import { comparePositions, containsRange, lineRange, type Range, shiftRange } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { inRow } from '../base/words.ts';
import { type ImageReference, repositoryOf } from '../documents/imageReference.ts';
import { type ImageSetOperator, isImageSet } from '../documents/imageSet.ts';
import type { Lines } from '../documents/lines.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import type { MappingPair } from '../documents/mappingLine.ts';
import { entryLine, isMirrorSet, type MirrorEntry, type MirrorSet } from '../documents/mirrorSet.ts';
import { catalogImageOf, type Resource } from '../documents/resources.ts';
import { isInRegistry, prefixOf } from '../documents/transport.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { YamlFile } from '../documents/yamlFile.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import { mapLines } from '../documents/yamlPath.ts';

/** A thing of a file that has a name, for its outline. */
export interface OutlineItem {
  /** Never empty. */
  readonly name: string;
  readonly detail: string;
  readonly kind: 'resource' | 'entry' | 'image' | 'registry';
  readonly range: Range;
  /** What is shown when somebody goes there; within `range`. */
  readonly selection: Range;
  readonly children: readonly OutlineItem[];
}

/** More lines than that are shown as the repositories that they bring. */
const mostLines = 5000;

/** What stands in a file: resources with their entries, or the registries that a mapping brings images from. */
export function outline({ content }: WorkspaceFile): OutlineItem[] {
  if (content.type === 'mapping') return mappingOutline(content.mapping);
  return content.yaml.resources.map((resource) => resourceItem(resource, content.yaml));
}

function resourceItem(resource: Resource, { lines }: YamlFile): OutlineItem {
  const { kind, name, heading } = resource;
  const children = isMirrorSet(resource) ? entryItems(resource) : partItems(resource);
  const range = children.reduce(
    (whole, child) => union(whole, child.range),
    union(resourceRange(lines, heading), heading),
  );
  return { name: name?.value || kind, detail: kind, kind: 'resource', range, selection: heading, children };
}

/** All lines of a resource in block style; in braces, the line of its kind. */
function resourceRange(lines: Lines, { start }: Range): Range {
  const { first, last } = mapLines(lines, start.line, start.character);
  return { start: { line: first, character: 0 }, end: { line: last, character: (lines[last] ?? '').length } };
}

function entryItems(set: MirrorSet): OutlineItem[] {
  return set.entries.map((entry, index) => {
    const line = entryLine(set, index) ?? 0;
    const range = shiftRange(entry.range, line);
    const source = entry.source && shiftRange(entry.source.range, line);
    const selection =
      source !== undefined && containsRange(range, source)
        ? source
        : { start: range.start, end: range.start };
    return {
      name: entry.source?.value || t('no source'),
      detail: mirrorsText(entry),
      kind: 'entry',
      range,
      selection,
      children: [],
    };
  });
}

function mirrorsText({ mirrors }: MirrorEntry): string {
  const [first, second, ...others] = mirrors.map(({ value }) => value);
  if (first === undefined) return t('no mirrors');
  if (second === undefined) return first;
  return others.length === 0 ? inRow([first, second]) : t('{0} and {1} more', first, others.length + 1);
}

/** The catalog image of a catalog, and the catalogs of an OperatorHub. */
function partItems(resource: Exclude<Resource, MirrorSet>): OutlineItem[] {
  if (isImageSet(resource)) return resource.operators.flatMap(operatorItem);
  const image = catalogImageOf(resource);
  const named = resource.kind === 'OperatorHub' ? resource.sources : image === undefined ? [] : [image];
  return named.flatMap((scalar: YamlScalar): OutlineItem[] => {
    if (scalar.value === '') return [];
    const kind = image === undefined ? 'entry' : 'image';
    const { value: name, range } = scalar;
    return [{ name, detail: '', kind, range, selection: range, children: [] }];
  });
}

/** A catalog with the packages that are mirrored of it. */
function operatorItem({ catalog, range, packages }: ImageSetOperator): OutlineItem[] {
  if (catalog === undefined || catalog.value === '') return [];
  const children = packages.flatMap(({ name, range: own, channels }): OutlineItem[] => {
    if (name === undefined || name.value === '') return [];
    const detail = inRow(channels.flatMap((channel) => channel.name?.value ?? []));
    const selection = within(own, name.range);
    return [{ name: name.value, detail, kind: 'entry', range: own, selection, children: [] }];
  });
  const selection = within(range, catalog.range);
  return [{ name: catalog.value, detail: '', kind: 'image', range, selection, children }];
}

/** What an alias stands for is elsewhere: then the beginning is shown. */
function within(range: Range, part: Range): Range {
  return containsRange(range, part) ? part : { start: range.start, end: range.start };
}

interface Group {
  readonly registry: string;
  readonly first: Range;
  last: Range;
  lines: number;
  readonly children: OutlineItem[];
}

/** The lines of a mapping by the registry that their source is in, in the order of their first lines. */
function mappingOutline({ lines }: MappingDocument): OutlineItem[] {
  const groups = new Map<string, Group>();
  const isLong = lines.length > mostLines;
  const repositories = new Set<string>();
  for (const [number, { text, pairs }] of lines.entries()) {
    for (const pair of pairs) {
      if (!pair.source.parsed.ok) continue;
      const { reference } = pair.source.parsed;
      const registry = placeName(reference);
      const range = lineRange(number, 0, text.length);
      let group = groups.get(registry);
      if (group === undefined) {
        group = { registry, first: range, last: range, lines: 0, children: [] };
        groups.set(registry, group);
      }
      group.last = range;
      group.lines++;
      const repository = repositoryOf(reference);
      if (isLong && (repositories.has(repository) || repositories.size === mostLines)) continue;
      repositories.add(repository);
      group.children.push(lineItem(pair, reference, number, range, isLong));
    }
  }
  return [...groups.values()].map(({ registry, first, last, lines: count, children }) => ({
    name: registry,
    detail: count === 1 ? t('1 image') : t('{0} images', count),
    kind: 'registry',
    range: union(first, last),
    selection: first,
    children,
  }));
}

function lineItem(
  { source, destination }: MappingPair,
  { repository, tag, digest }: ImageReference,
  line: number,
  range: Range,
  repositoryOnly: boolean,
): OutlineItem {
  const version = digest !== undefined ? `@${shortDigest(digest)}` : tag !== undefined ? `:${tag}` : '';
  return {
    name: repositoryOnly ? repository : `${repository}${version}`,
    detail: destination.text,
    kind: 'image',
    range,
    selection: lineRange(line, source.span.start, source.span.end),
    children: [],
  };
}

function placeName(reference: ImageReference): string {
  if (!isInRegistry(reference)) return prefixOf(reference);
  return reference.registry === '' ? 'docker.io' : reference.registry;
}

function union(a: Range, b: Range): Range {
  return {
    start: comparePositions(a.start, b.start) <= 0 ? a.start : b.start,
    end: comparePositions(a.end, b.end) >= 0 ? a.end : b.end,
  };
}

import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import { Chunked } from '../base/chunked.ts';
import { type Range, sameRange, shiftRange } from '../base/range.ts';
import { sentence, t } from '../base/sentences.ts';
import { metadataProblems, resourceSchema } from './kubernetes.ts';
import { checkObject, type FieldSchema, isNull, isTemplate, type SchemaProblem } from './schema.ts';
import { known, scalarText, type YamlPair, type YamlReader, type YamlScalar } from './yamlNode.ts';

export type MirrorSetKind = 'ImageContentSourcePolicy' | 'ImageDigestMirrorSet' | 'ImageTagMirrorSet';

const mirrorsField: FieldSchema = {
  type: 'array',
  doc: 'Where the images are mirrored, tried in this order before the source. Repositories or registries without a tag or digest.',
  items: { type: 'string', doc: '`HOST[:PORT][/NAMESPACE[/NAME]]`.' },
};

const sourceField: FieldSchema = {
  type: 'string',
  doc: 'What the images are called in pull specs: a registry, a namespace or a repository, without a tag or digest. Every image below it is redirected.',
};

const policyField: FieldSchema = {
  type: 'string',
  doc: 'What happens when no mirror has the image. `NeverContactSource` blocks the source for tag and digest pulls alike; `AllowContactingSource` lets nodes ask it.',
  oneOf: ['NeverContactSource', 'AllowContactingSource'],
  default: 'AllowContactingSource',
};

const digestAndTagEntry = (doc: string): FieldSchema => ({
  type: 'object',
  doc,
  required: ['source'],
  usual: ['source', 'mirrors'],
  fields: {
    source: sourceField,
    mirrors: { ...mirrorsField, unique: true },
    mirrorSourcePolicy: policyField,
  },
});

interface MirrorSetType {
  readonly apiVersion: string;
  /** The field of `spec` that holds the entries. */
  readonly list: string;
  /** Which pulls the cluster redirects because of it. */
  readonly pulls: 'digest' | 'tag';
  readonly entry: FieldSchema;
  readonly doc: string;
}

/** The three kinds that redirect image pulls. */
export const mirrorSetTypes: Readonly<Record<MirrorSetKind, MirrorSetType>> = {
  // https://docs.redhat.com/en/documentation/openshift_container_platform/4.12/html/operator_apis/imagecontentsourcepolicy-operator-openshift-io-v1alpha1
  ImageContentSourcePolicy: {
    apiVersion: 'operator.openshift.io/v1alpha1',
    list: 'repositoryDigestMirrors',
    pulls: 'digest',
    entry: {
      type: 'object',
      doc: 'One source and its mirrors, for pulls by digest.',
      required: ['source'],
      usual: ['source', 'mirrors'],
      fields: { source: sourceField, mirrors: mirrorsField },
    },
    doc: 'Redirects pulls by digest to mirrors. Deprecated since OpenShift 4.13 in favour of ImageDigestMirrorSet.',
  },
  // https://github.com/openshift/api/blob/master/config/v1/types_image_digest_mirror_set.go
  ImageDigestMirrorSet: {
    apiVersion: 'config.openshift.io/v1',
    list: 'imageDigestMirrors',
    pulls: 'digest',
    entry: digestAndTagEntry(sentence('One source and its mirrors, for pulls by digest.')),
    doc: 'Redirects pulls by digest to mirrors (OpenShift 4.13 and later).',
  },
  // https://github.com/openshift/api/blob/master/config/v1/types_image_tag_mirror_set.go
  ImageTagMirrorSet: {
    apiVersion: 'config.openshift.io/v1',
    list: 'imageTagMirrors',
    pulls: 'tag',
    entry: digestAndTagEntry(sentence('One source and its mirrors, for pulls by tag.')),
    doc: 'Redirects pulls by tag to mirrors (OpenShift 4.13 and later).',
  },
};

/** One source with its mirrors. Ranges are relative to the entry's first line, so that the entry can move. */
export interface MirrorEntry {
  readonly range: Range;
  readonly source: YamlScalar | undefined;
  readonly mirrors: readonly YamlScalar[];
  /** The column of the dashes of `mirrors` when they stand as a block list. */
  readonly mirrorsIndent: number | undefined;
  readonly policy: YamlScalar | undefined;
  /** True where a template stands for the whole entry, its source or any of its mirrors: it redirects nothing yet. */
  readonly isTemplate: boolean;
  readonly problems: readonly SchemaProblem[];
}

export interface MirrorSet {
  readonly kind: MirrorSetKind;
  readonly name: YamlScalar | undefined;
  /** The key `kind`, where findings about the whole set are shown. */
  readonly heading: Range;
  /** The three words that make it a set of its kind; each undefined where it is missing. */
  readonly words: {
    readonly apiVersion: YamlScalar | undefined;
    readonly kind: YamlScalar | undefined;
    /** The key of the list of entries. */
    readonly list: YamlScalar | undefined;
  };
  /** Each as high as the lines from its first to that of the next one; `entryLine` tells where one stands. */
  readonly entries: Chunked<MirrorEntry>;
  /** The first line of the first entry. */
  readonly entriesLine: number;
  /** False where an entry does not begin at or below the one before, such as one that is missing behind its dash. */
  readonly entriesInOrder: boolean;
  /** The column of the dashes of the entries when they stand as a block list: then each has lines of its own. */
  readonly entryIndent: number | undefined;
  /**
   * True when the entries stand in a list that another kind has, such as `imageDigestMirrors` in an
   * ImageContentSourcePolicy: they can be read, but the cluster does not take them.
   */
  readonly misnamedList: boolean;
  /** True where templates may give it more entries than can be read. */
  readonly isIncomplete: boolean;
  /** What is wrong outside the entries. */
  readonly problems: readonly SchemaProblem[];
}

type PlacedEntries = Pick<MirrorSet, 'entries' | 'entriesLine' | 'entriesInOrder'>;

/** Entries with the first line of each. */
export function placedEntries(entries: readonly MirrorEntry[], lines: readonly number[]): PlacedEntries {
  const heightOf = (_entry: MirrorEntry, index: number) => {
    const next = lines[index + 1];
    return next === undefined ? 1 : next - (lines[index] ?? 0);
  };
  return {
    entries: Chunked.of(entries, heightOf),
    entriesLine: lines[0] ?? 0,
    entriesInOrder: lines.every((line, index) => line >= (lines[index - 1] ?? 0)),
  };
}

/** The first line of an entry; undefined where there is no such entry. */
export function entryLine({ entries, entriesLine }: PlacedEntries, index: number): number | undefined {
  return index < 0 || index >= entries.length ? undefined : entriesLine + entries.topOf(index);
}

/** The last entry that begins in a line or above it; -1 where none does. */
export function entryIndexAt(set: PlacedEntries, line: number): number {
  if (set.entriesInOrder) return set.entries.lastIndexAtOrAbove(line - set.entriesLine);
  return set.entries.map((_entry, index) => entryLine(set, index) ?? 0).findLastIndex((own) => own <= line);
}

/** The entries once all that begin in a line or below it have moved by some lines. */
export function moveEntries(set: PlacedEntries, line: number, delta: number): PlacedEntries {
  const { entries, entriesLine, entriesInOrder } = set;
  if (delta === 0 || entries.length === 0) return { entries, entriesLine, entriesInOrder };
  if (!entriesInOrder) {
    const lines = entries.map((_entry, index) => entryLine(set, index) ?? 0);
    return placedEntries(
      [...entries],
      lines.map((own) => (own >= line ? own + delta : own)),
    );
  }
  if (entriesLine >= line) return { entries, entriesLine: entriesLine + delta, entriesInOrder };
  const above = entryIndexAt(set, line - 1);
  if (above + 1 === entries.length) return { entries, entriesLine, entriesInOrder };
  const height = entries.topOf(above + 1) - entries.topOf(above) + delta;
  const moved = entries.replace(above, 1, entries.slice(above, above + 1), () => height);
  return { entries: moved, entriesLine, entriesInOrder };
}

/** Tells the mirror sets of a file from its other resources. */
export function isMirrorSet(resource: { readonly kind: string }): resource is MirrorSet {
  return Object.hasOwn(mirrorSetTypes, resource.kind);
}

/** The schema of a kind, whole: for hovers and completion. */
export function mirrorSetSchema(kind: MirrorSetKind): FieldSchema {
  const { apiVersion, list, entry, doc } = mirrorSetTypes[kind];
  const entries: FieldSchema = {
    type: 'array',
    doc: sentence('The sources and their mirrors.'),
    items: entry,
  };
  const spec: FieldSchema = {
    type: 'object',
    doc: sentence('Which sources have which mirrors.'),
    usual: [list],
    fields: { [list]: entries },
  };
  const status = kind === 'ImageContentSourcePolicy' ? null : undefined;
  return resourceSchema(kind, apiVersion, doc, spec, undefined, status);
}

const skipSpec: ReadonlySet<string> = new Set(['spec']);

export function readMirrorSet(reader: YamlReader, node: Node, kind: MirrorSetKind): MirrorSet {
  const { list, entry: entrySchema } = mirrorSetTypes[kind];
  const schema = mirrorSetSchema(kind);
  const root = reader.map(node);
  const heading = reader.get(root, 'kind')?.key.range ?? reader.range(node);
  const metadata = reader.map(reader.get(root, 'metadata')?.value);
  const spec = reader.get(root, 'spec');
  const specMap = reader.map(spec?.value);
  const ownPair = reader.get(specMap, list);
  const misnamed = ownPair === undefined ? listOfAnotherKind(reader, specMap) : undefined;
  const entriesPair = ownPair ?? misnamed;
  const sequence = reader.sequence(entriesPair?.value);

  const problems = [
    ...checkObject(reader, node, schema, '', heading, skipSpec),
    ...metadataProblems(reader, node),
  ];
  const specSchema = schema.fields?.spec;
  if (spec?.value !== undefined && !isNull(reader, spec.value) && specSchema !== undefined) {
    // A list is read entry by entry below; anything else in its place is a plain schema problem.
    const skip: ReadonlySet<string> = sequence === undefined ? new Set() : new Set([list]);
    for (const problem of checkObject(reader, spec.value, specSchema, 'spec', spec.key.range, skip)) {
      // Said below, with its repair.
      if (misnamed === undefined || !sameRange(problem.range, misnamed.key.range)) problems.push(problem);
    }
  }

  const entries: MirrorEntry[] = [];
  const entryLines: number[] = [];
  for (const item of sequence?.items ?? []) {
    const itemNode = reader.resolve(item) === undefined ? undefined : (item as Node);
    const line =
      itemNode === undefined ? (entriesPair?.key.range.start.line ?? 0) : reader.range(itemNode).start.line;
    const owner = entriesPair?.key.range ?? heading;
    entries.push(readMirrorEntry(reader, itemNode, entrySchema, line, owner));
    entryLines.push(line);
  }
  if (misnamed !== undefined) {
    const apiVersion = reader.scalar(reader.get(root, 'apiVersion')?.value)?.value;
    const fits =
      sequence !== undefined &&
      apiVersion === mirrorSetTypes[kind].apiVersion &&
      entries.every((entry) => entry.problems.length === 0);
    problems.push(misnamedListProblem(kind, misnamed, fits));
  }
  return {
    kind,
    name: known(reader.scalar(reader.get(metadata, 'name')?.value)),
    heading,
    words: {
      apiVersion: reader.scalar(reader.get(root, 'apiVersion')?.value),
      kind: reader.scalar(reader.get(root, 'kind')?.value),
      list: entriesPair?.key,
    },
    ...placedEntries(entries, entryLines),
    entryIndent: dashColumn(reader, sequence),
    misnamedList: misnamed !== undefined,
    isIncomplete: reader.isIncomplete || [spec, entriesPair].some((pair) => isTemplate(reader, pair?.value)),
    problems,
  };
}

function listOfAnotherKind(reader: YamlReader, spec: YAMLMap | undefined): YamlPair | undefined {
  const lists = new Set(Object.values(mirrorSetTypes).map((type) => type.list));
  return spec && reader.pairs(spec).find((pair) => lists.has(pair.key.value));
}

/**
 * @param fits whether everything below the list is right under its right name, and the kind beyond doubt. Then the
 *   repair is certain, unless the list would serve other pulls than it says.
 */
function misnamedListProblem(kind: MirrorSetKind, { key }: YamlPair, fits: boolean): SchemaProblem {
  const { list, pulls } = mirrorSetTypes[kind];
  const other = Object.values(mirrorSetTypes).find((type) => type.list === key.value);
  const newText = scalarText(list, key.quote);
  return {
    message: t('there is no field "{0}" in spec; the list of an {1} is {2}', key.value, kind, list),
    range: key.range,
    repair: {
      title: t('Rename it to {0}', list),
      range: key.range,
      newText,
      certain: fits && other?.pulls === pulls,
    },
  };
}

/** Reads one entry of the list; its ranges become relative to `line`. */
export function readMirrorEntry(
  reader: YamlReader,
  node: Node | undefined,
  schema: FieldSchema,
  line: number,
  owner: Range,
): MirrorEntry {
  const map = reader.map(node);
  const range = node === undefined ? owner : reader.range(node);
  const problems = isTemplate(reader, node)
    ? []
    : node === undefined || map === undefined
      ? [{ message: t('an entry must be a map with source and mirrors'), range }]
      : checkObject(reader, node, schema, '', { start: range.start, end: range.start }, new Set());
  const sourceNode = reader.get(map, 'source')?.value;
  const source = reader.scalar(sourceNode);
  const mirrors = reader.get(map, 'mirrors')?.value;
  const list = reader.sequence(mirrors);
  const policy = reader.scalar(reader.get(map, 'mirrorSourcePolicy')?.value);
  return {
    range: shiftRange(range, -line),
    // A source that is not known is none: it covers nothing, and nothing is said of it.
    source: source === undefined || source.type === 'template' ? undefined : relative(source, line),
    mirrors: (list?.items ?? []).flatMap((mirror) => {
      const scalar = reader.scalar(mirror);
      return scalar === undefined ? [] : [relative(scalar, line)];
    }),
    mirrorsIndent: dashColumn(reader, list),
    policy: policy && relative(policy, line),
    isTemplate: [node, sourceNode, mirrors, ...(list?.items ?? [])].some((part) => isTemplate(reader, part)),
    problems: problems.map((problem) => relativeProblem(problem, line)),
  };
}

function relative(scalar: YamlScalar, line: number): YamlScalar {
  return { ...scalar, range: shiftRange(scalar.range, -line) };
}

function relativeProblem(problem: SchemaProblem, line: number): SchemaProblem {
  const range = shiftRange(problem.range, -line);
  if (!('repair' in problem) || problem.repair === undefined) return { ...problem, range };
  return { ...problem, range, repair: { ...problem.repair, range: shiftRange(problem.repair.range, -line) } };
}

/** The column of the dashes of a block list. */
function dashColumn(reader: YamlReader, list: YAMLSeq | undefined): number | undefined {
  return list === undefined || list.flow === true || list.items.length === 0
    ? undefined
    : reader.range(list).start.character;
}

import { shiftRange, type TextEdit } from '../../base/range.ts';
import type { Lines } from '../../documents/lines.ts';
import { isMirrorSet, type MirrorEntry, type MirrorSet } from '../../documents/mirrorSet.ts';
import type { YamlFile } from '../../documents/yamlFile.ts';
import { likelyRegistries, localOrigin, repositoryBehindHop } from '../../workspace/hop.ts';
import type { Origin, Provenance } from '../../workspace/provenance.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { replaceSource } from './entries.ts';

/** Sources that a `file://` hop left behind (seed 002). */
export const mirrorSetLocalSource = defineRule({
  code: 'mirror-set/local-source',
  severity: 'error',
  unit: 'mirror-entry',
  summary: 'A source that is a path left by a `file://` hop: it can never match',
  documentation: `
\`oc adm catalog mirror file://… REGISTRY\` writes paths of the file store into the mirror set:

\`\`\`yaml
- mirrors:
  - registry.example.com:8443/efk-mirror/openshift4-ose-elasticsearch-proxy
  source: efk-mirror/my-operator/my-operator-index/openshift4/ose-elasticsearch-proxy
\`\`\`

Pods pull \`registry.redhat.io/openshift4/ose-elasticsearch-proxy\`, so this entry never matches. The API server accepts it
all the same, the nodes drain, and installing an operator ends with a timeout.

The registry is not in the path: \`oc\` drops it on the way to the disk. It is in the \`mapping.txt\` of the first hop, the run
that brought the images to \`file://\`. With that file in the workspace the true source is certain, and the fix is applied by
\`check --fix\`. Where images of several registries met in one path, the entry is repeated for each.

Without the first hop's mapping.txt likely registries are offered, for one entry and for all. Registries that the tags in
the mapping.txt beside the file confirm come first: \`oc\` makes the tag of an image by digest from its original name.`,
  reads: ({ snapshot }) => snapshot.provenance,
  check({ entry }, { snapshot }) {
    const origin = originOf(entry, snapshot.provenance);
    if (entry.source === undefined || origin === undefined) return [];
    return [{ message: messageOf(origin), range: entry.source.range }];
  },
  fixes(_finding, { set, entry, index }, context) {
    const origin = originOf(entry, context.snapshot.provenance);
    if (origin === undefined) return [];
    // Edits are counted from the entry's first line, as its findings are.
    const line = set.entryLines[index] ?? 0;
    const relative = (edits: readonly TextEdit[]) =>
      edits.map((edit) => ({ ...edit, range: shiftRange(edit.range, -line) }));
    const rewrite = (id: string, title: string, preferred: boolean, sources: readonly string[]): Fix[] => {
      const edits = replaceSource(set, index, sources, context.lines);
      return edits === undefined ? [] : [{ id, title, preferred, edits: () => relative(edits) }];
    };
    const { known, unknown } = localEntries(context);
    const { certainty, repositories } = origin;

    if (certainty === 'certain') {
      const title = `Rewrite to ${repositories.join(' and ')}`;
      return [
        ...rewrite('true-source', title, true, repositories),
        ...rewriteKnown(known, context.lines, relative),
      ];
    }
    const disputed = repositories.flatMap((repository) =>
      rewrite(`source ${repository}`, `Rewrite to ${repository} (the mapping.txt files disagree)`, false, [
        repository,
      ]),
    );
    const rest = restOf(set, index, context);
    if (rest === undefined) return disputed;
    const registries = likelyRegistries(entry.source?.value ?? '', rest, context.snapshot.mappingIndexes);
    const single = registries
      .filter(({ registry }) => !repositories.includes(`${registry}/${rest}`))
      .flatMap(({ registry, confirmed }) => {
        const source = `${registry}/${rest}`;
        const proof = confirmed ? ' (its tags in mapping.txt confirm it)' : '';
        return rewrite(`source ${source}`, `Rewrite to ${source}${proof}`, false, [source]);
      });
    const many = registries.flatMap(({ registry }) => rewriteUnknown(unknown, registry, context, relative));
    return [...disputed, ...single, ...many];
  },
});

function messageOf(origin: Origin): string {
  const problem = 'This source is a path left by a file:// hop, so it can never match a pull';
  if (origin.certainty === 'certain')
    return `${problem}; the images come from ${origin.repositories.join(' and ')}`;
  if (origin.certainty === 'disputed')
    return `${problem}; the mapping.txt files disagree where the images come from`;
  return `${problem}; the mapping.txt of the first hop would tell where the images come from`;
}

function originOf({ source }: MirrorEntry, provenance: Provenance): Origin | undefined {
  return source === undefined ? undefined : localOrigin(source.value, provenance);
}

interface LocalEntry {
  readonly set: MirrorSet;
  readonly index: number;
  readonly origin: Origin;
}

interface LocalEntries {
  readonly provenance: Provenance;
  readonly known: readonly LocalEntry[];
  readonly unknown: readonly LocalEntry[];
}

/** Each finding offers to repair all others too; what they are is worked out once for a file, not for each. */
const localEntriesOf = new WeakMap<YamlFile, LocalEntries>();

const none: Pick<LocalEntries, 'known' | 'unknown'> = { known: [], unknown: [] };

/** All entries of the file that this rule finds something in. */
function localEntries({ snapshot, path }: RuleContext): Pick<LocalEntries, 'known' | 'unknown'> {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'yaml') return none;
  const { provenance } = snapshot;
  const before = localEntriesOf.get(content.yaml);
  if (before?.provenance === provenance) return before;
  const all = content.yaml.resources.flatMap((set) =>
    !isMirrorSet(set)
      ? []
      : set.entries.flatMap((entry, index): LocalEntry[] => {
          const origin = originOf(entry, provenance);
          return origin === undefined ? [] : [{ set, index, origin }];
        }),
  );
  const entries = {
    provenance,
    known: all.filter(({ origin }) => origin.certainty === 'certain'),
    unknown: all.filter(({ origin }) => origin.certainty !== 'certain'),
  };
  localEntriesOf.set(content.yaml, entries);
  return entries;
}

type Relative = (edits: readonly TextEdit[]) => TextEdit[];

function rewriteKnown(known: readonly LocalEntry[], lines: Lines, relative: Relative): Fix[] {
  if (known.length < 2) return [];
  const edits = () =>
    relative(
      known.flatMap(({ set, index, origin }) => replaceSource(set, index, origin.repositories, lines) ?? []),
    );
  const title = `Rewrite all ${known.length} to their true sources`;
  return [{ id: 'all-true-sources', title, preferred: true, wholeFile: true, edits }];
}

/** Entries whose true source is known are not among them: a guess never replaces knowledge. */
function rewriteUnknown(
  unknown: readonly LocalEntry[],
  registry: string,
  context: RuleContext,
  relative: Relative,
): Fix[] {
  if (unknown.length < 2) return [];
  const edits = () =>
    relative(
      unknown.flatMap(({ set, index }) => {
        const rest = restOf(set, index, context);
        if (rest === undefined) return [];
        return replaceSource(set, index, [`${registry}/${rest}`], context.lines) ?? [];
      }),
    );
  const title = `Rewrite all ${unknown.length} to ${registry}`;
  return [{ id: `all ${registry}`, title, preferred: false, wholeFile: true, edits }];
}

function restOf(set: MirrorSet, index: number, { snapshot }: RuleContext): string | undefined {
  const entry = set.entries[index];
  if (entry?.source === undefined) return undefined;
  const prefixes = snapshot.mappingIndexes.flatMap((mapping) => mapping.indexRepository ?? []);
  const mirrors = entry.mirrors.map((mirror) => mirror.value);
  const { value } = entry.source;
  return repositoryBehindHop(value, mirrors, prefixes, set.name?.value) ?? lastComponents(value);
}

/** The best that can be said when the mirrors were renamed: images are NAMESPACE/NAME nearly everywhere. */
function lastComponents(source: string): string {
  return source.split('/').slice(-2).join('/');
}

import { shiftRange, type TextEdit } from '../../base/range.ts';
import type { MirrorSet } from '../../documents/mirrorSet.ts';
import { isLocalPath, likelyRegistries, repositoryBehindHop } from '../../workspace/hop.ts';
import type { Origin } from '../../workspace/provenance.ts';
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
    const { source } = entry;
    if (source === undefined || source.value === '') return [];
    const origin = snapshot.provenance.origin(source.value);
    if (origin.certainty === 'unknown' && !isLocalPath(source.value)) return [];
    return [{ message: messageOf(origin), range: source.range }];
  },
  fixes(_finding, { set, entry, index }, context) {
    const { source } = entry;
    if (source === undefined) return [];
    const origin = context.snapshot.provenance.origin(source.value);
    // Edits are counted from the entry's first line, as its findings are.
    const line = set.entryLines[index] ?? 0;
    const relative = (edits: readonly TextEdit[]) =>
      edits.map((edit) => ({ ...edit, range: shiftRange(edit.range, -line) }));
    const rewrite = (sources: readonly string[]) =>
      relative(replaceSource(set, index, sources, context.lines));
    const all = allLocal(context);

    if (origin.certainty === 'certain') {
      return [
        {
          id: 'true-source',
          title: `Rewrite to ${origin.repositories.join(' and ')}`,
          preferred: true,
          edits: () => rewrite(origin.repositories),
        },
        ...rewriteKnown(all, context, relative),
      ];
    }
    const disputed = origin.repositories.map((repository) => ({
      id: `source ${repository}`,
      title: `Rewrite to ${repository} (the mapping.txt files disagree)`,
      preferred: false,
      edits: () => rewrite([repository]),
    }));
    return [...disputed, ...guesses({ set, index }, all, context, rewrite, relative)];
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

interface LocalEntry {
  readonly set: MirrorSet;
  readonly index: number;
}

/** All entries of the file that this rule finds something in. */
function allLocal({ snapshot, path }: RuleContext): LocalEntry[] {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'yaml') return [];
  return content.yaml.resources.flatMap((set) => {
    if (set.kind === 'CatalogSource') return [];
    return set.entries.flatMap((entry, index) => {
      const value = entry.source?.value ?? '';
      const local =
        value !== '' && (isLocalPath(value) || snapshot.provenance.origin(value).certainty !== 'unknown');
      return local ? [{ set, index }] : [];
    });
  });
}

type Relative = (edits: readonly TextEdit[]) => TextEdit[];

function rewriteKnown(all: readonly LocalEntry[], context: RuleContext, relative: Relative): Fix[] {
  const known = all.flatMap(({ set, index }) => {
    const origin = originOf(set, index, context);
    return origin.certainty === 'certain' ? [{ set, index, repositories: origin.repositories }] : [];
  });
  if (known.length < 2) return [];
  const title = `Rewrite all ${known.length} to their true sources`;
  const edits = () =>
    relative(
      known.flatMap(({ set, index, repositories }) => replaceSource(set, index, repositories, context.lines)),
    );
  return [{ id: 'all-true-sources', title, preferred: true, edits }];
}

function guesses(
  { set, index }: LocalEntry,
  all: readonly LocalEntry[],
  context: RuleContext,
  rewrite: (sources: readonly string[]) => TextEdit[],
  relative: Relative,
): Fix[] {
  const rest = restOf({ set, index }, context);
  const source = set.entries[index]?.source?.value;
  if (rest === undefined || source === undefined) return [];
  const registries = likelyRegistries(source, rest, context.snapshot.mappingIndexes);
  const single = registries.map(({ registry, confirmed }) => ({
    id: `source ${registry}/${rest}`,
    title: `Rewrite to ${registry}/${rest}${confirmed ? ' (its tags in mapping.txt confirm it)' : ''}`,
    preferred: false,
    edits: () => rewrite([`${registry}/${rest}`]),
  }));
  // Entries whose true source is known get that one; a guess never replaces knowledge.
  const unknown = all.filter((entry) => originOf(entry.set, entry.index, context).certainty !== 'certain');
  if (unknown.length < 2) return single;
  const many = registries.map(({ registry }) => ({
    id: `all ${registry}`,
    title: `Rewrite all ${unknown.length} to ${registry}`,
    preferred: false,
    edits: () =>
      relative(
        unknown.flatMap((entry) => {
          const path = restOf(entry, context);
          return path === undefined
            ? []
            : replaceSource(entry.set, entry.index, [`${registry}/${path}`], context.lines);
        }),
      ),
  }));
  return [...single, ...many];
}

function originOf(set: MirrorSet, index: number, { snapshot }: RuleContext): Origin {
  return snapshot.provenance.origin(set.entries[index]?.source?.value ?? '');
}

function restOf({ set, index }: LocalEntry, { snapshot }: RuleContext): string | undefined {
  const entry = set.entries[index];
  if (entry?.source === undefined) return undefined;
  const prefixes = snapshot.mappingIndexes.flatMap((mapping) => mapping.indexRepository ?? []);
  const mirrors = entry.mirrors.map((mirror) => mirror.value);
  return repositoryBehindHop(entry.source.value, mirrors, prefixes) ?? lastComponents(entry.source.value);
}

/** The best that can be said when the mirrors were renamed: images are NAMESPACE/NAME nearly everywhere. */
function lastComponents(source: string): string {
  return source.split('/').slice(-2).join('/');
}

import { shiftRange, type TextEdit } from '../../base/range.ts';
import type { Lines } from '../../documents/lines.ts';
import { likelyRegistries } from '../../workspace/hop.ts';
import type { Origin } from '../../workspace/provenance.ts';
import { defineRule, type Fix } from '../rule.ts';
import { replaceSource } from './entries.ts';
import {
  type GuessedEntry,
  type Guesses,
  guessedEntries,
  type LocalEntry,
  localEntries,
  originOf,
} from './localEntries.ts';

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
the mapping.txt beside the file confirm come first: \`oc\` makes the tag of an image by digest from its original name. What
tags confirm can be applied to all entries at once, and a guess for all leaves out the entries that tags confirm to come
from elsewhere: those get what is confirmed.`,
  reads: ({ snapshot }) => snapshot.provenance.key,
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
    const { known } = localEntries(context);
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
    const guesses = guessedEntries(context);
    const guessed = guesses.byEntry.get(entry);
    if (guessed === undefined) return disputed;
    const { rest } = guessed;
    const proof = '(its tags in mapping.txt confirm it)';
    const several =
      guessed.confirmed.length < 2 ? [] : guessed.confirmed.map((registry) => `${registry}/${rest}`);
    const met = rewrite('confirmed', `Rewrite to ${several.join(' and ')} ${proof}`, false, several);
    const registries = likelyRegistries(entry.source?.value ?? '', rest, context.snapshot.mappingIndexes);
    const single = registries
      .filter(({ registry }) => !repositories.includes(`${registry}/${rest}`))
      .flatMap(({ registry, confirmed }) => {
        const source = `${registry}/${rest}`;
        return rewrite(`source ${source}`, `Rewrite to ${source}${confirmed ? ` ${proof}` : ''}`, false, [
          source,
        ]);
      });
    const many = rewriteUnknown(
      guesses,
      registries.map(({ registry }) => registry),
      context.lines,
      relative,
    );
    return [...disputed, ...met, ...single, ...many];
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

/**
 * Repairs of all entries whose true source nobody wrote down. What tags confirm is never replaced by a guess, and
 * entries whose true source is known are not among them.
 */
function rewriteUnknown(
  { all, confirmed, confirmedIn }: Guesses,
  registries: readonly string[],
  lines: Lines,
  relative: Relative,
): Fix[] {
  const rewrite = (id: string, title: string, chosen: readonly GuessedEntry[], guess: string): Fix => ({
    id,
    title,
    preferred: false,
    wholeFile: true,
    edits: () =>
      relative(
        chosen.flatMap(({ set, index, rest, confirmed: sure }) => {
          const sources = (sure.length > 0 ? sure : [guess]).map((registry) => `${registry}/${rest}`);
          return replaceSource(set, index, sources, lines) ?? [];
        }),
      ),
  });
  const fixes: Fix[] = [];
  if (confirmed.length > 1) {
    const count =
      confirmed.length < all.length ? `${confirmed.length} of ${all.length}` : `all ${all.length}`;
    fixes.push(rewrite('all-confirmed', `Rewrite ${count} to what their tags confirm`, confirmed, ''));
  }
  if (all.length < 2) return fixes;
  for (const registry of registries) {
    const spared = confirmed.length - (confirmedIn.get(registry) ?? 0);
    const moved = all.length - spared;
    if (moved === 0) continue;
    const title =
      spared === 0
        ? `Rewrite all ${all.length} to ${registry}`
        : `Rewrite all ${all.length}: ${moved} to ${registry}, ${spared} to what their tags confirm`;
    fixes.push(rewrite(`all ${registry}`, title, all, registry));
  }
  return fixes;
}

import { shiftRange, type TextEdit } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { inRow, listed, shortName } from '../../base/words.ts';
import type { Lines } from '../../documents/lines.ts';
import { entryLine } from '../../documents/mirrorSet.ts';
import { replaceSource } from '../../documents/mirrorSetEdits.ts';
import type { Origin } from '../../pulls/origins.ts';
import { defineRule, type Fix, type Later, later } from '../rule.ts';
import {
  type GuessedEntry,
  type Guesses,
  guessedEntries,
  guessedRegistries,
  isCertain,
  type LocalEntry,
  lastComponents,
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

The registry is not in the path: \`oc\` drops it on the way to the disk. Three things tell it for certain, and \`check --fix\`
applies what they tell. Of these the first that tells something counts:

- the \`mapping.txt\` of the first hop, the run that brought the images to \`file://\`;
- without it, the tags in the \`mapping.txt\` beside the file. \`oc\` makes the tag of an image by digest from its original name, and
  keeps it over all hops, so where the tags of all images by digest below an entry are those of one repository, that is the true source.
  An entry for pulls by tag needs the first hop or the catalog: a tag that a person gave proves nothing.
- without these, the catalog that the images belong to, which names each of them with its registry. It is looked for in the \`v2/\`
  folder near the file, in the registry of the CatalogSource beside it, where the index line of a mapping.txt says, and in OCI
  layouts of an ImageSetConfiguration beside it. The editor opens it by itself; \`check\` opens what is on the disk, and with
  \`--online\` also what is in a registry, in both cases only where it is needed.

\`oc\` lays the images of a catalog below the catalog's own path in the store, each under its path without the registry. So a
catalog proves the source

- where a mapping.txt takes images from the path: when the catalog names each of them, by its digest or its tag, in a repository
  of this path, and no tag that \`oc\` made speaks against it. Those repositories are the sources. Where all lines are by digest it
  does not matter which catalog says so. Tags count only in the catalog that belongs to the path; so does the tag that a line
  which somebody pinned still has at its destination.
- where no mapping.txt does: when the catalog belongs to the path, and exactly one of its repositories has it.

A catalog belongs to a path when it was read from the store there, when the mapping.txt brings it from there, or when the
CatalogSource names it as \`oc\` calls what it brings from there. What a catalog has for a path without proving it, such as two
registries that nothing tells apart, or a repository of which it does not have the digests, is offered, and never applied unasked.
What is not known, because a catalog is being opened, cannot be reached, or may not be, is no finding and proves nothing.

Where images of several registries met in one path, the entry is repeated for each.

Where nothing tells, likely registries are offered, for one entry and for all. A registry that the tags speak against is not
among them, and where the tags prove the source of some of the images only, that source is what is offered.`,
  follows: ({ snapshot }) => [snapshot.provenance.changes],
  check({ entry, set }, { snapshot }) {
    const origin = originOf(entry, snapshot.provenance);
    if (entry.source === undefined || origin === undefined) return [];
    const { value, range } = entry.source;
    return [{ message: saidOf(origin, isCertain(origin, set), value), range }];
  },
  fixes(_finding, { set, entry, index }, context) {
    const origin = originOf(entry, context.snapshot.provenance);
    if (origin === undefined) return [];
    // Edits are counted from the entry's first line, as its findings are.
    const line = entryLine(set, index) ?? 0;
    const relative = (edits: readonly TextEdit[]) =>
      edits.map((edit) => ({ ...edit, range: shiftRange(edit.range, -line) }));
    const rewrite = (id: string, title: string, preferred: boolean, sources: readonly string[]): Fix[] => {
      const edits = replaceSource(set, index, sources, context.lines);
      return edits === undefined ? [] : [{ id, title, preferred, edits: () => relative(edits) }];
    };
    const { known } = localEntries(context);
    const { certainty, repositories, byTags, byCatalogs = [], likely = [] } = origin;
    const catalogs = listed(byCatalogs.map(shortName));

    if (isCertain(origin, set)) {
      const title =
        byTags === true
          ? t('Rewrite to {0} (proven by the tags of its images)', listed(repositories))
          : byCatalogs.length > 0
            ? t('Rewrite to {0} (as the catalog {1} says)', listed(repositories), catalogs)
            : t('Rewrite to {0}', listed(repositories));
      return [
        ...rewrite('true-source', title, true, repositories),
        ...rewriteKnown(known, context.lines, relative),
      ];
    }
    const disputed =
      certainty === 'disputed'
        ? repositories.flatMap((repository) =>
            rewrite(
              `source ${repository}`,
              t('Rewrite to {0} (the mapping.txt files disagree)', repository),
              false,
              [repository],
            ),
          )
        : [];
    const offered = (sources: readonly string[]) =>
      rewrite(
        `source ${sources.join(' ')}`,
        t('Rewrite to {0} (the catalog {1} has it; nothing proves it)', listed(sources), catalogs),
        false,
        sources,
      );
    if (likely.length > 0)
      return [
        ...likely.flatMap((repository) => offered([repository])),
        ...(likely.length > 1 ? offered(likely) : []),
      ];
    const guesses = guessedEntries(context);
    const guessed = guesses.byEntry.get(entry);
    if (guessed === undefined) return disputed;
    const { confirmed, rest } = guessed;
    const title = t('Rewrite to {0} (proven by the tags of some of its images)', listed(confirmed));
    const registries = guessedRegistries(guessed);
    const single = registries.flatMap((registry) => {
      const source = `${registry}/${rest}`;
      if (repositories.includes(source)) return [];
      return rewrite(`source ${source}`, t('Rewrite to {0}', source), false, [source]);
    });
    return [
      ...disputed,
      ...rewrite('confirmed', title, false, confirmed),
      ...single,
      ...rewriteUnknown(guesses, registries, context.lines, relative),
    ];
  },
});

function saidOf(origin: Origin, certain: boolean, source: string): Later<string> {
  return later(() => messageOf(origin, certain, source));
}

function messageOf(origin: Origin, certain: boolean, source: string): string {
  const { certainty, repositories, byTags, byCatalogs = [], likely = [] } = origin;
  const name = shortName(lastComponents(source));
  const catalogs = listed(byCatalogs.map(shortName));
  if (likely.length > 0)
    return t(
      '{0} is not redirected: this source is a path left by a file:// hop, so it can never match a pull; the catalog {2} has {1} for it, but nothing proves that the images come from there',
      name,
      eitherOf(likely),
      catalogs,
    );
  if (!certain && certainty !== 'disputed')
    return t(
      '{0} is not redirected: this source is a path left by a file:// hop, so it can never match a pull; the mapping.txt of the first hop or the catalog would tell where the images come from',
      name,
    );
  if (certainty === 'disputed')
    return t(
      '{0} is not redirected: this source is a path left by a file:// hop, so it can never match a pull; the mapping.txt files disagree whether the images come from {1}',
      name,
      eitherOf(repositories),
    );
  const [first = '', ...others] = repositories;
  const names = others.length === 0 ? shortName(first) : listed(repositories.map(shortName));
  if (byCatalogs.length > 0 && byTags !== true)
    return others.length === 0
      ? t(
          '{0} is not redirected: this source is a path left by a file:// hop, so it can never match a pull; the images come from {1}, as the catalog {2} says',
          names,
          first,
          catalogs,
        )
      : t(
          '{0} are not redirected: this source is a path left by a file:// hop, so it can never match a pull; the images come from {1}, as the catalog {2} says',
          names,
          listed(repositories),
          catalogs,
        );
  if (others.length === 0)
    return t(
      '{0} is not redirected: this source is a path left by a file:// hop, so it can never match a pull; the images come from {1}',
      names,
      first,
    );
  return t(
    '{0} are not redirected: this source is a path left by a file:// hop, so it can never match a pull; the images come from {1}',
    names,
    listed(repositories),
  );
}

/** `a or b`; `a, b or c`. */
function eitherOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : t('{0} or {1}', inRow(names.slice(0, -1)), last);
}

type Relative = (edits: readonly TextEdit[]) => TextEdit[];

function rewriteKnown(known: readonly LocalEntry[], lines: Lines, relative: Relative): Fix[] {
  if (known.length < 2) return [];
  const edits = () =>
    relative(
      known.flatMap(({ set, index, origin }) => replaceSource(set, index, origin.repositories, lines) ?? []),
    );
  const title = t('Rewrite all {0} to their true sources', known.length);
  return [{ id: 'all-true-sources', title, preferred: true, wholeFile: true, edits }];
}

/** Repairs of all entries whose true source nothing proves: each gets what its tags confirm, or else a guess. */
function rewriteUnknown(
  { confirmed, open }: Guesses,
  registries: readonly string[],
  lines: Lines,
  relative: Relative,
): Fix[] {
  const rewrite = (
    id: string,
    title: string,
    chosen: readonly GuessedEntry[],
    sourcesOf: (entry: GuessedEntry) => readonly string[],
  ): Fix[] => {
    if (chosen.length < 2) return [];
    const edits = () =>
      relative(
        chosen.flatMap((entry) => replaceSource(entry.set, entry.index, sourcesOf(entry), lines) ?? []),
      );
    return [{ id, title, preferred: false, wholeFile: true, edits }];
  };
  return [
    ...rewrite(
      'all-confirmed',
      t('Rewrite all {0} that tags tell something of to what they tell', confirmed.length),
      confirmed,
      (entry) => entry.confirmed,
    ),
    ...registries.flatMap((registry) =>
      rewrite(`all ${registry}`, t('Rewrite all {0} to {1}', open.length, registry), open, ({ rest }) => [
        `${registry}/${rest}`,
      ]),
    ),
  ];
}

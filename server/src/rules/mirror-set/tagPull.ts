import { memoWhileSame } from '../../base/memo.ts';
import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { entryLine, isMirrorSet, type MirrorSet, mirrorSetTypes } from '../../documents/mirrorSet.ts';
import type { YamlFile } from '../../documents/yamlFile.ts';
import { remedyForTagPulls } from '../../pulls/openShiftVersion.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';
import type { TagPulls } from '../../workspace/tagPulls.ts';
import { redirectAllFix, redirectFix, type Wanted } from '../redirectFix.ts';
import { defineRule, type RuleContext } from '../rule.ts';

/** Entries for digests over images that pods pull by tag (seed 000). */
export const mirrorSetTagPull = defineRule({
  code: 'mirror-set/tag-pull',
  severity: 'warning',
  unit: 'mirror-entry',
  summary: 'Images under this source are pulled by tag, and this kind serves digests only',
  documentation: `
ImageContentSourcePolicy and ImageDigestMirrorSet redirect pulls by digest and no others. The \`mapping.txt\` files of the workspace
name images under this source by tag, because the operators do. Pods that pull those go to the source, which they cannot reach:
\`Failed to pull image … pinging container registry quay.io\`, without a word of mirrors.

An ImageTagMirrorSet (OpenShift 4.13 and later) with the same source and mirrors is the cure. It is offered: in the set that has
mirrors in the same registry, or in a new file beside this one. Adding one drains the nodes. Before 4.13 it takes a drop-in for
registries.conf, written by a MachineConfig; \`operator-mirror trace\` prints one for an image.

Images count as pulled by tag where the source of a line is a tag, and where a catalog that is open names the image of a pinned line
by the tag that the line keeps; of other pinned lines only [mapping/tag-pull](../mapping/tag-pull.md) says that pods may. The catalog's own index image does not count, and neither does what an ImageTagMirrorSet of the workspace
covers.`,
  reads: (context) => clusterVersion(context),
  follows: ({ snapshot }) => [snapshot.tagPulls.changes],
  check({ entry, set }, context) {
    const { source } = entry;
    if (source === undefined || mirrorSetTypes[set.kind].pulls !== 'digest') return [];
    const [first, ...others] = context.snapshot.tagPulls.byScope.get(source.value) ?? [];
    if (first === undefined || entry.mirrors.length === 0) return [];
    const name = shortName(first);
    const remedy = remedyForTagPulls(clusterVersion(context));
    const message =
      others.length > 1
        ? t(
            '{0} and {1} more repositories under this source are pulled by tag, and {2} serves pulls by digest only: their pods need {3}',
            name,
            others.length,
            set.kind,
            remedy,
          )
        : others.length === 1
          ? t(
              '{0} and 1 more repository under this source are pulled by tag, and {1} serves pulls by digest only: their pods need {2}',
              name,
              set.kind,
              remedy,
            )
          : first === source.value
            ? t(
                '{0} has images that are pulled by tag, and {1} serves pulls by digest only: their pods need {2}',
                name,
                set.kind,
                remedy,
              )
            : t(
                '{0}, under this source, has images that are pulled by tag, and {1} serves pulls by digest only: their pods need {2}',
                name,
                set.kind,
                remedy,
              );
    return [{ message, range: source.range }];
  },
  fixes(_finding, { set, index }, context) {
    const line = entryLine(set, index) ?? 0;
    const [wanted] = wantedOf(set, index, context.snapshot.tagPulls);
    const own = wanted && redirectFix(wanted, line, context);
    if (own === undefined) return [];
    const all = allWanted(context);
    const title = t('Redirect all {0} sources of this file with images that are pulled by tag', all.length);
    return [own, ...redirectAllFix(title, all, line, context)];
  },
});

/** Nothing where the mirrors lead to none of the images, as with `--icsp-scope=registry`: mapping/tag-only knows the right ones. */
function wantedOf(set: MirrorSet, index: number, { byScope, destinations }: TagPulls): Wanted[] {
  const entry = set.entries.at(index);
  if (entry?.source === undefined || entry.mirrors.length === 0) return [];
  const source = entry.source.value;
  const mirrors = entry.mirrors.map(({ value }) => value);
  const repositories = byScope.get(source) ?? [];
  const isReached = (repository: string) => {
    const places = destinations.get(repository);
    if (places === undefined || places.size === 0) return true;
    return mirrors.some((mirror) => places.has(`${mirror}${repository.slice(source.length)}`));
  };
  return repositories.some(isReached) ? [{ source, mirrors, by: 'tag' }] : [];
}

/** Each finding offers to repair all others too; what they are is worked out once for a file, not for each. */
const kept = memoWhileSame<YamlFile, readonly Wanted[]>();

function allWanted({ snapshot, path }: RuleContext): readonly Wanted[] {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'yaml') return [];
  const { tagPulls } = snapshot;
  return kept(content.yaml, [tagPulls], () =>
    content.yaml.resources.flatMap((set) =>
      isMirrorSet(set) && mirrorSetTypes[set.kind].pulls === 'digest'
        ? set.entries.flatMap((_entry, index) => wantedOf(set, index, tagPulls))
        : [],
    ),
  );
}

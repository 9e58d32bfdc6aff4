import { folderOf } from '../../base/paths.ts';
import type { TextEdit } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { isMirrorSet, type MirrorSet, mirrorSetTypes } from '../../documents/mirrorSet.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { hasTagMirrorSets } from '../../pulls/openShiftVersion.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';

import { defineRule, type RuleContext } from '../rule.ts';

/** ImageContentSourcePolicy where its successor is at hand. */
export const mirrorSetDeprecated = defineRule({
  code: 'mirror-set/deprecated',
  severity: 'information',
  unit: 'mirror-set',
  summary: 'ImageContentSourcePolicy is deprecated in favour of ImageDigestMirrorSet',
  documentation: `
OpenShift 4.13 brought ImageDigestMirrorSet, which says the same and more, and deprecated ImageContentSourcePolicy. The old kind
still works. The fix changes \`apiVersion\`, \`kind\` and the name of the list, and nothing else: names, labels, comments and the
order of the entries stay.

Nothing is said where the cluster is known to be older than 4.13: by the setting \`operatorMirror.cluster.version\`, or else by a
catalog's tag beside the file, such as \`v4.8\`. The fix is certain where the version is known to be 4.13 or later.

- **Convert all of a cluster's policies at once.** The early versions of 4.13 and 4.14 (before 4.13.27 and 4.14.3) refuse to have
  both kinds side by side.
- After applying the new set, delete the old object: \`oc delete imagecontentsourcepolicy NAME\`. As long as both say the same,
  no node is drained.
- \`oc adm catalog mirror\` of 4.14 and later writes both kinds, with the same name and the same entries. Then apply one of the two
  files, and nothing has to be converted.`,
  check({ set }, context) {
    if (set.kind !== 'ImageContentSourcePolicy' || !hasTagMirrorSets(clusterVersion(context))) return [];
    const range = set.words.kind?.range ?? set.heading;
    const name = shortName(set.name?.value ?? t('This'));
    const message = hasSuccessorBeside(set, context)
      ? t(
          '{0} is an ImageContentSourcePolicy, which is deprecated since OpenShift 4.13, and an ImageDigestMirrorSet of the same name is here already: apply that one alone',
          name,
        )
      : t(
          '{0} is an ImageContentSourcePolicy, which is deprecated since OpenShift 4.13: an ImageDigestMirrorSet says the same',
          name,
        );
    return [{ message, range }];
  },
  fixes(_finding, { set }, context) {
    if (hasSuccessorBeside(set, context)) return [];
    const isKnown = clusterVersion(context) !== undefined;
    const own = {
      id: 'convert',
      title: t('Convert it to ImageDigestMirrorSet'),
      preferred: isKnown && isSound(set),
      edits: () => conversion(set),
    };
    const sets = policiesOf(context).filter((other) => !hasSuccessorBeside(other, context));
    if (sets.length < 2) return [own];
    const all = {
      id: 'convert-all',
      title: t('Convert all {0} of this file to ImageDigestMirrorSet', sets.length),
      preferred: isKnown && sets.every(isSound),
      wholeFile: true,
      edits: () => sets.flatMap(conversion),
    };
    return [own, all];
  },
});

/** The smallest change that makes one kind of the other. */
function conversion({ words }: MirrorSet): TextEdit[] {
  const { apiVersion, list } = mirrorSetTypes.ImageDigestMirrorSet;
  return [
    ...(words.apiVersion === undefined ? [] : [replaceScalar(words.apiVersion, apiVersion)]),
    ...(words.kind === undefined ? [] : [replaceScalar(words.kind, 'ImageDigestMirrorSet')]),
    ...(words.list === undefined ? [] : [replaceScalar(words.list, list)]),
  ];
}

/** The new kind is stricter: what it would refuse is put right first. */
function isSound({ problems, entries }: MirrorSet): boolean {
  return (
    problems.length === 0 &&
    entries.every(
      ({ problems: wrong, mirrors }) =>
        wrong.length === 0 && new Set(mirrors.map(({ value }) => value)).size === mirrors.length,
    )
  );
}

function policiesOf({ snapshot, path }: RuleContext): MirrorSet[] {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'yaml') return [];
  return content.yaml.resources.filter(isMirrorSet).filter(({ kind }) => kind === 'ImageContentSourcePolicy');
}

/** True when converting would make a second set of one kind and name: newer `oc` writes both kinds. */
function hasSuccessorBeside({ name }: MirrorSet, { snapshot, path }: RuleContext): boolean {
  for (const { content } of snapshot.filesIn(folderOf(path))) {
    if (content.type !== 'yaml') continue;
    for (const other of content.yaml.resources) {
      if (other.kind === 'ImageDigestMirrorSet' && name !== undefined && other.name?.value === name.value)
        return true;
    }
  }
  return false;
}

import { lineRange } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { formatReference, type ImageReference, withDockerDefaults } from '../../documents/imageReference.ts';
import { arrivalOf, ofPairs } from '../../documents/mappingLine.ts';
import { isOnDisk } from '../../documents/transport.ts';
import { keyOfRegistries, registriesReached } from '../../workspace/reached.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { factOf, knowsNothing } from './destinationFacts.ts';

/** Destinations that their registry, or the folder `v2/`, does not have. */
export const mappingMissingImage = defineRule({
  code: 'mapping/missing-image',
  severity: 'error',
  unit: 'mapping-line',
  summary: 'The destination does not have the image',
  documentation: `
The destination was asked and does not have this image, although the file has been copied there: the copy failed for this line.
\`oc adm catalog mirror\` exits with 0 and writes its manifests all the same when images fail, so neither its exit code nor
its files tell.

Copy the file with *Operator Mirror: Copy This mapping.txt* or \`operator-mirror copy -f mapping.txt\`: what is there already
is skipped, and each line that fails says why.

A \`file://\` destination is looked for in the nearest \`v2/\` folder beside the file or above it, or in the one that
\`operatorMirror.files.folder\` names. \`oc\` loses images on the way there without a word: of two tags of one repository
that are the same image it writes only one. Mirror such a line alone with \`oc image mirror\` before the folder is carried
on. Where there is no \`v2/\`, nothing is reported.

Of a file that is about to be copied nothing is reported either. It counts as copied to a registry once at least one of its images
is known to be there, after a copy from the editor has ended, and when you ask: with *Verify destinations* above the first line, or
\`check --online\`.

Files of up to 500 lines are looked up by themselves; longer ones when you ask. Nothing is reported while a registry has not answered.`,
  reads: (context) => [context.facts.version, keyOfRegistries(reachedBy(context))],
  findsNothing: knowsNothing,
  check({ line }, context) {
    return ofPairs(line, (pair) => {
      const arrival = arrivalOf(pair);
      if (arrival === undefined || factOf(arrival, context)?.state !== 'missing') return [];
      if (!wasCopiedTo(arrival, context)) return [];
      const { start, end } = pair.destination.span;
      return [{ message: messageOf(arrival), range: lineRange(0, start, end) }];
    });
  },
});

/** Of a folder `v2/` that is not there nobody says that it lacks something, so what is said of one counts. */
function wasCopiedTo(arrival: ImageReference, context: RuleContext): boolean {
  return isOnDisk(arrival) || reachedBy(context).has(withDockerDefaults(arrival).registry);
}

function reachedBy({ snapshot, path, facts }: RuleContext): ReadonlySet<string> {
  return registriesReached(snapshot, path, facts);
}

function messageOf(arrival: ImageReference): string {
  const image = formatReference(arrival);
  return isOnDisk(arrival)
    ? t(
        '{0} is not there: the v2/ folder does not have it; mirror this line alone with `oc image mirror` before the folder is carried on',
        shortName(image),
      )
    : t('{0} is not there: {1} does not have it; copy this mapping.txt', shortName(image), arrival.registry);
}

import { lineRange } from '../../base/range.ts';
import { formatReference } from '../../documents/imageReference.ts';
import { arrivalOf } from '../../documents/mapping.ts';
import { defineRule } from '../rule.ts';
import { factOf } from './destinationFacts.ts';

/** Destinations that their registry does not have. */
export const mappingMissingImage = defineRule({
  code: 'mapping/missing-image',
  severity: 'error',
  unit: 'mapping-line',
  summary: 'The destination does not have the image',
  documentation: `
The destination's registry was asked and does not have this image: the line has not been copied yet, or the copy failed.
\`oc adm catalog mirror\` exits with 0 and writes its manifests all the same when images fail, so neither its exit code nor
its files tell.

Copy the file with *Operator Mirror: Copy This mapping.txt* or \`operator-mirror copy -f mapping.txt\`: what is there already
is skipped, and each line that fails says why.

Files of up to 500 lines are looked up by themselves; longer ones when you ask, with *Verify destinations* above the first
line or \`check --online\`. Nothing is reported while a registry has not answered.`,
  reads: ({ facts }) => facts.version,
  check({ line }, context) {
    return line.pairs.flatMap((pair) => {
      const arrival = arrivalOf(pair);
      if (arrival === undefined || factOf(arrival, context)?.state !== 'missing') return [];
      const { start, end } = pair.destination.span;
      const message = `${arrival.registry} does not have ${formatReference(arrival)}: copy this mapping.txt`;
      return [{ message, range: lineRange(0, start, end) }];
    });
  },
});

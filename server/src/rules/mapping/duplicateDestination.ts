import { lineRange } from '../../base/range.ts';
import { destinationKey, type MappingLine } from '../../documents/mappingLine.ts';
import { type PlacedPair, takenMessage, takenPairs } from '../../documents/mappingRefusals.ts';
import { lineNumbers } from '../../workspace/lineNumbers.ts';
import { mappingIndex } from '../../workspace/mappingIndex.ts';
import { defineRule } from '../rule.ts';
import { isDryRunDialect } from './dialect.ts';

/** Two sources that go to one destination. */
export const mappingDuplicateDestination = defineRule({
  code: 'mapping/duplicate-destination',
  severity: 'error',
  unit: 'mapping',
  summary: 'Two sources with one destination',
  documentation: `
\`oc image mirror -f\` refuses the file: \`each destination tag may only be specified once\`. \`oc adm catalog mirror\`, which writes
such files when repositories of two registries meet in one \`file://\` path or when flattening makes two names the same,
copies both and lets the last one win, without a word and with exit code 0.

\`\`\`
quay.io/edge/app:v1=file://edge-mirror/edge/edge-index/edge/app:v1
docker.io/edge/app:v1=file://edge-mirror/edge/edge-index/edge/app:v1    # the same place
\`\`\`

oc-mirror does the same with an image that is named by tag and by digest: it is written under its tag, so that two digests of one tag
meet. Of its dry run's \`mapping.txt\` this is said, too.

Destinations are compared as \`oc\` compares them: \`file:///x\` is \`file://x\`, and a destination without a tag takes the tag of
its source. Give one of the two another tag or repository; whoever pulls it must then know that name.`,
  check({ mapping }, context) {
    const groups = mappingIndex(mapping).byDestination;
    const repeated = groups.repeated();
    if (repeated.size === 0) return [];
    const numbers = lineNumbers(mapping);
    return [...repeated].flatMap((key) => {
      const places = placesOf(key, new Set(groups.get(key)), numbers);
      return takenPairs(places).map((taken) => {
        const { start, end } = taken.pair.destination.span;
        const message = takenMessage(taken, isDryRunDialect(context));
        return { range: lineRange(taken.line, start, end), message };
      });
    });
  },
});

function placesOf(
  key: string,
  lines: ReadonlySet<MappingLine>,
  numbers: ReadonlyMap<MappingLine, number>,
): PlacedPair[] {
  return [...lines].flatMap((line) =>
    line.pairs
      .filter((pair) => destinationKey(pair) === key)
      .map((pair) => ({ line: numbers.get(line) ?? 0, pair })),
  );
}

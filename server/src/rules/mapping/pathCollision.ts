import { lineRange } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { listed } from '../../base/words.ts';
import { lineNumbers } from '../../workspace/lineNumbers.ts';
import { fileDestination, mappingIndex } from '../../workspace/mappingIndex.ts';
import { defineRule } from '../rule.ts';

/** Repositories of two registries in one path of a file store. */
export const mappingPathCollision = defineRule({
  code: 'mapping/path-collision',
  severity: 'warning',
  unit: 'mapping',
  summary: 'Repositories of two registries share one `file://` path',
  documentation: `
\`oc adm catalog mirror\` drops the source registry on the way to the disk, so that repositories with the same name meet:

\`\`\`
quay.io/edge/app@sha256:1111…=file://edge-mirror/edge/edge-index/edge/app:5aa2c80d
docker.io/edge/app@sha256:2222…=file://edge-mirror/edge/edge-index/edge/app:94d2f0c1    # the same folder
\`\`\`

\`oc\` copies both at the same time. When they share a layer, both writers append to one \`.download\` file. What is seen of it
is \`error: unable to copy layer … rename … no such file or directory\`, or nothing. What is left is a damaged layer under a
good name, with both manifests and tags there and exit code 0. It comes out only at the import: \`warning: Layer size mismatch\`,
\`digest invalid: provided digest did not match uploaded content\`.

Give one of the two another path and copy with \`oc image mirror -f\`, or copy the two one after the other: split the file, and
run \`oc image mirror\` for each half. A mirror set written after the next hop has one path for both; it needs an entry for each of
the two true sources, which [mirror-set/local-source](../mirror-set/local-source.md) writes.`,
  check({ mapping }) {
    const index = mappingIndex(mapping);
    const collisions = index.collisions.all();
    if (collisions.size === 0) return [];
    const numbers = lineNumbers(mapping);
    return [...collisions].flatMap(([path, repositories]) =>
      [...new Set(index.byFileDestination.get(path))].flatMap((line) =>
        line.pairs
          .filter((pair) => fileDestination(pair) === path)
          .map(({ destination: { span } }) => ({
            range: lineRange(numbers.get(line) ?? 0, span.start, span.end),
            message: t(
              '{0} meet in this path: `oc` may write a layer that they share twice at once, and leave it damaged without a word; copy them one after the other, or to different paths',
              listed(repositories),
            ),
            together: {
              key: path,
              message: (count: number) =>
                t(
                  '{0} meet in this path, to which {1} lines bring images: `oc` may write a layer that they share twice at once, and leave it damaged without a word; copy them one after the other, or to different paths',
                  listed(repositories),
                  count,
                ),
            },
          })),
      ),
    );
  },
});

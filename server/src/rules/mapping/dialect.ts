import { lineRange, shiftRange, type TextEdit } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import {
  hasForeignTransport,
  isDryRunPair,
  type MappingArgument,
  type MappingLine,
} from '../../documents/mappingLine.ts';
import { foreignTransportOf, isOnDisk } from '../../documents/transport.ts';
import { lineNumbers } from '../../workspace/lineNumbers.ts';
import { mappingIndex } from '../../workspace/mappingIndex.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

/** The mapping.txt that oc-mirror's dry run leaves. */
export const mappingDialect = defineRule({
  code: 'mapping/dialect',
  severity: 'information',
  unit: 'mapping-line',
  summary: 'The dialect of oc-mirror’s dry run, which `oc image mirror` does not read',
  documentation: `
\`oc-mirror --v2 --dry-run\` leaves a \`mapping.txt\` that only looks like the one of \`oc adm catalog mirror\`:

\`\`\`
docker://quay.io/edge/app@sha256:d8ee…=docker://registry.example.com:8443/edge/app@sha256:d8ee…
\`\`\`

\`oc image mirror -f\` knows no \`docker://\` and refuses a destination with a digest. As a record of what oc-mirror would do the
file is fine. To copy it with \`oc image mirror\` or \`operator-mirror copy\`, rewrite it, one line or all: \`docker://\` goes, and a
destination by digest alone gets the tag that oc-mirror gives it, \`sha256-\` and the digits.

\`\`\`
quay.io/edge/app@sha256:d8ee…=registry.example.com:8443/edge/app:sha256-d8ee…
\`\`\`

All other rules hold for the file as it is: what collides, what no mirror set redirects, what the registry lacks.
\`localhost:55000\` is no registry but oc-mirror's own cache, which is there only while oc-mirror runs, so nobody is asked about it.

A source with \`oci://\` is a catalog in a folder of oc-mirror's own; \`oc image mirror\` cannot read it, and its line stays as
it is. Where only a few lines of a file have \`docker://\`, they are errors of [mapping/syntax](syntax.md) instead.`,
  reads: isDryRunDialect,
  findsNothing: (context) => !isDryRunDialect(context),
  check({ line }) {
    const [first] = line.pairs.filter(isDryRunPair);
    if (first === undefined) return [];
    const { text, span } = hasForeignTransport(first.source.text) ? first.source : first.destination;
    const end = span.start + text.indexOf('://') + '://'.length;
    const unreadable = argumentsOf(line).some((argument) => isInFolder(argument.text));
    const range = lineRange(0, span.start, end);
    if (unreadable) {
      const message = t(
        '{0} is a catalog in oc-mirror’s own folder: `oc image mirror` cannot read this line',
        shortName(text),
      );
      return [{ message, range }];
    }
    const message = (lines: number) =>
      lines === 1
        ? t(
            'oc-mirror’s dry run wrote this line: `oc image mirror` reads no docker://, so rewrite it before you copy it with that',
          )
        : t(
            'oc-mirror’s dry run wrote these {0} lines: `oc image mirror` reads no docker://, so rewrite them before you copy them with that',
            lines,
          );
    return [{ message: message(1), range, together: { key: '', message } }];
  },
  fixesAreOffers: true,
  fixes(_finding, { line }, context) {
    const own = editsOf(line);
    const single: Fix[] =
      own.length === 0
        ? []
        : [
            {
              id: 'line',
              title: t('Rewrite this line for oc image mirror'),
              preferred: false,
              edits: () => own,
            },
          ];
    return [...single, ...wholeFile(line, context)];
  },
});

/** True when the file that is checked is in the dialect as a whole. Stays the same while lines are typed. */
export function isDryRunDialect({ snapshot, path }: RuleContext): boolean {
  const content = snapshot.files.get(path)?.content;
  return content?.type === 'mapping' && mappingIndex(content.mapping).isDryRunDialect;
}

function wholeFile(from: MappingLine, { snapshot, path }: RuleContext): Fix[] {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'mapping') return [];
  const { lines } = content.mapping;
  const edits = () => {
    // Edits count from the line of the finding.
    const first = lineNumbers(content.mapping).get(from) ?? 0;
    return lines.flatMap((line, number) =>
      editsOf(line).map(({ range, newText }) => ({ range: shiftRange(range, number - first), newText })),
    );
  };
  const title = t('Rewrite all lines for oc image mirror');
  return [{ id: 'all', title, preferred: false, wholeFile: true, edits }];
}

/** Nothing for a line that stays unreadable. */
function editsOf(line: MappingLine): TextEdit[] {
  const all = argumentsOf(line);
  if (all.some((argument) => isInFolder(argument.text))) return [];
  const destinations = new Set(line.pairs.map(({ destination }) => destination));
  return all.flatMap((argument) => {
    const { text, span } = argument;
    const edits: TextEdit[] = [];
    if (text.startsWith('docker://')) {
      edits.push({ range: lineRange(0, span.start, span.start + 'docker://'.length), newText: '' });
    }
    const at = text.indexOf('@');
    if (at !== -1 && destinations.has(argument)) {
      const hasTag = text.lastIndexOf(':', at) > text.lastIndexOf('/', at);
      const newText = hasTag ? '' : `:${text.slice(at + 1).replace(':', '-')}`;
      edits.push({ range: lineRange(0, span.start + at, span.end), newText });
    }
    return edits;
  });
}

/** The arguments of a line's pairs; a source with several destinations is there once. */
function argumentsOf(line: MappingLine): MappingArgument[] {
  return [...new Set(line.pairs.flatMap(({ source, destination }) => [source, destination]))];
}

/** True for a catalog in a folder of oc-mirror's own. */
function isInFolder(text: string): boolean {
  const foreign = foreignTransportOf(text);
  return foreign !== undefined && isOnDisk(foreign);
}

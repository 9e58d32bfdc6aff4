import type { TextEdit } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { packageOf } from '../../catalog/model.ts';
import type { ImageSet, ImageSetChannel, ImageSetPackage } from '../../documents/imageSet.ts';
import type { Lines } from '../../documents/lines.ts';
import { defineRule, type Finding, type Fix, type RuleContext } from '../rule.ts';
import { onlyChannels } from './channelFixes.ts';
import { cures, writtenAs } from './cures.ts';
import {
  type OpenOperator,
  openOperator,
  openOperators,
  type SelectionFinding,
  selectionFindings,
} from './selectionFindings.ts';
import { fieldEdit } from './writing.ts';

/** A range that finds nothing. */
export const imageSetEmptyRange = defineRule<'image-set', SelectionFinding>({
  code: 'image-set/empty-range',
  severity: 'warning',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: 'A range of versions that finds nothing in a channel, or an entry that selects nothing',
  documentation: `
oc-mirror v2 drops a channel in which a range finds nothing, without a word. Where it is the default channel it refuses the selection,
which makes this an error.

**Pre-releases** are in a range only if one of its bounds has a \`-\` itself. Many operators of Red Hat have nothing else: to
\`minVersion: 4.8.0\` the version 4.8.0-202111041632 does not belong, to \`minVersion: 4.8.0-0\` it does.

**A channel that is deprecated** and emptied by a range leaves its deprecation behind: oc-mirror v2 mirrors the catalog, and \`opm\` refuses
it, so that the catalog's pod does not start. The fix names the channels that are left.

An entry of which nothing is left is an error: oc-mirror v2 ends with \`no related images found\`.

The fixes offer bounds that find something.`,
  check(unit, context) {
    const { set } = unit;
    return [
      ...selectionFindings(set, context, ['empty-range', 'deprecation'], 'warning'),
      ...emptyEntries(set, context),
    ];
  },
  fixes({ data }, { set }, context) {
    const open = data && openOperator(set, context, data.place.operator);
    if (data === undefined || open === undefined) return [];
    if (data.problem.code === 'deprecation') {
      const left = packageOf(open.selection.catalog, data.problem.package ?? '')?.channels ?? [];
      const names = left.map(({ name }) => name);
      return onlyChannels(data, open, names, context.lines);
    }
    return boundFixes(data, open, context.lines);
  },
});

/** Entries of which nothing is left, where no other finding says why. */
function emptyEntries(set: ImageSet, context: RuleContext): Finding<SelectionFinding>[] {
  const silent = openOperators(set, context).filter(({ selection }) =>
    selection.problems.every(({ code }) => code === 'nothing'),
  );
  const operators = silent.map(({ operator }) => operator);
  return selectionFindings({ ...set, operators }, context, ['nothing'], 'warning');
}

/** Each version that is suggested with the fewest bounds that have to change for it. */
function boundFixes(finding: SelectionFinding, open: OpenOperator, lines: Lines): Fix[] {
  const { problem, place } = finding;
  const owner = place.package;
  const part = hasRange(place.channel) ? place.channel : owner;
  if (owner === undefined || part === undefined) return [];
  return problem.suggestions.flatMap((version): Fix[] => {
    const wanted = changes.find((bounds) => cures(finding, open, withBounds(owner, part, bounds, version)));
    if (wanted === undefined) return [];
    const edits = (): TextEdit[] =>
      wanted.flatMap((bound) => fieldEdit(lines, part, bound, part[bound], version));
    return [{ id: version, title: titleOf(wanted, version), preferred: false, edits }];
  });
}

type Bound = 'minVersion' | 'maxVersion';

const changes: readonly (readonly Bound[])[] = [['minVersion'], ['maxVersion'], ['minVersion', 'maxVersion']];

function titleOf(bounds: readonly Bound[], version: string): string {
  const [first, second] = bounds;
  if (second !== undefined) return t('Set minVersion and maxVersion to {0}', version);
  return first === 'minVersion' ? t('Set minVersion to {0}', version) : t('Set maxVersion to {0}', version);
}

function hasRange(part: ImageSetChannel | undefined): boolean {
  return part?.minVersion !== undefined || part?.maxVersion !== undefined;
}

function withBounds(
  owner: ImageSetPackage,
  part: ImageSetChannel,
  bounds: readonly Bound[],
  version: string,
): ImageSetPackage {
  const changed = {
    ...part,
    ...Object.fromEntries(bounds.map((bound) => [bound, writtenAs(version, part)])),
  };
  const channels = owner.channels.map((one) => (one === part ? changed : one));
  return part === owner ? { ...owner, ...changed, channels } : { ...owner, channels };
}

import type { TextEdit } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { type Catalog, packageOf } from '../../catalog/model.ts';
import { selectFrom } from '../../catalog/selection.ts';
import { selectionOf } from '../../catalog/selectionOfImageSet.ts';
import type { ImageSetChannel } from '../../documents/imageSet.ts';
import type { Lines } from '../../documents/lines.ts';
import { defineRule, type Fix } from '../rule.ts';
import { openOperators, type SelectionFinding, selectionFindings } from './selectionFindings.ts';
import { fieldEdit } from './writing.ts';

/** A range that finds nothing. */
export const imageSetEmptyRange = defineRule<'image-set', SelectionFinding>({
  code: 'image-set/empty-range',
  severity: 'warning',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: 'A range of versions that finds nothing in a channel',
  documentation: `
oc-mirror v2 drops a channel in which a range finds nothing, without a word. Where it is the default channel it refuses the selection,
which makes this an error.

**Pre-releases** are in a range only if one of its bounds has a \`-\` itself. Many operators of Red Hat have nothing else: to
\`minVersion: 4.8.0\` the version 4.8.0-202111041632 does not belong, to \`minVersion: 4.8.0-0\` it does.

The fixes offer bounds that find something.`,
  check: ({ set }, context) => selectionFindings(set, context, 'empty-range', 'warning'),
  fixes({ data }, { set }, context) {
    const open = openOperators(set, context).find(({ operator }) => operator === data?.place.operator);
    return data === undefined || open === undefined ? [] : boundFixes(data, open.catalog, context.lines);
  },
});

/** Each version that is suggested with the fewest bounds that have to change for it. */
function boundFixes({ problem, place }: SelectionFinding, catalog: Catalog, lines: Lines): Fix[] {
  const owner = place.package;
  const part = hasRange(place.channel) ? place.channel : owner;
  if (owner === undefined || part === undefined) return [];
  return problem.suggestions.flatMap((version): Fix[] => {
    const wanted = changes.find((bounds) => findsSomething(place, catalog, part, bounds, version));
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

/** Asks the selection itself, of the one package. */
function findsSomething(
  { operator, package: owner }: SelectionFinding['place'],
  catalog: Catalog,
  part: ImageSetChannel,
  bounds: readonly Bound[],
  version: string,
): boolean {
  const only = packageOf(catalog, owner?.name?.value ?? '');
  if (only === undefined || owner === undefined) return false;
  const scalar = { value: version, type: 'string', range: part.range, quote: '' } as const;
  const changed = { ...part, ...Object.fromEntries(bounds.map((bound) => [bound, scalar])) };
  const channels = owner.channels.map((one) => (one === part ? changed : one));
  const packages = [part === owner ? { ...owner, ...changed, channels } : { ...owner, channels }];
  const { problems } = selectFrom({ ...catalog, packages: [only] }, selectionOf({ ...operator, packages }));
  return problems.every(({ code }) => code !== 'empty-range');
}

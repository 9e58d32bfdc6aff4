import { t } from '../../base/sentences.ts';
import { inClauses, inRow, oneLine } from '../../base/words.ts';
import type { ImageRole, MirrorImage, MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import type { PinnedPlan } from '../../mirror/plan/pinned.ts';
import { type Terminal, tell } from '../command.ts';
import { readableBytes } from '../words.ts';
import { table } from './catalogReport.ts';

/** Names that a list in a terminal has room for; JSON has them all. */
const mostNames = 20;

/** The plan as `plan --format json` gives it: users' scripts depend on every name here. What nobody knows is null. */
export function planJson({ plan, missing }: PinnedPlan): object {
  return {
    name: plan.name,
    destination: plan.destination,
    catalogs: plan.catalogs.map(({ source, image, digest, imageDigest, destination, packages }) => ({
      source,
      image,
      digest: imageDigest ?? digest,
      destination,
      packages: packages ?? null,
    })),
    images: plan.images.map(({ source, digest, destination, role, reason, bytes }) => ({
      source,
      digest: digest ?? null,
      destination,
      role,
      reason,
      bytes: bytes ?? null,
    })),
    uniqueBytes: plan.uniqueBytes ?? null,
    archiveSize: plan.archiveSize ?? null,
    collisions: plan.collisions,
    byTag: byTag(plan),
    missing: missing.map(({ source, state, reason }) => ({ source, result: state, reason })),
    refused: plan.refused,
  };
}

/** Sources that pods pull by tag. The catalog is named by a CatalogSource, which nothing has to redirect. */
function byTag({ images }: MirrorPlan): string[] {
  return images
    .filter(({ source, role }) => role !== 'catalog' && !source.includes('@'))
    .map(({ source }) => source);
}

/**
 * Says on stderr what is wrong with a plan.
 * @param command who says it
 */
export function tellPlan(
  { plan, missing }: PinnedPlan,
  isMapping: boolean,
  terminal: Terminal,
  command: string,
): void {
  const say = (line: string) => tell(terminal, command, line);
  listed(plan.refused, say, ({ image, problem, reason }) =>
    t('{0} is no image that anybody could pull, and left out: {1} (in {2})', image, problem, reason[0] ?? ''),
  );
  listed(missing, say, ({ source, state, reason }) =>
    state === 'missing'
      ? t('{0} is missing: {1}', source, reason)
      : t('{0} could not be asked: {1}', source, reason),
  );
  listed(plan.collisions, say, ({ destination, sources }) =>
    t('{0} would be written by several images: {1}', destination, inRow(sources)),
  );
  if (plan.collisions.length > 0) {
    say(
      t(
        'one destination holds one image: raise --max-components where paths were joined, and mirror to another namespace where registries meet',
      ),
    );
  }
  if (!isMapping) return;
  for (const { image, packages } of plan.catalogs) {
    if (packages === undefined) continue;
    say(t('{0} has no line: whoever copies it has all its packages, and images of these alone', image));
  }
}

function listed<Item>(
  items: readonly Item[],
  say: (line: string) => void,
  sentenceOf: (item: Item) => string,
): void {
  for (const item of items.slice(0, mostNames)) say(sentenceOf(item));
  const more = items.length - mostNames;
  if (more > 0) say(more === 1 ? t('one more like this') : t('{0} more like this', more));
}

/** The plan for people: packages, sums, and what pods pull by tag. */
export function planLines({ plan, missing }: PinnedPlan): string {
  const { catalogs, images, destination } = plan;
  const parts = [
    ...catalogs.map(({ image }) => `${oneLine(t('{0} → {1}', image, destination))}\n`),
    ...(catalogs.length === 0 ? [] : ['\n', table(packageRows(plan)), '\n']),
    `${countsLine(images)}\n`,
    `${bytesLine(plan, missing.length)}\n`,
  ];
  const tags = byTag(plan);
  if (tags.length > 0) {
    parts.push(
      `${
        tags.length === 1
          ? t('1 image is pulled by tag, which an ImageTagMirrorSet redirects and no other set:')
          : t(
              '{0} images are pulled by tag, which an ImageTagMirrorSet redirects and no other set:',
              tags.length,
            )
      }\n`,
      ...tags.slice(0, mostNames).map((source) => `  ${oneLine(source)}\n`),
    );
    if (tags.length > mostNames) parts.push(`  ${t('and {0} more', tags.length - mostNames)}\n`);
  }
  return parts.join('');
}

function packageRows({ catalogs, images }: MirrorPlan): string[][] {
  const bytesOf = new Map(images.map(({ source, bytes }) => [source, bytes]));
  const packages = new Map<string, { bundles: number; readonly images: Set<string> }>();
  for (const bundle of catalogs.flatMap(({ bundles }) => bundles)) {
    const row = packages.get(bundle.package) ?? { bundles: 0, images: new Set() };
    packages.set(bundle.package, row);
    row.bundles++;
    for (const source of bundle.images) row.images.add(source);
  }
  const hasBytes = images.some(({ bytes }) => bytes !== undefined);
  const rows = [...packages].map(([name, row]) => {
    const bytes = [...row.images].reduce((sum, source) => sum + (bytesOf.get(source) ?? 0), 0);
    return [name, String(row.bundles), String(row.images.size), ...(hasBytes ? [readableBytes(bytes)] : [])];
  });
  return [[t('PACKAGE'), t('BUNDLES'), t('IMAGES'), ...(hasBytes ? [t('BYTES')] : [])], ...rows];
}

const shownRoles: readonly ImageRole[] = ['catalog', 'bundle', 'related', 'additional', 'mapping'];

function countsLine(images: readonly MirrorImage[]): string {
  const counts = new Map<ImageRole, number>();
  for (const { role } of images) counts.set(role, (counts.get(role) ?? 0) + 1);
  const words = inRow(
    shownRoles.flatMap((role) => (counts.has(role) ? [roleWords(role, counts.get(role) ?? 0)] : [])),
  );
  return images.length === 1 ? t('1 image: {0}', words) : t('{0} images: {1}', images.length, words);
}

function roleWords(role: ImageRole, count: number): string {
  switch (role) {
    case 'catalog':
      return count === 1 ? t('1 catalog') : t('{0} catalogs', count);
    case 'bundle':
      return count === 1 ? t('1 bundle') : t('{0} bundles', count);
    case 'related':
      return t('{0} that bundles use', count);
    case 'additional':
      return t('{0} additional', count);
    case 'mapping':
      return t('{0} of the mapping', count);
  }
}

function bytesLine({ images, uniqueBytes }: MirrorPlan, missing: number): string {
  if (uniqueBytes === undefined) return t('Sizes are not known: no registry told any.');
  const all = images.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  const line = t(
    '{0} to copy; {1} if no two images had a layer in common',
    readableBytes(uniqueBytes),
    readableBytes(all),
  );
  if (missing === 0) return line;
  const without =
    missing === 1
      ? t('1 image is missing in these sums')
      : t('{0} images are missing in these sums', missing);
  return inClauses([line, without]);
}

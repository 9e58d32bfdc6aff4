import { messageOf } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { oneLine, printable, printableJson } from '../../base/words.ts';
import { parsePlace } from '../../documents/mirrorPlace.ts';
import type { CopySummary } from '../../mirror/copy/copyImages.ts';
import type { RunEvent } from '../../mirror/copy/events.ts';
import type { MirrorImage } from '../../mirror/plan/mirrorPlan.ts';
import type { CatalogOutcome, MirrorResult } from '../../mirror/run/mirrorResult.ts';
import type { MirrorRun } from '../../mirror/run/runMirror.ts';
import { missingSignatures } from '../../mirror/signatures/signatureSummary.ts';
import { causeOf, groupedByCause } from '../../runs/failureGroups.ts';
import { mostDropped, type OfferedCatalog } from '../../runs/journal.ts';
import type { Failure } from '../../runs/outcomes.ts';
import { doneLine } from './copyReport.ts';
import { failureLine } from './failureLine.ts';
import { applyLines } from './manifestsReport.ts';
import type { WrittenManifests } from './mirrorManifests.ts';
import { signaturesJson } from './signaturesReport.ts';

/** Names that a list in a terminal has room for; JSON and the report have them all. */
const mostNames = 20;

/**
 * What the terminal shows of a run while it goes on: images that are brought on stdout, the first error of each cause on stderr. Of
 * those that were there the end has the number: a run that is begun again has thousands.
 */
export class MirrorLines {
  readonly #causes = new Set<string>();

  linesFor(event: RunEvent): { readonly stdout: string; readonly stderr: string } {
    if (event.type === 'imageSkipped') return { stdout: '', stderr: '' };
    if (event.type !== 'imageFailed') return { stdout: doneLine(event), stderr: '' };
    const message = messageOf(event.error);
    const cause = causeOf({ image: event.image, message });
    if (this.#causes.has(cause)) return { stdout: '', stderr: '' };
    this.#causes.add(cause);
    return { stdout: '', stderr: `${oneLine(t('failed  {0}: {1}', event.image.source, message))}\n` };
  }
}

/** The numbers of a run, over all images of its plan. */
export function countsOf({ result, blobs }: MirrorRun): CopySummary {
  const counts = { copied: 0, skipped: 0, failed: 0, stopped: 0 };
  for (const { result: became } of result.images) counts[became]++;
  return { ...counts, blobs };
}

/** True where all that was planned is there, with all that was found beside it. */
export function isComplete(result: MirrorResult): boolean {
  return hasAllImages(result) && missingSignatures(result.signatures) === 0;
}

/** The same whatever became of signatures. */
export function hasAllImages({ images, catalogs }: MirrorResult): boolean {
  return (
    images.every(({ result }) => result === 'copied' || result === 'skipped') &&
    catalogs.every(({ error, dropped }) => error === undefined && dropped.length === 0)
  );
}

/** What became of the catalogs, as a journal says it. */
export function offeredCatalogs({ plan, catalogs }: MirrorResult): OfferedCatalog[] {
  return plan.catalogs.map(({ image, destination }, at) => {
    const { digest, error, dropped = [] }: Partial<CatalogOutcome> = catalogs[at] ?? {};
    const named = dropped.slice(0, mostDropped);
    return { image, destination, digest, error, droppedBundles: dropped.length, dropped: named };
  });
}

/** The run as `mirror --format json` gives it: users' scripts depend on every name here. */
export function mirrorJson(run: MirrorRun, manifests: string | undefined): string {
  const { plan, images, catalogs, signatures } = run.result;
  const { blobs, ...counts } = countsOf(run);
  const found = {
    ...counts,
    bytes: blobs.bytes,
    images: plan.images.map(({ source, digest, destination }, at) => {
      const outcome = images[at];
      return {
        source,
        digest: outcome?.digest ?? digest ?? null,
        destination,
        result: outcome?.result ?? 'stopped',
        ...(outcome?.error && { error: failureLine(outcome.error) }),
      };
    }),
    catalogs: plan.catalogs.map(({ image, destination }, at) => {
      const outcome = catalogs[at];
      return {
        image,
        destination,
        digest: outcome?.digest ?? null,
        dropped: outcome?.dropped ?? [],
        ...(outcome?.error && { error: failureLine(outcome.error) }),
      };
    }),
    ...(signatures && { signatures: signaturesJson(signatures) }),
    manifests: manifests ?? null,
    ...(run.others && { awaited: run.others.awaited }),
  };
  return `${printableJson(found, 2)}\n`;
}

/** What is missing after a run, by cause, and what that takes from the catalogs: for stderr. */
export function missingLines({ plan, images, catalogs }: MirrorResult): string {
  const failures = plan.images.flatMap((image, at) => {
    const error = images[at]?.error;
    return error === undefined || image.role === 'catalog' ? [] : [{ image, error, message: error.message }];
  });
  const lines = groupedByCause(failures).flatMap(causeLines);
  for (const [at, { image }] of plan.catalogs.entries()) lines.push(...catalogLines(image, catalogs[at]));
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function causeLines(group: readonly { readonly image: MirrorImage; readonly error: Failure }[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const words = failureLine(first.error);
  return [
    group.length === 1
      ? t('1 image failed: {0}', words)
      : t('{0} images failed, the first one with: {1}', group.length, words),
    ...shortened(group.map(({ image }) => image.source)),
  ];
}

function catalogLines(image: string, outcome: CatalogOutcome | undefined): string[] {
  if (outcome === undefined) return [];
  const { dropped, error } = outcome;
  const names = shortened(
    dropped.map(({ package: owner, name, missing }) =>
      missing.length === 1
        ? t('{0} of {1}: {2} is missing', name, owner, missing[0] ?? '')
        : t('{0} of {1}: {2} images are missing', name, owner, missing.length),
    ),
  );
  if (error !== undefined) return [failureLine(error), ...names];
  if (dropped.length === 0) return [];
  const head =
    dropped.length === 1
      ? t('{0} is written without 1 bundle', image)
      : t('{0} is written without {1} bundles', image, dropped.length);
  return [head, ...names];
}

/** Where the files of a run are, and what comes next: for stdout. */
export function endLines({ plan }: MirrorResult, { folder, manifests }: WrittenManifests): string {
  const place = parsePlace(plan.destination);
  const isOnDisk = place.ok && place.place.kind !== 'registry';
  const bring = t('Next: operator-mirror mirror --from {0} docker://HOST/NAMESPACE', plan.destination);
  const next = isOnDisk ? `${printable(bring)}\n` : applyLines(folder, manifests);
  return `${printable(t('The report is in {0}.', folder))}\n${next}`;
}

function shortened(names: readonly string[]): string[] {
  const shown = names.slice(0, mostNames).map((name) => `  ${name}`);
  const more = names.length - mostNames;
  return more > 0 ? [...shown, `  ${t('and {0} more', more)}`] : shown;
}

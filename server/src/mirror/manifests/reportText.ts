import { UserError } from '../../base/errors.ts';
import { code, prose } from '../../base/markdown.ts';
import { t } from '../../base/sentences.ts';
import { inRow } from '../../base/words.ts';
import { parsePlace } from '../../documents/mirrorPlace.ts';
import type { Forecast } from '../../pulls/forecastTypes.ts';
import { type FailedImage, groupedByCause } from '../../runs/failureGroups.ts';
import type { Failure } from '../../runs/outcomes.ts';
import type { MirrorPlan } from '../plan/mirrorPlan.ts';
import type { CatalogOutcome, ImageOutcome, MirrorResult } from '../run/mirrorResult.ts';
import type { LostPull } from './provenPulls.ts';
import { reportName } from './resultFile.ts';

/** What the report says besides the result itself. */
export interface ReportContext {
  /** The files that redirect pulls, and those that offer catalogs, which are applied after these. */
  readonly sets: readonly string[];
  readonly offers: readonly string[];
  readonly lost: readonly LostPull[];
  /** Repositories with an entry for less than was asked for. */
  readonly narrowed: readonly string[];
  readonly forecast: Forecast | undefined;
}

/** The result for a person, as Markdown: the answer first, then what is missing and why, then what to do. */
export function reportText(result: MirrorResult, context: ReportContext): string {
  const { name, destination } = result.plan;
  const title =
    destination === ''
      ? t('Mirror run {0}', code(name))
      : t('Mirror run {0} to {1}', code(name), code(destination));
  const sections = [
    [`# ${title}`, ...answer(result)],
    missing(result),
    catalogs(result),
    signatures(result),
    lostPulls(context),
    refused(result.plan),
    onNodes(context),
    nextSteps(result, context),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n\n'))
    .join('\n\n')}\n`;
}

function answer({ plan, images, started, finished }: MirrorResult): string[] {
  const count = (wanted: ImageOutcome['result']) => images.filter(({ result }) => result === wanted).length;
  const [copied, there, all] = [count('copied'), count('skipped'), plan.images.length];
  const absent = all - copied - there;
  const words =
    absent > 0
      ? absent === 1
        ? t('1 of {0} images is missing at the destination.', all)
        : t('{0} of {1} images are missing at the destination.', absent, all)
      : all === 1
        ? t('The one image is at the destination.')
        : t('All {0} images are at the destination.', all);
  return [words, t('{0} copied, {1} there before; {2} to {3}.', copied, there, started, finished)];
}

function missing({ plan, images }: MirrorResult): string[] {
  const failures = plan.images.flatMap((image, index): Missing[] => {
    const { result = 'stopped', error } = images[index] ?? {};
    if (result === 'copied' || result === 'skipped') return [];
    const failure = error ?? { code: 'stopped', message: t('the run was stopped before it was there') };
    return [{ image, message: failure.message, failure, reasons: image.reason }];
  });
  if (failures.length === 0) return [];
  return [`## ${t('Missing images')}`, ...groupedByCause(failures).flatMap(causeLines)];
}

interface Missing extends FailedImage {
  readonly failure: Failure;
  readonly reasons: readonly string[];
}

function causeLines(group: readonly Missing[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const words = failureWords(first.failure);
  const items = group.map(({ image: { source }, reasons }) => forReasons(source, reasons));
  return [
    group.length === 1 ? words : t('{0} images, the first one with: {1}', group.length, words),
    list(items),
  ];
}

function failureWords({ side, message, nextStep = '' }: Failure): string {
  return prose(new UserError('', message, { side, nextStep }).line);
}

/** Some images are in hundreds of bundles. */
const mostReasons = 5;

function forReasons(image: string, reasons: readonly string[]): string {
  const words = inRow(reasons.slice(0, mostReasons).map(code));
  return reasons.length > mostReasons
    ? t('{0}, for {1} and {2} more', code(image), words, reasons.length - mostReasons)
    : t('{0}, for {1}', code(image), words);
}

function catalogs({ plan, catalogs: outcomes }: MirrorResult): string[] {
  if (plan.catalogs.length === 0) return [];
  const lines = plan.catalogs.flatMap(({ image, destination }, index): string[] => {
    const { digest, error, dropped = [] }: Partial<CatalogOutcome> = outcomes[index] ?? {};
    const words =
      digest === undefined
        ? t('{0} was not written.', code(image))
        : t('{0} is at {1}, with the digest {2}.', code(image), code(destination), code(digest));
    return [words, ...(error === undefined ? [] : [failureWords(error)]), ...droppedLines(dropped)];
  });
  return [`## ${t('Catalogs')}`, ...lines];
}

function droppedLines(dropped: CatalogOutcome['dropped']): string[] {
  if (dropped.length === 0) return [];
  const items = dropped.map(({ package: owner, name, missing: images }) =>
    images.length === 0
      ? t('{0} of {1}: nothing leads to it but what is left out', code(name), code(owner))
      : t('{0} of {1}: {2} missing', code(name), code(owner), inRow(images.map(code))),
  );
  return [t('It does not offer these bundles:'), list(items)];
}

/** Most images of some catalogs have no signature. */
const mostUnsigned = 100;

/** What is beside the images at the destination, and which images have nothing. */
function signatures({ signatures: found }: MirrorResult): string[] {
  if (found === undefined) return [];
  const { copied, skipped, failed, absent, unknown } = found;
  const there = copied + skipped;
  const lines: string[] = [];
  if (there > 0) {
    lines.push(
      there === 1
        ? t('One signature, attestation or bill of materials is with its image at the destination.')
        : t(
            '{0} signatures, attestations and bills of materials are with their images at the destination.',
            there,
          ),
    );
  }
  if (failed.length > 0) {
    lines.push(
      t('These were found and are missing there. Their images are there:'),
      list(failed.map(({ name, error }) => t('{0}: {1}', code(name), failureWords(error)))),
    );
  }
  if (unknown.length > 0) {
    lines.push(
      t('Nobody could say whether these have any:'),
      shortList(unknown.map(({ image, error }) => t('{0}: {1}', code(image), failureWords(error)))),
    );
  }
  if (absent.length > 0) {
    lines.push(
      absent.length === 1
        ? t('One image has no signature at its source. Nodes that want one of it do not start it:')
        : t(
            '{0} images have no signature at their sources. Nodes that want one of them do not start them:',
            absent.length,
          ),
      shortList(absent.map(code)),
    );
  }
  return lines.length === 0 ? [] : [`## ${t('Signatures')}`, ...lines];
}

function shortList(items: readonly string[]): string {
  const more = items.length - mostUnsigned;
  return list(
    more > 0
      ? [...items.slice(0, mostUnsigned), t('and {0} more, which stand in {1}', more, code(reportName))]
      : items,
  );
}

function lostPulls({ lost, narrowed }: ReportContext): string[] {
  const lines: string[] = [];
  if (lost.length > 0) {
    const items = lost.map(({ image, destination, problem }) =>
      t('{0}, which is at {1}: {2}', code(image), code(destination), prose(problem)),
    );
    lines.push(
      t('No mirror set sends pulls of these to the mirror. Pods have to name them where they are:'),
      list(items),
    );
  }
  if (narrowed.length > 0) {
    lines.push(
      t(
        'These have entries of their own or for their namespace alone, because an entry for more would not lead to where all images are:',
      ),
      list(narrowed.map(code)),
    );
  }
  return lines.length === 0 ? [] : [`## ${t('Pulls')}`, ...lines];
}

function refused({ refused: names }: MirrorPlan): string[] {
  if (names.length === 0) return [];
  const items = names.map(({ image, problem, reason }) =>
    t('{0}: {1}', forReasons(image, reason), prose(problem)),
  );
  return [`## ${t('Names that nobody can pull')}`, list(items)];
}

function onNodes({ forecast }: ReportContext): string[] {
  return forecast === undefined
    ? []
    : [`## ${t('What nodes do when it is applied')}`, list(forecast.explanation.map(prose))];
}

function nextSteps({ plan, images }: MirrorResult, { sets, offers, forecast }: ReportContext): string[] {
  const isMissing = images.some(({ result }) => result === 'failed' || result === 'stopped');
  const steps = isMissing
    ? [t('Run the same command again: it copies what is missing and nothing else.')]
    : [];
  const place = parsePlace(plan.destination);
  if (place.ok && place.place.kind !== 'registry') {
    steps.push(
      t(
        'Bring it to the registry: {0}. The files for the cluster are written there.',
        code(`operator-mirror mirror --from ${plan.destination} docker://HOST/NAMESPACE`),
      ),
    );
  }
  if (sets.length > 0) {
    steps.push(
      forecast?.effect === 'drain' || forecast?.effect === 'reboot'
        ? t(
            'Apply what redirects pulls, and wait until all nodes are updated ({0}): {1}',
            code('oc get mcp'),
            code(applyCommand(sets)),
          )
        : t('Apply what redirects pulls: {0}', code(applyCommand(sets))),
    );
  }
  if (offers.length > 0) steps.push(t('Then offer the catalogs: {0}', code(applyCommand(offers))));
  return steps.length === 0 ? [] : [`## ${t('Next steps')}`, list(steps)];
}

/** Names each file: `oc apply -f` of the folder would read the report too, which is JSON and no manifest. */
export function applyCommand(files: readonly string[]): string {
  return `oc apply ${files.map((file) => `-f ${file}`).join(' ')}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

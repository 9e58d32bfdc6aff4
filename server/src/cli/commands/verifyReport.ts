import { messageOf } from '../../base/errors.ts';
import { type Sentence, sentence, t } from '../../base/sentences.ts';
import { inRow, oneLine, printableJson } from '../../base/words.ts';
import type { FolderContents } from '../../mirror/verify/folderContents.ts';
import type { LostPull } from '../../mirror/verify/tracedPulls.ts';
import type { ContentProblem, ProblemKind, VerifiedImage } from '../../mirror/verify/verifiedImage.ts';
import { readableBytes, readableTime } from '../words.ts';
import type { VerifiedOffer } from './verifyOffers.ts';

/** What `verify` found. */
export interface VerifyOutcome extends Pick<FolderContents, 'leftovers' | 'notes'> {
  readonly images: readonly VerifiedImage[];
  /** Of blobs that were read. */
  readonly bytes: number;
  readonly offers: readonly VerifiedOffer[];
  readonly lostPulls: readonly LostPull[];
  /** The folder of the run that was verified. */
  readonly manifests: string | undefined;
}

/** Lines of one cause that a terminal has room for; JSON has them all. */
const mostLines = 20;

/** The numbers of a run, by the names that `mirror` has for them: nothing is copied, and what is proven is skipped. */
export function verifyFields({ images, bytes }: VerifyOutcome) {
  const counts = countsOf(images);
  return { copied: 0, skipped: counts.proven, failed: counts.failed, stopped: counts.stopped, bytes };
}

/** `verify --format json`: users' scripts depend on every name here. */
export function verifyJson(outcome: VerifyOutcome): string {
  const { images, leftovers, notes, offers, lostPulls, manifests } = outcome;
  const json = {
    ...verifyFields(outcome),
    images: images.map(({ source, digest, destination, result, problems: [first] }) => ({
      source,
      digest: digest ?? null,
      destination,
      result: result === 'proven' ? 'skipped' : result,
      ...(first && { error: messageOf(first.error) }),
    })),
    problems: [...needsOf(images)].map(([{ kind, error, removed = false }, needing]) => ({
      problem: kind,
      message: error.message,
      nextStep: error.nextStep,
      removed,
      images: needing.map(({ source }) => source),
    })),
    leftovers: leftovers.map(({ path, tag }) => ({ path, tag: tag ?? null })),
    notes,
    catalogs: offers.map(({ catalog, destination, bundles, lacking, error }) => ({
      catalog,
      destination,
      bundles,
      lacking,
      ...(error !== undefined && { error }),
    })),
    lostPulls,
    manifests: manifests ?? null,
  };
  return `${printableJson(json, 2)}\n`;
}

/** What was found, for people: by cause, the worst first, each with what to do. */
export function verifyText(outcome: VerifyOutcome, milliseconds: number): string {
  const { images, leftovers, notes, offers, lostPulls } = outcome;
  const needs = needsOf(images);
  return [
    ...kindsInOrder.flatMap((kind) => causeLines(kind, needs)),
    ...offers.flatMap(offerLines),
    ...lostLines(lostPulls),
    ...leftoverLines(leftovers),
    ...notes.slice(0, mostLines).map(oneLine),
    ...more(notes.length),
    summaryLine(outcome, milliseconds),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** What was done when a run was stopped, and what was not. */
export function stoppedVerifyLine(images: readonly VerifiedImage[], reason: string): string {
  const left = countsOf(images).stopped;
  return left === 1
    ? t('{0}; 1 image was not looked at to the end', reason)
    : t('{0}; {1} images were not looked at to the end', reason, left);
}

const kindsInOrder: readonly ProblemKind[] = ['missing', 'damaged', 'different', 'unproven'];

const headings: Readonly<Record<ProblemKind, { readonly one: Sentence; readonly several: Sentence }>> = {
  missing: { one: sentence('Missing, for 1 image:'), several: sentence('Missing, for {0} images:') },
  damaged: { one: sentence('Damaged, for 1 image:'), several: sentence('Damaged, for {0} images:') },
  different: {
    one: sentence('Another image under the tag of 1:'),
    several: sentence('Other images under the tags of {0}:'),
  },
  unproven: {
    one: sentence('Not proven, for 1 image:'),
    several: sentence('Not proven, for {0} images:'),
  },
};

type Needs = ReadonlyMap<ContentProblem, readonly VerifiedImage[]>;

/** The images that each problem is one of. */
function needsOf(images: readonly VerifiedImage[]): Needs {
  const needs = new Map<ContentProblem, VerifiedImage[]>();
  for (const image of images) {
    for (const problem of image.problems) {
      const needing = needs.get(problem) ?? [];
      needing.push(image);
      needs.set(problem, needing);
    }
  }
  return needs;
}

function causeLines(kind: ProblemKind, needs: Needs): string[] {
  const found = [...needs].filter(([problem]) => problem.kind === kind);
  if (found.length === 0) return [];
  const concerned = new Set(found.flatMap(([, needing]) => needing)).size;
  const { one, several } = headings[kind];
  const steps = new Set(found.map(([{ error }]) => error.nextStep).filter((step) => step !== ''));
  return [
    concerned === 1 ? t(one) : t(several, concerned),
    ...found.slice(0, mostLines).map(([problem, needing]) => indented(problemWords(problem, needing))),
    ...more(found.length),
    ...[...steps].map((step) => indented(t('next: {0}', step))),
  ];
}

function problemWords(
  { error: { message }, removed }: ContentProblem,
  needing: readonly VerifiedImage[],
): string {
  const [first] = needing;
  const source = first?.source ?? '';
  const isSaid = message.includes(source);
  const words =
    needing.length > 1
      ? t('{0}; {1} images need it, {2} among them', message, needing.length, source)
      : isSaid
        ? message
        : t('{0}; needed by {1}', message, source);
  return removed === true ? t('{0}; removed', words) : words;
}

function offerLines({ destination, bundles, lacking, error }: VerifiedOffer): string[] {
  if (error !== undefined) {
    return [t('Nobody knows what the catalog {0} offers:', oneLine(destination)), indented(error)];
  }
  if (lacking.length === 0) return [];
  return [
    t(
      'Offered by {0}, of {1} bundles, and not to be installed from the mirror: {2}',
      oneLine(destination),
      bundles,
      lacking.length,
    ),
    ...lacking.slice(0, mostLines).map(lackingLine),
    ...more(lacking.length),
    indented(t('next: mirror again, which brings the images or leaves these bundles out of the catalog')),
  ];
}

function lackingLine({ package: owner, name, missing }: VerifiedOffer['lacking'][number]): string {
  const [first = ''] = missing;
  return indented(
    missing.length === 1
      ? t('{0} of {1} lacks {2}', name, owner, first)
      : t('{0} of {1} lacks {2} images, {3} among them', name, owner, missing.length, first),
  );
}

function lostLines(lost: readonly LostPull[]): string[] {
  if (lost.length === 0) return [];
  return [
    lost.length === 1
      ? t('1 pull is not led to the image that is there:')
      : t('{0} pulls are not led to the images that are there:', lost.length),
    ...lost.slice(0, mostLines).map(({ image, reason }) => indented(t('{0}: {1}', image, reason))),
    ...more(lost.length),
  ];
}

function leftoverLines(leftovers: VerifyOutcome['leftovers']): string[] {
  if (leftovers.length === 0) return [];
  return [
    leftovers.length === 1
      ? t('1 file is left of a run that was stopped:')
      : t('{0} files are left of runs that were stopped:', leftovers.length),
    ...leftovers
      .slice(0, mostLines)
      .map(({ path, tag }) =>
        indented(
          tag === undefined
            ? path
            : t('{0}; remove it: as long as it is there, oc cannot write the tag {1}', path, tag),
        ),
      ),
    ...more(leftovers.length),
  ];
}

function more(all: number): string[] {
  const left = all - mostLines;
  if (left <= 0) return [];
  return [indented(left === 1 ? t('one more like this') : t('{0} more like this', left))];
}

function indented(words: string): string {
  return `  ${oneLine(words)}`;
}

function summaryLine({ images, bytes }: VerifyOutcome, milliseconds: number): string {
  const { proven, failed, stopped } = countsOf(images);
  const words = inRow([
    t('{0} proven', proven),
    ...(failed > 0 ? [t('{0} not whole', failed)] : []),
    ...(stopped > 0 ? [t('{0} not looked at', stopped)] : []),
  ]);
  const read = bytes > 0 ? t('{0} read', readableBytes(bytes)) : t('no blob read');
  const time = readableTime(milliseconds);
  return images.length === 1
    ? t('1 image: {0}; {1}; {2}', words, read, time)
    : t('{0} images: {1}; {2}; {3}', images.length, words, read, time);
}

function countsOf(images: readonly VerifiedImage[]): Record<VerifiedImage['result'], number> {
  const counts = { proven: 0, failed: 0, stopped: 0 };
  for (const { result } of images) counts[result]++;
  return counts;
}

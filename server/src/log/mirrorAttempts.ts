import { sentence, t } from '../base/sentences.ts';
import { inRow, paragraph } from '../base/words.ts';
import { registryOf } from '../documents/imageReference.ts';
import { placeFor, whoFailed, wordsFor } from './place.ts';
import type { PullCause, Reason, Requester } from './reason.ts';
import { reasonOf } from './reasons.ts';
import { fill, shortened } from './template.ts';

/** One place where an image was looked for, and what came of it. */
interface Attempt {
  readonly reference: string;
  readonly words: string;
}

/** What the words of all places say together. */
export interface MirrorsFailed {
  readonly code: 'mirrors-failed';
  readonly cause: string;
  readonly fix: string;
  /** The image by its own name: the place that is tried last is the source. */
  readonly image: string | undefined;
  readonly pull: { readonly cause: PullCause; readonly place: string; readonly mirror: string };
}

/**
 * What a failure says of mirrors. containers/image names every mirror that it tried, as
 * `(Mirrors also failed: [REFERENCE: words] [REFERENCE: words]): REFERENCE: words`; undefined where it names none.
 * https://github.com/containers/image/blob/main/docker/docker_image_src.go
 */
export function explainMirrors(reason: string, requester: Requester): MirrorsFailed | undefined {
  const attempts = attemptsOf(reason);
  if (attempts === undefined) return undefined;
  const told = attempts.map((attempt) => ({ ...attempt, ...reasonFor(attempt) }));
  const sentences = told.map(({ reference, words, reason, place }) =>
    reason === undefined
      ? `${reference}: ${shortened(words)}.`
      : fill(reason.cause, { place: placeFor(reason, place) }),
  );
  const [mirror] = told;
  const source = attempts.length > 1 ? attempts.at(-1)?.reference : undefined;
  return {
    code: 'mirrors-failed',
    cause: causeOf(attempts, sentences),
    fix:
      mirror?.reason === undefined
        ? t('The first of them is the mirror. operator-mirror inspect says what it answers.')
        : mirrorFix(mirror.reason, mirror.place, requester),
    image: source === '' ? undefined : source,
    pull: {
      cause: mirror?.reason?.pull ?? 'other',
      place: mirror?.place ?? '',
      mirror: mirror?.reference ?? '',
    },
  };
}

/** The mirror's own failure comes first: it should have had the image. */
function causeOf(attempts: readonly Attempt[], sentences: readonly string[]): string {
  const references = attempts.map(({ reference }) => reference);
  const said = paragraph(sentences.slice(0, -1));
  if (attempts.length === 1)
    return paragraph([
      paragraph(sentences),
      t('A mirror rule matched this pull, and led to {0}.', inRow(references)),
    ]);
  return paragraph([
    said,
    t(
      'A mirror rule matched this pull, and led to {0}. After that the source {1} failed too.',
      inRow(references.slice(0, -1)),
      references.at(-1) ?? '',
    ),
    sentences.at(-1) ?? '',
  ]);
}

/** The source is not at fault: it is the mirror that should have had the image. */
function mirrorFix(reason: Reason, place: string, requester: Requester): string {
  if (reason.code === 'manifest-unknown' || reason.code === 'repository-unknown') {
    return fill(
      sentence(
        'The mirror {place} does not have the image. If mapping.txt has a line for it, copy it there with operator-mirror copy -f mapping.txt. If not, add the line first, or put the image under additionalImages in the ImageSetConfiguration. Then operator-mirror check FOLDER --online says what is still missing.',
      ),
      { place },
    );
  }
  if (reason.code === 'name-not-resolved') {
    return fill(
      sentence(
        'Add {place} to the DNS server of whoever pulls, or correct the name of the mirror in the mirror set.',
      ),
      { place },
    );
  }
  const fix = requester === 'node' ? (reason.fixNode ?? reason.fix) : reason.fix;
  return fill(fix, wordsFor(place));
}

/** More mirrors than anybody has for one source. */
const mostMirrors = 20;

function attemptsOf(reason: string): Attempt[] | undefined {
  const opening = '(Mirrors also failed: [';
  const start = reason.indexOf(opening);
  if (start === -1) return undefined;
  const inside = reason.slice(start + opening.length);
  const end = inside.indexOf('])');
  const mirrors = (end === -1 ? inside : inside.slice(0, end)).split(/\] ?\[/).slice(0, mostMirrors);
  const source = end === -1 ? '' : inside.slice(end + '])'.length).replace(/^: ?/, '');
  return [...mirrors, source].filter((text) => text.trim() !== '').map(attemptOf);
}

function attemptOf(text: string): Attempt {
  const colon = text.indexOf(': ');
  return colon === -1
    ? { reference: shortened(text.trim()), words: '' }
    : { reference: shortened(text.slice(0, colon).trim()), words: text.slice(colon + 2).trim() };
}

function reasonFor({ reference, words }: Attempt): {
  readonly place: string;
  readonly reason: Reason | undefined;
} {
  const failure = { side: 'source', image: reference, reason: words } as const;
  const place = words === '' ? registryOf(reference) : whoFailed(failure);
  return { place, reason: reasonOf({ ...failure, place }) };
}

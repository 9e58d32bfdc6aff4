import { type Sentence, sentence, t } from '../base/sentences.ts';
import { listed } from '../base/words.ts';
import type { ExplainedLine, LogDocument, Verdict } from './logDocument.ts';
import type { FailedPull } from './pattern.ts';
import { someRegistry } from './place.ts';
import type { PullCause } from './reason.ts';
import { fill } from './template.ts';

/** A verdict in words for people, where nothing more exact can be said. */
const verdictWords: Readonly<Record<Verdict, Sentence>> = {
  failed: sentence('failed: a command ended with an error'),
  incomplete: sentence('incomplete: images are missing or damaged, whatever the exit code was'),
  'not-pulled': sentence('not-pulled: a node could not pull an image, and the log does not say why'),
  unknown: sentence('unknown: the log does not tell whether all was done'),
  complete: sentence('complete: the log says that all was done'),
};

/** What a headline says of pulls that failed for one cause: of one image, of several, and among other causes. */
interface CauseWords {
  readonly one: Sentence;
  readonly several: Sentence;
  readonly short: Sentence;
}

const causeWords: Readonly<Record<PullCause, CauseWords>> = {
  'not-redirected': {
    one: sentence(
      'not-pulled: not redirected: no mirror set matches the pull of {image}, so the original registry was asked',
    ),
    several: sentence('not-pulled: not redirected: no mirror set matches the pulls of {count} images'),
    short: sentence('not redirected'),
  },
  missing: {
    one: sentence('not-pulled: {place} does not have {image}'),
    several: sentence('not-pulled: {count} images are not in the registry that was asked'),
    short: sentence('the registry does not have it'),
  },
  login: {
    one: sentence('not-pulled: {place} did not accept the login of the node for {image}'),
    several: sentence('not-pulled: the login of the node was not accepted for {count} images'),
    short: sentence('login'),
  },
  name: {
    one: sentence('not-pulled: the name {image} is wrong'),
    several: sentence('not-pulled: the names of {count} images are wrong'),
    short: sentence('wrong name'),
  },
  certificate: {
    one: sentence('not-pulled: the node does not accept the certificate of {place}'),
    several: sentence(
      'not-pulled: the node does not accept the certificate of the registry, for {count} images',
    ),
    short: sentence('certificate'),
  },
  tls: {
    one: sentence('not-pulled: the node and {place} do not agree on TLS'),
    several: sentence('not-pulled: the node and the registry do not agree on TLS, for {count} images'),
    short: sentence('TLS'),
  },
  blocked: {
    one: sentence('not-pulled: {image} is blocked, and no mirror serves this pull'),
    several: sentence('not-pulled: {count} images are blocked, and no mirror serves these pulls'),
    short: sentence('blocked'),
  },
  signature: {
    one: sentence('not-pulled: the signature policy does not let {image} in'),
    several: sentence('not-pulled: the signature policy does not let {count} images in'),
    short: sentence('signature'),
  },
  network: {
    one: sentence('not-pulled: the node could not reach {place} for {image}'),
    several: sentence('not-pulled: the node could not reach the registry for {count} images'),
    short: sentence('registry not reached'),
  },
  'rate-limit': {
    one: sentence('not-pulled: {place} allows no more requests for now'),
    several: sentence('not-pulled: the registry allows no more requests for now, for {count} images'),
    short: sentence('rate limit'),
  },
  other: {
    one: sentence('not-pulled: a node could not pull {image}'),
    several: sentence('not-pulled: nodes could not pull {count} images'),
    short: sentence('another reason'),
  },
};

/** The first sentence on a log: its verdict, and of pulls that failed the cause. */
export function headlineOf({ verdict, lines }: Pick<LogDocument, 'verdict' | 'lines'>): string {
  if (
    verdict === 'failed' &&
    lines.every(({ effect, code }) => effect !== 'ended' || code.startsWith('olm/'))
  )
    return t('failed: the cluster reports that an operator or a catalog does not work');
  return verdict === 'not-pulled' ? notPulled(lines) : t(verdictWords[verdict]);
}

function notPulled(lines: readonly ExplainedLine[]): string {
  const failed = lines.flatMap((line) => {
    const { effect, pull, image } = line;
    return effect === 'unpulled' && pull !== undefined ? [{ pull, image }] : [];
  });
  const causes = new Map(failed.map(({ pull }): [PullCause, FailedPull] => [pull.cause, pull]));
  const images = new Set(failed.map(({ image }) => image ?? ''));
  const [[cause, first] = []] = [...causes];
  if (cause === undefined || first === undefined) return withoutCause(lines);
  if (causes.size > 1) {
    const names = listed([...causes.keys()].map((name) => t(causeWords[name].short)));
    return t('not-pulled: {count} images, for different reasons: {names}', {
      count: images.size,
      names,
    });
  }
  const [image = ''] = images;
  const words = causeWords[cause];
  if (images.size > 1) return t(words.several, { count: images.size });
  return fill(words.one, {
    image: image === '' ? t('an image') : image,
    place: first.place === undefined || first.place === '' ? someRegistry() : first.place,
  });
}

/** `oc get pods` and events such as `Back-off pulling image` do not say why. */
function withoutCause(lines: readonly ExplainedLine[]): string {
  const images = new Set(lines.flatMap(({ effect, image }) => (effect === 'unpulled' ? (image ?? []) : [])));
  const [image] = images;
  if (image === undefined) return t(verdictWords['not-pulled']);
  return images.size === 1
    ? fill(sentence('not-pulled: a node could not pull {image}, and the log does not say why'), { image })
    : t('not-pulled: nodes could not pull {count} images, and the log does not say why', {
        count: images.size,
      });
}

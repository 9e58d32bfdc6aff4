import { imageInText } from '../documents/imageInText.ts';
import { formatReference } from '../documents/imageReference.ts';
import type { LogLine } from './logLine.ts';
import { explainMirrors } from './mirrorAttempts.ts';
import { fixOf, type Recognised, reasonWords } from './pattern.ts';
import { hostOf, placeFor, placeInWords, someRegistry, wordsFor } from './place.ts';
import type { Reason, Requester } from './reason.ts';
import { reasonOf } from './reasons.ts';
import { fill } from './template.ts';

/** What surrounds a line that no table knows. */
export interface Surroundings {
  /** The first half of the codes of its tool, such as `oc`. */
  readonly family: string;
  readonly requester: Requester;
  /** The image that the lines before it name last; undefined where they name none. */
  readonly imageBefore: (version: string | undefined) => string | undefined;
}

/** What only a line about a failure says. */
const failure =
  /\berror\b|\berr=|\bfatal\b|\bfail(?:ed|ure)?\b|\bunable to\b|\bcannot\b|\bcould not\b|\bFATA\b|\brpc error\b|\bdenied\b|\bx509\b|unexpected status|HTTP status|\bimpossible\b|^(?:GET|HEAD|PUT|POST|PATCH) https?:|\b(?:UNAUTHORIZED|DENIED|MANIFEST_UNKNOWN|NAME_UNKNOWN|TOOMANYREQUESTS|toomanyrequests): |SSL certificate problem|Could not resolve host|Failed to connect|can't create|cannot execute|错误|失败|无法/i;

/** Reasons that also stand in lines about other things: they count where the line names a registry or an image. */
const common = new Set([
  'permission-denied',
  'timeout',
  'not-listening',
  'unreachable',
  'connection-cut',
  'name-not-resolved',
  'proxy',
  'registry-error',
  'denied',
  'unauthorized',
  'not-a-registry',
  'read-only',
]);

/** Words that only registries use. */
const ofRegistry =
  /unauthorized: (?:authentication required|access to the requested)|status code from registry|no basic auth credentials/;

/** Longer lines end in their cause all the same. */
const longestTail = 6000;
const mostClauses = 16;
/** Clauses before the one that says it, which make it more exact: `proxyconnect tcp: dial tcp …: i/o timeout`. */
const contextClauses = 3;

/**
 * A line of whatever tool that ends in a cause that registries, networks or file systems give: what is in front of it
 * need not be known. Undefined where the line ends in no known cause.
 */
export function explainByCause(line: LogLine, surroundings: Surroundings): Recognised | undefined {
  const { body } = line;
  if (line.level !== 'error' && !failure.test(body.slice(0, longestTail))) return undefined;
  const words = reasonWords(body.slice(-longestTail));
  const mirrors = explainMirrors(words, surroundings.requester);
  if (mirrors !== undefined) {
    const { code, ...told } = mirrors;
    return { ...base(line, surroundings), ...told, code: `${surroundings.family}/${code}` };
  }
  const image = imageOf(words) ?? surroundings.imageBefore(versionIn(words));
  const named = placeInWords(words) ?? (image === undefined ? undefined : hostOf(image));
  const side = writes.test(words) ? 'destination' : 'source';
  const reason = tailReason(words, image ?? '', named, side);
  if (reason === undefined) return undefined;
  if (named === undefined && image === undefined && common.has(reason.code) && !ofRegistry.test(words)) {
    // A file needs no registry: the path stands before the words.
    if (
      !(
        reason.code === 'permission-denied' &&
        /\b(?:open|stat|mkdir|lstat|unlinkat) \S|\bdirectory ['"]?\//.test(words)
      )
    )
      return undefined;
  }
  const place = placeFor(reason, named) ?? someRegistry();
  const values = wordsFor(place);
  return {
    ...base(line, surroundings),
    code: `${surroundings.family}/${reason.code}`,
    image,
    cause: fill(reason.cause, values),
    fix: fill(fixOf(reason, side, surroundings.requester), values),
    pull: { cause: reason.pull ?? 'other', place: named === undefined ? undefined : place },
  };
}

function base(
  { body }: LogLine,
  { requester }: Surroundings,
): Pick<Recognised, 'severity' | 'effect' | 'strong' | 'groups' | 'requester' | 'undecided'> {
  return {
    severity: 'error',
    effect: requester === 'node' ? 'unpulled' : 'lost',
    // A word like “denied” is in many texts; a registry's address with an error behind it is not.
    strong: /\bhttps:\/\/\S+\/v2\/|docker:\/\//.test(body),
    groups: { reason: body },
    requester,
    ...(requester === 'node' ? {} : { undecided: true as const }),
  };
}

/** What is said of uploads. */
const writes =
  /\b(?:PUT|POST|PATCH|Put|Post|Patch) \\?"?https?:\/\/\S+\/v2\/|\b(?:pushing|uploading|to push|to upload|push permissions)\b/;

/** The reason that the last clauses give. */
function tailReason(
  words: string,
  image: string,
  place: string | undefined,
  side: 'source' | 'destination',
): Reason | undefined {
  const clauses = words.split(': ');
  const failureOf = (reason: string) =>
    ({ side, image, reason, ...(place === undefined ? {} : { place }) }) as const;
  for (let start = clauses.length - 1; start >= Math.max(0, clauses.length - mostClauses); start--) {
    if (reasonOf(failureOf(clauses.slice(start).join(': '))) === undefined) continue;
    return reasonOf(failureOf(clauses.slice(Math.max(0, start - contextClauses)).join(': ')));
  }
  return undefined;
}

function imageOf(words: string): string | undefined {
  const ofUrl =
    /\bhttps?:\/\/([^/\s"\\]{1,255})\/v2\/(\S{1,400}?)\/manifests\/([^\s"\\:]{1,128}(?::[0-9a-f]{1,64})?)/.exec(
      words,
    );
  if (ofUrl !== null) {
    const [, host = '', repository = '', version = ''] = ofUrl;
    return `${host}/${repository}${version.startsWith('sha256:') ? '@' : ':'}${version}`;
  }
  const lacking = /\bmanifest for (\S{1,600}) not found/.exec(words)?.[1];
  const image = lacking === undefined && /\s/.test(words) ? imageInText(words) : undefined;
  // A word such as “image: manifest” is no image: within a sentence it names its registry.
  return lacking ?? (image === undefined || image.registry === '' ? undefined : formatReference(image));
}

/** `[manifests v4.8]`: what containerd's resolver asked for, whose name stands in an earlier line. */
function versionIn(words: string): string | undefined {
  return /\[manifests ([^\s\]]{1,128})\]/.exec(words)?.[1];
}

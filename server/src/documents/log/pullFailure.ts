import { parseReference, registryOf, repositoryOf, withDockerDefaults } from '../imageReference.ts';
import { fill, type Recognised } from './pattern.ts';
import { type Reason, reasonOf } from './reasons.ts';

/** Reasons for which a registry was not reached at all: on a node without internet access they mean one thing. */
const unreached = new Set([
  'name-not-resolved',
  'not-listening',
  'timeout',
  'unreachable',
  'proxy',
  'connection-cut',
]);

/** Reasons that only an image that was found can give, and those that are told before anybody is asked. */
const found = new Set(['signature-required', 'no-architecture', 'short-name', 'invalid-reference']);

/**
 * What a failed pull says of mirrors. containers/image names every mirror that it tried (`Mirrors also failed`), so
 * where it names none, no rule matched the pull.
 */
export function explainPull(line: Recognised): Recognised {
  const { image } = line;
  const reason = line.groups.reason ?? '';
  if (image === undefined || !line.code.startsWith('pull/') || reason === '') return line;
  const mirrors = mirrorsOf(reason);
  if (mirrors !== undefined) return { ...line, ...mirrorsFailed(mirrors) };
  // Here it was the kubelet that did not wait for the answer, so nothing is known of mirrors.
  if (/^rpc error: code = (?:DeadlineExceeded|Canceled)/.test(reason)) return line;
  const code = line.code.slice('pull/'.length);
  // Then somebody had the image, and it may have been a mirror: only where nobody has it are the mirrors named.
  if (found.has(code) || /\b(?:fetching|reading|writing|copying) blob\b|\bat destination\b/.test(reason))
    return line;
  if (unreached.has(code) && !namesPort(image)) return { ...line, ...noMirror(image, line.cause) };
  if (code === 'failed' || code === 'blocked') return line;
  return {
    ...line,
    cause: `${line.cause} No mirror was tried, because no rule of registries.conf matched this pull.`,
  };
}

/** Registries on the internet have none; one with a port is most likely the mirror itself, and should be there. */
function namesPort(image: string): boolean {
  return /^[^/]*:\d+\//.test(image);
}

function noMirror(image: string, cause: string): Pick<Recognised, 'code' | 'cause' | 'fix'> {
  const parsed = parseReference(image);
  const repository = parsed.ok ? repositoryOf(withDockerDefaults(parsed.reference)) : image;
  const trace = `operator-mirror trace ${image} --in FOLDER shows every rule and why it does not match.`;
  const first = `No mirror was tried, because no rule of registries.conf matched this pull. The node asked the original registry. ${cause}`;
  if (parsed.ok && parsed.reference.digest !== undefined) {
    return {
      code: 'pull/no-mirror',
      cause: `${first} No ImageDigestMirrorSet or ImageContentSourcePolicy covers ${repository}.`,
      fix: `Mirror the image. Add the source ${repository} to an ImageDigestMirrorSet (before OpenShift 4.13 to an ImageContentSourcePolicy). ${trace}`,
    };
  }
  return {
    code: 'pull/no-mirror',
    cause: `${first} The pull is by tag, and ICSP and IDMS redirect pulls by digest only.`,
    fix: `OpenShift 4.13 and later: create an ImageTagMirrorSet with the source ${repository}. Before 4.13: add a registries.conf drop-in by MachineConfig. Or take an operator version that names the image by digest. ${trace}`,
  };
}

interface Attempt {
  readonly reference: string;
  readonly words: string;
}

/** `(Mirrors also failed: [REFERENCE: words] [REFERENCE: words]): REFERENCE: words` */
function mirrorsOf(reason: string): Attempt[] | undefined {
  const opening = '(Mirrors also failed: [';
  const start = reason.indexOf(opening);
  if (start === -1) return undefined;
  const inside = reason.slice(start + opening.length);
  const end = inside.indexOf('])');
  const mirrors = (end === -1 ? inside : inside.slice(0, end)).split(/\] ?\[/);
  const source = end === -1 ? '' : inside.slice(end + '])'.length).replace(/^: ?/, '');
  return [...mirrors, source].filter((text) => text.trim() !== '').map(attemptOf);
}

function attemptOf(text: string): Attempt {
  const colon = text.indexOf(': ');
  return colon === -1
    ? { reference: text.trim(), words: '' }
    : { reference: text.slice(0, colon).trim(), words: text.slice(colon + 2).trim() };
}

function mirrorsFailed(attempts: readonly Attempt[]): Pick<Recognised, 'code' | 'cause' | 'fix'> {
  const told = attempts.map((attempt) => ({ ...attempt, reason: reasonFor(attempt) }));
  const sentences = told.map(
    ({ reference, words, reason }) =>
      `${reference}: ${reason === undefined ? `${words}.` : fill(reason.cause, { place: registryOf(reference) })}`,
  );
  const [mirror] = told;
  const fix =
    mirror?.reason === undefined
      ? 'The first of them is the mirror. operator-mirror inspect says what it answers.'
      : fill(
          mirror.reason.code === 'manifest-unknown' || mirror.reason.code === 'repository-unknown'
            ? 'The mirror {place} does not have the image. Copy it there, from registry to registry with operator-mirror copy -f mapping.txt. Then operator-mirror check FOLDER --online says what is still missing.'
            : mirror.reason.fix,
          { place: registryOf(mirror.reference) },
        );
  return {
    code: 'pull/mirrors-failed',
    cause: `A mirror rule matched this pull, but every place that it leads to failed. In this order: ${sentences.join(' ')}`,
    fix,
  };
}

function reasonFor({ reference, words }: Attempt): Reason | undefined {
  return reasonOf({ side: 'source', image: reference, reason: words });
}

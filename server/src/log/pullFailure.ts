import { t } from '../base/sentences.ts';
import { paragraph } from '../base/words.ts';
import { parseReference, repositoryOf, withDockerDefaults } from '../documents/imageReference.ts';
import type { FailedPull, Recognised, VersionedFix } from './pattern.ts';
import { hostOf } from './place.ts';

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
const found = new Set([
  'signature-required',
  'signature-rejected',
  'policy-rejected',
  'no-architecture',
  'exec-format',
  'disk-full',
  'short-name',
  'scan-policy',
  'internal-registry',
  'auth-file',
  'invalid-reference',
  'old-format',
  'tag-expired',
]);

/** What is said once somebody gave the manifest. */
const ofFoundImage =
  /\b(?:fetching|reading|writing|copying) blob\b|\bat destination\b|\bselected from manifest list\b|\breading signatures\b/;

/** How registries refuse whoever has no account there. */
const refused = new Set(['denied-or-missing', 'unauthorized', 'denied', 'no-credentials']);

/** What a pull of a node says besides the reason. */
type PullWords = Pick<Recognised, 'code' | 'cause' | 'fix'> & {
  readonly pull: FailedPull;
  readonly fixByVersion?: VersionedFix;
};

/**
 * What a failed pull of a node says of mirrors. containers/image names every mirror that it tried, so where it names
 * none, no rule matched the pull.
 */
export function explainPull(line: Recognised): Recognised {
  const { image, requester } = line;
  const reason = line.groups.reason ?? '';
  if (reason === '') return line;
  const code = line.code.slice('pull/'.length);
  const hub = image === undefined || !refused.has(code) ? undefined : shortNameAtHub(image, reason);
  if (hub !== undefined) return { ...line, ...hub };
  if (requester !== 'node') return line;
  if (image === undefined) return unreached.has(code) ? { ...line, ...noMirrorForHost(line) } : line;
  if (code === 'mirrors-failed') return line;
  // Here it was the kubelet that did not wait for the answer, so nothing is known of mirrors.
  if (/^rpc error: code = (?:DeadlineExceeded|Canceled)/.test(reason)) return line;
  if (code === 'blocked' && line.groups.reason !== undefined) return { ...line, ...blocked(image) };
  // Then somebody had the image, and it may have been a mirror: only where nobody has it are the mirrors named.
  if (found.has(code) || ofFoundImage.test(reason)) return line;
  // Such words name the place that was asked, and not what the pull was for.
  if (line.groups.version !== undefined) return line;
  if (unreached.has(code) && !namesPort(image)) return { ...line, ...noMirror(image, line.cause) };
  if (code === 'failed' || namesPort(image)) return line;
  return {
    ...line,
    cause: paragraph([
      line.cause,
      t('No mirror was tried, because no rule of registries.conf matched this pull.'),
    ]),
  };
}

/** Registries on the internet have none; one with a port is most likely the mirror itself, and should be there. */
function namesPort(image: string): boolean {
  return /^[^/]*:\d+\//.test(image);
}

function fullRepository(image: string): { readonly repository: string; readonly byDigest: boolean } {
  const parsed = parseReference(image);
  if (!parsed.ok) return { repository: image, byDigest: image.includes('@sha256:') };
  const { reference } = parsed;
  return {
    repository: repositoryOf(withDockerDefaults(reference)),
    byDigest: reference.digest !== undefined,
  };
}

function traceOf(image: string): string {
  return t('operator-mirror trace {0} --in FOLDER shows every rule and why it does not match.', image);
}

/** The status of a ClusterCatalog names the registry, and not always the image. */
function noMirrorForHost({ cause, fix, code, pull }: Recognised): Partial<PullWords> {
  const host = pull?.place;
  if (host === undefined || /:\d+$/.test(host) || code === 'pull/mirrors-failed') return {};
  return {
    code: 'pull/no-mirror',
    pull: { cause: 'not-redirected', place: host },
    cause: paragraph([
      t(
        'The pull from {0} was not redirected: no mirror was tried, because no rule of registries.conf matches it.',
        host,
      ),
      cause,
    ]),
    fix: paragraph([
      t(
        'Name the image at its place in the mirror registry, or redirect pulls from {0}: by digest with an ImageDigestMirrorSet, by tag with an ImageTagMirrorSet.',
        host,
      ),
      fix,
    ]),
  };
}

function noMirror(image: string, cause: string): PullWords {
  const { repository, byDigest } = fullRepository(image);
  const first = paragraph([
    t(
      '{0} was not redirected: no mirror was tried, because no rule of registries.conf matches this pull. The node asked the original registry.',
      image,
    ),
    cause,
  ]);
  const pull = { cause: 'not-redirected', place: undefined } as const;
  if (byDigest) {
    const digestSet = paragraph([
      t('Mirror the image, and add the source {0} to an ImageDigestMirrorSet.', repository),
      traceOf(image),
    ]);
    return {
      code: 'pull/no-mirror',
      pull,
      cause: paragraph([
        first,
        t('No ImageDigestMirrorSet or ImageContentSourcePolicy covers {0}.', repository),
      ]),
      fix: paragraph([
        t(
          'Mirror the image. Add the source {0} to an ImageDigestMirrorSet (before OpenShift 4.13 to an ImageContentSourcePolicy).',
          repository,
        ),
        traceOf(image),
      ]),
      fixByVersion: {
        before413: paragraph([
          t('Mirror the image, and add the source {0} to an ImageContentSourcePolicy.', repository),
          traceOf(image),
        ]),
        since413: digestSet,
      },
    };
  }
  return {
    code: 'pull/no-mirror',
    pull,
    cause: paragraph([first, t('The pull is by tag, and ICSP and IDMS redirect pulls by digest only.')]),
    ...tagRemedy(image, repository),
  };
}

/** What brings a pull by tag to a mirror. */
function tagRemedy(image: string, repository: string): Pick<PullWords, 'fix' | 'fixByVersion'> {
  const digest = t('Or take an operator version that names the image by digest.');
  return {
    fix: paragraph([
      t(
        'OpenShift 4.13 and later: create an ImageTagMirrorSet with the source {0}. Before 4.13: add a registries.conf drop-in by MachineConfig.',
        repository,
      ),
      digest,
      traceOf(image),
    ]),
    fixByVersion: {
      before413: paragraph([
        t(
          'Redirect pulls by tag with a registries.conf drop-in for {0}, written by a MachineConfig for worker and one for master.',
          repository,
        ),
        digest,
        traceOf(image),
      ]),
      since413: paragraph([
        t('Create an ImageTagMirrorSet with the source {0}.', repository),
        digest,
        traceOf(image),
      ]),
    },
  };
}

function blocked(image: string): PullWords {
  const { repository, byDigest } = fullRepository(image);
  const pull = { cause: 'blocked', place: undefined } as const;
  const blocks = t(
    'That block comes from NeverContactSource in a mirror set, or from blockedRegistries or allowedRegistries in the image configuration of the cluster.',
  );
  if (byDigest) {
    return {
      code: 'pull/blocked',
      pull,
      cause: paragraph([
        t(
          'A rule of registries.conf blocks {0}, and no mirror was tried: none serves this pull.',
          repository,
        ),
        blocks,
      ]),
      fix: paragraph([
        t(
          'Add the source {0} with its mirror to an ImageDigestMirrorSet, or take it out of the block.',
          repository,
        ),
        traceOf(image),
      ]),
    };
  }
  return {
    code: 'pull/blocked',
    pull,
    cause: paragraph([
      t(
        'A rule of registries.conf blocks {0}, and no mirror was tried: the pull is by tag, and mirrors from an ImageDigestMirrorSet or ImageContentSourcePolicy serve pulls by digest only.',
        repository,
      ),
      blocks,
    ]),
    fix: paragraph([
      t(
        'OpenShift 4.13 and later: create an ImageTagMirrorSet with the source {0}. Or pull the image by its digest, which the ImageDigestMirrorSet serves.',
        repository,
      ),
      traceOf(image),
    ]),
    fixByVersion: {
      before413: paragraph([
        t(
          'Pull the image by its digest, which the ImageContentSourcePolicy serves, or take {0} out of blockedRegistries.',
          repository,
        ),
        traceOf(image),
      ]),
      since413: paragraph([
        t(
          'Create an ImageTagMirrorSet with the source {0}, or pull the image by its digest, which the ImageDigestMirrorSet serves.',
          repository,
        ),
        traceOf(image),
      ]),
    },
  };
}

/** A name without a registry goes to Docker Hub, which denies what it does not have. */
function shortNameAtHub(image: string, reason: string): PullWords | undefined {
  if (hostOf(image) !== undefined || !/\bdocker\.io\b/.test(reason)) return undefined;
  const { repository } = fullRepository(image);
  return {
    code: 'pull/short-name',
    pull: { cause: 'name', place: 'docker.io' },
    cause: t(
      'The name {0} has no registry, so Docker Hub was asked for {1}, and Docker Hub denies access to what does not exist there. Nobody was logged in.',
      image,
      repository,
    ),
    fix: t(
      'Write the whole name, with the registry in front, such as registry.redhat.io or your mirror: REGISTRY/{0}.',
      image,
    ),
  };
}

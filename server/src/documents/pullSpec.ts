import { t } from '../base/sentences.ts';
import {
  type ImageReference,
  looksLikeRegistry,
  parseReference,
  repositoryOf,
  withDockerDefaults,
} from './imageReference.ts';
import { isInRegistry } from './transport.ts';

/** A pull spec that nodes take, or why they do not. */
export type ParsedPullSpec =
  | { readonly ok: true; readonly reference: ImageReference }
  | { readonly ok: false; readonly problem: string };

const imageId = /^[0-9a-f]{64}$/;
/** The digests that engines know; the grammar alone takes any algorithm. */
const knownDigest = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
const longestName = 255;

/**
 * Reads an image reference as nodes, `podman` and `skopeo` read it. In few places that differs from how `oc` reads
 * its files (`parseReference`): `test.com:5000` is the tag `5000` of a repository `test.com`, 64 hexadecimal digits
 * are the ID of an image and no name, and the name may have 255 characters once Docker’s defaults are filled in. A
 * digest must be one that they can compute. A short name stays short; `normalizedPullSpec` fills the defaults in.
 * https://github.com/containers/image/blob/main/docker/reference/normalize.go
 */
export function parsePullSpec(text: string): ParsedPullSpec {
  if (imageId.test(text))
    return { ok: false, problem: t('64 hexadecimal digits are the ID of an image and no repository') };
  const slash = text.indexOf('/');
  const named = slash !== -1 && looksLikeRegistry(text.slice(0, slash));
  const parsed = parseReference(named ? text : `docker.io/${text}`);
  if (!parsed.ok) {
    // Without the registry put before it, the problem is worded for what the person wrote.
    const own = parseReference(text);
    return { ok: false, problem: own.ok ? parsed.problem : own.problem };
  }
  if (!isInRegistry(parsed.reference)) return { ok: false, problem: t('it is no image of a registry') };
  const reference = named ? parsed.reference : { ...parsed.reference, registry: '' };
  if (reference.digest !== undefined && !knownDigest.test(reference.digest))
    return { ok: false, problem: t('the digest is not valid (sha256: and 64 hexadecimal digits)') };
  const { registry, repository } = normalizedPullSpec(reference);
  return registry.length + 1 + repository.length > longestName
    ? { ok: false, problem: t('the name is longer than {0} characters', longestName) }
    : { ok: true, reference };
}

/**
 * What nodes ask for: registry `docker.io`, there the namespace `library`, and the tag `latest`, where they are missing.
 * Docker Hub’s other names are registries of their own, but for `index.docker.io`.
 */
export function normalizedPullSpec(reference: ImageReference): ImageReference {
  const { registry: host, repository, tag, digest } = reference;
  const registry = host === '' || host === 'index.docker.io' ? 'docker.io' : host;
  const needsLibrary = registry === 'docker.io' && !repository.includes('/');
  return {
    ...reference,
    registry,
    repository: needsLibrary ? `library/${repository}` : repository,
    tag: tag ?? (digest === undefined ? 'latest' : undefined),
  };
}

/** The repository that pods know an image by: Docker's defaults filled in, and Docker Hub by its own name. */
export function canonicalRepository(reference: ImageReference): string {
  const full = withDockerDefaults(reference);
  return repositoryOf(full.registry === 'index.docker.io' ? { ...full, registry: 'docker.io' } : full);
}

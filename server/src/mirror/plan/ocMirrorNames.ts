import { t } from '../../base/sentences.ts';
import { formatReference, parseReference } from '../../documents/imageReference.ts';
import { type OcMirrorReference, parseOcMirrorReference } from '../../documents/ocMirrorReference.ts';
import { normalizedPullSpec, parsePullSpec } from '../../documents/pullSpec.ts';
import type { Named } from './names.ts';
import type { MirrorPlace } from './place.ts';

/** What a configuration says of where an image goes; its own path and tag where it says nothing. */
export interface Target {
  readonly path?: string | undefined;
  readonly tag?: string | undefined;
}

/**
 * Names an image as oc-mirror v2 does: below the destination the whole path without the registry, with the tag that it has, or else
 * `sha256-` and the digest. What has both is read by the digest and mirrored by the tag.
 */
export function ocMirrorName(text: string, place: MirrorPlace, target: Target = {}): Named {
  const taken = parseOcMirrorReference(text);
  if (!taken.ok) return { ok: false, problem: taken.problem };
  if (taken.reference.scheme !== '') return { ok: false, problem: undefined };
  const parsed = parsePullSpec(text.replace(/^docker:\/\//, ''));
  if (!parsed.ok) return { ok: false, problem: parsed.problem };
  const source = formatReference(normalizedPullSpec(parsed.reference));
  const destination = ocMirrorDestination(taken.reference, source, place, target);
  if (place.kind !== 'layout' && !parseReference(destination).ok) {
    return { ok: false, problem: t('{0} is no valid destination', destination) };
  }
  return { ok: true, named: { source, original: source, destination, digest: parsed.reference.digest } };
}

function ocMirrorDestination(
  { path, tag, digest }: OcMirrorReference,
  source: string,
  place: MirrorPlace,
  target: Target,
): string {
  if (place.kind === 'layout') return `oci://${place.folder}:${source}`;
  const below = [place.path, target.path || path].filter((part) => part !== '').join('/');
  const start = place.kind === 'registry' ? `${place.host}/` : 'file://';
  return `${start}${below}:${target.tag || tag || digest.replace(':', '-')}`;
}

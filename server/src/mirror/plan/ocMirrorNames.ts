import { t } from '../../base/sentences.ts';
import { formatReference, parseReference } from '../../documents/imageReference.ts';
import { parseOcMirrorReference } from '../../documents/ocMirrorReference.ts';
import { normalizedPullSpec, parsePullSpec } from '../../documents/pullSpec.ts';
import { destinationAt, type NamingRules } from './destinationNames.ts';
import type { Named } from './names.ts';
import type { MirrorPlace } from './place.ts';

/** oc-mirror joins no components, and has nothing between a place and its images. */
export const wholePaths: NamingRules = { maxComponents: 0, below: '' };

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
  const { path, tag, digest } = taken.reference;
  const name = `${target.path || path}:${target.tag || tag || digest.replace(':', '-')}`;
  const destination = destinationAt(place, { name, original: source }, wholePaths);
  if (place.kind !== 'layout' && !parseReference(destination).ok) {
    return { ok: false, problem: t('{0} is no valid destination', destination) };
  }
  return {
    ok: true,
    named: { source, original: source, name, destination, digest: parsed.reference.digest },
  };
}

import { t } from '../../base/sentences.ts';
import { formatReference, parseReference } from '../../documents/imageReference.ts';
import type { MirrorPlace } from '../../documents/mirrorPlace.ts';
import { parseOcMirrorReference } from '../../documents/ocMirrorReference.ts';
import { normalizedPullSpec, parsePullSpec } from '../../documents/pullSpec.ts';
import { destinationAt, type NamingRules } from './destinationNames.ts';
import type { Named, NamedImage } from './names.ts';

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
export function ocMirrorName(
  text: string,
  place: MirrorPlace,
  target: Target = {},
  rules: NamingRules = wholePaths,
): Named {
  const taken = parseOcMirrorReference(text);
  if (!taken.ok) return { ok: false, problem: taken.problem };
  if (taken.reference.scheme !== '') return { ok: false, problem: undefined };
  const parsed = parsePullSpec(text.replace(/^docker:\/\//, ''));
  if (!parsed.ok) return { ok: false, problem: parsed.problem };
  const source = formatReference(normalizedPullSpec(parsed.reference));
  const { path, tag, digest } = taken.reference;
  const name = `${target.path || path}:${target.tag || tag || digest.replace(':', '-')}`;
  return named({ source, original: source, name, digest: parsed.reference.digest }, place, rules);
}

/**
 * Names a catalog in an OCI layout as oc-mirror v2 does: its folder is the path, and its tag `latest`, where nothing else is said.
 * What clusters call it is only where it goes: the layout tells no image that it would be a copy of.
 * @param source `oci://` and the folder
 */
export function ocMirrorLayoutName(
  source: string,
  place: MirrorPlace,
  target: Target,
  rules: NamingRules = wholePaths,
): Named {
  const folder = source.slice(source.lastIndexOf('/') + 1);
  const name = `${target.path || folder}:${target.tag || 'latest'}`;
  return named({ source, original: name, name, digest: undefined }, place, rules);
}

function named(image: Omit<NamedImage, 'destination'>, place: MirrorPlace, rules: NamingRules): Named {
  const destination = destinationAt(place, image, rules);
  if (place.kind !== 'layout' && !parseReference(destination).ok) {
    return { ok: false, problem: t('{0} is no valid destination', destination) };
  }
  return { ok: true, named: { ...image, destination } };
}

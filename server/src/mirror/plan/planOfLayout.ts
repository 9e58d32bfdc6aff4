import { lastComponent } from '../../base/paths.ts';
import { looksLikeRegistry } from '../../documents/imageReference.ts';
import { parseLayoutReference, tagOfName } from '../../documents/layoutReference.ts';
import { formatPlace, type MirrorPlace } from '../../documents/mirrorPlace.ts';
import { collisionsOf } from './collisions.ts';
import type { MirrorImage, MirrorPlan, RefusedName } from './mirrorPlan.ts';
import { ocMirrorLayoutName, ocMirrorName, type Target } from './ocMirrorNames.ts';

/** An image as a layout names it. */
export interface HeldImage {
  /** The original reference, or a bare tag as skopeo writes it; empty where the layout does not say. */
  readonly name: string;
  readonly digest: string;
}

/**
 * The plan to bring on what is in an OCI image layout that nobody here has written, so that nothing but its names tells what its images
 * are. One that is named by its reference in a registry gets the path of that, with oc-mirror's tag for a digest; one that is not, the
 * layout's folder for a path. Catalogs among them go as the images that they are.
 *
 * @param maxComponents of repositories in a registry, 0 for no limit
 */
export function planOfLayout(
  folder: string,
  held: readonly HeldImage[],
  { place, maxComponents }: { readonly place: MirrorPlace; readonly maxComponents: number },
): MirrorPlan {
  const rules = { maxComponents, below: '' };
  const path = lastComponent(folder).toLowerCase() || 'layout';
  const images: MirrorImage[] = [];
  const refused: RefusedName[] = [];
  for (const { name, digest } of held) {
    const source = sourceOf(folder, { name, digest });
    const isReference = hasRegistry(name);
    const found = isReference
      ? ocMirrorName(name, place, {}, rules)
      : ocMirrorLayoutName(source, place, ownTarget(name, path, digest), rules);
    if (found.ok) {
      const { original, name: below, destination } = found.named;
      images.push({
        source,
        originals: isReference ? [original] : undefined,
        digest,
        name: below,
        destination,
        role: isReference ? 'additional' : 'mapping',
        reason: ['layout'],
      });
    } else {
      refused.push({ image: name || digest, reason: ['layout'], problem: found.problem ?? '' });
    }
  }
  images.sort((a, b) => (a.source < b.source ? -1 : 1));
  return {
    version: 1,
    name: path,
    destination: formatPlace(place),
    naming: 'oc-mirror',
    catalogs: [],
    images,
    collisions: collisionsOf(images),
    refused,
  };
}

/** By its name, where the layout can be asked for that. */
function sourceOf(folder: string, { name, digest }: HeldImage): string {
  const byName = `oci://${folder}:${name}`;
  return name !== '' && parseLayoutReference(byName).ok ? byName : `oci://${folder}@${digest}`;
}

function hasRegistry(name: string): boolean {
  const slash = name.indexOf('/');
  return slash > 0 && looksLikeRegistry(name.slice(0, slash));
}

/** Of what has no registry in its name. */
function ownTarget(name: string, folder: string, digest: string): Target {
  const path = name.includes('/') ? name.replace(/[:@].*$/, '') : folder;
  return { path, tag: tagOfName(name) || digest.replace(':', '-') };
}

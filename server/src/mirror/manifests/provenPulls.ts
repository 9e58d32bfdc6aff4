import { t } from '../../base/sentences.ts';
import { parseReference, repositoryOf } from '../../documents/imageReference.ts';
import { mirrorProblem, sourceProblem } from '../../documents/mirrorScope.ts';
import { canonicalRepository, parsePullSpec } from '../../documents/pullSpec.ts';
import { isInRegistry } from '../../documents/transport.ts';
import type { PullKind } from '../../pulls/redirects.ts';
import type { ProvenImage } from '../plan/mirrorPlan.ts';
import type { MirrorResult } from '../run/mirrorResult.ts';

/** A pull that pods make and a place in a registry is proven to answer. */
export interface ProvenPull {
  /** What nodes call the source: `HOST/PATH`, with Docker's defaults. */
  readonly repository: string;
  readonly by: PullKind;
  /** The repository that has the image. */
  readonly mirror: string;
}

/** A pull that no mirror set can bring to where its image is. */
export interface LostPull {
  /** As pods name it. */
  readonly image: string;
  /** Where its image is. */
  readonly destination: string;
  /** Why, for a person; without a final dot. */
  readonly problem: string;
}

/**
 * The images of a run that are proven at their destinations, in the order of its plan. A catalog that was made anew without some
 * bundles is not the image that was planned.
 */
export function provenImages({ plan, images }: MirrorResult): ProvenImage[] {
  return plan.images.flatMap((image, index): ProvenImage[] => {
    const { result, digest } = images[index] ?? { result: 'stopped' };
    if (digest === undefined || (result !== 'copied' && result !== 'skipped')) return [];
    return image.digest === undefined || image.digest === digest ? [{ image, digest, result }] : [];
  });
}

/**
 * The pulls that mirror sets can bring to proven images in registries. What is named by tag and digest is pulled either way. An
 * image behind a `file://` hop is pulled by its original names. What is on disk is pulled by nobody.
 */
export function provenPulls(images: readonly ProvenImage[]): {
  readonly pulls: readonly ProvenPull[];
  readonly lost: readonly LostPull[];
} {
  const pulls = new Map<string, ProvenPull>();
  const lost: LostPull[] = [];
  for (const { image, digest } of images) {
    const { source, originals = [source], destination, role } = image;
    const place = parseReference(destination);
    if (!place.ok || !isInRegistry(place.reference)) continue;
    const mirror = repositoryOf(place.reference);
    const lose = (name: string, problem: string) => lost.push({ image: name, destination, problem });
    for (const name of originals) {
      const parsed = parsePullSpec(name);
      if (!parsed.ok) {
        lose(name, t('nothing tells what pods call it'));
        continue;
      }
      const { reference } = parsed;
      const repository = canonicalRepository(reference);
      if (repository === mirror) continue;
      const problem = sourceProblem(repository) ?? mirrorProblem(mirror);
      if (problem !== undefined) {
        lose(name, t('no mirror set can name it: {0}', problem.message));
        continue;
      }
      const add = (by: PullKind) => pulls.set(`${by} ${repository} ${mirror}`, { repository, by, mirror });
      if (reference.digest === digest) add('digest');
      // A CatalogSource names the catalog's own image where it is: a set for its tag would drain nodes for nothing.
      if (reference.tag === undefined || role === 'catalog') continue;
      if (reference.tag === place.reference.tag) add('tag');
      else lose(name, t('it is there under another tag'));
    }
  }
  return { pulls: [...pulls.values()], lost };
}

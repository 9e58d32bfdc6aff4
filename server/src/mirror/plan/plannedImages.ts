import { t } from '../../base/sentences.ts';
import type { CatalogPackage } from '../../catalog/model.ts';
import type { ImageRole, MirrorImage, PlannedBundle, RefusedName } from './mirrorPlan.ts';
import type { Named, NamedImage } from './names.ts';

interface Collected {
  readonly named: NamedImage;
  role: ImageRole;
  readonly originals: Set<string>;
  readonly reasons: Set<string>;
}

/** The images of a plan, with all the reasons for each. */
export class PlannedImages {
  readonly #named: (text: string) => Named;
  readonly #keyOf: (image: NamedImage) => string;
  readonly #isBlocked: (text: string) => boolean;
  readonly #byKey = new Map<string, Collected>();
  readonly #refused = new Map<string, { readonly problem: string; readonly reasons: Set<string> }>();

  /**
   * @param named how images are named, by the text that a catalog has
   * @param keyOf equal for what is one image of the plan
   * @param isBlocked true for what is left out
   */
  constructor(
    named: (text: string) => Named,
    keyOf: (image: NamedImage) => string,
    isBlocked: (text: string) => boolean = () => false,
  ) {
    this.#named = named;
    this.#keyOf = keyOf;
    this.#isBlocked = isBlocked;
  }

  /** Adds the images of a package's bundles, and says which each of them needs. */
  bundlesOf({ name: owner, bundles }: CatalogPackage): PlannedBundle[] {
    return bundles.map(({ name, image, relatedImages }) => {
      const reason = `${owner}/${name}`;
      const sources = new Set([
        ...this.name(image, 'bundle', reason),
        ...relatedImages.flatMap((related) => this.name(related.image, 'related', reason)),
      ]);
      return { name, package: owner, images: [...sources].sort() };
    });
  }

  /** Adds what a catalog names; an empty name is none. Gives the source, or nothing for what cannot be pulled. */
  name(text: string, role: ImageRole, reason: string): string[] {
    if (text === '' || this.#isBlocked(text)) return [];
    const image = this.#refused.has(text) ? undefined : this.#named(text);
    if (image?.ok !== true) {
      this.refuse(text, image?.problem, reason);
      return [];
    }
    this.add(image.named, role, reason);
    return [image.named.source];
  }

  /** Adds what is no image; without a problem it is one of no registry. */
  refuse(text: string, problem: string | undefined, reason: string): void {
    const known = this.#refused.get(text) ?? {
      problem: problem ?? t('it is no image of a registry'),
      reasons: new Set(),
    };
    known.reasons.add(reason);
    this.#refused.set(text, known);
  }

  add(named: NamedImage, role: ImageRole, reason: string): void {
    const key = this.#keyOf(named);
    const known = this.#byKey.get(key);
    // Behind a hop one source may have several originals, each with a tag of its own: whichever is read first must not decide.
    const first = known === undefined || named.destination < known.named.destination ? named : known.named;
    this.#byKey.set(key, {
      named: first,
      role: known?.role === 'bundle' ? 'bundle' : role,
      originals: (known?.originals ?? new Set()).add(named.original),
      reasons: (known?.reasons ?? new Set()).add(reason),
    });
  }

  all(): MirrorImage[] {
    return [...this.#byKey.values()]
      .map(({ named: { source, name, destination, digest }, role, originals, reasons }) => ({
        source,
        originals: originals.has(source) ? undefined : [...originals].sort(),
        digest,
        name,
        destination,
        role,
        reason: [...reasons].sort(),
      }))
      .sort((a, b) => (`${a.source} ${a.destination}` < `${b.source} ${b.destination}` ? -1 : 1));
  }

  refused(): RefusedName[] {
    return [...this.#refused]
      .map(([image, { problem, reasons }]) => ({ image, problem, reason: [...reasons].sort() }))
      .sort((a, b) => (a.image < b.image ? -1 : 1));
  }
}

import { memo } from '../base/memo.ts';
import { headOf } from './graph.ts';
import { type CatalogBundle, type CatalogPackage, channelOf } from './model.ts';
import { newestFirst, newestOf } from './version.ts';

/** What stands for a package where all packages are looked at: in a list, a search, a completion. */
export interface Front {
  /**
   * The bundle that speaks for the package: whose description and kinds stand for it where one has to. It is the head of the
   * default channel, else that of another channel, else the newest bundle; undefined where there is none.
   */
  readonly speaking: CatalogBundle | undefined;
  /** The newest of all versions; empty where there is none. */
  readonly newest: string;
}

/** The front of a package, worked out once. Of a catalog that is kept it is there without unpacking the package. */
export function frontOf(owner: CatalogPackage): Front {
  return kept.get(owner)?.() ?? workedOut(owner);
}

/** The bundle that speaks for a package. */
export function speakingBundle(owner: CatalogPackage): CatalogBundle | undefined {
  return frontOf(owner).speaking;
}

/** Says where the front of a package is known from. A changed copy of the package has a front of its own. */
export function keepFront(owner: CatalogPackage, front: () => Front): void {
  kept.set(owner, front);
}

const kept = new WeakMap<CatalogPackage, () => Front>();

const workedOut = memo((owner: CatalogPackage): Front => {
  return {
    speaking: foundSpeaking(owner),
    newest: newestOf(owner.bundles.map(({ version }) => version)),
  };
});

function foundSpeaking(owner: CatalogPackage): CatalogBundle | undefined {
  const defaultChannel = channelOf(owner, owner.defaultChannel);
  const channels = defaultChannel === undefined ? owner.channels : [defaultChannel, ...owner.channels];
  for (const channel of channels) {
    const head = headOf(channel);
    const bundle = head === undefined ? undefined : owner.bundles.findLast(({ name }) => name === head);
    if (bundle !== undefined) return bundle;
  }
  return owner.bundles.toSorted((a, b) => newestFirst(a.version, b.version))[0];
}

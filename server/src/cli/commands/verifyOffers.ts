import { openCatalogs } from '../../access/catalogs.ts';
import { messageOf, UserError } from '../../base/errors.ts';
import { formatReference } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import { type LackingBundle, lackingBundles, offerOf } from '../../mirror/verify/offeredBundles.ts';
import type { VerifiedImage, WantedImage } from '../../mirror/verify/verifiedImage.ts';
import type { Terminal } from '../command.ts';
import { accessOf } from '../registries.ts';
import type { RegistryValues } from '../sharedOptions.ts';
import type { VerifyTarget } from './verifyTarget.ts';

/** What a catalog offers at its destination. */
export interface VerifiedOffer {
  /** What the cluster calls the catalog. */
  readonly catalog: string;
  readonly destination: string;
  /** How many it offers. */
  readonly bundles: number;
  readonly lacking: readonly LackingBundle[];
  /** Why nobody knows what it offers. */
  readonly error?: string | undefined;
}

/** What was found, with the images that nobody had planned. */
interface VerifiedOffers {
  readonly offers: readonly VerifiedOffer[];
  readonly images: readonly VerifiedImage[];
}

/**
 * Opens the catalogs of all plans where they were mirrored to, and holds that place to the images of every bundle that they
 * offer. A catalog that is not proven there is not opened.
 * @param verified the images of the plans
 * @param look holds the place to further images
 * @throws the signal's reason
 */
export async function verifyOffers(
  { plans, folder }: VerifyTarget,
  verified: readonly VerifiedImage[],
  look: (wanted: readonly WantedImage[]) => Promise<VerifiedImage[]>,
  values: RegistryValues,
  terminal: Terminal,
): Promise<VerifiedOffers> {
  const { signal } = terminal;
  const proven = verified.filter(({ result }) => result === 'proven');
  const destinations = new Set(proven.map(({ destination }) => destination));
  const provenSources = new Set(proven.map(({ source }) => source));
  const planned = plans.flatMap((plan) => plan.catalogs.map((catalog) => ({ plan, catalog })));
  const there = planned.filter(({ catalog }) => destinations.has(withoutPrefix(catalog.destination)));
  if (there.length === 0) return { offers: [], images: [] };
  const catalogs = await openCatalogs(await accessOf(values, terminal), values.offline);
  const offers: VerifiedOffer[] = [];
  const images: VerifiedImage[] = [];
  try {
    for (const { plan, catalog } of there) {
      const { image, destination } = catalog;
      const named = { catalog: image, destination };
      try {
        const opened = await catalogs.open({ text: destination, storeFolder: folder, signal });
        const offer = offerOf(plan, catalog, opened.catalog);
        const more = await look(offer.unplanned);
        images.push(...more);
        for (const { source, result } of more) if (result === 'proven') provenSources.add(source);
        const lacking = lackingBundles(offer, (source) => provenSources.has(source));
        offers.push({ ...named, bundles: offer.bundles.length, lacking });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof UserError)) throw error;
        offers.push({ ...named, bundles: 0, lacking: [], error: messageOf(error) });
      }
    }
  } finally {
    await catalogs.close();
  }
  return { offers, images };
}

/** As verified images are named. */
function withoutPrefix(destination: string): string {
  const parsed = parsePlaced(destination);
  return parsed.ok ? formatReference(parsed.reference) : destination;
}

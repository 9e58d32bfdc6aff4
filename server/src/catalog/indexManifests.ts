import { type ClusterServiceVersion, clusterServiceVersion, readManifestFields } from './about.ts';
import type { BundleRows, IndexContent, ListedBundle } from './indexRows.ts';
import type { Sharing } from './sharing.ts';

/** The bundles whose manifests are worth their megabytes. */
export function bundlesToRead({
  bundles,
  listed,
  channelsByName,
  packages,
}: IndexContent): Set<ListedBundle> {
  const heads = packages.flatMap(({ name, defaultChannel }) => {
    const head = channelsByName.get(`${name}\n${defaultChannel}`)?.head;
    const bundle = head === undefined ? undefined : bundles.get(head);
    return bundle !== undefined && isListed(bundle) ? [bundle] : [];
  });
  return new Set([...heads, ...listed.filter(({ row }) => row.isBare)]);
}

/** Takes in the manifest of a bundle, which is text, bytes, or what `manifestPaths` lists of it. */
export function readManifest(bundle: ListedBundle, csv: unknown, { sharing }: IndexContent): void {
  const manifest = manifestOf(csv, sharing);
  if (manifest === undefined) return;
  bundle.manifest = manifest;
  const { row } = bundle;
  if (!row.isBare) return;
  bundle.row = {
    ...row,
    version: row.version || manifest.version,
    skips: row.skips.length === 0 ? manifest.skips : row.skips,
    skipRange: row.skipRange || manifest.skipRange,
  };
}

function isListed(bundle: BundleRows): bundle is ListedBundle {
  return bundle.row !== undefined;
}

function manifestOf(csv: unknown, sharing: Sharing): ClusterServiceVersion | undefined {
  if (typeof csv === 'string') return clusterServiceVersion(csv, sharing);
  // Some versions of opm wrote manifests as bytes.
  if (csv instanceof Uint8Array) return clusterServiceVersion(new TextDecoder().decode(csv), sharing);
  return readManifestFields(csv, sharing);
}

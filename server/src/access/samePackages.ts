import type { Catalog, CatalogPackage } from '../catalog/model.ts';
import { packageBytes, packCatalog } from '../database/packedCatalog.ts';

/**
 * Tells packages that are the same in two catalogs by the bytes that they are packed to, without parsing them: of two versions of
 * a catalog most are. False is no proof that they differ.
 */
export function samePackages(
  before: Catalog,
  after: Catalog,
): (old: CatalogPackage, now: CatalogPackage) => boolean {
  const [old, now] = [packedByPackage(before), packedByPackage(after)];
  return (one, other) => {
    const [packed, again] = [old.get(one), now.get(other)];
    return (
      packed !== undefined &&
      again !== undefined &&
      one.defaultChannel === other.defaultChannel &&
      Buffer.compare(packed, again) === 0
    );
  };
}

function packedByPackage(catalog: Catalog): Map<CatalogPackage, Uint8Array> {
  const bytesAt = packageBytes(packCatalog(catalog));
  return new Map(catalog.packages.map((owner, number) => [owner, bytesAt(number)]));
}

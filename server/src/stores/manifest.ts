/** Manifests for the rooms that know stores and not registries: the copy engine, the catalogs, the look-up. */
export {
  blobsOf,
  childrenOf,
  isAttestation,
  isForeign,
  manifestTypes,
  type ParsedManifest,
  parseManifest,
} from '../registry/manifest.ts';

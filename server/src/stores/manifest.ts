// What a manifest names, for rooms that work with stores and know no registry.
export { blobsOf, childrenOf, type ParsedManifest, parseManifest } from '../registry/manifest.ts';

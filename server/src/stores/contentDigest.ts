/** Digests of content for the rooms that know stores and not registries. */
export { checkDigest, digestMismatch, digestOf, verified } from '../registry/contentDigest.ts';

import { UserError } from '../base/errors.ts';
import { Limiter } from '../base/limiter.ts';
import {
  blobsOf,
  childrenOf,
  isAttestation,
  type ParsedManifest,
  parseManifest,
} from '../content/manifest.ts';
import { platformName, readConfig } from '../stores/imageConfig.ts';
import type { Descriptor, ImageStore, Manifest } from '../stores/imageStore.ts';
import type { ImageFacts } from '../workspace/facts.ts';

/** Manifests of one image that are read at the same time. */
const parallelManifests = 4;
/** Manifests of the largest image, and indexes in indexes, that are read: nobody has more in good faith. */
const mostManifests = 1000;
const deepest = 4;

/** One image of an index, and what the index says of it; a single image has no descriptor. */
interface Part {
  readonly descriptor: Descriptor | undefined;
  readonly manifest: Extract<ParsedManifest, { kind: 'image' }>;
}

/**
 * What a store knows of one image; undefined when it is not there. Reads all manifests of an index, and one
 * config.
 * @throws UserError `unsupportedManifest`, `incomplete` when an index names what is not there, and the store's
 */
export async function readImageFacts(
  store: ImageStore,
  tagOrDigest: string,
  signal: AbortSignal,
): Promise<ImageFacts | undefined> {
  const top = await store.getManifest(tagOrDigest, signal);
  if (top === undefined) return undefined;
  const parts = await readParts(store, top, signal);
  const runnable = parts.filter(({ descriptor }) => descriptor === undefined || !isAttestation(descriptor));
  const described = runnable.find(isUsual) ?? runnable[0];
  const config = described && (await readConfig(store, described.manifest.config, signal));
  const platforms = new Set<string>();
  for (const part of runnable) {
    let platform = part.descriptor?.platform;
    if (part === described) platform ??= config?.platform;
    // An index need not name the platforms; then the images do.
    else platform ??= (await readConfig(store, part.manifest.config, signal)).platform;
    if (platform !== undefined) platforms.add(platformName(platform));
  }
  return {
    digest: top.digest,
    mediaType: top.mediaType,
    size: sizeOf(parts),
    platforms: [...platforms],
    created: config?.created,
    labels: config?.labels ?? {},
  };
}

function isUsual({ descriptor }: Part): boolean {
  return descriptor?.platform?.os === 'linux' && descriptor.platform.architecture === 'amd64';
}

/** Bytes of all blobs, each digest once. */
function sizeOf(parts: readonly Part[]): number {
  const sizes = new Map<string, number>();
  for (const { manifest } of parts) for (const blob of blobsOf(manifest)) sizes.set(blob.digest, blob.size);
  let total = 0;
  for (const size of sizes.values()) total += size;
  return total;
}

/** All manifests of an image in the order of its indexes, the indexes themselves left out. */
async function readParts(store: ImageStore, top: Manifest, signal: AbortSignal): Promise<Part[]> {
  const limiter = new Limiter(parallelManifests);
  let count = 0;
  const expand = async (
    bytes: Manifest,
    descriptor: Descriptor | undefined,
    depth: number,
  ): Promise<Part[]> => {
    const manifest = parseManifest(bytes.bytes, bytes.mediaType);
    if (manifest.kind === 'unsupported') {
      throw new UserError('unsupportedManifest', `${store.name}@${bytes.digest} ${manifest.problem}`, {
        nextStep: 'check the reference',
      });
    }
    if (manifest.kind === 'image') return [{ descriptor, manifest }];
    const children = childrenOf(manifest);
    count += children.length;
    if (count > mostManifests || depth >= deepest) {
      throw new UserError(
        'unsupportedManifest',
        `${store.name}@${top.digest} is an index of too many manifests`,
        {
          nextStep: 'check the reference',
        },
      );
    }
    const parts = await Promise.all(
      children.map(async (child) => {
        const read = () => store.getManifest(child.digest, signal);
        const found = await limiter.run(read, signal);
        if (found === undefined) throw incomplete(store, top, child);
        return expand(found, child, depth + 1);
      }),
    );
    return parts.flat();
  };
  return expand(top, undefined, 0);
}

function incomplete(store: ImageStore, top: Manifest, child: Descriptor): UserError {
  const platform = child.platform === undefined ? '' : ` for ${platformName(child.platform)}`;
  return new UserError(
    'incomplete',
    `${store.name}@${top.digest} names ${child.digest}${platform}, which is not there`,
    { nextStep: 'copy the image again, with all its platforms' },
  );
}

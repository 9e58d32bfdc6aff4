// A local registry with the images of examples/. By itself, `node scripts/lib/exampleRegistry.mjs` lists them.
import { pathToFileURL } from 'node:url';
import { exampleImages } from './exampleImages.mjs';
import { buildImage } from './images.mjs';
import { isPortFree } from './processes.mjs';
import { pushImage } from './push.mjs';
import { startRegistry } from './registry.mjs';

/** The port that the references in examples/ name. */
export const examplePort = 5005;

/** Starts the registry and fills it. With `port: 0` it takes a free port; then the examples must be told. */
export async function startExampleRegistry({ port = examplePort } = {}) {
  if (port !== 0 && !(await isPortFree(port))) {
    throw new Error(`Port ${port} is in use: stop what listens there, so that the example registry can.`);
  }
  const registry = await startRegistry({ port: port || undefined });
  try {
    for (const image of exampleImages) {
      await pushImage(registry.host, image.repository, image.tag, buildImage(image));
    }
  } catch (error) {
    await registry.stop();
    throw error;
  }
  return registry;
}

/** What a filled registry holds. */
export function listExampleImages() {
  return exampleImages.map((image) => {
    const { digest, mediaType } = buildImage(image);
    return { repository: image.repository, tag: image.tag, digest, mediaType, platforms: image.platforms };
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { repository, tag, digest, platforms } of listExampleImages()) {
    console.log(`localhost:${examplePort}/${repository}:${tag}\n  ${digest} ${platforms.join(', ')}`);
  }
}

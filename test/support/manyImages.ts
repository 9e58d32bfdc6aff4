import { FakeRegistry } from './fakeRegistry.ts';
import { slow } from './faults.ts';
import { type TestImage, testImage } from './images.ts';

/** A registry with many different images, and a mapping.txt that names each of them in a line of its own. */
export interface ManyImages {
  readonly registry: FakeRegistry;
  readonly images: readonly TestImage[];
  readonly mapping: string;
}

/** @param latency milliseconds that every answer takes */
export async function manyImages(count: number, latency: number): Promise<ManyImages> {
  const registry = await FakeRegistry.start();
  const images = Array.from({ length: count }, (_, number) => testImage({ seed: String(number) }));
  for (const [number, image] of images.entries()) registry.add(`team/app-${number}`, 'v1', image);
  if (latency > 0) registry.inject(slow(latency));
  const lines = images.map(
    (_, number) => `${registry.host}/team/app-${number}:v1=file://mirror/team/app-${number}:v1\n`,
  );
  return { registry, images, mapping: lines.join('') };
}

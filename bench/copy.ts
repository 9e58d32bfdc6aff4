import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerRegistry } from '../test/support/dockerRegistry.ts';
import type { Cost } from './catalogTask.ts';
import {
  type BenchImage,
  bytesOf,
  largeImages,
  mappingFromLayout,
  mappingOf,
  mappingToLayout,
  smallImages,
} from './copyInputs.ts';
import { type CopyPrograms, copyPrograms } from './copyPrograms.ts';
import { storeImage } from './registryStorage.ts';

/** What one thing cost, time after time. */
export type Costs = readonly Cost[];

/** One way of 60 large images, by several programs. */
export interface WayCosts {
  readonly name: string;
  readonly ours: Costs;
  readonly floor: Costs;
  readonly skopeo: Costs;
  readonly skopeoByFour: Costs;
  /** Reading, hashing and writing the same bytes, where the way ends on a disk. */
  readonly rewrite?: Costs;
}

export interface CopyTimes {
  readonly megabytes: number;
  readonly ways: readonly WayCosts[];
}

export interface SmallTimes {
  readonly ours: Costs;
  readonly floor: Costs;
  readonly again: Costs;
}

/** Runs each program once, in turn, so many times: whatever disturbs the machine disturbs all of them. */
async function inTurn<Name extends string>(
  repeats: number,
  programs: Readonly<Record<Name, () => Promise<Cost>>>,
): Promise<Record<Name, Cost[]>> {
  const names = Object.keys(programs) as Name[];
  const costs = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Cost[]>;
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const name of names) costs[name].push(await programs[name]());
  }
  return costs;
}

/** Copies 60 images from registry to registry, to a layout, and from there. */
export async function measureCopies(folder: string, repeats: number): Promise<CopyTimes> {
  const programs = copyPrograms(folder);
  const images = largeImages();
  const source = await DockerRegistry.start();
  try {
    for (const { repository, tag, image } of images) storeImage(source, repository, tag, image);
    const megabytes = Math.round(bytesOf(images) / 1e6);
    const ways = [
      await betweenRegistries(folder, programs, images, source, repeats),
      await toLayout(folder, programs, images, source, repeats),
      await fromLayout(folder, programs, images, source, repeats),
    ];
    return { megabytes, ways };
  } finally {
    await source.stop();
  }
}

/** Copies so many small images from registry to registry, and once more. */
export async function measureSmall(folder: string, count: number, repeats: number): Promise<SmallTimes> {
  const programs = copyPrograms(folder);
  const images = smallImages(count);
  const source = await DockerRegistry.start();
  const again: Cost[] = [];
  try {
    for (const { repository, tag, image } of images) storeImage(source, repository, tag, image);
    const { ours, floor } = await inTurn(repeats, {
      floor: () =>
        withDestination((to) =>
          programs.floor('copy', mappingFile(folder, images, source, to), source.host, to.host),
        ),
      ours: () =>
        withDestination(async (to) => {
          const mapping = mappingFile(folder, images, source, to);
          const first = await programs.ours(mapping);
          again.push(await programs.ours(mapping));
          return first;
        }),
    });
    return { ours, floor, again };
  } finally {
    await source.stop();
  }
}

async function betweenRegistries(
  folder: string,
  programs: CopyPrograms,
  images: readonly BenchImage[],
  source: DockerRegistry,
  repeats: number,
): Promise<WayCosts> {
  const commands = (to: DockerRegistry) =>
    images.map(({ repository, tag }) => [
      ...['--src-tls-verify=false', '--dest-tls-verify=false'],
      ...[`docker://${source.host}/${repository}:${tag}`, `docker://${to.host}/${repository}:${tag}`],
    ]);
  const costs = await inTurn(repeats, {
    floor: () =>
      withDestination((to) =>
        programs.floor('copy', mappingFile(folder, images, source, to), source.host, to.host),
      ),
    ours: () => withDestination((to) => programs.ours(mappingFile(folder, images, source, to))),
    skopeo: () => withDestination((to) => programs.skopeo(commands(to), 1)),
    skopeoByFour: () => withDestination((to) => programs.skopeo(commands(to), 4)),
  });
  return { name: 'registry → registry', ...costs };
}

async function toLayout(
  folder: string,
  programs: CopyPrograms,
  images: readonly BenchImage[],
  source: DockerRegistry,
  repeats: number,
): Promise<WayCosts> {
  const layout = join(folder, 'layout');
  const mapping = join(folder, 'to-layout.txt');
  writeFileSync(mapping, mappingToLayout(images, source.host, layout));
  const fresh = (work: () => Promise<Cost>) => async () => {
    rmSync(layout, { recursive: true, force: true });
    return work();
  };
  // Several skopeo would write over each other's index.json, so that each image has one, and the blobs are shared.
  const commands = images.map(({ repository, tag }, number) => [
    ...['--src-tls-verify=false', '--dest-shared-blob-dir', join(layout, 'blobs')],
    ...[`docker://${source.host}/${repository}:${tag}`, `oci:${join(layout, `image${number}`)}:${tag}`],
  ]);
  const skopeo = (width: number) =>
    fresh(() => {
      mkdirSync(join(layout, 'blobs'), { recursive: true });
      return programs.skopeo(commands, width);
    });
  const rewritten = join(folder, 'rewritten');
  const costs = await inTurn(repeats, {
    floor: fresh(() => programs.floor('copy', mapping, source.host, layout)),
    rewrite: async () => {
      rmSync(rewritten, { recursive: true, force: true });
      return programs.floor('rewrite', join(layout, 'blobs/sha256'), rewritten);
    },
    skopeo: skopeo(1),
    skopeoByFour: skopeo(4),
    // Last, since the next way begins with what it wrote.
    ours: fresh(() => programs.ours(mapping)),
  });
  return { name: 'registry → oci://', ...costs };
}

async function fromLayout(
  folder: string,
  programs: CopyPrograms,
  images: readonly BenchImage[],
  source: DockerRegistry,
  repeats: number,
): Promise<WayCosts> {
  const layout = join(folder, 'layout');
  const mappingTo = (to: DockerRegistry) => {
    const mapping = join(folder, 'from-layout.txt');
    writeFileSync(mapping, mappingFromLayout(images, source.host, layout, to.host));
    return mapping;
  };
  const commands = (to: DockerRegistry) =>
    images.map(({ repository, tag }) => [
      '--dest-tls-verify=false',
      ...[`oci:${layout}:${source.host}/${repository}:${tag}`, `docker://${to.host}/${repository}:${tag}`],
    ]);
  const costs = await inTurn(repeats, {
    floor: () => withDestination((to) => programs.floor('copy', mappingTo(to), layout, to.host)),
    ours: () => withDestination((to) => programs.ours(mappingTo(to))),
    skopeo: () => withDestination((to) => programs.skopeo(commands(to), 1)),
    skopeoByFour: () => withDestination((to) => programs.skopeo(commands(to), 4)),
  });
  return { name: 'oci:// → registry', ...costs };
}

function mappingFile(
  folder: string,
  images: readonly BenchImage[],
  from: DockerRegistry,
  to: DockerRegistry,
): string {
  const path = join(folder, 'mapping.txt');
  writeFileSync(path, mappingOf(images, from.host, to.host));
  return path;
}

/** A registry that is empty, for one copy. */
async function withDestination<Result>(work: (registry: DockerRegistry) => Promise<Result>): Promise<Result> {
  const registry = await DockerRegistry.start();
  try {
    return await work(registry);
  } finally {
    await registry.stop();
  }
}

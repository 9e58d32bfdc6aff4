import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerRegistry } from '../test/support/dockerRegistry.ts';
import {
  type BenchImage,
  bytesOf,
  largeImages,
  mappingFromLayout,
  mappingOf,
  mappingToFolder,
  mappingToLayout,
  smallImages,
} from './copyInputs.ts';
import { blobOfMemory, imagesOfMemory } from './copyMemory.ts';
import { type Command, type CopyPrograms, costOf } from './copyPrograms.ts';
import { storeImage } from './registryStorage.ts';

/** Where one contender of one round writes: both are empty, and nobody else's. */
export interface Round {
  readonly destination: DockerRegistry;
  readonly folder: string;
}

/** One of those that do the same. */
export interface Contender {
  readonly name: string;
  /** May write the files that the command reads; that is not part of what it costs. */
  readonly command: (round: Round) => Command;
  /** Begins with what the contender before it has left, in its round. */
  readonly continues?: true;
  readonly goals?: readonly Goal[];
}

export type Goal =
  /** What it costs by the clock, as a share of what another one does in the same round. */
  { readonly than: string; readonly most: number } | { readonly megabytes: number };

/** Contenders that are run in turn, with what all of them read. */
export interface Comparison {
  readonly contenders: readonly Contender[];
  /** The registries that they read from. */
  readonly sources: readonly DockerRegistry[];
  end(): Promise<void>;
}

/** What can be compared. */
export interface Comparable {
  /** As `--only` names it. */
  readonly id: string;
  readonly name: string;
  /** For what takes long and is the same each time. */
  readonly once?: true;
  /** @param folder an empty one, for what all rounds read */
  readonly prepare: (programs: CopyPrograms, folder: string) => Promise<Comparison>;
}

const images = largeImages();

/**
 * The comparisons that the promises about copies rest on, each with its goals.
 * @param smallCount how many small images there are; the goals are those of 2,000
 * @param manyCount how many images there are whose memory is measured; the goals are those of 20,000
 */
export function comparables(smallCount: number, manyCount: number): readonly Comparable[] {
  const large = `60 images, ${Math.round(bytesOf(images) / 1e6)} MB`;
  const small = `${smallCount.toLocaleString('en')} small images`;
  const many = () => smallImages(smallCount);
  return [
    { id: 'registries', name: `${large}, registry → registry`, prepare: betweenRegistries },
    { id: 'to-layout', name: `${large}, registry → oci://`, prepare: toLayout },
    { id: 'from-layout', name: `${large}, oci:// → registry`, prepare: fromLayout },
    { id: 'to-folder', name: `${large}, registry → file://`, prepare: toFolder },
    {
      id: 'small',
      name: `${small}, registry → registry`,
      prepare: (programs) => smallBetweenRegistries(programs, many()),
    },
    { id: 'again', name: `${small}, mirrored twice`, prepare: (programs) => mirroredTwice(programs, many()) },
    { id: 'blob', name: 'one blob of 4 GB', once: true, prepare: blobOfMemory },
    {
      id: 'images',
      name: `${manyCount.toLocaleString('en')} images`,
      once: true,
      prepare: (programs) => imagesOfMemory(programs, manyCount),
    },
  ];
}

const theFloor = { than: 'the floor', most: 1.05 };
const skopeoOnce = { than: 'skopeo copy --all, one by one', most: 0.35 };
const skopeoByFour = 'skopeo copy --all, four at a time';
const rewriting = 'the same bytes read, hashed and written';

async function betweenRegistries(programs: CopyPrograms): Promise<Comparison> {
  const source = await sourceOf(images);
  const copies = ({ destination }: Round) =>
    images.map(({ repository, tag }) => [
      ...['--src-tls-verify=false', '--dest-tls-verify=false'],
      ...[
        `docker://${source.host}/${repository}:${tag}`,
        `docker://${destination.host}/${repository}:${tag}`,
      ],
    ]);
  const mapping = (round: Round) =>
    written(round, 'mapping.txt', mappingOf(images, source.host, round.destination.host));
  return {
    sources: [source],
    contenders: [
      {
        name: theFloor.than,
        command: (round) => programs.floor('copy', mapping(round), source.host, round.destination.host),
      },
      {
        name: 'copy',
        goals: [theFloor, skopeoOnce],
        command: (round) => programs.ours('copy', '-f', mapping(round)),
      },
      { name: skopeoOnce.than, command: (round) => programs.skopeo(copies(round), 1) },
      { name: skopeoByFour, command: (round) => programs.skopeo(copies(round), 4) },
    ],
    end: () => source.stop(),
  };
}

async function toLayout(programs: CopyPrograms, folder: string): Promise<Comparison> {
  const source = await sourceOf(images);
  const blobs = await layoutBlobs(programs, source, folder);
  const layout = (round: Round) => join(round.folder, 'layout');
  const mapping = (round: Round) =>
    written(round, 'mapping.txt', mappingToLayout(images, source.host, layout(round)));
  // Several skopeo would write over each other's index.json, so that each image has one, and the blobs are shared.
  const skopeo = (width: number) => (round: Round) => {
    const shared = join(layout(round), 'blobs');
    mkdirSync(shared, { recursive: true });
    const copies = images.map(({ repository, tag }, number) => [
      ...['--src-tls-verify=false', '--dest-shared-blob-dir', shared],
      ...[`docker://${source.host}/${repository}:${tag}`, `oci:${join(layout(round), `i${number}`)}:${tag}`],
    ]);
    return programs.skopeo(copies, width);
  };
  return {
    sources: [source],
    contenders: [
      {
        name: theFloor.than,
        command: (round) => programs.floor('copy', mapping(round), source.host, layout(round)),
      },
      { name: rewriting, command: ({ folder }) => programs.floor('rewrite', blobs, join(folder, 'again')) },
      {
        name: 'copy',
        goals: [theFloor, { than: rewriting, most: 1.3 }, skopeoOnce],
        command: (round) => programs.ours('copy', '-f', mapping(round)),
      },
      { name: skopeoOnce.than, command: skopeo(1) },
      { name: skopeoByFour, command: skopeo(4) },
    ],
    end: () => source.stop(),
  };
}

async function fromLayout(programs: CopyPrograms, folder: string): Promise<Comparison> {
  const source = await sourceOf(images);
  const { host } = source;
  await layoutBlobs(programs, source, folder);
  await source.stop();
  const layout = join(folder, 'layout');
  const copies = ({ destination }: Round) =>
    images.map(({ repository, tag }) => [
      '--dest-tls-verify=false',
      ...[`oci:${layout}:${host}/${repository}:${tag}`, `docker://${destination.host}/${repository}:${tag}`],
    ]);
  const mapping = (round: Round) =>
    written(round, 'mapping.txt', mappingFromLayout(images, host, layout, round.destination.host));
  return {
    sources: [],
    contenders: [
      {
        name: theFloor.than,
        command: (round) => programs.floor('copy', mapping(round), layout, round.destination.host),
      },
      {
        name: 'copy',
        goals: [theFloor, skopeoOnce],
        command: (round) => programs.ours('copy', '-f', mapping(round)),
      },
      { name: skopeoOnce.than, command: (round) => programs.skopeo(copies(round), 1) },
      { name: skopeoByFour, command: (round) => programs.skopeo(copies(round), 4) },
    ],
    end: async () => {},
  };
}

async function toFolder(programs: CopyPrograms, folder: string): Promise<Comparison> {
  const source = await sourceOf(images);
  const blobs = await layoutBlobs(programs, source, folder);
  const mapping = (round: Round) => written(round, 'mapping.txt', mappingToFolder(images, source.host));
  return {
    sources: [source],
    contenders: [
      { name: rewriting, command: ({ folder }) => programs.floor('rewrite', blobs, join(folder, 'again')) },
      {
        name: 'copy',
        goals: [{ than: rewriting, most: 1.3 }],
        command: (round) => programs.ours('copy', '-f', mapping(round), '--dir', round.folder),
      },
    ],
    end: () => source.stop(),
  };
}

async function smallBetweenRegistries(
  programs: CopyPrograms,
  many: readonly BenchImage[],
): Promise<Comparison> {
  const source = await sourceOf(many);
  const mapping = (round: Round) =>
    written(round, 'mapping.txt', mappingOf(many, source.host, round.destination.host));
  return {
    sources: [source],
    contenders: [
      {
        name: theFloor.than,
        command: (round) => programs.floor('copy', mapping(round), source.host, round.destination.host),
      },
      {
        name: 'copy',
        goals: [{ ...theFloor, most: 1.1 }],
        command: (round) => programs.ours('copy', '-f', mapping(round)),
      },
      {
        name: 'copy, the second time, which knows nothing of the first',
        continues: true,
        goals: [{ than: 'copy', most: 0.1 }],
        command: (round) => programs.ours('copy', '-f', mapping(round)),
      },
    ],
    end: () => source.stop(),
  };
}

async function mirroredTwice(programs: CopyPrograms, many: readonly BenchImage[]): Promise<Comparison> {
  const source = await sourceOf(many);
  const plan = ({ folder }: Round) => join(folder, 'plan.json');
  const mirror = (round: Round) => programs.ours('mirror', '--plan', plan(round), '--dir', round.folder);
  return {
    sources: [source],
    contenders: [
      {
        name: 'plan',
        command: (round) => {
          const mapping = written(round, 'mapping.txt', mappingOf(many, source.host, round.destination.host));
          return programs.ours('plan', '-f', mapping, '-o', plan(round));
        },
      },
      { name: 'mirror', continues: true, command: mirror },
      {
        name: 'mirror, the second time',
        continues: true,
        goals: [{ than: 'mirror', most: 0.03 }],
        command: mirror,
      },
    ],
    end: () => source.stop(),
  };
}

/** A registry that has the images, put into its storage. */
async function sourceOf(all: readonly BenchImage[]): Promise<DockerRegistry> {
  const source = await DockerRegistry.start();
  for (const { repository, tag, image } of all) storeImage(source, repository, tag, image);
  return source;
}

/** The blobs of a layout that has the images, in `layout` below a folder. */
async function layoutBlobs(programs: CopyPrograms, source: DockerRegistry, folder: string): Promise<string> {
  const layout = join(folder, 'layout');
  const blobs = join(layout, 'blobs/sha256');
  if (existsSync(blobs)) return blobs;
  const mapping = join(folder, 'mapping.txt');
  writeFileSync(mapping, mappingToLayout(images, source.host, layout));
  await costOf(programs.floor('copy', mapping, source.host, layout), []);
  return blobs;
}

function written({ folder }: Round, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

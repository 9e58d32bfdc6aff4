import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { UserError } from '../base/errors.ts';
import { jsonIn } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import { type Descriptor, descriptorSchema } from '../content/descriptor.ts';
import { DiskError, isAbsent } from '../disk/diskError.ts';
import { openRegularFile } from '../disk/openFile.ts';
import { readHandle } from '../disk/readFile.ts';
import { damaged, reading } from './storeErrors.ts';

/** Bytes of the largest `index.json`: a layout may hold all images of a catalog, of which each has some 400 bytes there. */
export const largestIndex = 64 * 1024 * 1024;

/** The annotation with which a layout names an image. */
export const nameAnnotation = 'org.opencontainers.image.ref.name';

/** Other tools, skopeo among them, write over the file in place: whoever reads meanwhile finds a part, and looks again so often. */
const readings = 10;
/** Milliseconds between two looks. */
const pause = 20;

/** An image that `index.json` lists. */
export interface LayoutImage {
  readonly descriptor: Descriptor;
  /** The original reference, or a bare tag as skopeo writes it; empty where the layout does not say. */
  readonly name: string;
}

/** What an `index.json` says. */
export interface LayoutIndex {
  /** As they are on the disk. */
  readonly bytes: Buffer;
  /** All of it, with what only other tools understand. */
  readonly json: { readonly [field: string]: unknown; readonly manifests: readonly unknown[] };
  /** In its order, each digest and name once. */
  readonly images: readonly LayoutImage[];
  /** The first image of each name. */
  readonly byName: ReadonlyMap<string, LayoutImage>;
}

/**
 * The `index.json` of a layout, read again only when it has changed: it names thousands of images and is asked for each of
 * them.
 */
export class LayoutIndexFile {
  readonly #folder: string;
  #known: { readonly identity: string; readonly index: LayoutIndex } | undefined;

  /** @param folder the layout's */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get path(): string {
    return join(this.#folder, 'index.json');
  }

  /** Undefined where there is none. @throws UserError `damaged` where nobody can read it */
  async read(): Promise<LayoutIndex | undefined> {
    const { path } = this;
    for (let again = 0; again <= readings; again++) {
      if (again > 0) await setTimeout(pause);
      const identity = await identityOf(path);
      if (identity === undefined) return undefined;
      if (this.#known?.identity === identity) return this.#known.index;
      const bytes = await this.#bytes();
      if (bytes === undefined) return undefined;
      const index =
        this.#known?.index.bytes.equals(bytes) === true ? this.#known.index : layoutIndexIn(bytes);
      if (index === undefined) continue;
      this.#known = { identity, index };
      return index;
    }
    throw damaged(t('{0} is no valid index of a layout', path));
  }

  /**
   * Takes over what was just written as the file, so that nobody has to read it for that.
   * @param identity of the file that was written, as `StoreFiles.replace` gives it
   */
  async written(index: LayoutIndex, identity: string): Promise<void> {
    const now = await identityOf(this.path);
    // It may be somebody else's by now.
    this.#known = now?.startsWith(`${identity} `) === true ? { identity: now, index } : undefined;
  }

  async #bytes(): Promise<Buffer | undefined> {
    const { path } = this;
    try {
      return await reading(path, async () => {
        const { handle, info } = await openRegularFile(path, { inside: [this.#folder] });
        try {
          return await readHandle(handle, info, largestIndex);
        } finally {
          await handle.close();
        }
      });
    } catch (error) {
      if (error instanceof UserError && isAbsent(error.cause)) return undefined;
      if (!(error instanceof DiskError)) throw error;
      if (error.code === 'tooLarge') throw tooLongIndex(path);
      throw damaged(error.ofFile(path), error);
    }
  }
}

/** @throws nothing: it is what to throw where an `index.json` is longer than anybody reads */
export function tooLongIndex(path: string): UserError {
  return damaged(t('{0} has more than {1} bytes', path, largestIndex));
}

/** What the bytes of an `index.json` say; undefined where they are none. */
export function layoutIndexIn(bytes: Buffer): LayoutIndex | undefined {
  const json = jsonIn(bytes);
  const parsed = schema.safeParse(json);
  if (!parsed.success) return undefined;
  const images = imagesOf(parsed.data.manifests);
  return { bytes, json: json as LayoutIndex['json'], images, byName: firstByName(images) };
}

/** The first image of each name. */
export function firstByName(images: readonly LayoutImage[]): ReadonlyMap<string, LayoutImage> {
  const byName = new Map<string, LayoutImage>();
  for (const image of images) if (!byName.has(image.name)) byName.set(image.name, image);
  return byName;
}

function imagesOf(manifests: z.infer<typeof schema>['manifests']): LayoutImage[] {
  const seen = new Set<string>();
  return manifests.flatMap(({ annotations, ...descriptor }) => {
    const name = annotations?.[nameAnnotation];
    const image = { descriptor, name: typeof name === 'string' ? name : '' };
    const key = `${descriptor.digest}\n${image.name}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [image];
  });
}

async function identityOf(path: string): Promise<string | undefined> {
  return reading(path, async () => {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  });
}

const schema = z.object({
  manifests: z.array(
    descriptorSchema.extend({
      annotations: z.record(z.string(), z.unknown()).nullish().catch(undefined),
    }),
  ),
});

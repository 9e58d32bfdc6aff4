import { UserError } from '../base/errors.ts';
import { Limiter } from '../base/limiter.ts';
import { t } from '../base/sentences.ts';
import type { Descriptor, Manifest } from './descriptor.ts';
import { parseManifest, type ReadableManifest } from './manifest.ts';
import { inRole, partsOf, type Successor } from './successors.ts';

/** A manifest that a walk has come to. */
export interface ManifestNode {
  readonly manifest: Manifest;
  readonly parsed: ReadableManifest;
  /** What it is made of: `partsOf`. */
  readonly parts: readonly Successor[];
  /** How the index that names it describes it; undefined at the top. */
  readonly descriptor: Descriptor | undefined;
}

/**
 * Walks the children of the node, all of them or those that are wanted, and gives what became of them in their order. May
 * be called again, which walks them again.
 */
export type Below<Result> = (wanted?: (child: Descriptor) => Promise<boolean>) => Promise<Result[]>;

export interface Walk<Result> {
  /** How a person would name the repository, in errors. */
  readonly place: string;
  /** The manifest of a child. What is not there is the reader's error. */
  readonly read: (child: Descriptor, parent: Manifest) => Promise<Manifest>;
  /** Called for each manifest that is read; what is below it is walked when, and if, it says so. */
  readonly visit: (node: ManifestNode, below: Below<Result>) => Promise<Result>;
  /** Children that have not begun when it fires never do. */
  readonly signal: AbortSignal;
  readonly bounds?: Partial<WalkBounds> | undefined;
}

/** What nobody exceeds in good faith: whoever writes manifests may name what he likes in them. */
export interface WalkBounds {
  /** Indexes in indexes, below the first. */
  readonly depth: number;
  /** Manifests that are read, the same one as often as it is. */
  readonly manifests: number;
  /** Bytes of all manifests that are read. */
  readonly bytes: number;
  /** Manifests that are read at the same time. */
  readonly parallel: number;
}

const usual: WalkBounds = { depth: 8, manifests: 2000, bytes: 128 * 1024 * 1024, parallel: 4 };

/**
 * Goes from a manifest to all that it is made of: the one walk over indexes. Circles cannot be, as a digest covers what
 * it names; depth, number and size are bounded. After the first error nothing new begins, and the walk rejects with it
 * when all that had begun has ended.
 *
 * @returns what became of the top
 * @throws UserError `unsupportedManifest` for what is no manifest and for what exceeds a bound; what `read` and `visit` throw
 */
export async function walkManifests<Result>(top: Manifest, walk: Walk<Result>): Promise<Result> {
  const { place, read, visit, signal } = walk;
  const { depth, manifests, bytes, parallel } = { ...usual, ...walk.bounds };
  const reading = new Limiter(parallel);
  const failed = new AbortController();
  const going = AbortSignal.any([signal, failed.signal]);
  const sum = { manifests: 0, bytes: 0 };
  const tooManyManifests = () =>
    tooMuch(t('{0}@{1} is an index of more than {2} manifests', place, top.digest, manifests));
  const count = (manifest: Manifest) => {
    sum.manifests++;
    sum.bytes += manifest.bytes.length;
    if (sum.manifests > manifests) throw tooManyManifests();
    if (sum.bytes > bytes)
      throw tooMuch(
        t('{0}@{1} is an index whose manifests have more than {2} bytes', place, top.digest, bytes),
      );
  };

  const enter = async (
    manifest: Manifest,
    descriptor: Descriptor | undefined,
    level: number,
  ): Promise<Result> => {
    count(manifest);
    const parsed = readable(manifest, place);
    const parts = partsOf(parsed);
    const children = inRole(parts, 'child');
    const below: Below<Result> = async (wanted) => {
      if (children.length > 0 && level >= depth)
        throw tooMuch(t('{0}@{1} is an index inside more than {2}', place, manifest.digest, depth));
      // Said before any of them is asked for.
      if (children.length >= manifests) throw tooManyManifests();
      const tasks = children.map((child) => async () => {
        if (wanted !== undefined && !(await wanted(child))) return [];
        const found = await reading.run(() => endingAll(failed, () => read(child, manifest)), going);
        return [await enter(found, child, level + 1)];
      });
      return allToTheirEnds(tasks, going, failed);
    };
    return visit({ manifest, parsed, parts, descriptor }, below);
  };
  return enter(top, undefined, 0);
}

/**
 * Reads a manifest that has to be one.
 * @throws UserError `unsupportedManifest`
 */
export function readable(manifest: Manifest, place: string): ReadableManifest {
  const parsed = parseManifest(manifest.bytes, manifest.mediaType);
  if (parsed.kind !== 'unsupported') return parsed;
  throw new UserError('unsupportedManifest', parsed.problem(`${place}@${manifest.digest}`), {
    nextStep: t('check that the reference names an image, and that a current tool pushed it'),
  });
}

/** Lets all tasks that have begun end, and then fails with the first error. */
async function allToTheirEnds<Result>(
  tasks: readonly (() => Promise<Result[]>)[],
  going: AbortSignal,
  failed: AbortController,
): Promise<Result[]> {
  const results = await Promise.all(
    tasks.map(async (task) => {
      try {
        going.throwIfAborted();
        return await task();
      } catch (error) {
        failed.abort(error);
        return [];
      }
    }),
  );
  going.throwIfAborted();
  return results.flat();
}

/** Tells of an error at once, before the one who waits for the place of this task begins. */
async function endingAll<Result>(failed: AbortController, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

function tooMuch(message: string): UserError {
  return new UserError('unsupportedManifest', message, {
    nextStep: t('check that the reference names an image'),
  });
}

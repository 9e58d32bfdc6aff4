import type { ImageReference } from '../../documents/imageReference.ts';
import type { ImageSource, ImageStore } from '../../stores/imageStore.ts';
import { copyImage } from './copyImage.ts';
import { type CopyJob, jobsOfPlan, type PlannedCopy } from './copyJobs.ts';
import { CopyRun } from './copyRun.ts';
import { addBlob, type BlobCounts, type Listener, noBlobs } from './events.ts';
import { openedOnce } from './openedOnce.ts';
import { inParallel } from './parallel.ts';
import { asUserError } from './sides.ts';

export interface CopyOptions {
  /** The images of a reference's repository, to read. May throw a `UserError`. */
  readonly openSource: (reference: ImageReference) => ImageSource;
  /** The same for what is written to. */
  readonly openDestination: (reference: ImageReference) => ImageStore;
  /** Images that are copied at the same time at most: enough that each host has always something to do. */
  readonly parallelImages: number;
  /** Blobs that are moved at the same time at most, over all images; how many each host bears, `Scheduler` finds out. */
  readonly parallelLayers: number;
  /** Ends the run: what has not been done stays undone, and the summary says so. */
  readonly signal: AbortSignal;
  readonly listener: Listener;
}

/** How a run ended. The four numbers of images add up to all of them. */
export interface CopySummary {
  readonly copied: number;
  readonly skipped: number;
  readonly failed: number;
  /** Images that the signal kept from being finished. */
  readonly stopped: number;
  readonly blobs: BlobCounts;
}

/**
 * Copies every image of a plan to its destination, indexes whole. An image that fails does not stop the others, and
 * nothing is thrown for it.
 */
export async function copyImages(plan: readonly PlannedCopy[], options: CopyOptions): Promise<CopySummary> {
  const { openSource, openDestination, parallelImages, signal } = options;
  const summary = { copied: 0, skipped: 0, failed: 0, stopped: 0, blobs: noBlobs };
  const listener: Listener = (event) => {
    // Blobs of images that fail later were moved all the same.
    if (event.type === 'blob') summary.blobs = addBlob(summary.blobs, event.outcome, event.size);
    options.listener(event);
  };

  let jobs: CopyJob[];
  try {
    jobs = await jobsOfPlan(plan, {
      openSource: openedOnce(openSource),
      openDestination: openedOnce(openDestination),
      parallel: parallelImages,
      signal,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    return { ...summary, stopped: plan.length };
  }
  listener({ type: 'planned', images: jobs.length });

  const run = new CopyRun({ ...options, listener });
  const copy = async (job: CopyJob, leave: () => void) => {
    const { image } = job;
    try {
      signal.throwIfAborted();
      if ('error' in job) throw job.error;
      const { result, digest, blobs } = await copyImage({ ...job.request, onNaming: leave }, run);
      summary[result]++;
      if (result === 'skipped') listener({ type: 'imageSkipped', image, digest });
      else listener({ type: 'imageCopied', image, digest, blobs });
    } catch (error) {
      summary[signal.aborted ? 'stopped' : 'failed']++;
      if (signal.aborted) listener({ type: 'imageStopped', image });
      else listener({ type: 'imageFailed', image, error: asUserError(error) });
    }
  };
  await inParallel(jobs, parallelImages, sourcePlace, copy, () => {
    for (const job of jobs) if ('request' in job) job.request.destination.nameAtOnce?.();
  });
  return summary;
}

/** Whom the copy of an image waits for first. */
function sourcePlace(job: CopyJob): string {
  return 'request' in job ? job.request.source.place : '';
}

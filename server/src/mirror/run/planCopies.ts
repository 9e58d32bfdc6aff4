import type { UserError } from '../../base/errors.ts';
import { formatReference } from '../../documents/imageReference.ts';
import type { Failure } from '../../runs/outcomes.ts';
import { type CopyOptions, copyImages } from '../copy/copyImages.ts';
import type { PlannedCopy } from '../copy/copyJobs.ts';
import { addBlob, type BlobCounts, noBlobs, type RunEvent } from '../copy/events.ts';
import type { MirrorImage } from '../plan/mirrorPlan.ts';
import type { ImageOutcome } from './mirrorResult.ts';
import { copyOf } from './plannedCopies.ts';

export interface PlanCopyOptions extends CopyOptions {
  /** True for an image that an earlier run proved at its destination: nobody is asked for it again. */
  readonly wasProven: (image: MirrorImage) => boolean;
  /** Is told of each image of the plan that is at its destination as it is at its source. */
  readonly onProven?: ((image: MirrorImage, digest: string) => void) | undefined;
}

/** Brings images of a plan, and knows what became of each and what was moved. */
export class PlanCopies {
  readonly outcomes = new Map<MirrorImage, ImageOutcome>();
  blobs: BlobCounts = noBlobs;
  readonly #options: PlanCopyOptions;

  constructor(options: PlanCopyOptions) {
    this.#options = options;
  }

  isProven(image: MirrorImage): boolean {
    const result = this.outcomes.get(image)?.result;
    return result === 'copied' || result === 'skipped';
  }

  /** Hands on what happens, and adds it up. */
  readonly follow = (event: RunEvent): void => {
    if (event.type === 'blob') this.blobs = addBlob(this.blobs, event.outcome, event.size);
    this.#options.listener(event);
  };

  /** Brings images to their destinations. Nothing is thrown for those that fail. */
  async bring(images: readonly MirrorImage[]): Promise<void> {
    const waiting = new Map<string, MirrorImage>();
    const copies: PlannedCopy[] = [];
    for (const image of images) {
      const { source, destination, digest } = image;
      if (digest !== undefined && this.#options.wasProven(image)) {
        this.outcomes.set(image, { result: 'skipped', digest });
        this.#options.onProven?.(image, digest);
        this.follow({ type: 'imageSkipped', image: { source, destination }, digest });
        continue;
      }
      const copy = copyOf(image);
      waiting.set(`${formatReference(copy.source)} ${formatReference(copy.destination)}`, image);
      copies.push(copy);
    }
    if (copies.length === 0) return;
    await copyImages(copies, {
      ...this.#options,
      listener: (event) => {
        // Of the whole run it is known how many there are.
        if (event.type === 'planned') return;
        const image =
          'image' in event ? waiting.get(`${event.image.source} ${event.image.destination}`) : undefined;
        if (!('image' in event) || image === undefined) return this.follow(event);
        this.outcomes.set(image, outcomeOf(event, image));
        if ('digest' in event) this.#options.onProven?.(image, event.digest);
        // As the plan calls it, without the digest that was added.
        this.follow({ ...event, image: { source: image.source, destination: image.destination } });
      },
    });
  }
}

function outcomeOf(event: Extract<RunEvent, { image: unknown }>, { digest }: MirrorImage): ImageOutcome {
  switch (event.type) {
    case 'imageCopied':
      return { result: 'copied', digest: event.digest };
    case 'imageSkipped':
      return { result: 'skipped', digest: event.digest };
    case 'imageFailed':
      return { result: 'failed', digest, error: failureOf(event.error) };
    case 'imageStopped':
      return { result: 'stopped', digest };
  }
}

export function failureOf({ code, message, side, nextStep }: UserError): Failure {
  return { code, message, side, nextStep: nextStep === '' ? undefined : nextStep };
}

import type { ImageReference } from '../documents/imageReference.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { imagesNear } from '../features/imagesNear.ts';

/** Lines that a reader may move before the lines round the new place are looked at again. */
const stride = 25;

/** Looks up what stands round a place that somebody looks at, since the next look goes there. */
export class LookAhead {
  #file: WorkspaceFile | undefined;
  #line = 0;

  /** Calls `ask` for the images round a line, unless that has been done near by. */
  from(file: WorkspaceFile, line: number, ask: (reference: ImageReference) => void): void {
    if (file === this.#file && Math.abs(line - this.#line) < stride) return;
    this.#file = file;
    this.#line = line;
    for (const reference of imagesNear(file, line)) ask(reference);
  }
}

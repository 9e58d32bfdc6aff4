import type { Position } from '../base/range.ts';

/** A few characters behind a reference that are not in the file. */
export interface InlayHint {
  readonly position: Position;
  readonly label: string;
  /** Plain text for people who wonder what it is. */
  readonly tooltip: string;
}

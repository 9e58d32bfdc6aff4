import * as z from 'zod';
import { parsedJson } from '../base/json.ts';

/**
 * How far a run is: kept beside its journal while it goes on, at most once a second, so that whoever looks sees it wherever it was
 * started. When it ends, or is killed, the last one stays.
 */
export interface RunProgress {
  /** Images that are finished, well or badly. */
  readonly done: number;
  readonly total: number;
  /** That were moved so far. */
  readonly bytes: number;
  /** Bytes in a second, over the last ones. */
  readonly rate: number;
  /** Seconds that the rest takes where it takes as long as what is done; left out while nobody can tell. */
  readonly left?: number | undefined;
}

const number = z.number().nonnegative();
const schema: z.ZodType<RunProgress> = z.object({
  done: number,
  total: number,
  bytes: number,
  rate: number,
  left: number.optional(),
});

export function progressText(progress: RunProgress): string {
  return `${JSON.stringify(progress)}\n`;
}

/** Reads what `progressText` wrote; undefined for anything else. Never throws. */
export function readProgress(text: string): RunProgress | undefined {
  const read = schema.safeParse(parsedJson(text));
  return read.success ? read.data : undefined;
}

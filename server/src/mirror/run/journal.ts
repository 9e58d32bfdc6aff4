import * as z from 'zod';
import { isDigest } from '../../base/digest.ts';
import { parsedJson } from '../../base/json.ts';
import type { DroppedBundle } from './mirrorResult.ts';

/**
 * What happened in the runs of one command, line by line as it happened: another run of the same command learns from it
 * what is done. One object of JSON a line; a run that was killed may leave its last line in part.
 */
export type JournalEntry =
  /** A run began; `asked` tells whether another one is asked for the same. `time`s are ISO 8601, UTC. */
  | {
      readonly event: 'start';
      readonly time: string;
      readonly process: number;
      readonly command: string;
      readonly asked: string;
    }
  /** The plan beside the journal is the one that is run. */
  | { readonly event: 'planned'; readonly images: number }
  /** The destination was seen to have this image under this reference. */
  | { readonly event: 'image'; readonly destination: string; readonly digest: string }
  /** What this image has beside it at its source was looked for, and so much was found and is at the destination. */
  | {
      readonly event: 'signatures';
      readonly destination: string;
      readonly digest: string;
      readonly found: number;
    }
  /** A catalog image was made there. */
  | ({ readonly event: 'catalog' } & MadeBefore)
  | {
      readonly event: 'failed';
      readonly source: string;
      readonly destination: string;
      readonly code: string;
      readonly message: string;
    }
  | { readonly event: 'stopped'; readonly time: string }
  /** The run came to its end; `complete` where nothing is missing. */
  | { readonly event: 'end'; readonly time: string; readonly complete: boolean };

/** A catalog image that was made, so that nobody makes it again of the same. */
export interface MadeBefore {
  readonly destination: string;
  readonly digest: string;
  /** Equal where the same is made of the same. */
  readonly made: string;
  readonly stranded: readonly DroppedBundle[];
}

const text = z.string().max(10_000);
const entrySchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('start'),
    time: text,
    process: z.int(),
    command: text,
    asked: text,
  }),
  z.object({ event: z.literal('planned'), images: z.int() }),
  z.object({ event: z.literal('image'), destination: text, digest: z.string().refine(isDigest) }),
  z.object({
    event: z.literal('signatures'),
    destination: text,
    digest: z.string().refine(isDigest),
    found: z.int().nonnegative(),
  }),
  z.object({
    event: z.literal('catalog'),
    destination: text,
    digest: z.string().refine(isDigest),
    made: text,
    stranded: z.array(z.object({ package: text, name: text, missing: z.array(text) })),
  }),
  z.object({ event: z.literal('failed'), source: text, destination: text, code: text, message: text }),
  z.object({ event: z.literal('stopped'), time: text }),
  z.object({ event: z.literal('end'), time: text, complete: z.boolean() }),
]);

/** What a journal tells the next run. */
export interface JournalFacts {
  /** The digests that destinations were seen to have, by reference, the last one said. */
  readonly proven: ReadonlyMap<string, string>;
  /** What was found beside images and is at the destination, too, by reference there, the last one said. */
  readonly signatures: ReadonlyMap<string, { readonly digest: string; readonly found: number }>;
  /** Catalog images that were made, by destination. */
  readonly made: ReadonlyMap<string, MadeBefore>;
  /** The last run, as far as it got. */
  readonly last: LastRun | undefined;
}

export interface LastRun {
  readonly time: string;
  readonly process: number;
  readonly asked: string;
  /** True once the plan beside the journal was its own. */
  readonly isPlanned: boolean;
  readonly hasEnded: boolean;
}

export function journalLine(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** Reads a journal. Lines that are none, such as the last one of a run that was killed, say nothing. Never throws. */
export function readJournal(journal: string): JournalFacts {
  const proven = new Map<string, string>();
  const signatures = new Map<string, { readonly digest: string; readonly found: number }>();
  const made = new Map<string, MadeBefore>();
  let last: LastRun | undefined;
  for (const line of journal.split('\n')) {
    const read = entrySchema.safeParse(parsedJson(line));
    if (!read.success) continue;
    const entry = read.data;
    switch (entry.event) {
      case 'start':
        last = { ...entry, isPlanned: false, hasEnded: false };
        break;
      case 'planned':
        if (last !== undefined) last = { ...last, isPlanned: true };
        break;
      case 'image':
        proven.set(entry.destination, entry.digest);
        break;
      case 'signatures':
        signatures.set(entry.destination, entry);
        break;
      case 'catalog':
        made.set(entry.destination, entry);
        break;
      case 'failed':
        proven.delete(entry.destination);
        break;
      case 'end':
        if (last !== undefined) last = { ...last, hasEnded: true };
        break;
      case 'stopped':
        break;
    }
  }
  return { proven, signatures, made, last };
}

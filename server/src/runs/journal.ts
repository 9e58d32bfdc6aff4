import * as z from 'zod';
import { isDigest } from '../base/digest.ts';
import { parsedJson } from '../base/json.ts';
import type { DroppedBundle, Failure, ImageCounts } from './outcomes.ts';

/**
 * What happened in the runs of one command, line by line as it happened: another run of the same command learns from it
 * what is done. One object of JSON a line; a run that was killed may leave its last line in part.
 */
export type JournalEntry =
  /** A run began; `asked` tells whether another one is asked for the same. `time`s are ISO 8601, UTC. */
  | ({ readonly event: 'start'; readonly asked: string } & StartedRun)
  /** The plan beside the journal is the one that is run. */
  | ({ readonly event: 'planned' } & PlannedRun)
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
  | ({ readonly event: 'failed' } & FailedCopy)
  /** What became of a catalog at the end. */
  | ({ readonly event: 'offered' } & OfferedCatalog)
  | ({ readonly event: 'stopped' } & EndedRun)
  /** The run came to its end; `complete` where nothing is missing. */
  | ({ readonly event: 'end'; readonly complete: boolean } & EndedRun);

/** How a run began. */
export interface StartedRun {
  readonly time: string;
  readonly process: number;
  /** The word behind `operator-mirror`. */
  readonly command: string;
  /** What stands behind that word, but for what is about that one run; left out by older versions. */
  readonly arguments?: readonly string[] | undefined;
  /** The folder in which the command was run. */
  readonly folder?: string | undefined;
}

/** What a run is to do, in short. What is not there, older versions have left out. */
export interface PlannedRun {
  readonly images: number;
  /** Of the plan. */
  readonly name?: string | undefined;
  /** The place to which all of it goes, as the plan has it. */
  readonly destination?: string | undefined;
}

export interface FailedCopy extends Failure {
  readonly source: string;
  readonly destination: string;
}

/** A catalog at its destination. */
export interface OfferedCatalog {
  /** What it is or stands for. */
  readonly image: string;
  readonly destination: string;
  /** Left out where none was written. */
  readonly digest?: string | undefined;
  readonly error?: Failure | undefined;
  /** How many bundles it does not offer, and the first of these. */
  readonly droppedBundles: number;
  readonly dropped: readonly DroppedBundle[];
}

/** How a run ended. What is not there, older versions have left out. */
export interface EndedRun {
  readonly time: string;
  readonly counts?: ImageCounts | undefined;
  /** That were moved. */
  readonly bytes?: number | undefined;
  /** The folder with the files for the cluster, an absolute path, where some were written. */
  readonly manifests?: string | undefined;
  /** The files in it that redirect pulls, by name, and those that offer the catalogs, which are applied after these. */
  readonly sets?: readonly string[] | undefined;
  readonly offers?: readonly string[] | undefined;
  /** Of a shard: images of other shards that were not there yet. */
  readonly awaited?: number | undefined;
  /** Signatures, attestations and the like that were found and are not at the destination. */
  readonly unsigned?: number | undefined;
}

/** A catalog image that was made, so that nobody makes it again of the same. */
export interface MadeBefore {
  readonly destination: string;
  readonly digest: string;
  /** Equal where the same is made of the same. */
  readonly made: string;
  readonly stranded: readonly DroppedBundle[];
}

/** Bundles that are named one by one for each catalog. */
export const mostDropped = 500;

const text = z.string().max(10_000);
const count = z.int().nonnegative();
const digest = z.string().refine(isDigest);
const failure = z.object({
  code: text,
  message: text,
  side: z.enum(['source', 'destination']).optional(),
  nextStep: text.optional(),
});
const dropped = z.array(z.object({ package: text, name: text, missing: z.array(text) }));
const end = {
  time: text,
  counts: z.object({ copied: count, skipped: count, failed: count, stopped: count }).optional(),
  bytes: count.optional(),
  manifests: text.optional(),
  sets: z.array(text).optional(),
  offers: z.array(text).optional(),
  awaited: count.optional(),
  unsigned: count.optional(),
};
const entrySchema: z.ZodType<JournalEntry> = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('start'),
    time: text,
    process: z.int(),
    command: text,
    asked: text,
    arguments: z.array(text).max(1000).optional(),
    folder: text.optional(),
  }),
  z.object({
    event: z.literal('planned'),
    images: count,
    name: text.optional(),
    destination: text.optional(),
  }),
  z.object({ event: z.literal('image'), destination: text, digest }),
  z.object({ event: z.literal('signatures'), destination: text, digest, found: count }),
  z.object({
    event: z.literal('catalog'),
    destination: text,
    digest,
    made: text,
    stranded: dropped,
  }),
  failure.extend({ event: z.literal('failed'), source: text, destination: text }),
  z.object({
    event: z.literal('offered'),
    image: text,
    destination: text,
    digest: digest.optional(),
    error: failure.optional(),
    droppedBundles: count,
    dropped: dropped.max(mostDropped),
  }),
  z.object({ event: z.literal('stopped'), ...end }),
  z.object({ event: z.literal('end'), ...end, complete: z.boolean() }),
]);

/** What a journal tells the next run. */
export interface JournalFacts {
  /** The digests that destinations were seen to have, by reference, the last one said. */
  readonly proven: ReadonlyMap<string, string>;
  /** What destinations failed with that have not been proven since, by reference, the last one said. */
  readonly failed: ReadonlyMap<string, FailedCopy>;
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

/** What a line of a journal says; undefined for one that is none, such as the last one of a run that was killed. Never throws. */
export function journalEntry(line: string): JournalEntry | undefined {
  const read = entrySchema.safeParse(parsedJson(line));
  return read.success ? read.data : undefined;
}

/** Reads a journal. Lines that are none, such as the last one of a run that was killed, say nothing. Never throws. */
export function readJournal(journal: string): JournalFacts {
  const proven = new Map<string, string>();
  const failed = new Map<string, FailedCopy>();
  const signatures = new Map<string, { readonly digest: string; readonly found: number }>();
  const made = new Map<string, MadeBefore>();
  let last: LastRun | undefined;
  for (const line of journal.split('\n')) {
    const entry = journalEntry(line);
    if (entry === undefined) continue;
    switch (entry.event) {
      case 'start':
        last = { ...entry, isPlanned: false, hasEnded: false };
        break;
      case 'planned':
        if (last !== undefined) last = { ...last, isPlanned: true };
        break;
      case 'image':
        proven.set(entry.destination, entry.digest);
        failed.delete(entry.destination);
        break;
      case 'signatures':
        signatures.set(entry.destination, entry);
        break;
      case 'catalog':
        made.set(entry.destination, entry);
        break;
      case 'failed':
        proven.delete(entry.destination);
        failed.set(entry.destination, entry);
        break;
      case 'end':
        if (last !== undefined) last = { ...last, hasEnded: true };
        break;
      case 'offered':
      case 'stopped':
        break;
    }
  }
  return { proven, failed, signatures, made, last };
}

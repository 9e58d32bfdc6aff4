import { type JournalEntry, journalLine } from '../../server/src/runs/journal.ts';
import { JournalReader, type RunRecord } from '../../server/src/runs/journalReader.ts';
import type { SeenRun } from '../../server/src/runs/seenRun.ts';

export const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A run of an ImageSetConfiguration that began at this time. */
export const startOf = (time: string, process = 7): JournalEntry => ({
  event: 'start',
  time,
  process,
  command: 'mirror',
  asked: 'x',
  arguments: ['-c', 'imageset.yaml', 'docker://mirror.example.com:8443/olm'],
  folder: '/w',
});

export const plannedFor = (images: number, destination: string): JournalEntry => ({
  event: 'planned',
  images,
  name: 'imageset',
  destination,
});

export const broughtTo = (destination: string): JournalEntry => ({
  event: 'image',
  destination,
  digest: digestOf('a'),
});

/** The image failed since the source does not have it. */
export const failedAs = (name: string): JournalEntry => ({
  event: 'failed',
  source: `quay.io/o/${name}:v1`,
  destination: `mirror.example.com:8443/olm/o-${name}:v1`,
  code: 'missing',
  message: `quay.io/o/${name}:v1 is not there`,
  side: 'source',
  nextStep: 'ask who maintains it',
});

export const journalOf = (entries: readonly JournalEntry[]) => entries.map(journalLine).join('');

export function recordOf(entries: readonly JournalEntry[]): RunRecord {
  const reader = new JournalReader();
  reader.take(new TextEncoder().encode(journalOf(entries)));
  if (reader.record === undefined) throw new Error('there is no run in it');
  return reader.record;
}

/** A run that has left these lines in `/w`. */
export function seenOf(entries: readonly JournalEntry[], more: Partial<SeenRun> = {}): SeenRun {
  const record = recordOf(entries);
  return {
    folder: '/w/mirror-runs/imageset-0123abcd',
    record,
    progress: undefined,
    isAlive: false,
    isFolderHere: true,
    areManifestsHere: record.end?.manifests !== undefined,
    ...more,
  };
}

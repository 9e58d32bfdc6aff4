import { bytes as readableBytes } from '../base/markdown.ts';
import { shortPath } from '../base/paths.ts';
import { t } from '../base/sentences.ts';
import { inRow } from '../base/words.ts';
import { parsePlace } from '../documents/mirrorPlace.ts';
import type { RunRecord } from '../runs/journalReader.ts';
import type { ImageCounts } from '../runs/outcomes.ts';
import type { RunProgress } from '../runs/runProgress.ts';
import { reachedBy, type SeenRun, stateOf } from '../runs/seenRun.ts';

/** The clock of whoever reads it. */
export interface Clock {
  readonly now: Date;
  /** Of the IANA; that of the machine, where it is undefined. */
  readonly timeZone?: string | undefined;
}

/** What is mirrored and where to, in short: `imageset → mirror.example.com:8443`. */
export function runLabel(name: string, destination: string): string {
  const place = parsePlace(destination);
  if (destination === '' || !place.ok) return name;
  const { place: to } = place;
  const short = to.kind === 'registry' ? to.host : to.kind === 'layout' ? shortPath(to.folder) : to.path;
  return t('{0} → {1}', name, short);
}

/** How far a run is, or what came of it, in a line. */
export function runWords(seen: SeenRun, clock: Clock): string {
  const { record, progress } = seen;
  const { done, total } = reachedBy(seen);
  switch (stateOf(seen)) {
    case 'running':
      return inRow([doneWords(done, total), ...(progress === undefined ? [] : paceWords(progress))]);
    case 'stopped':
      return total === 0
        ? t('stopped before it copied anything; run it again')
        : t('stopped ({0}); run it again to go on', doneWords(done, total));
    case 'done': {
      const words = total === 1 ? t('the one image is there') : t('all {0} images are there', total);
      return `${words} · ${timeWords(record.end?.time ?? record.time, clock)}`;
    }
    case 'incomplete':
      return `${missingWords(record, total)} · ${timeWords(record.end?.time ?? record.time, clock)}`;
  }
}

function doneWords(done: number, total: number): string {
  return total === 1 ? t('{0} of 1 image', done) : t('{0} of {1} images', done, total);
}

function paceWords({ bytes, rate, left }: RunProgress): string[] {
  return [
    ...(bytes > 0 ? [readableBytes(bytes)] : []),
    ...(rate > 0 ? [t('{0}/s', readableBytes(rate))] : []),
    ...(left === undefined ? [] : [leftWords(left)]),
  ];
}

function leftWords(seconds: number): string {
  if (seconds < 60) return t('less than a minute left');
  const minutes = Math.round(seconds / 60);
  if (minutes === 1) return t('about 1 minute left');
  if (minutes < 60) return t('about {0} minutes left', minutes);
  const hours = Math.round(minutes / 60);
  return hours === 1 ? t('about 1 hour left') : t('about {0} hours left', hours);
}

function missingWords({ failed, end, catalogs }: RunRecord, total: number): string {
  const awaited = end?.awaited ?? 0;
  if (failed > 0) return total === 1 ? t('its image failed') : t('{0} of {1} images failed', failed, total);
  if (awaited > 0)
    return awaited === 1
      ? t('waits for 1 image of another shard')
      : t('waits for {0} images of other shards', awaited);
  const dropped = catalogs.reduce((sum, { droppedBundles }) => sum + droppedBundles, 0);
  if (dropped > 0) return dropped === 1 ? t('1 bundle left out') : t('{0} bundles left out', dropped);
  if (catalogs.some(({ error }) => error !== undefined)) return t('not all catalogs were written');
  const unsigned = end?.unsigned ?? 0;
  if (unsigned > 0)
    return unsigned === 1
      ? t('1 signature could not be brought')
      : t('{0} signatures could not be brought', unsigned);
  return t('something is missing');
}

/** What came of the images: `58 copied, 1 already there, 1 failed`. */
export function countWords({ copied, skipped, failed, stopped }: ImageCounts): string {
  return inRow([
    t('{0} copied', copied),
    ...(skipped > 0 ? [t('{0} already there', skipped)] : []),
    ...(failed > 0 ? [t('{0} failed', failed)] : []),
    ...(stopped > 0 ? [t('{0} not reached', stopped)] : []),
  ]);
}

/** A time today by the clock, `14:03`, and any other with its day, `2026-11-29 14:03`. */
export function timeWords(time: string, { now, timeZone }: Clock): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  // Swedish writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const [day, hour] = format.format(at).split(' ');
  return format.format(now).startsWith(`${day} `) ? (hour ?? '') : `${day} ${hour}`;
}

/** How long it took, in the largest units. */
export function spanWords(from: string, to: string): string {
  const seconds = Math.max(Math.round((Date.parse(to) - Date.parse(from)) / 1000), 0);
  if (seconds < 60) return t('{0} s', seconds);
  if (seconds < 3600) return t('{0} min', Math.round(seconds / 60));
  return t('{0} h {1} min', Math.floor(seconds / 3600), Math.round((seconds % 3600) / 60));
}

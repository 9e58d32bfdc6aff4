import { t } from '../../base/sentences.ts';
import type { MirrorRun } from '../../mirror/run/runMirror.ts';
import { formatShard, type Shard } from '../../mirror/run/shard.ts';
import { failureLine } from './failureLine.ts';

/**
 * What a shard says that did not end the whole: what is not there yet, and who goes on.
 * @param isOwnDone true where all images of the shard itself are there
 */
export function shardLines(
  shard: Shard,
  { awaited, error }: NonNullable<MirrorRun['others']>,
  isOwnDone: boolean,
): string[] {
  const name = formatShard(shard);
  const lines: string[] = [];
  if (error !== undefined) {
    const words = failureLine(error);
    lines.push(t('shard {0}: what other shards brought cannot be seen, so run this again: {1}', name, words));
  } else if (awaited === 1) {
    lines.push(
      t(
        'shard {0}: 1 image of other shards is not there yet; the shard that ends last writes the catalog',
        name,
      ),
    );
  } else if (awaited > 1) {
    lines.push(
      t(
        'shard {0}: {1} images of other shards are not there yet; the shard that ends last writes the catalog',
        name,
        awaited,
      ),
    );
  }
  if (!isOwnDone) {
    lines.push(
      t(
        'shard {0}: without all of its images no shard writes the catalog; run this again or, where they cannot be had, once without --shard',
        name,
      ),
    );
  }
  return lines;
}

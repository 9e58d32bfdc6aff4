import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf, UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { putFile } from '../../disk/putFile.ts';
import { type ManifestOptions, type Manifests, manifestsOf } from '../../mirror/manifests/manifestFiles.ts';
import type { MirrorResult } from '../../mirror/run/mirrorResult.ts';

/** The folder of a run's files, and what is in it. */
export interface WrittenManifests {
  readonly folder: string;
  readonly manifests: Manifests;
}

/**
 * Writes what a finished run proved into a new folder, `manifests-NAME-TIME` with the time in seconds.
 * @throws UserError `unwritable`
 */
export async function writeManifests(
  folder: string,
  result: MirrorResult,
  options: ManifestOptions,
): Promise<WrittenManifests> {
  const manifests = manifestsOf(result, options);
  try {
    const made = await newFolder(folder, result.plan.name, Math.floor(Date.parse(result.finished) / 1000));
    for (const { name, text } of manifests.files) await putFile(join(made, name), text);
    return { folder: made, manifests };
  } catch (error) {
    throw new UserError(
      'unwritable',
      t('no manifests can be written in {0}: {1}', folder, messageOf(error)),
      {
        nextStep: t('free some space or change its permissions, then run the same command again'),
        cause: error,
      },
    );
  }
}

/** Runs that end in the same second have folders of their own. */
async function newFolder(folder: string, name: string, seconds: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let time = seconds; ; time++) {
    const path = join(folder, `manifests-${name.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}-${time}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf, UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { putFile } from '../../disk/putFile.ts';
import { manifestFiles } from '../../mirror/manifests/manifestFiles.ts';
import type { MirrorResult } from '../../mirror/run/mirrorResult.ts';

/**
 * Writes what a finished run proved into a new folder, `manifests-NAME-TIME` with the time in seconds, and gives its path.
 * @throws UserError `unwritable`
 */
export async function writeManifests(folder: string, result: MirrorResult): Promise<string> {
  try {
    const made = await newFolder(folder, result.plan.name, Math.floor(Date.parse(result.finished) / 1000));
    for (const { name, text } of manifestFiles(result)) await putFile(join(made, name), text);
    return made;
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

import { codeOf, messageOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { DiskError } from '../disk/diskError.ts';

/** Something in a file store is not what `oc` or we wrote. The message names the file. */
export function damaged(message: string, cause?: unknown): UserError {
  return new UserError('damaged', message, {
    nextStep: t('copy it again from where the folder came from, or mirror the image again'),
    cause,
  });
}

/** For `catch`: who is to write what is there anew need not know that it is damaged. */
export function undefinedWhenDamaged(error: unknown): undefined {
  if (error instanceof UserError && error.code === 'damaged') return undefined;
  throw error;
}

/** A link that would make us read or write somewhere else. */
export function outside(path: string): UserError {
  return new UserError(
    'damaged',
    t('{0} is a link that leads out of the store, so it is not followed', path),
    {
      nextStep: t('put the files themselves there'),
    },
  );
}

/** True for a file that is not there, and for one in a folder that is a file. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

/** Runs something that reads a file, with errors that a person can act on. */
export async function reading<Result>(path: string, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof UserError || error instanceof DiskError || codeOf(error) === '') throw error;
    throw new UserError('unreadable', t('{0} could not be read: {1}', path, reasonOf(error)), {
      nextStep: t('check its permissions and the disk'),
      cause: error,
    });
  }
}

/** Runs something that writes a file, with errors that a person can act on. */
export async function writing<Result>(path: string, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof UserError || codeOf(error) === '') throw error;
    const full = ['ENOSPC', 'EDQUOT'].includes(codeOf(error));
    throw new UserError(
      full ? 'diskFull' : 'unwritable',
      t('{0} could not be written: {1}', path, reasonOf(error)),
      {
        nextStep: full
          ? t('free some space and run this again: what is there already is kept')
          : t('check the permissions of the folder and run this again'),
        cause: error,
      },
    );
  }
}

/** Node's text ends with the call and the path, which stand in the message already. */
function reasonOf(error: unknown): string {
  return messageOf(error)
    .replace(/^[A-Z]+: /, '')
    .replace(/, \w+(?: '.*)?$/s, '');
}

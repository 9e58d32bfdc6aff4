import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { sentence, t } from '../base/sentences.ts';

/** What reaches a cluster, the first that is there. Both have the verbs that are used here. */
const programs = ['oc', 'kubectl'];

/** What to do where none is there. */
export const howToName = sentence(
  'install oc or kubectl, or name it with --oc (in VS Code: operatorMirror.cluster.command)',
);

/**
 * The program that reaches the cluster: the one that somebody named, else `oc`, else `kubectl`, whichever is in `PATH`.
 * @throws UserError `noOc` where neither is
 */
export async function findOc(
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (named !== undefined && named !== '') return named;
  const folders = (environment.PATH ?? environment.Path ?? '').split(delimiter).filter(Boolean);
  for (const program of programs) {
    for (const folder of folders) if (await isProgram(join(folder, program))) return program;
  }
  throw new UserError('noOc', t('there is neither oc nor kubectl on this machine'), {
    nextStep: t(howToName),
  });
}

async function isProgram(path: string): Promise<boolean> {
  for (const ending of process.platform === 'win32' ? ['.exe', '.cmd'] : ['']) {
    const found = await access(`${path}${ending}`, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

import { codeOf, UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { createFile } from '../../disk/createFile.ts';
import { readBytes, writeText } from '../../files/textFile.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { planText, readPlan } from '../../mirror/plan/planFile.ts';

/**
 * Keeps a plan in a file: a new one, or in place of an earlier plan, and of nothing else.
 * @throws UserError `unwritable`, `notAPlan`, and as `readBytes` and `writeText`
 */
export async function writePlan(path: string, plan: MirrorPlan): Promise<void> {
  const text = planText(plan);
  try {
    await createFile(path, Buffer.from(text), 0o644);
    return;
  } catch (error) {
    if (codeOf(error) !== 'changed') {
      throw new UserError('unwritable', t('{0} cannot be written: {1}', path, codeOf(error)), {
        nextStep: t('check the path'),
      });
    }
  }
  const read = await readBytes(path);
  if (!readPlan(read.toString('utf8')).ok) {
    throw new UserError('notAPlan', t('{0} is there and is no plan', path), {
      nextStep: t('name another file, or remove it'),
    });
  }
  await writeText(path, { read, text });
}

import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { readIfThere } from '../files/textFile.ts';
import { readResult, reportName } from '../mirror/manifests/resultFile.ts';
import { keptResult } from '../mirror/run/keptResult.ts';
import type { MirrorResult } from '../mirror/run/mirrorResult.ts';
import { readRun } from '../mirror/run/runState.ts';

/** What a run has left. */
export interface Outcome {
  readonly result: MirrorResult;
  /** The text of its report; undefined for one that is read from its journal. */
  readonly report: string | undefined;
}

/**
 * What a run has left in a folder, whether it ended or not.
 * @throws UserError `notAReport`; as `readIfThere` and `readRun`
 */
export async function readOutcome(directory: string): Promise<Outcome> {
  const path = join(directory, reportName);
  const bytes = await readIfThere(path);
  if (bytes !== undefined) {
    const report = bytes.toString('utf8');
    const read = readResult(report);
    if (read.ok) return { result: read.result, report };
    throw new UserError('notAReport', t('{0} cannot be used: {1}', path, read.problem), {
      nextStep: t('name the folder manifests-NAME-TIME that a mirror run has written'),
    });
  }
  const { plan, result, ...facts } = await readRun(directory);
  if (result !== undefined && facts.last?.hasEnded === true) return { result, report: undefined };
  if (plan !== undefined) return { result: keptResult(plan, facts), report: undefined };
  throw new UserError('notAReport', t('{0} has no report.json of a mirror run', directory), {
    nextStep: t('name the folder manifests-NAME-TIME that a mirror run has written'),
  });
}

import { type Sentence, sentence, t } from '../base/sentences.ts';

/**
 * Why no registry may be contacted.
 * - `setting`: `operatorMirror.network` is `off`
 * - `option`: `--offline`, or a command that asks only when told to
 * - `untrusted`: the workspace is not trusted
 */
export type OfflineReason = 'setting' | 'option' | 'untrusted';

const words: Readonly<Record<OfflineReason, Sentence>> = {
  setting: sentence('the network is off (operatorMirror.network), and nothing is remembered of {0}'),
  option: sentence('registries are not asked (--offline), and nothing is remembered of {0}'),
  untrusted: sentence(
    'the workspace is not trusted, so no registry is asked, and nothing is remembered of {0}',
  ),
};

/** The reason in words for a person, for a question that nothing is remembered of. */
export function offlineText(reason: OfflineReason, name: string): string {
  return t(words[reason], name);
}

/**
 * Why no registry may be contacted.
 * - `setting`: `operatorMirror.network` is `off`
 * - `option`: `--offline`, or a command that asks only when told to
 * - `untrusted`: the workspace is not trusted
 */
export type OfflineReason = 'setting' | 'option' | 'untrusted';

const words: Readonly<Record<OfflineReason, string>> = {
  setting: 'the network is off (operatorMirror.network)',
  option: 'registries are not asked (--offline)',
  untrusted: 'the workspace is not trusted, so no registry is asked',
};

/** The reason in words for a person, for a question that nothing is remembered of. */
export function offlineText(reason: OfflineReason, name: string): string {
  return `${words[reason]}, and nothing is remembered of ${name}`;
}

/**
 * The names that `oc` and oc-mirror give to their files, and people to theirs. A workspace that has one of them is
 * checked before anybody opens a file; the manifest's `activationEvents` say the same.
 */
export const runFileNames = [
  'mapping.txt',
  '*-mapping.txt',
  'imageContentSourcePolicy*.yaml',
  'imageDigestMirrorSet*.yaml',
  'imageTagMirrorSet*.yaml',
  'idms*.yaml',
  'itms*.yaml',
];

/** All of them, for VS Code, which finds no braces in braces. */
export const runFiles = `**/{${runFileNames.join(',')}}`;

/** What a mirror run of ours keeps of itself. */
export const runJournals = '**/mirror-runs/*/journal.jsonl';

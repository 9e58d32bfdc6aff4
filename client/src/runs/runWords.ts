import * as vscode from 'vscode';
import type { RunEnd } from './runProgress.ts';

/** What a run did that ended well. */
export function doneWords(name: string, end: RunEnd | undefined): string {
  if (end === undefined) return vscode.l10n.t('{0}: every image is at its destination.', name);
  const { copied, skipped } = end;
  if (skipped === 0)
    return copied === 1
      ? vscode.l10n.t('{0}: 1 image copied.', name)
      : vscode.l10n.t('{0}: {1} images copied.', name, copied);
  if (copied === 1)
    return skipped === 1
      ? vscode.l10n.t('{0}: 1 image copied, 1 was there already.', name)
      : vscode.l10n.t('{0}: 1 image copied, {1} were there already.', name, skipped);
  return skipped === 1
    ? vscode.l10n.t('{0}: {1} images copied, 1 was there already.', name, copied)
    : vscode.l10n.t('{0}: {1} images copied, {2} were there already.', name, copied, skipped);
}

/** What a run left undone; `cause` says so where no image is counted. */
export function failedWords(name: string, end: RunEnd | undefined, cause: string): string {
  if (end === undefined || end.failed === 0) return cause;
  const all = end.copied + end.skipped + end.failed;
  return all === 1
    ? vscode.l10n.t('{0}: its image could not be copied.', name)
    : vscode.l10n.t('{0}: {1} of {2} images could not be copied.', name, end.failed, all);
}

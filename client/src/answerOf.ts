import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import { languageVariable } from '../../server/src/protocol/names.ts';

/**
 * What a command of the command line prints. It is a process of its own, because the language server starts no programs.
 * @param given what stands behind `operator-mirror`
 * @returns undefined when the user cancels
 * @throws Error in the words of the command, where it prints no answer
 */
export function answerOf(
  cli: string,
  given: readonly string[],
  token: vscode.CancellationToken,
): Promise<string | undefined> {
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  const options = {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', [languageVariable]: vscode.env.language },
    signal: stop.signal,
    maxBuffer: longestAnswer,
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [cli, ...given], options, (error, stdout, stderr) => {
      if (token.isCancellationRequested) resolve(undefined);
      // What it prints is the answer also where the exit code says that not all is well.
      else if (stdout !== '') resolve(stdout);
      else
        reject(new Error(stderr.trim() || (error?.message ?? vscode.l10n.t('The cluster gave no answer.'))));
    });
  });
}

/** Bytes; a status with thousands of packages and pods has fewer. */
const longestAnswer = 64 * 1024 * 1024;

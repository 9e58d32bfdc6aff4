import { execFile } from 'node:child_process';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { toolLocale } from '../base/toolLocale.ts';
import { howToName } from './findOc.ts';
import { kindOf, saidIn } from './ocAnswer.ts';

/** How a cluster is reached: with `oc` or `kubectl`, which have their own idea of where the cluster is and who asks. */
export interface Oc {
  /** The program; a name is looked for in `PATH`. */
  readonly command: string;
  /** The context of its kubeconfig; undefined for the one that is current at each call. */
  readonly context?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Milliseconds that a cluster may take for one answer. */
const patience = 30_000;
/** Bytes of the longest answer: etcd holds no larger object, and a list has few of them. */
const longestAnswer = 64 * 1024 * 1024;

/**
 * Runs `oc` once and gives what it prints. The arguments go to the program as they are, through no shell.
 * @param input what it reads from standard input; undefined for nothing
 * @throws UserError `noOc` where there is no such program; what the API server answers as `forbidden`, `refused`, `conflict` or
 * `notFound`; `cluster` for everything else that `oc` says; and the signal's reason
 */
export function runOc(oc: Oc, args: readonly string[], input?: string): Promise<string> {
  const { command, context, environment, signal } = oc;
  const options = {
    env: { ...environment, ...toolLocale } as NodeJS.ProcessEnv,
    timeout: patience,
    maxBuffer: longestAnswer,
    signal,
  };
  const all = context === undefined ? args : ['--context', context, ...args];
  return new Promise((resolve, reject) => {
    const child = execFile(command, all, { ...options, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(signal.aborted ? signal.reason : reasonOf(error, command, stderr));
    });
    // A program that ends before it has read everything says itself what is wrong.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

type Failure = Error & { readonly code?: string | number | null; readonly killed?: boolean };

function reasonOf(error: Failure, command: string, stderr: string): UserError {
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    const message =
      error.code === 'ENOENT'
        ? t('the program {0} is not there', command)
        : t('the program {0} may not be run', command);
    return new UserError('noOc', message, { nextStep: t(howToName), cause: error });
  }
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new UserError('cluster', t('{0} answers with more than anybody has mirror sets', command));
  const answer = error.killed === true ? undefined : saidIn(stderr);
  const message =
    error.killed === true
      ? t('the cluster does not answer within {0} s', patience / 1000)
      : (answer ?? error.message);
  const { code, nextStep } = kindOf(answer ?? '');
  return new UserError(code, `${command}: ${message.trim()}`, { nextStep, cause: error });
}

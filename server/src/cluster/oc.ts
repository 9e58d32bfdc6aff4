import { execFile } from 'node:child_process';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';

/** How a cluster is reached: with `oc`, which has its own idea of where the cluster is and who asks. */
export interface Oc {
  /** The program; a name is looked for in `PATH`. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Milliseconds that a cluster may take for one answer. */
const patience = 30_000;
/** Bytes of the longest answer: etcd holds no larger object, and a list has few of them. */
const longestAnswer = 64 * 1024 * 1024;

/**
 * Runs `oc` once and gives what it prints. The arguments go to the program as they are, through no shell.
 * @throws UserError `noOc` where there is no such program, `cluster` with the first line that `oc` says, and the
 * signal's reason
 */
export function runOc({ command, environment, signal }: Oc, args: readonly string[]): Promise<string> {
  const options = {
    env: environment as NodeJS.ProcessEnv,
    timeout: patience,
    maxBuffer: longestAnswer,
    signal,
  };
  return new Promise((resolve, reject) => {
    execFile(command, args, { ...options, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(signal.aborted ? signal.reason : reasonOf(error, command, stderr));
    });
  });
}

type Failure = Error & { readonly code?: string | number | null; readonly killed?: boolean };

function reasonOf(error: Failure, command: string, stderr: string): UserError {
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    const message =
      error.code === 'ENOENT'
        ? t('the program {0} is not there', command)
        : t('the program {0} may not be run', command);
    return new UserError('noOc', message, {
      nextStep: t('install oc, or name it with --oc (in VS Code: operatorMirror.cluster.command)'),
      cause: error,
    });
  }
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new UserError('cluster', t('{0} answers with more than anybody has mirror sets', command));
  const said = stderr.split('\n').find((line) => line.trim() !== '');
  const message =
    error.killed === true
      ? t('the cluster does not answer within {0} s', patience / 1000)
      : (said ?? error.message);
  return new UserError('cluster', `${command}: ${message.trim()}`, {
    nextStep: t('see whether `oc whoami` answers, and log in with `oc login` if not'),
    cause: error,
  });
}

import { spawn } from 'node:child_process';
import { parse } from 'node:path';
import * as z from 'zod';
import { UserError } from '../base/errors.ts';
import { parsedJson } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import type { Credential, HelperQuestion } from './authFile.ts';
import { byHost } from './byHost.ts';
import type { RegistryOptions } from './options.ts';

/** Milliseconds for one answer; some programs ask a person to unlock something. */
const usualPatience = 30_000;
/** Bytes of an answer: far more than any credential has. */
const largestAnswer = 65_536;
/** Milliseconds for which an answer holds, so that a busy run does not start a program for every request. */
const freshFor = 120_000;

/** What a program says when it holds no credential for a registry. */
const notFound = 'credentials not found in native keychain';
/** The user name that marks an identity token. */
const tokenUser = '<token>';

const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/**
 * Asks the programs that keep credentials: `docker-credential-NAME get`, the registry on standard input, the
 * credential on standard output. A program is started without a shell, and only where that is allowed.
 * https://github.com/docker/docker-credential-helpers#development
 */
export class CredentialHelpers {
  readonly #options: Pick<RegistryOptions, 'allowHelpers' | 'environment'>;
  readonly #now: () => number;
  readonly #patience: number;
  readonly #answers = byHost<{ at: number; answer: Promise<Credential | undefined> }>();

  /** @param patience milliseconds for one answer */
  constructor(
    options: Pick<RegistryOptions, 'allowHelpers' | 'environment'>,
    now: () => number,
    patience = usualPatience,
  ) {
    this.#options = options;
    this.#now = now;
    this.#patience = patience;
  }

  /**
   * The credential that a program holds; undefined when it holds none.
   * @throws UserError `credentialHelper`, or `noCredentialHelper` when the program is not installed
   */
  get(question: HelperQuestion): Promise<Credential | undefined> {
    const key = `${question.helper} ${question.server}`;
    const known = this.#answers.get(key);
    if (known !== undefined && this.#now() - known.at < freshFor) return known.answer;
    const answer = this.#ask(question);
    this.#answers.set(key, { at: this.#now(), answer });
    answer.catch(() => {});
    return answer;
  }

  /** Forgets all answers. */
  refresh(): void {
    this.#answers.clear();
  }

  async #ask({ helper, server }: HelperQuestion): Promise<Credential | undefined> {
    // Anything else in a name would lead to another folder.
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(helper)) {
      throw new UserError('credentialHelper', t('the auth file names a credential helper that is none'), {
        nextStep: t('correct credHelpers or credsStore in the file'),
      });
    }
    const program = `docker-credential-${helper}`;
    if (this.#options.allowHelpers !== true) {
      throw new UserError(
        'credentialHelper',
        t('{0} keeps the credential for {1} and may not run', program, server),
        {
          nextStep: t('trust the workspace, so that programs may be started'),
        },
      );
    }
    const { code, output } = await run(program, server, this.#options.environment, this.#patience);
    if (code !== 0) {
      if (output.trim().startsWith(notFound)) return undefined;
      const message = t(
        '{0}, which keeps the credential for {1}, fails with exit code {2}',
        program,
        server,
        String(code),
      );
      throw failed(program, server, message);
    }
    const parsed = answerSchema.safeParse(parsedJson(output));
    if (!parsed.success) {
      const message = t(
        '{0}, which keeps the credential for {1}, gives no credential in JSON',
        program,
        server,
      );
      throw failed(program, server, message);
    }
    const { Username: username, Secret: secret } = parsed.data;
    if (username === '' && secret === '') return undefined;
    return username === tokenUser
      ? { kind: 'identityToken', token: secret }
      : { kind: 'password', username, password: secret };
  }
}

function run(
  program: string,
  server: string,
  { home, env }: RegistryOptions['environment'],
  patience: number,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], {
      // The folder of a workspace is no place to look for programs, and a home need not exist.
      cwd: parse(home).root || undefined,
      env: { ...env, ELECTRON_RUN_AS_NODE: undefined },
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const giveUp = (error: UserError) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.stdout.destroy();
      reject(error);
    };
    const timer = setTimeout(() => {
      const message = t(
        '{0}, which keeps the credential for {1}, does not answer within {2} s',
        program,
        server,
        patience / 1000,
      );
      giveUp(failed(program, server, message));
    }, patience);
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= largestAnswer) return;
      const message = t(
        '{0}, which keeps the credential for {1}, answers with more than any credential has',
        program,
        server,
      );
      giveUp(failed(program, server, message));
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      giveUp(
        error.code === 'ENOENT'
          ? new UserError(
              'noCredentialHelper',
              t('{0}, which keeps the credential for {1}, is not installed', program, server),
              {
                nextStep: t('install it, or run `operator-mirror login {0}` with another --authfile', server),
              },
            )
          : failed(
              program,
              server,
              t(
                '{0}, which keeps the credential for {1}, cannot be started ({2})',
                program,
                server,
                String(error.code),
              ),
            ),
      );
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output: Buffer.concat(chunks).toString('utf8') });
    });
    // A program that does not read what it is asked ends with its own error.
    child.stdin.on('error', () => {});
    child.stdin.end(server);
  });
}

/** What the program said is not part of it: that may be the secret. */
function failed(program: string, server: string, message: string): UserError {
  return new UserError('credentialHelper', message, {
    nextStep: t('run `echo {0} | {1} get` to see what is wrong', server, program),
  });
}

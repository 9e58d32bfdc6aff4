import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { UserError } from '../base/errors.ts';
import { jsonIn } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import { type Answer, headerOf } from './answer.ts';
import type { Secrets } from './redact.ts';
import { retryAfter } from './retry.ts';

/** Bytes of an error's body that are read. */
export const longestErrorBody = 65_536;

/** What was wanted, for the words of an error. */
export interface Purpose {
  /** `HOST[:PORT]` as the user wrote it. */
  readonly host: string;
  /** What it was about, `HOST/NAMESPACE/NAME` and more. */
  readonly place: string;
  readonly action: 'pull' | 'push';
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
const errorBody = z.object({
  errors: z.array(z.object({ code: z.string().catch(''), message: z.string().catch('') })).min(1),
});

/**
 * The error for an answer that is not the one that was wanted. What the registry says is part of the message,
 * without secrets. Codes: `unauthorized`, `denied`, `missing`, `blobUnknown` (a manifest names content that the
 * registry does not have), `rateLimited`, `unavailable`, `refused`.
 */
export function registryError(answer: Answer, purpose: Purpose, secrets: Secrets): UserError {
  const { host, place } = purpose;
  const { code, text } = explanation(answer, secrets);
  const { status } = answer;

  if (status === 401) return unauthorized(purpose, answer.hadCredential, text);
  if (status === 403) {
    return purpose.action === 'pull'
      ? new UserError('denied', withWords(t('{0} does not let this account pull {1}', host, place), text), {
          nextStep: t(
            'run `operator-mirror login {0}` with an account that may, or ask for the right to pull',
            host,
          ),
        })
      : new UserError('denied', withWords(t('{0} does not let this account push {1}', host, place), text), {
          nextStep: t(
            'run `operator-mirror login {0}` with an account that may, or ask for the right to push',
            host,
          ),
        });
  }
  if (code === 'MANIFEST_BLOB_UNKNOWN') {
    return new UserError(
      'blobUnknown',
      withWords(t('{0} does not have all that {1} is made of', host, place), text),
      {
        nextStep: t('copy the image again'),
      },
    );
  }
  if (status === 404) {
    return new UserError('missing', withWords(t('{0} does not have {1}', host, place), text), {
      nextStep: t('check the name, the tag and the digest'),
    });
  }
  if (status === 429) {
    const wait = retryAfter(headerOf(answer.headers, 'retry-after'), Date.now());
    const seconds = wait === undefined ? undefined : Math.ceil(wait / 1000);
    return new UserError('rateLimited', withWords(t('{0} got too many requests ({1})', host, place), text), {
      nextStep: afterManyRequests(seconds, answer.hadCredential ? undefined : host),
    });
  }
  const name = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const answers = withWords(t('{0} answers {1} for {2}', host, name, place), text);
  if (status >= 500) {
    return new UserError('unavailable', answers, {
      nextStep: t('try again later, and look into the log of the registry'),
    });
  }
  return new UserError('refused', answers, {
    nextStep: adviceFor(status, host),
  });
}

/** The error for a repository that wants another credential than the one we have, if any. */
export function unauthorized({ host, place }: Purpose, hadCredential: boolean, text = ''): UserError {
  return hadCredential
    ? new UserError(
        'unauthorized',
        withWords(t('{0} does not accept the credential for {1}', host, place), text),
        {
          nextStep: t('run `operator-mirror login {0}` again, or check that the repository exists', host),
        },
      )
    : new UserError('unauthorized', withWords(t('{0} wants a credential for {1}', host, place), text), {
        nextStep: t('run `operator-mirror login {0}`, or check that the repository exists', host),
      });
}

/** A message, and after it the registry's own words, if it said any. */
function withWords(message: string, text: string): string {
  return text === '' ? message : `${message}: ${text}`;
}

/** @param loginTo the host, where a login would give a higher limit */
function afterManyRequests(seconds: number | undefined, loginTo: string | undefined): string {
  if (loginTo === undefined) {
    return seconds === undefined ? t('try again later') : t('try again in {0} s', seconds);
  }
  return seconds === undefined
    ? t('try again later, or run `operator-mirror login {0}` for a higher limit', loginTo)
    : t('try again in {0} s, or run `operator-mirror login {1}` for a higher limit', seconds, loginTo);
}

function adviceFor(status: number, host: string): string {
  if (status === 413) {
    return t(
      'raise the limit for uploads of {0} or of the proxy before it (nginx: client_max_body_size)',
      host,
    );
  }
  if (status === 405)
    return t('{0} does not take this from clients: it may be a read-only or a caching registry', host);
  if (status >= 300 && status < 400)
    return t('check the host name: {0} sends requests to another place', host);
  return t('check that {0} is a registry, and its log', host);
}

/** The code that a registry gives to what is wrong; undefined when the body is no distribution error. */
export function errorCode(answer: Answer): string | undefined {
  return firstError(answer)?.code;
}

function firstError(answer: Answer): { readonly code: string; readonly message: string } | undefined {
  const parsed = errorBody.safeParse(jsonIn(answer.body.subarray(0, longestErrorBody)));
  return parsed.success ? parsed.data.errors[0] : undefined;
}

/** The registry's own words: `CODE message`, or nothing when the body is no distribution error. */
function explanation(answer: Answer, secrets: Secrets): { code: string; text: string } {
  const first = firstError(answer);
  if (first === undefined) return { code: '', text: '' };
  return { code: first.code, text: secrets.clean(`${first.code} ${first.message}`) };
}

import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { UserError } from '../base/errors.ts';
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
  const says = text === '' ? '' : `: ${text}`;
  const { status } = answer;

  if (status === 401) return unauthorized(purpose, answer.hadCredential, text);
  if (status === 403) {
    return new UserError('denied', `${host} does not let this account ${purpose.action} ${place}${says}`, {
      nextStep: `run \`operator-mirror login ${host}\` with an account that may, or ask for the right to ${purpose.action}`,
    });
  }
  if (code === 'MANIFEST_BLOB_UNKNOWN') {
    return new UserError('blobUnknown', `${host} does not have all that ${place} is made of${says}`, {
      nextStep: 'copy the image again',
    });
  }
  if (status === 404) {
    return new UserError('missing', `${host} does not have ${place}${says}`, {
      nextStep: 'check the name, the tag and the digest',
    });
  }
  if (status === 429) {
    const wait = retryAfter(headerOf(answer.headers, 'retry-after'), Date.now());
    const when = wait === undefined ? 'later' : `in ${Math.ceil(wait / 1000)} s`;
    const login = answer.hadCredential ? '' : `, or run \`operator-mirror login ${host}\` for a higher limit`;
    return new UserError('rateLimited', `${host} got too many requests (${place})${says}`, {
      nextStep: `try again ${when}${login}`,
    });
  }
  const name = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  if (status >= 500) {
    return new UserError('unavailable', `${host} answers ${name} for ${place}${says}`, {
      nextStep: 'try again later, and look into the log of the registry',
    });
  }
  return new UserError('refused', `${host} answers ${name} for ${place}${says}`, {
    nextStep: adviceFor(status, host),
  });
}

/** The error for a repository that wants another credential than the one we have, if any. */
export function unauthorized({ host, place }: Purpose, hadCredential: boolean, text = ''): UserError {
  const says = text === '' ? '' : `: ${text}`;
  return hadCredential
    ? new UserError('unauthorized', `${host} does not accept the credential for ${place}${says}`, {
        nextStep: `run \`operator-mirror login ${host}\` again, or check that the repository exists`,
      })
    : new UserError('unauthorized', `${host} wants a credential for ${place}${says}`, {
        nextStep: `run \`operator-mirror login ${host}\`, or check that the repository exists`,
      });
}

function adviceFor(status: number, host: string): string {
  if (status === 413) {
    return `raise the limit for uploads of ${host} or of the proxy before it (nginx: client_max_body_size)`;
  }
  if (status === 405)
    return `${host} does not take this from clients: it may be a read-only or a caching registry`;
  if (status >= 300 && status < 400) return `check the host name: ${host} sends requests to another place`;
  return `check that ${host} is a registry, and its log`;
}

/** The registry's own words: `CODE message`, or nothing when the body is no distribution error. */
function explanation(answer: Answer, secrets: Secrets): { code: string; text: string } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(answer.body.subarray(0, longestErrorBody)));
  } catch {
    return { code: '', text: '' };
  }
  const parsed = errorBody.safeParse(value);
  const first = parsed.success ? parsed.data.errors[0] : undefined;
  if (first === undefined) return { code: '', text: '' };
  return { code: first.code, text: secrets.clean(`${first.code} ${first.message}`) };
}

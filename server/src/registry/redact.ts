import { oneLine } from '../base/words.ts';

/** Longest text of a registry that is passed on to a person, in UTF-16 code units. */
const longestText = 300;

/**
 * Remembers secrets and takes them out of text that comes from outside, so that a registry which repeats what
 * it was sent cannot bring a password into an error or a log.
 */
export class Secrets {
  readonly #known = new Set<string>();

  /** Remembers a secret. Only the latest thousand are kept, since tokens come and go for as long as we run. */
  add(secret: string): void {
    if (secret === '') return;
    this.#known.delete(secret);
    this.#known.add(secret);
    if (this.#known.size > 1000) {
      for (const oldest of this.#known) {
        this.#known.delete(oldest);
        break;
      }
    }
  }

  /** Text from outside as it may be shown: no secrets, nothing that steers a terminal, one line, not long. */
  clean(text: string): string {
    let shown = text;
    for (const secret of this.#known) shown = shown.replaceAll(secret, '***');
    shown = oneLine(shown);
    return shown.length > longestText ? `${shown.slice(0, longestText)}…` : shown;
  }
}

/** A URL as it may be shown: without user, password, query and fragment, all of which may hold secrets. */
export function redactUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

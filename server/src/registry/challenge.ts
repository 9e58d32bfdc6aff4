/** One challenge of a `WWW-Authenticate` header. https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate */
export interface Challenge {
  /** Lower case, `basic` or `bearer`. */
  readonly scheme: string;
  /** By lower-case name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Longest header that is read; anything beyond is no challenge of a registry. */
const longestHeader = 16_384;

/**
 * All challenges of one or several headers, in order. Never throws: what cannot be read is passed over.
 * Takes time linear in the length of the header.
 */
export function parseChallenges(header: string | readonly string[] | undefined): Challenge[] {
  if (header === undefined) return [];
  const text = typeof header === 'string' ? header : header.join(', ');
  return new ChallengeReader(text.slice(0, longestHeader)).read();
}

/**
 * True where a token was refused for being expired, revoked or signed with a key of the past: then another one may be right.
 * https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export function hasEndedToken(challenges: readonly Challenge[]): boolean {
  return challenges.some(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters.get('error') === 'invalid_token',
  );
}

/** A character of an RFC 9110 token. */
const tokenCharacter = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/;

class ChallengeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Challenge[] {
    const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
    while (this.#at < this.#text.length) {
      this.#skip(' \t,');
      const name = this.#token();
      if (name === '') {
        this.#at++;
        continue;
      }
      const end = this.#at;
      this.#skip(' \t');
      // `name =` is a parameter of the challenge before it; a name alone starts a new challenge.
      const current = challenges.at(-1);
      if (this.#text[this.#at] === '=' && current !== undefined) {
        this.#at++;
        this.#skip(' \t');
        const value = this.#value();
        const key = name.toLowerCase();
        if (!current.parameters.has(key)) current.parameters.set(key, value);
      } else if (this.#at > end || this.#atEnd()) {
        challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
      }
    }
    return challenges;
  }

  #atEnd(): boolean {
    return this.#at >= this.#text.length || this.#text[this.#at] === ',';
  }

  #skip(characters: string): void {
    while (this.#at < this.#text.length && characters.includes(this.#text.charAt(this.#at))) this.#at++;
  }

  #token(): string {
    const start = this.#at;
    while (tokenCharacter.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** A quoted string, or everything up to the next space or comma: some registries forget the quotes. */
  #value(): string {
    if (this.#text[this.#at] !== '"') {
      const start = this.#at;
      while (this.#at < this.#text.length && !' \t,'.includes(this.#text.charAt(this.#at))) this.#at++;
      return this.#text.slice(start, this.#at);
    }
    this.#at++;
    let value = '';
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      if (this.#text[this.#at] === '\\') this.#at++;
      value += this.#text.charAt(this.#at);
      this.#at++;
    }
    this.#at++;
    return value;
  }
}

/**
 * Every sentence that a person reads, said through one function, so that it can be said in another language. A sentence is
 * one whole message: nothing is glued together from parts, because other languages put the parts in another order, and one
 * thing and several things are two messages.
 *
 * The form is that of `@vscode/l10n`: the English message is its own key, `{0}` stands for the first place and `{name}` for a
 * place with a name. https://github.com/microsoft/vscode-l10n
 */

import { fnv1a } from './fnv1a.ts';
import type { Language } from './languages.ts';

/** A message in English that nobody has said yet: an entry of a table that is made before the language is known. */
export type Sentence = string & { readonly [unsaid]: true };
declare const unsaid: unique symbol;

/** What stands in the places of a message. */
export type Place = string | number;

/** Messages in one other language. What it lacks is said in English. */
export interface Translation {
  /** Undefined for what stands in no file, as in tests. */
  readonly language?: Language;
  get(message: string): string | undefined;
  /** What `PackedTranslation` is made of, for another thread of this process. */
  readonly packed?: PackedMessages;
}

/** Messages in another language, by `messageKey` of the English ones. These are in the program already: without them it takes half the room. */
export type PackedMessages = Readonly<Record<string, string>>;

let translation: Translation = new Map();

/** Messages in parts, by the language's own text: texts at even places, names of places at odd ones. Made with the first use. */
const templates = new Map<string, readonly string[]>();

/**
 * Says a message in the language of the person.
 * @param message in English, whole; `{0}` is the first of `places`, `{name}` the one of that name. A place that is not given
 *   is left as it stands, and braces that hold anything else are text.
 */
export function t(message: string, ...places: readonly Place[]): string;
export function t(message: string, places: Readonly<Record<string, Place | undefined>>): string;
export function t(
  message: string,
  ...given: readonly Place[] | [Readonly<Record<string, Place | undefined>>]
): string {
  const [first] = given;
  const places = typeof first === 'object' ? first : (given as readonly Place[]);
  const said = translation.get(message) ?? message;
  if (given.length === 0) return said;
  let parts = templates.get(said);
  if (parts === undefined) {
    parts = said.split(/\{(\w+)\}/);
    templates.set(said, parts);
  }
  let text = parts[0] ?? '';
  for (let at = 1; at < parts.length; at += 2) {
    const name = parts[at] ?? '';
    const place = Object.hasOwn(places, name) ? places[name as keyof typeof places] : undefined;
    text += `${place === undefined ? `{${name}}` : String(place)}${parts[at + 1]}`;
  }
  return text;
}

/** Marks a message of a table for translators. Whoever shows it gives it to `t`. */
export function sentence(message: string): Sentence {
  return message as Sentence;
}

/**
 * A message with its places that is said later, by whoever shows it: for what is kept, or comes from another thread, where nobody
 * knows the language of the reader. Plain data, as JSON has it.
 */
export interface KeptMessage {
  /** In English, whole, as `t` takes it. */
  readonly message: Sentence;
  readonly places: readonly Place[];
}

/** A message to be said later. */
export function later(message: string, ...places: readonly Place[]): KeptMessage {
  return { message: sentence(message), places };
}

/** Says a message that was kept. */
export function said({ message, places }: KeptMessage): string {
  return t(message, ...places);
}

/** What `speak` was told. */
export function spoken(): Translation {
  return translation;
}

/** Sets the language of this thread, once, before anything is said. */
export function speak(language: Translation): void {
  translation = language;
}

/** The translation that the build packs. */
export class PackedTranslation implements Translation {
  readonly language: Language;
  readonly packed: PackedMessages;
  /** What was looked up, by the English message: each is hashed once. */
  readonly #known = new Map<string, string | undefined>();

  constructor(language: Language, packed: PackedMessages) {
    this.language = language;
    this.packed = packed;
  }

  get(message: string): string | undefined {
    if (this.#known.has(message)) return this.#known.get(message);
    const key = messageKey(message);
    const said = Object.hasOwn(this.packed, key) ? this.packed[key] : undefined;
    this.#known.set(message, said);
    return said;
  }
}

/** Under what a message is found in a packed translation. */
export function messageKey(message: string): string {
  return fnv1a(message).toString(36);
}

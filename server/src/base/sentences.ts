/**
 * Every sentence that a person reads, said through one function, so that it can be said in another language. A sentence is
 * one whole message: nothing is glued together from parts, because other languages put the parts in another order, and one
 * thing and several things are two messages.
 *
 * The form is that of `@vscode/l10n`: the English message is its own key, `{0}` stands for the first place and `{name}` for a
 * place with a name. https://github.com/microsoft/vscode-l10n
 */

/** A message in English that nobody has said yet: an entry of a table that is made before the language is known. */
export type Sentence = string & { readonly [unsaid]: true };
declare const unsaid: unique symbol;

/** What stands in the places of a message. */
export type Place = string | number;

/** By message, in one other language. What is missing is said in English. */
let translations: ReadonlyMap<string, string> = new Map();

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
  const said = translations.get(message) ?? message;
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

/** What `speak` was told, for another thread of this process. */
export function spoken(): ReadonlyMap<string, string> {
  return translations;
}

/** Sets the language of this thread, once, before anything is said. */
export function speak(messages: ReadonlyMap<string, string>): void {
  translations = messages;
}

import { t } from '../base/sentences.ts';

/** More of a value helps nobody, and a line may have megabytes. */
const longestValue = 600;

/** Words for a sentence: without their own full stop, and not without end. */
export function shortened(words: string): string {
  const whole = words.length > longestValue ? `${words.slice(0, longestValue)}…` : words;
  return whole.replace(/[.\s]{1,20}$/, '');
}

/**
 * Says a message of a table with its values in, none of them longer than a person reads; a sentence that then begins with
 * `the` begins with `The`.
 */
export function fill(message: string, values: Readonly<Record<string, string | undefined>>): string {
  const names = [...message.matchAll(/\{([a-z]+)\}/g)].map(([, name = '']) => name);
  const text = t(message, Object.fromEntries(names.map((name) => [name, shortened(values[name] ?? '')])));
  return text.startsWith('the ') ? `T${text.slice(1)}` : text;
}

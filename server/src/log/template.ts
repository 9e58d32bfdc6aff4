/** More of a value helps nobody, and a line may have megabytes. */
const longestValue = 600;

/** Words for a sentence: without their own full stop, and not without end. */
export function shortened(words: string): string {
  const whole = words.length > longestValue ? `${words.slice(0, longestValue)}…` : words;
  return whole.replace(/[.\s]{1,20}$/, '');
}

/**
 * A template with its values in, none of them longer than a person reads; a sentence that then begins with `the` begins
 * with `The`.
 */
export function fill(template: string, values: Readonly<Record<string, string | undefined>>): string {
  const text = template.replace(/\{([a-z]+)\}/g, (_, name: string) => shortened(values[name] ?? ''));
  return text.startsWith('the ') ? `T${text.slice(1)}` : text;
}

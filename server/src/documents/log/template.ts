/** A template with its values in; a sentence that then begins with `the` begins with `The`. */
export function fill(template: string, values: Readonly<Record<string, string | undefined>>): string {
  const text = template.replace(/\{([a-z]+)\}/g, (_, name: string) => values[name] ?? '');
  return text.startsWith('the ') ? `T${text.slice(1)}` : text;
}

/** Reading what a document says, whatever it says. */

/** An object of JSON or YAML. */
export type Fields = { readonly [name: string]: unknown };

/** The fields of a value; undefined for what has none. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** A field of its own, never one that every object has. */
export function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The text of a value; empty for what has none. A number or a boolean where YAML was not quoted is what it looks like. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** JSON inside of a string; undefined for what is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the values of a property may add up to: more is no property, but a document that names itself again and again. */
const mostValues = 20_000;

/**
 * A value as JSON; undefined for what has none or is too large. YAML can say very much in a few lines, and go round in circles.
 * @param indent blanks for each level; without, all of it is one line
 */
export function jsonOf(value: unknown, most = mostValues, indent = 0): string | undefined {
  let left = most;
  const waiting = [value];
  for (let next = waiting.pop(); next !== undefined || waiting.length > 0; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const items = Object.values(next);
    left -= items.length + 1;
    if (left < 0) return undefined;
    waiting.push(...items);
  }
  try {
    return JSON.stringify(value, undefined, indent);
  } catch {
    return undefined;
  }
}

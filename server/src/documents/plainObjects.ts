import { parseAllDocuments } from 'yaml';
import { t } from '../base/sentences.ts';
import { splitLines } from './lines.ts';
import { hasTemplate } from './template.ts';

/** An object of JSON, as an API server takes it. */
export type PlainObject = Readonly<Record<string, unknown>>;

/** The objects of a text, or why it cannot be given to anybody. */
export type PlainObjects =
  | { readonly ok: true; readonly objects: readonly PlainObject[] }
  | { readonly ok: false; readonly problem: string /** One-based. */; readonly line: number };

/**
 * What a file with YAML or JSON says, as plain data and without places in the text: to be sent, not to be judged. The items of a `List`
 * stand for themselves. Never throws.
 */
export function plainObjects(text: string): PlainObjects {
  const template = splitLines(text).findIndex(hasTemplate);
  if (template !== -1)
    return { ok: false, problem: t('it is a template that nobody has filled in'), line: template + 1 };
  const objects: PlainObject[] = [];
  for (const document of parseAllDocuments(text, { merge: true })) {
    const [error] = document.errors;
    if (error !== undefined) {
      const line = error.linePos?.[0].line ?? 1;
      return { ok: false, problem: error.message.split('\n', 1)[0] ?? '', line };
    }
    const value = dataOf(document);
    if (value === undefined)
      return { ok: false, problem: t('aliases in it stand for more than anybody can send'), line: 1 };
    objects.push(...itemsOf(value));
  }
  return { ok: true, objects };
}

/** Null for an empty document; undefined for one whose aliases would fill the memory. */
function dataOf(document: ReturnType<typeof parseAllDocuments>[number]): unknown {
  try {
    return (document as { toJS(options: object): unknown }).toJS({ maxAliasCount: 100 }) ?? null;
  } catch {
    return undefined;
  }
}

function itemsOf(value: unknown): PlainObject[] {
  if (!isPlainObject(value)) return [];
  const { kind, items } = value;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [value];
  return items.filter(isPlainObject);
}

/** True for an object of JSON, and not for a list. */
export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

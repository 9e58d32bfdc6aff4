/** HTML whose every part is either written here or escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Part[] | undefined;

/** Puts values into HTML: text is escaped, HTML is not, lists are joined, and undefined is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => text + textOf(parts[index])).join(''));
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escaped(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that would turn the order of what stands round them, or that nobody sees, are shown by their number. */
const unseen = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function escaped(text: string): string {
  return visible(text.replace(/[&<>"']/g, (character) => entities[character] ?? character));
}

/** The text with such characters by their numbers; ends of lines and tabs stay. */
export function visible(text: string): string {
  return text.replace(unseen, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** A reference, a path or a source, which may be broken behind its parts; within them only where a part is too long. */
export function breakable(text: string): Html {
  const parts = text.split(/(?<=[/@])/);
  return html`${parts.map((part, index) => (index === 0 ? html`${part}` : html`<wbr>${part}`))}`;
}

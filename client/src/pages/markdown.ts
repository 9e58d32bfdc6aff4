import MarkdownIt from 'markdown-it';
import { Html, html, visible } from './html.ts';

/** A web page that a page names. Only the extension opens it, by its number in `PageLinks`. */
export class PageLinks {
  readonly #urls: string[] = [];

  /** All of them, by their numbers. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** The number of a link; undefined for what a page does not open: everything but `https:` to a host. */
  add(url: string): number | undefined {
    const parsed = httpsUrl(url);
    if (parsed === undefined) return undefined;
    const known = this.#urls.indexOf(parsed);
    return known < 0 ? this.#urls.push(parsed) - 1 : known;
  }
}

function httpsUrl(text: string): string | undefined {
  if (text.length > 2000 || !/^https:\/\//i.test(text)) return undefined;
  try {
    const { href, username, password } = new URL(text);
    // A name before the host is there to be taken for the host.
    return username === '' && password === '' ? href : undefined;
  } catch {
    return undefined;
  }
}

/** A link that the extension opens, or its words alone where it may not be opened. */
export function webLink(words: string, url: string, links: PageLinks): Html {
  const number = links.add(url);
  if (number === undefined) return html`${words}`;
  return html`<a href="#" data-action="open-link" data-argument="${number}" title="${url}">${words}</a>`;
}

/** Headings of a description begin below those of the page. */
const headingsBelow = 2;

/**
 * Markdown of strangers as HTML: their HTML is shown as text, their pictures are links, and links are opened by the extension.
 */
export function markdown(text: string, links: PageLinks): Html {
  const renderer = new MarkdownIt({ html: false, linkify: false, typographer: false, maxNesting: 20 });
  // What is no https: link is rendered as words below; the parser's own list of schemes decides nothing.
  renderer.validateLink = () => true;
  const { rules } = renderer.renderer;
  const open: boolean[] = [];
  rules.link_open = (tokens, index) => {
    const number = links.add(String(tokens[index]?.attrGet('href') ?? ''));
    open.push(number !== undefined);
    const url = number === undefined ? '' : (links.urls[number] ?? '');
    return number === undefined
      ? '<span>'
      : html`<a href="#" data-action="open-link" data-argument="${number}" title="${url}">`.text;
  };
  rules.link_close = () => (open.pop() === true ? '</a>' : '</span>');
  rules.image = (tokens, index) => {
    const token = tokens[index];
    const words = token?.content ?? '';
    // A picture inside of a link is its words.
    return open.length > 0
      ? html`${words}`.text
      : webLink(words || '🖼', String(token?.attrGet('src') ?? ''), links).text;
  };
  rules.fence = (tokens, index) =>
    html`<pre tabindex="0"><code>${tokens[index]?.content}</code></pre>\n`.text;
  // Alignment would be a style of the page's own, which its policy forbids.
  for (const cell of ['th', 'td']) rules[`${cell}_open`] = () => `<${cell} dir="auto">`;
  rules.heading_open = (tokens, index) => `<${headingTag(tokens[index]?.tag)} dir="auto">`;
  rules.heading_close = (tokens, index) => `</${headingTag(tokens[index]?.tag)}>\n`;
  rules.paragraph_open = (tokens, index) => (tokens[index]?.hidden === true ? '' : html`<p dir="auto">`.text);
  return new Html(renderer.render(visible(text)));
}

function headingTag(tag = 'h1'): string {
  return `h${Math.min(6, Number(tag.slice(1)) + headingsBelow)}`;
}

import type { NamedFile } from '../../../server/src/protocol/files.ts';
import { breakable, type Html, html } from './html.ts';

/** Puts a message into the reader's language, and values into its numbered places, as `vscode.l10n.t` does. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** What a page asks of the extension; the second is its `data-argument`. */
export type PageAction =
  | 'open-file'
  | 'save-manifest'
  | 'copy-manifest'
  | 'open-manifest'
  | 'copy-conf'
  | 'ask-places'
  | 'compare'
  | 'open-link'
  | 'show-version'
  | 'show-channel'
  | 'show-package'
  | 'pick-versions'
  | 'swap-catalogs'
  | 'open-operator';

/** What a webview gives a page: where its files are, and the scripts that may run. */
export interface PageFrame {
  readonly cspSource: string;
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  readonly nonce: string;
  readonly language: string;
  /** What the page is given again after the window was reloaded. */
  readonly state: unknown;
  /** The id of the element that gets the focus. */
  readonly focus?: string | undefined;
}

/** How good a news is: its colour and its sign, which a screen reader leaves away because the words say it. */
export type Tone = 'good' | 'neutral' | 'warning' | 'bad';

const signs: Readonly<Record<Tone, string>> = { good: '✓', neutral: 'i', warning: '!', bad: '✗' };

/** The answer above everything else. */
export function verdict(tone: Tone, words: Html): Html {
  return html`<h1 class="verdict ${tone}"><span class="sign" aria-hidden="true">${signs[tone]}</span><span>${words}</span></h1>`;
}

/**
 * A whole document. It loads files of the extension and nothing else, and runs scripts that are named by a nonce. Pictures are
 * within it, as data, and a picture runs nothing.
 */
export function pageDocument(frame: PageFrame, title: string, body: Html): string {
  const { cspSource, styles, scripts, nonce, language, state, focus = '' } = frame;
  const policy = `default-src 'none'; style-src ${cspSource}; img-src data:; script-src 'nonce-${nonce}'; form-action 'none'; base-uri 'none'`;
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${styles.map((style) => html`<link rel="stylesheet" href="${style}">\n`)}<title>${title}</title>
</head>
<body data-state="${JSON.stringify(state ?? null)}" data-focus="${focus}">
<main>
${body}
</main>
<p id="announcement" role="status" aria-live="polite"></p>
${scripts.map((script) => html`<script nonce="${nonce}" src="${script}"></script>\n`)}</body>
</html>
`.text;
}

/** A button that asks the extension for something. */
export function button(
  action: PageAction,
  label: string,
  { primary = false, argument }: { readonly primary?: boolean; readonly argument?: string } = {},
): Html {
  const kind = primary ? 'primary' : 'secondary';
  return html`<button type="button" class="${kind}" data-action="${action}"${
    argument === undefined ? '' : html` data-argument="${argument}"`
  }>${label}</button>`;
}

/** The place of a rule as a link to its file and line; plain text where the file cannot be opened. */
export function placeLink(files: readonly NamedFile[], path: string, line: number | undefined): Html {
  const label = line === undefined ? path : `${path}:${line}`;
  const index = files.findIndex((file) => file.path === path);
  if (index < 0) return html`<span class="path">${breakable(label)}</span>`;
  return html`<a href="#" class="path" data-action="open-file" data-argument="${index}:${line ?? 0}">${breakable(label)}</a>`;
}

/** A sentence in which every place in a known file is a link, and every image may be broken behind its parts. */
export function sentence(text: string, files: readonly NamedFile[]): Html {
  const named = files.filter(({ path }) => path !== '').sort((a, b) => b.path.length - a.path.length);
  const parts: Html[] = [];
  let rest = text;
  while (rest !== '') {
    const found = firstNamed(rest, named);
    if (found === undefined) break;
    parts.push(words(rest.slice(0, found.start)), placeLink(files, found.path, found.line));
    rest = rest.slice(found.end);
  }
  return html`${parts}${words(rest)}`;
}

interface FoundPlace {
  readonly path: string;
  readonly line: number | undefined;
  readonly start: number;
  readonly end: number;
}

function firstNamed(text: string, files: readonly NamedFile[]): FoundPlace | undefined {
  let first: FoundPlace | undefined;
  for (const { path } of files) {
    const start = indexOfPath(path, text);
    if (start < 0 || (first !== undefined && start >= first.start)) continue;
    const behind = start + path.length;
    const digits = /^:(\d{1,9})(?!\d)/.exec(text.slice(behind, behind + 11));
    first = {
      path,
      line: digits === null ? undefined : Number(digits[1]),
      start,
      end: behind + (digits?.[0].length ?? 0),
    };
  }
  return first;
}

/** Where a path stands as a whole word; −1 where it is nowhere or only the end or the beginning of another. */
function indexOfPath(path: string, text: string): number {
  for (let start = text.indexOf(path); start >= 0; start = text.indexOf(path, start + 1)) {
    const before = text.charAt(start - 1);
    const behind = text.charAt(start + path.length);
    if (!/[\w/.-]/.test(before) && !/[\w/-]/.test(behind)) return start;
  }
  return -1;
}

/** Words of a sentence; long ones may be broken behind their parts. */
function words(text: string): Html {
  return html`${text.split(/(\s+)/).map((word) => (/[/@]/.test(word) ? breakable(word) : html`${word}`))}`;
}

/** What of an answer names files in words. */
const wordKeys = new Set(['sentences', 'path', 'file', 'reason']);

/** The answer with paths as people know them in this window, in the files that it names and in its words. */
export function shortened<Answer extends { readonly files: readonly NamedFile[] }>(
  answer: Answer,
  short: (file: NamedFile) => string,
): Answer {
  const names = answer.files
    .map((file) => [file.path, short(file)] as const)
    .filter(([path, name]) => path !== name)
    .sort(([a], [b]) => b.length - a.length);
  return replaced(answer, names, '') as Answer;
}

function replaced(value: unknown, names: readonly (readonly [string, string])[], key: string): unknown {
  if (typeof value === 'string')
    return wordKeys.has(key)
      ? names.reduce((text, [path, name]) => text.replaceAll(path, name), value)
      : value;
  if (Array.isArray(value)) return value.map((one) => replaced(one, names, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replaced(one, names, name)]));
}

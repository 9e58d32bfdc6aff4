import type { Lines } from './lines.ts';
import { blockLine, commentStart } from './yamlLine.ts';

/**
 * Templates are no manifests yet: what Helm, Jinja, envsubst, `oc process`, kustomize, ytt, Terraform or a person will put
 * in is not known. They are masked before YAML is read, character by character, so that every place stays what it is.
 */

/** Stands for each character of a template in a masked text: nobody's language uses it, and to YAML it is a letter. */
export const maskCharacter = '\u{E000}';

/** A text in which templates are masked. */
export interface MaskedText {
  /** As long as the lines of the text. A line that holds templates and nothing else is blank. */
  readonly lines: Lines;
  readonly use: TemplateUse;
}

/** What is a template in a text. */
export interface TemplateUse {
  /** How many lines hold a template in a value that a cluster goes by. */
  readonly lines: number;
  /** How many lines hold one in a text for people or in an annotation: the manifest is one all the same. */
  readonly texts: number;
  /** True where lines are templates: they may put anything in their place, or take away what stands between them. */
  readonly blocks: boolean;
  /** True where a template reaches over the end of a line, so that no line can be read alone. */
  readonly open: boolean;
}

/** The text with its templates masked; undefined when there are none. Takes linear time. */
export function maskTemplates(lines: Lines): MaskedText | undefined {
  let masked: string[] | undefined;
  const use = { lines: 0, texts: 0, blocks: false, open: false };
  let closer: string | undefined;
  for (const [index, line] of lines.entries()) {
    if (closer === undefined && !mayHoldTemplate(line)) continue;
    const scan = scanLine(line, closer, (opener, closing) => closesBelow(lines, index, opener, closing));
    const wasOpen = closer !== undefined;
    if (scan.spans.length === 0 && !scan.isDirective) continue;
    use.open ||= scan.isHalf || scan.closer !== undefined;
    use.blocks ||= wasOpen;
    closer = scan.closer;
    const kind = lineKind(line, scan);
    use.blocks ||= kind === 'block';
    if (kind === 'value') use.lines++;
    if (kind === 'text') use.texts++;
    masked ??= [...lines];
    masked[index] = kind === 'block' ? ' '.repeat(line.length) : maskLine(line, scan.spans, wasOpen);
  }
  return masked === undefined ? undefined : { lines: masked, use };
}

/** What is a template after lines were exchanged for others, in a text without templates that reach beyond their line. */
export function changedUse(
  use: TemplateUse | undefined,
  removed: Lines,
  inserted: Lines,
): TemplateUse | undefined {
  const [before, after] = [maskTemplates(removed), maskTemplates(inserted)];
  if (before === undefined && after === undefined) return use;
  const lines = (use?.lines ?? 0) - (before?.use.lines ?? 0) + (after?.use.lines ?? 0);
  const texts = (use?.texts ?? 0) - (before?.use.texts ?? 0) + (after?.use.texts ?? 0);
  return lines === 0 && texts === 0 ? undefined : { lines, texts, blocks: false, open: false };
}

/** True for a line that is, or holds, a template: one that is whole in itself. */
export function hasTemplate(line: string): boolean {
  return mayHoldTemplate(line) && scanLine(line, undefined, () => false).spans.length > 0;
}

/** More of a template names it no better. */
const longestShown = 60;

/** The first template of a line as it is written, to name it by; undefined where there is none. */
export function firstTemplate(line: string): string | undefined {
  const [span] = mayHoldTemplate(line) ? scanLine(line, undefined, () => false).spans : [];
  if (span === undefined) return undefined;
  const text = line.slice(span.start, span.end).trim();
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

/** Cheap, and true for every line that a template begins in. */
function mayHoldTemplate(line: string): boolean {
  return suspects.test(line);
}

const suspects = /\{[{%#]|\$[\w{(]|%[{A-Z%]|<[A-Za-z%]|\u2039|@[A-Za-z_][\w.-]*@|__|#@/;

interface Span {
  readonly start: number;
  readonly end: number;
}

interface LineScan {
  readonly spans: readonly Span[];
  /** What ends the template that is open at the end of the line. */
  readonly closer: string | undefined;
  /** True when a template begins that is never closed: somebody is typing it. */
  readonly isHalf: boolean;
  /** True for a comment that is an instruction of ytt. */
  readonly isDirective: boolean;
}

/** Templates with brackets of their own; the first three may reach over several lines. */
const closers: ReadonlyMap<string, string> = new Map([
  ['{{', '}}'],
  ['{%', '%}'],
  ['{#', '#}'],
]);

/**
 * In this order: `{{`, `{%`, `{#`; `${{NAME}}`, `${NAME:-default}`; `$(NAME)`; `$name`; `%{ if x }`; `<%= x %>`;
 * `<placeholder>`; `‹placeholder›`; `@NAME@`; `%NAME%`; `__NAME__` where no path component can be.
 */
const token =
  /\{[{%#]|\$\{\{[^{}]*\}\}|\$\{(?:[^{}]|\{[^{}]*\})*\}|\$\([A-Za-z_][\w.-]*\)|\$[A-Za-z_]\w*|%\{[^{}]*\}|<%[^%]*%>|<[A-Za-z][^<>]{0,100}>|\u2039[^\u2039\u203A]{0,100}\u203A|@{1,2}[A-Za-z_][\w.-]*@{1,2}|(?<![A-Za-z0-9%])%{1,2}[A-Z][A-Z0-9_]{2,}%{1,2}(?![0-9A-F]{2})|(?<![\w.-])__[A-Za-z](?:[A-Za-z0-9-]|_(?!_))*__(?![a-z0-9])/g;

/** @param open what ends the template that the line begins in */
function scanLine(
  line: string,
  open: string | undefined,
  closesLater: (opener: string, closer: string) => boolean,
): LineScan {
  const found: Span[] = [];
  let at = 0;
  if (open !== undefined) {
    const close = line.indexOf(open);
    at = close === -1 ? line.length : close + open.length;
    found.push({ start: 0, end: at });
    if (close === -1) return { spans: found, closer: open, isHalf: false, isDirective: false };
  } else if (/^[ \t]*#/.test(line)) {
    return { spans: found, closer: undefined, isHalf: false, isDirective: /^[ \t]*#@/.test(line) };
  }
  /** Brackets that nobody closes, neither here nor below. */
  const half = new Set<string>();
  let later: string | undefined;
  const isHtml = line.includes('</');
  token.lastIndex = at;
  for (let match = token.exec(line); match !== null && later === undefined; match = token.exec(line)) {
    const [opener] = match;
    const start = match.index;
    // What is closed by a tag of its own is HTML, such as a description has.
    if (isHtml && /^<[A-Za-z]/.test(opener)) continue;
    const closer = closers.get(opener);
    let end = start + opener.length;
    if (closer !== undefined && !half.has(opener)) {
      const close = line.indexOf(closer, end);
      if (close !== -1) end = close + closer.length;
      else if (closesLater(opener, closer)) {
        end = line.length;
        later = closer;
      } else half.add(opener);
    }
    found.push({ start, end });
    token.lastIndex = end;
  }
  // What stands in a template is no YAML, so that no comment begins there.
  const comment = commentStart(maskSpans(line, found));
  const spans = found.filter(({ start }) => start < comment);
  if (line.startsWith('#@', comment)) spans.push({ start: comment, end: line.length });
  const closer = spans.length === found.length ? later : undefined;
  return { spans, closer, isHalf: half.size > 0, isDirective: false };
}

/** How many lines a template may have. */
const longestTemplate = 100;

/** True when a template that begins on a line ends further down, before another one begins. */
function closesBelow(lines: Lines, index: number, opener: string, closer: string): boolean {
  for (let at = index + 1; at < lines.length && at <= index + longestTemplate; at++) {
    const line = lines[at] ?? '';
    const close = line.indexOf(closer);
    const next = line.indexOf(opener);
    if (close !== -1) return next === -1 || close < next;
    if (next !== -1) return false;
  }
  return false;
}

/** What a template has on the lines after its first is blank: it may stand further left than YAML allows. */
function maskLine(line: string, spans: readonly Span[], wasOpen: boolean): string {
  const [first, ...others] = spans;
  if (!wasOpen || first === undefined) return maskSpans(line, spans);
  return ' '.repeat(first.end) + maskSpans(line, others).slice(first.end);
}

function maskSpans(line: string, spans: readonly Span[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of spans) {
    masked += line.slice(at, start) + maskCharacter.repeat(end - start);
    at = end;
  }
  return masked + line.slice(at);
}

/** Fields for people, and annotations: whatever stands there, the manifest is one. */
const textFields = new Set(['displayName', 'description', 'publisher']);

/** `block` for a line that is nothing but templates, `value` for one whose template is part of what a cluster reads. */
function lineKind(line: string, { spans, isDirective }: LineScan): 'block' | 'value' | 'text' {
  if (isDirective) return 'block';
  let rest = '';
  let at = 0;
  for (const { start, end } of spans) {
    rest += line.slice(at, start);
    at = end;
  }
  if (`${rest}${line.slice(at)}`.trim() === '') return 'block';
  const key = blockLine(line)?.key?.name ?? '';
  return textFields.has(key) || (key.includes('/') && !mayHoldTemplate(key)) ? 'text' : 'value';
}

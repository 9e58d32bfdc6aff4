import type { Lines } from '../documents/lines.ts';

/** One command's part of a log. A log that names no command is one run. */
export interface LogSection {
  /** As it was typed, continued lines joined; empty when the log does not say. */
  readonly command: string;
  /** The first line of its output; zero-based. */
  readonly start: number;
  /** One behind the last. */
  readonly end: number;
}

/** The tools whose lines are known, and everything else by the name of the program. */
export interface CommandTool {
  readonly tool: string;
  /** What `oc` was asked to do; decides what some of its lines mean. */
  readonly action: 'catalog-mirror' | 'image-mirror' | undefined;
}

const fence = /^\s{0,12}(`{3,}|~{3,})\s*(\S?)/;
/** What stands in front of a typed command. */
const prompts: readonly RegExp[] = [
  /^\$ (?=\S)/,
  /^\[[^\]]{1,200}\][#$%] (?=\S)/,
  /^[~\w./-]{0,200}\][#$%] (?=\S)/,
  /^[\w.-]{1,200}@[\w.-]{1,200}:[^\s#$]{0,400}[#$] (?=\S)/,
  /^(?:sh|bash)-[\d.]{1,10}[#$] (?=\S)/,
  /^PS [A-Z]:\\[^>]{0,400}> (?=\S)/,
  /^[A-Z]:\\[^>]{0,400}>(?=\S)/,
];
const knownCommand =
  /^(?:sudo |time |nohup )*(?:\S*\/)?(?:oc(?:\.exe)? (?:adm|image|mirror|get|describe|create|apply|replace|logs)\b|(?:oc-mirror|opm|podman|skopeo|operator-mirror)(?:\s|$))/;
/** `set -x`, and a root shell without a name. */
const barePrompt = /^(?:\+{1,4}|#|%|>) (?=\S)/;

/**
 * Splits a log at the commands that it shows. In notes with fenced blocks each block stands for itself, and the
 * text between is nobody's output.
 */
export function splitRuns(lines: Lines): LogSection[] {
  const fenced = lines.some((line) => fence.test(line));
  const sections = fenced ? fencedBlocks(lines) : [{ start: 0, end: lines.length }];
  return sections.flatMap(({ start, end }) => splitSection(lines, start, end));
}

function fencedBlocks(lines: Lines): { start: number; end: number }[] {
  const blocks: { start: number; end: number }[] = [];
  let opened: { mark: string; start: number } | undefined;
  for (const [number, line] of lines.entries()) {
    const [, mark, language] = fence.exec(line) ?? [];
    if (mark === undefined) continue;
    if (opened === undefined) {
      opened = { mark, start: number + 1 };
    } else if (mark.startsWith(opened.mark)) {
      blocks.push({ start: opened.start, end: number });
      // A fence that names a language opens a block, even if somebody forgot to close the one before.
      opened = language === '' ? undefined : { mark, start: number + 1 };
    }
  }
  if (opened !== undefined) blocks.push({ start: opened.start, end: lines.length });
  return blocks;
}

function splitSection(lines: Lines, start: number, end: number): LogSection[] {
  const found: LogSection[] = [];
  let current: { command: string; start: number } = { command: '', start };
  let blank = true;
  for (let number = start; number < end; number++) {
    const text = (lines[number] ?? '').trimStart();
    const command = commandOf(text, blank && current.command === '');
    if (command === undefined) {
      if (text.trim() !== '') blank = false;
      continue;
    }
    const last = continued(lines, number, end);
    found.push({ ...current, end: number });
    current = { command: joined(lines, command, number, last), start: last + 1 };
    number = last;
  }
  found.push({ ...current, end });
  return found.filter((section) => section.command !== '' || hasText(lines, section));
}

function hasText(lines: Lines, { start, end }: LogSection): boolean {
  for (let number = start; number < end; number++) if ((lines[number] ?? '').trim() !== '') return true;
  return false;
}

/** The command on a line with a prompt; without one only where a text or a block begins with it. */
function commandOf(text: string, first: boolean): string | undefined {
  for (const prompt of prompts) {
    const match = prompt.exec(text);
    if (match !== null) return text.slice(match[0].length).trimEnd();
  }
  const bare = barePrompt.exec(text);
  const rest = bare === null ? text : text.slice(bare[0].length);
  return (bare !== null || first) && knownCommand.test(rest) ? rest.trimEnd() : undefined;
}

/** The last line of a command that backslashes carry on. */
function continued(lines: Lines, from: number, end: number): number {
  let at = from;
  while (at + 1 < end && (lines[at] ?? '').trimEnd().endsWith('\\')) at++;
  return at;
}

function joined(lines: Lines, first: string, from: number, last: number): string {
  const parts = [first, ...lines.slice(from + 1, last + 1).map((line) => line.trim().replace(/^> ?/, ''))];
  return parts
    .map((part) => part.replace(/\\$/, '').trim())
    .join(' ')
    .trim();
}

/** Which tool a command starts. `oc mirror` is oc-mirror, which `oc` runs as a plugin. */
export function toolOf(command: string): CommandTool {
  const words = command.split(/\s+/).filter((word) => word !== '');
  while (words.length > 1 && /^(?:sudo|time|nohup|\w{1,100}=\S*)$/.test(words[0] ?? '')) words.shift();
  const program = (words[0] ?? '').replace(/^.*[\\/]/, '').replace(/\.exe$/, '');
  const [, second, third, fourth] = words;
  if (program === 'oc-mirror' || ((program === 'oc' || program === 'kubectl') && second === 'mirror')) {
    return { tool: 'oc-mirror', action: undefined };
  }
  if (program !== 'oc') return { tool: program, action: undefined };
  if (second === 'adm' && third === 'catalog' && fourth === 'mirror')
    return { tool: 'oc', action: 'catalog-mirror' };
  return { tool: 'oc', action: second === 'image' && third === 'mirror' ? 'image-mirror' : undefined };
}

/** The catalog that `oc adm catalog mirror SOURCE DESTINATION` names, as it is written there. */
export function catalogOf(command: string): string | undefined {
  const words = command.split(/\s+/);
  const at = words.indexOf('catalog');
  if (at === -1 || words[at + 1] !== 'mirror') return undefined;
  for (let number = at + 2; number < words.length; number++) {
    const word = words[number] ?? '';
    if (word === '-a' || word === '--registry-config') number++;
    else if (!word.startsWith('-') && /[:/]/.test(word)) return word.replace(/^["']|["']$/g, '');
  }
  return undefined;
}

/** The file that `oc image mirror -f FILE` reads, as it is written there; undefined where the command names none. */
export function mappingOf(command: string): string | undefined {
  if (toolOf(command).action !== 'image-mirror') return undefined;
  const words = command.split(/\s+/);
  for (const [at, word] of words.entries()) {
    const [option = '', value] = word.split('=', 2);
    if (option === '-f' || option === '--filename') {
      return (value ?? words[at + 1])?.replace(/^["']|["']$/g, '').replace(/^(?:\.\/)+/, '');
    }
  }
  return undefined;
}

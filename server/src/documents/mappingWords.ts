import type { Span } from './imageReference.ts';

/** An argument of a line of mapping.txt, with its place in the line. */
export interface Word {
  readonly text: string;
  readonly start: number;
}

/** Blanks alone separate words; a tab is part of a word, and `oc` then refuses the word. */
export function splitWords(line: string): Word[] {
  // What `oc` writes: one pair, and nothing else.
  if (line !== '' && !/[\s#]/.test(line)) return [{ text: line, start: 0 }];
  const comment = line.indexOf('#');
  const content = comment === -1 ? line : line.slice(0, comment);
  const trimmed = content.trim();
  if (trimmed === '') return [];
  const words: Word[] = [];
  let start = content.length - content.trimStart().length;
  for (const text of trimmed.split(' ')) {
    if (text !== '') words.push({ text, start });
    start += text.length + 1;
  }
  return words;
}

/** Where the word is in its line. */
export function spanOf(word: Word): Span {
  return { start: word.start, end: word.start + word.text.length };
}

import { getHeapStatistics } from 'node:v8';
import type { ImageFacts } from '../workspace/facts.ts';

/** More than both sides of the longest mapping.txt that anybody has. */
const most = 100 * 1024 * 1024;
/** What a question and an answer take without the words in them: objects, and places in tables. */
const bare = 600;
/** What a word of a list takes beyond its characters. */
const perWord = 32;

/**
 * Bytes that the remembered answers of one kind may take: each edit in a name is another question, and a session is long. In
 * the heap of a small machine they may not take the place of what somebody works with.
 */
export function roomForAnswers(): number {
  return Math.min(most, getHeapStatistics().heap_size_limit / 16);
}

/** What an answer takes in memory, as good as one knows: `words` are the texts in it and in its question. */
export function sizeOfAnswer(words: Iterable<string>): number {
  let size = bare;
  for (const word of words) size += word.length + perWord;
  return size;
}

/** The texts in what is known of an image. */
export function wordsOfFacts({ digest, platforms, labels, blobs = [] }: ImageFacts): string[] {
  return [digest, ...platforms, ...Object.entries(labels).flat(), ...blobs.map(([blob]) => blob)];
}

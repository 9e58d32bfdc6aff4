import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';

/** A page of the documentation with a link to the same page in another language above it, as all pages have. */
export function withLink(language: 'English' | '简体中文', to: string, page: string): string {
  return `[${language}](${to})\n\n${page}`;
}

/** Holds a file to what the source makes of it. With UPDATE=1 the file is written instead of compared. */
export function expectFile(path: string, content: string): void {
  if (process.env.UPDATE === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  expect(
    existsSync(path) ? readFileSync(path, 'utf8') : '',
    `${path} is made from the source: run the tests with UPDATE=1`,
  ).toBe(content);
}

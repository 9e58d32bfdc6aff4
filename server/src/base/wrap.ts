/**
 * Breaks a sentence into lines at its blanks, for a page that does not wrap. Words that are longer than a
 * line, such as image references, stay whole.
 * @param width characters of a line, `indent` included
 */
export function wrap(text: string, indent: string, width: number): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const empty = line.trim() === '';
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = empty ? `${indent}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The first and the last line of each part, one-based. */
export type LineNumbers = readonly (readonly [first: number, last: number])[];

/** Reads `3,7-9`; undefined for anything else. */
export function parseLineNumbers(text: string): LineNumbers | undefined {
  const parts = text.split(',').map((part): readonly [number, number] | undefined => {
    const [, first = '', last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim()) ?? [];
    const range = [Number(first), Number(last)] as const;
    return first !== '' && range[0] > 0 && range[0] <= range[1] ? range : undefined;
  });
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** The lines with all others empty, so that each keeps its number. */
export function onlyLines(lines: readonly string[], wanted: LineNumbers): string[] {
  const isWanted = new Array<boolean>(lines.length).fill(false);
  for (const [first, last] of wanted) isWanted.fill(true, first - 1, last);
  return lines.map((line, at) => (isWanted[at] === true ? line : ''));
}

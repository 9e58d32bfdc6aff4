import { expect, it } from 'vitest';
import type { ExplainedLine } from '../../server/src/log/logDocument.ts';
import { parseLog } from '../../server/src/log/parseLog.ts';

/** A line with made-up names in the exact form of a tool: its code, its severity, and the image that it names. */
type LineCase = readonly [text: string, code: string, severity: ExplainedLine['severity'], image?: string];

/** A test for each line: it is found, and explained in sentences in which no place is left empty. */
export function itExplains(cases: readonly LineCase[]): void {
  it.each(cases.map(([text, code, severity, image]) => ({ text, code, severity, image })))(
    '$text',
    ({ text, code, severity, image }) => {
      const [line] = parseLog([text]).lines;
      expect({ ...line, cause: '', fix: '' }).toMatchObject({ line: 0, code, severity });
      expect(line?.image).toBe(image);
      expect(line?.cause).not.toMatch(/[{}`]|undefined|\.\.$/);
      expect(line?.fix).not.toMatch(/[{}`]|undefined|\.\.$/);
    },
  );
}

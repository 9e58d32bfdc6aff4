import type { Page } from 'playwright-core';

/**
 * Where a text of the active editor is on the screen, and nothing before it: the middle of its first few characters.
 * A line consists of one element per token, and a text may begin in one and end in another.
 * @throws where it is scrolled out of view, or something lies over it
 */
export async function placeOf(page: Page, text: string): Promise<{ x: number; y: number }> {
  const lines = page.locator('.editor-group-container.active .view-lines .view-line');
  for (const line of await lines.all()) {
    // A line that the editor takes away meanwhile is none of those in view.
    const place = await line.evaluate(placeInLine, text, { timeout: 2000 });
    if (place !== undefined) return place;
  }
  throw new Error(`Not in view: ${text}`);
}

/** The few parts of the DOM that are used; this project is compiled without its types. */
interface TextNode {
  readonly data: string;
}
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
interface Range {
  setStart(node: TextNode, offset: number): void;
  setEnd(node: TextNode, offset: number): void;
  getBoundingClientRect(): Box;
}
interface Line {
  readonly textContent: string;
  contains(other: unknown): boolean;
  readonly ownerDocument: {
    createRange(): Range;
    elementFromPoint(x: number, y: number): unknown;
    createTreeWalker(root: Line, what: number): { nextNode(): TextNode | null };
  };
}

/** Runs in the browser. */
function placeInLine(line: Line, text: string): { x: number; y: number } | undefined {
  // VS Code draws spaces as no-break spaces.
  const start = line.textContent.replaceAll('\u00a0', ' ').indexOf(text);
  if (start < 0) return undefined;
  const middle = start + Math.floor(Math.min(text.length, 8) / 2);
  const onlyText = 4;
  const walker = line.ownerDocument.createTreeWalker(line, onlyText);
  let passed = 0;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (middle < passed + node.data.length) {
      const range = line.ownerDocument.createRange();
      range.setStart(node, middle - passed);
      range.setEnd(node, middle - passed + 1);
      const box = range.getBoundingClientRect();
      const place = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
      // A line is drawn as long as it is, also where the editor or the window ends.
      return line.contains(line.ownerDocument.elementFromPoint(place.x, place.y)) ? place : undefined;
    }
    passed += node.data.length;
  }
  return undefined;
}

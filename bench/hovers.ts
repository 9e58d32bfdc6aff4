import { join } from 'node:path';
import { LspClient } from '../test/support/lspClient.ts';
import { type ManyImages, manyImages } from '../test/support/manyImages.ts';

const count = 200;
const latency = 20;
const uri = 'file:///bench/mapping.txt';

/** Milliseconds until hovers over 200 different images have shown all their digests. */
export interface HoverTimes {
  /** All of them asked for at the same time, and again as long as an answer is not there yet. */
  readonly atOnce: number;
  /** One after the other, as somebody reads a file. */
  readonly inTurn: number;
  /** By a fresh process that may contact nobody. */
  readonly remembered: number;
}

/** Measures hovers over stdio against a registry whose every answer takes 20 ms. Its facts are kept in `folder`. */
export async function measureHovers(folder: string): Promise<HoverTimes> {
  const many = await manyImages(count, latency);
  try {
    const storagePath = join(folder, 'remembered');
    const atOnce = await measure(many, { storagePath }, hoverAtOnce);
    const remembered = await measure(many, { storagePath, network: 'off' }, hoverAtOnce);
    const inTurn = await measure(many, { storagePath: join(folder, 'fresh') }, hoverInTurn);
    return { atOnce, inTurn, remembered };
  } finally {
    await many.registry.stop();
  }
}

async function measure(
  { images, mapping }: ManyImages,
  initializationOptions: Record<string, unknown>,
  hoverAll: (isAnswered: (line: number) => Promise<boolean>) => Promise<void>,
): Promise<number> {
  const client = await LspClient.start({ initializationOptions });
  await client.open(uri, 'oc-mapping', mapping);
  const before = performance.now();
  await hoverAll(async (line) => {
    const hover = await client.hover(uri, line, 5);
    return JSON.stringify(hover).includes(images[line]?.manifest.digest ?? '');
  });
  const time = performance.now() - before;
  await client.stop();
  return time;
}

async function hoverAtOnce(isAnswered: (line: number) => Promise<boolean>): Promise<void> {
  let lines = Array.from({ length: count }, (_, line) => line);
  while (lines.length > 0) {
    const answered = await Promise.all(lines.map(isAnswered));
    lines = lines.filter((_, index) => !answered[index]);
  }
}

async function hoverInTurn(isAnswered: (line: number) => Promise<boolean>): Promise<void> {
  for (let line = 0; line < count; line++) while (!(await isAnswered(line)));
}

import * as z from 'zod';
import { parsedJson } from '../base/json.ts';
import type { ImageFacts } from '../workspace/facts.ts';

const shape = z.object({
  digest: z.string(),
  mediaType: z.string(),
  artifactType: z.string().optional(),
  size: z.number(),
  blobs: z.array(z.tuple([z.string(), z.number()])).optional(),
  platforms: z.array(z.string()),
  created: z.string().optional(),
  labels: z.record(z.string(), z.string()),
});

/** Facts of an image as the database keeps them. */
export function writeFacts(facts: ImageFacts): string {
  return JSON.stringify(facts);
}

/** Facts from the database; undefined when another version of us wrote them in another shape. */
export function readFacts(text: string): ImageFacts | undefined {
  const parsed = shape.safeParse(parsedJson(text));
  return parsed.success ? { ...parsed.data, created: parsed.data.created } : undefined;
}

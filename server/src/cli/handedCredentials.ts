import * as z from 'zod';
import type { EditorCredential } from '../protocol.ts';

const shape = z.array(z.object({ registry: z.string(), username: z.string(), password: z.string() }));

/** What an editor handed over; anything that is not its list counts for nothing. */
export function handedCredentials(text: string): EditorCredential[] {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

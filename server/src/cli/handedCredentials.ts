import * as z from 'zod';
import { t } from '../base/sentences.ts';
import type { EditorCredential } from '../protocol/logins.ts';

const shape = z.array(z.object({ registry: z.string(), username: z.string(), password: z.string() }));

/** What an editor handed over. Anything that is not its list counts for nothing, and `say` hears of it. */
export function handedCredentials(text: string, say: (line: string) => void): EditorCredential[] {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    // Not a word of what it is: it may hold passwords.
    say(t('the logins that the editor handed over cannot be read, so none of them is used'));
    return [];
  }
}

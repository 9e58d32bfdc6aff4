import type { EditorCredential } from '../../server/src/protocol/logins.ts';

/** What is in the secret storage: the logins that can be used, and whether there was anything else. */
export interface KeptLogins {
  readonly logins: readonly EditorCredential[];
  /** True where something is there that nobody has written like this: another version of us, or another program. */
  readonly isDamaged: boolean;
}

/** Reads what was kept. Any text may be there, and one bad login does not take the others along. */
export function readLogins(text: string | undefined): KeptLogins {
  if (text === undefined) return { logins: [], isDamaged: false };
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return { logins: [], isDamaged: true };
  }
  if (!Array.isArray(kept)) return { logins: [], isDamaged: true };
  const logins = kept
    .filter(isLogin)
    .map(({ registry, username, password }) => ({ registry, username, password }));
  return { logins, isDamaged: logins.length < kept.length };
}

function isLogin(value: unknown): value is EditorCredential {
  if (typeof value !== 'object' || value === null) return false;
  const { registry, username, password } = value as Partial<Record<keyof EditorCredential, unknown>>;
  const isText = (part: unknown) => typeof part === 'string' && part !== '';
  return isText(registry) && isText(username) && isText(password);
}

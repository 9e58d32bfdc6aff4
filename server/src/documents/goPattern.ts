/** Longer patterns are not looked at. */
const longest = 1_000;

/**
 * True for a text that Go surely refuses as a regular expression. JavaScript's own reading decides, where the two languages
 * agree; of what only one of them knows nothing is said. https://github.com/google/re2/wiki/Syntax
 */
export function brokenPattern(text: string): boolean {
  if (text.length > longest) return false;
  // Looking around and back takes more than linear time, which Go never does.
  const plain = text.replace(/\\./g, '');
  if (!plain.includes('[') && /\(\?<?[=!]/.test(plain)) return true;
  // Escapes, classes and groups that only one of the two has.
  if (/\\[QEAzpPCaG]|\[\[:|\[\^?\]|\(\?(?!:)/.test(text)) return false;
  try {
    new RegExp(text);
    return false;
  } catch {
    return true;
  }
}

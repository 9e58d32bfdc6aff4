/** What a text of JSON says; undefined when it is none. For text from outside, whose shape is checked afterwards. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `parsedJson` for bytes in UTF-8. What is no UTF-8 in them becomes replacement characters. */
export function jsonIn(bytes: Uint8Array): unknown {
  return parsedJson(new TextDecoder().decode(bytes));
}

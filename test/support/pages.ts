/** The words of a piece of HTML as somebody reads them, for tests of pages. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Puts values into a message as `vscode.l10n.t` does, in English. */
export function inEnglish(message: string, ...values: (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (_, place: string) => String(values[Number(place)]));
}

/** The page as lines that a reader sees, headings and items of lists marked as such. */
export function linesOf(html: string): string[] {
  return html
    .replaceAll(/<h([1-3])[^>]*>/g, (_, level: string) => `\n${'#'.repeat(Number(level))} `)
    .replaceAll(/<li[^>]*>/g, '\n- ')
    .replaceAll(/<button[^>]*>/g, ' [')
    .replaceAll('</button>', ']')
    .replaceAll(/<\/(?:h[1-3]|p|li|summary|pre|tr)>/g, '\n')
    .replaceAll(/<\/t[dh]>/g, ' | ')
    .split(/\n/)
    .map((line) => textOf(line).replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
}

import { t } from './sentences.ts';

/** Pieces of Markdown, for hovers and reports. Everything that comes from a file or a registry goes through `code` or `prose`. */

/** Inline code that shows any text as it is, backticks included. */
export function code(text: string): string {
  const clean = text.replace(/\s+/g, ' ');
  if (!clean.includes('`')) return `\`${clean}\``;
  const runs = clean.match(/`+/g) ?? [];
  const longest = runs.reduce((most, run) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${clean} ${fence}`;
}

/** A sentence on one line as it is: none of its characters means anything to Markdown. */
export function prose(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()<>#|~]/g, '\\$&');
}

export function bold(text: string): string {
  return `**${text}**`;
}

/** A table without a heading, as Markdown can: the heading row is empty. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return [
    '| | |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`),
  ].join('\n');
}

/** Bytes as people read them, in powers of 1024: `13.1 MiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}

/** An RFC 3339 time in UTC to the minute, with its age: `2021-11-24 09:30 UTC (5 years ago)`. */
export function time(text: string, now: number): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return code(text);
  const day = 86_400_000;
  const days = Math.floor((now - at) / day);
  const shown = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (days < 1) return shown;
  if (days === 1) return t('{0} (1 day ago)', shown);
  if (days < 60) return t('{0} ({1} days ago)', shown, days);
  // Sixty days and more are no single month, and two years no single year.
  return days < 730
    ? t('{0} ({1} months ago)', shown, Math.floor(days / 30.4))
    : t('{0} ({1} years ago)', shown, Math.floor(days / 365.25));
}

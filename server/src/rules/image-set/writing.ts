import type { Range, TextEdit } from '../../base/range.ts';
import type { ImageSetChannel, ImageSetOperator, ImageSetPackage } from '../../documents/imageSet.ts';
import type { Lines } from '../../documents/lines.ts';
import { replaceScalar, scalarText, type YamlScalar } from '../../documents/yamlNode.ts';

/** Sets a field of a package or channel: its value where it is there, else a field behind the name. */
export function fieldEdit(
  lines: Lines,
  { range, name }: ImageSetChannel,
  field: string,
  scalar: YamlScalar | undefined,
  value: string,
): TextEdit[] {
  if (scalar !== undefined) return [replaceScalar(scalar, value)];
  if (name === undefined) return [];
  const style = styleOf(lines, range);
  if (style !== 'block') return [insertion(name.range.end, `, ${pair(field, value, style)}`)];
  const indent = ' '.repeat(range.start.character);
  const { line } = name.range.end;
  return [insertion(endOf(lines, line), `\n${indent}${pair(field, value, style)}`)];
}

/** Adds a package behind the last one of an entry; nothing where the list is written in a way that cannot be gone on with. */
export function packageEdit(lines: Lines, { packages }: ImageSetOperator, name: string): TextEdit[] {
  return itemEdit(lines, packages, name);
}

function itemEdit(lines: Lines, items: readonly ImageSetChannel[], name: string): TextEdit[] {
  const last = items.at(-1);
  if (last === undefined) return [];
  const { start, end } = last.range;
  const dash = /^( *-)( +)$/.exec((lines[start.line] ?? '').slice(0, start.character));
  const style = styleOf(lines, last.range);
  if (dash !== null) {
    const text = `\n${dash[1]}${dash[2]}${pair('name', name, 'block')}`;
    return [insertion(endOf(lines, end.line), text)];
  }
  return style === 'block' ? [] : [insertion(end, `, { ${pair('name', name, style)} }`)];
}

/**
 * Makes a package name these channels and no others. Those that it names already stay as they are. Nothing where its list is written
 * in a way that cannot be gone on with.
 */
export function channelsEdit(lines: Lines, owner: ImageSetPackage, names: readonly string[]): TextEdit[] {
  const { channels, name } = owner;
  const added = names.filter((one) => channels.every((channel) => channel.name?.value !== one));
  const gone = channels.filter((channel) => !names.includes(channel.name?.value ?? ''));
  const style = styleOf(lines, owner.range);
  if (name === undefined) return [];
  if (channels.length === 0) {
    if (style !== 'block') {
      const items = names.map((one) => `{ ${pair('name', one, style)} }`).join(', ');
      const field = style === 'json' ? '"channels"' : 'channels';
      return [insertion(name.range.end, `, ${field}: [${items}]`)];
    }
    const indent = ' '.repeat(owner.range.start.character);
    const items = names.map((one) => `\n${indent}- ${pair('name', one, 'block')}`).join('');
    return [insertion(endOf(lines, name.range.end.line), `\n${indent}channels:${items}`)];
  }
  const removed = gone.flatMap((channel) => {
    const whole = itemLines(lines, channel.range);
    return whole === undefined ? [] : [{ range: whole, newText: '' }];
  });
  if (removed.length < gone.length) return [];
  return [...removed, ...added.flatMap((one) => itemEdit(lines, channels, one))];
}

/** The lines of an item in block style, from its dash on; undefined where it shares one with something else. */
function itemLines(lines: Lines, { start, end }: Range): Range | undefined {
  const isOwn = /^ *- +$/.test((lines[start.line] ?? '').slice(0, start.character));
  if (!isOwn) return undefined;
  return { start: { line: start.line, character: 0 }, end: { line: end.line + 1, character: 0 } };
}

type Style = 'block' | 'flow' | 'json';

/** How a map is written. In JSON the first key has quotes. */
function styleOf(lines: Lines, { start, end }: Range): Style {
  let { line, character } = start;
  if ((lines[line] ?? '').charAt(character) !== '{') return 'block';
  character++;
  for (; line <= end.line; line++, character = 0) {
    const rest = (lines[line] ?? '').slice(character).trimStart();
    if (rest !== '') return rest.startsWith('"') ? 'json' : 'flow';
  }
  return 'flow';
}

function pair(field: string, value: string, style: Style): string {
  return style === 'json' ? `"${field}": ${JSON.stringify(value)}` : `${field}: ${scalarText(value)}`;
}

function endOf(lines: Lines, line: number): Range['start'] {
  return { line, character: (lines[line] ?? '').length };
}

function insertion(at: Range['start'], newText: string): TextEdit {
  return { range: { start: at, end: at }, newText };
}

import type { TextEdit } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import type { OperatorSelection, PackageSelection } from '../catalog/selection.ts';
import {
  type ImageSet,
  type ImageSetOperator,
  imageSetApiVersions,
  isImageSet,
} from '../documents/imageSet.ts';
import type { Lines } from '../documents/lines.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { scalarText } from '../documents/yamlNode.ts';

/** What is to be mirrored of a catalog, by the name that an ImageSetConfiguration has for it. */
export interface NamedSelection {
  readonly catalog: string;
  readonly packages: OperatorSelection['packages'];
}

/** The text of an ImageSetConfiguration for oc-mirror v2. */
export function imageSetText(selections: readonly NamedSelection[]): string {
  const lines = [
    `apiVersion: ${imageSetApiVersions.v2}`,
    'kind: ImageSetConfiguration',
    'mirror:',
    '  operators:',
    ...selections.flatMap((one) => operatorLines(one).map((line) => `  ${line}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function operatorLines({ catalog, packages }: NamedSelection): string[] {
  return [
    `- catalog: ${scalarText(catalog)}`,
    '  packages:',
    ...packages.flatMap((one) => packageLines(one).map((line) => `  ${line}`)),
  ];
}

function packageLines({ name, defaultChannel = '', channels = [] }: PackageSelection): string[] {
  return [
    `- name: ${scalarText(name)}`,
    ...field('defaultChannel', defaultChannel),
    ...(channels.length === 0 ? [] : ['  channels:']),
    ...channels.flatMap((channel) => channelLines(channel).map((line) => `  ${line}`)),
  ];
}

function channelLines({
  name,
  minVersion = '',
  maxVersion = '',
}: NonNullable<PackageSelection['channels']>[number]) {
  return [
    `- name: ${scalarText(name)}`,
    ...field('minVersion', minVersion),
    ...field('maxVersion', maxVersion),
  ];
}

function field(name: string, value: string): string[] {
  return value === '' ? [] : [`  ${name}: ${scalarText(value)}`];
}

/** What adding does to a file. */
export interface AddedToImageSet {
  readonly edits: readonly TextEdit[];
  /** What is there already and stays as it is, and what cannot be added to: whole sentences. */
  readonly notes: readonly string[];
}

/**
 * Adds selections to the first ImageSetConfiguration of a file, by the smallest change: a package behind the last one of its
 * catalog, a channel behind the last one of its package, a catalog behind the last one. What is there stays as it is. Undefined
 * where the file has no ImageSetConfiguration.
 */
export function addToImageSet(
  { content }: WorkspaceFile,
  selections: readonly NamedSelection[],
): AddedToImageSet | undefined {
  if (content.type !== 'yaml') return undefined;
  const { resources, lines } = content.yaml;
  const set = resources.filter(isImageSet).find(({ kind }) => kind === 'ImageSetConfiguration');
  if (set === undefined) return undefined;
  const adding: Adding = { lines, edits: [], notes: [] };
  const fresh: NamedSelection[] = [];
  for (const selection of selections) {
    const operator = set.operators.find(({ catalog }) => sameName(catalog?.value ?? '', selection.catalog));
    if (operator === undefined) fresh.push(selection);
    else addPackages(operator, selection, adding);
  }
  if (fresh.length > 0) addOperators(set, fresh, adding);
  return { edits: adding.edits, notes: adding.notes };
}

interface Adding {
  readonly lines: Lines;
  readonly edits: TextEdit[];
  readonly notes: string[];
}

function addPackages(
  operator: ImageSetOperator,
  { catalog, packages }: NamedSelection,
  adding: Adding,
): void {
  if (operator.packages.length === 0) {
    adding.notes.push(
      operator.full
        ? t('{0} is in the file already, with all that it has', catalog)
        : t('{0} is in the file already, with the heads of all channels of all packages', catalog),
    );
    return;
  }
  const fresh: PackageSelection[] = [];
  for (const wanted of packages) {
    const there = operator.packages.find(({ name }) => name?.value === wanted.name);
    if (there === undefined) {
      fresh.push(wanted);
      continue;
    }
    const names = new Set(there.channels.map(({ name }) => name?.value));
    const missing = (wanted.channels ?? []).filter(({ name }) => !names.has(name));
    const isAdded =
      missing.length > 0 &&
      there.channels.length > 0 &&
      addItems(there.channels, missing.map(channelLines), adding);
    if (!isAdded) adding.notes.push(t('Package {0} is in the file already and stays as it is', wanted.name));
  }
  if (fresh.length > 0 && !addItems(operator.packages, fresh.map(packageLines), adding)) cannotAdd(adding);
}

function addOperators(
  { operators, heading }: ImageSet,
  fresh: readonly NamedSelection[],
  adding: Adding,
): void {
  if (operators.length > 0) {
    if (!addItems(operators, fresh.map(operatorLines), adding)) cannotAdd(adding);
    return;
  }
  const { lines, edits } = adding;
  const mirror = mirrorLine(lines, heading.start.line);
  if (mirror === undefined) {
    cannotAdd(adding);
    return;
  }
  const below = /^ +(?=[^ #-])/.exec(lines[mirror + 1] ?? '')?.[0] ?? '  ';
  const text = [
    `${below}operators:`,
    ...fresh.flatMap((one) => operatorLines(one).map((line) => below + line)),
  ];
  const end = { line: mirror, character: (lines[mirror] ?? '').length };
  edits.push({ range: { start: end, end }, newText: `\n${text.join('\n')}` });
}

/** The line of `mirror:` in the document that has a line. */
function mirrorLine(lines: Lines, inside: number): number | undefined {
  let start = inside;
  while (start > 0 && !/^---/.test(lines[start] ?? '')) start--;
  for (let line = start; line < lines.length && (line <= inside || !/^---/.test(lines[line] ?? '')); line++) {
    if (/^mirror:\s*(?:#.*)?$/.test(lines[line] ?? '')) return line;
  }
  return undefined;
}

/** Puts items of a list behind its last one, in the same column. False where the list is written in another way. */
function addItems(
  items: readonly { readonly range: TextEdit['range'] }[],
  texts: readonly (readonly string[])[],
  { lines, edits }: Adding,
): boolean {
  const last = items.at(-1);
  if (last === undefined) return false;
  const { start, end } = last.range;
  const dash = /^( *)- +$/.exec((lines[start.line] ?? '').slice(0, start.character));
  if (dash === null || (lines[start.line] ?? '').charAt(start.character) === '{') return false;
  const at = { line: end.line, character: (lines[end.line] ?? '').length };
  const newText = texts.flatMap((text) => text.map((line) => `\n${dash[1]}${line}`)).join('');
  edits.push({ range: { start: at, end: at }, newText });
  return true;
}

function cannotAdd({ notes }: Adding): void {
  notes.push(t('The file is written in a way that cannot be added to: write its lists with one item a line'));
}

function sameName(one: string, other: string): boolean {
  return one.replace(/^docker:\/\//, '') === other.replace(/^docker:\/\//, '');
}

import { t } from '../base/sentences.ts';
import { listed } from '../base/words.ts';
import type { MachineConfig } from '../documents/machineConfig.ts';
import { entryLine, isMirrorSet, type MirrorSet, mirrorSetTypes } from '../documents/mirrorSet.ts';
import type { Resource } from '../documents/resources.ts';
import { firstTemplate } from '../documents/template.ts';
import { isTemplateFile, type YamlFile } from '../documents/yamlFile.ts';
import type { ApplyFiles } from './pullFiles.ts';

/**
 * Why nobody knows yet what files would put on nodes:
 * - `template`: something is filled in later
 * - `unreadable`: a file for nodes is fetched from elsewhere, or damaged
 * - `broken`: it is no valid YAML, so that `oc apply` refuses it
 * - `patch`: kustomize makes something of it first
 */
export type UndecidedReason = 'template' | 'unreadable' | 'broken' | 'patch';

/** What files would put on nodes, and nobody knows yet what that is. */
export interface Undecided {
  readonly path: string;
  readonly kind: 'mirror-set' | 'MachineConfig' | 'Image';
  readonly why: UndecidedReason;
  /** Of the template or the problem; one-based. */
  readonly line: number;
  /** The template that stands there; undefined where it stands elsewhere, or where there is none. */
  readonly template: string | undefined;
  /** Of an entry that is all that is not known of its mirror set: where it begins, one-based. */
  readonly entryLine?: number;
  /** The source that it would redirect, where that is known. */
  readonly source?: string | undefined;
  /** True for an entry of a set that has others of which nothing is known. */
  readonly isOneOfMany?: boolean;
  /** The pulls that it could redirect; undefined for all. */
  readonly pulls?: 'digest' | 'tag';
  /** The pool whose nodes get it; undefined for those of all, or where it is not known. */
  readonly role?: string | undefined;
}

/**
 * Everything in files that nobody knows yet: entries of mirror sets, whole sets, image configurations and files of
 * MachineConfigs that templates stand for, files with sets that are no YAML, and patches. In the order of the files, each
 * once. What nodes do is said without them, so that an answer has to name them.
 */
export function undecidedIn({ files, patches }: ApplyFiles): Undecided[] {
  const found: Undecided[] = [];
  for (const { path, content } of files.values()) {
    if (content.type !== 'yaml') continue;
    const { yaml } = content;
    if (patches.has(path)) {
      found.push(...patchIn(path, yaml));
      continue;
    }
    const broken = yaml.problems.find(({ local }) => !local);
    if (broken !== undefined && yaml.resources.some(isMirrorSet)) {
      const line = broken.range.start.line + 1;
      found.push({ path, kind: 'mirror-set', why: 'broken', line, template: undefined });
    }
    const mayBeTemplate = isTemplateFile(yaml);
    for (const [at, resource] of yaml.resources.entries()) {
      if (resource.kind === 'MachineConfig') found.push(...filesIn(path, yaml, resource));
      if (!mayBeTemplate) continue;
      if (isMirrorSet(resource)) found.push(...entriesIn(path, yaml, resource, at));
      if (resource.kind === 'Image') found.push(...firstIn(path, yaml, resource, at));
    }
  }
  return found;
}

function patchIn(path: string, yaml: YamlFile): Undecided[] {
  const set = yaml.resources.find(isMirrorSet);
  if (set === undefined) return [];
  const template = isTemplateFile(yaml) ? firstBetween(yaml, 0, yaml.lines.length)?.template : undefined;
  return [{ path, kind: 'mirror-set', why: 'patch', line: set.heading.start.line + 1, template }];
}

function entriesIn(path: string, yaml: YamlFile, set: MirrorSet, at: number): Undecided[] {
  const { pulls } = mirrorSetTypes[set.kind];
  const entries = set.entries.flatMap((entry, index): Undecided[] => {
    if (!entry.isTemplate) return [];
    const start = entryLine(set, index) ?? 0;
    // One that an alias or a merge key gives its values has no template of its own.
    const place = firstBetween(yaml, start + entry.range.start.line, start + entry.range.end.line + 1) ?? {
      line: start + 1,
      template: undefined,
    };
    const source = entry.source?.value;
    const known = set.isIncomplete ? { isOneOfMany: true } : { entryLine: start + 1 };
    return [{ path, kind: 'mirror-set', why: 'template', ...place, ...known, source, pulls }];
  });
  if (entries.length > 0 || !set.isIncomplete) return entries;
  return firstIn(path, yaml, set, at).map((one) => ({ ...one, pulls }));
}

function filesIn(path: string, { lines }: YamlFile, { files, role }: MachineConfig): Undecided[] {
  return files.flatMap(({ text, place }): Undecided[] => {
    if (text !== undefined) return [];
    const { line } = place.start;
    const template = firstTemplate(lines[line] ?? '');
    const why = template === undefined ? 'unreadable' : 'template';
    return [{ path, kind: 'MachineConfig', why, line: line + 1, template, role: role?.value }];
  });
}

/** The first template of a resource, which stands for all of it. */
function firstIn(path: string, yaml: YamlFile, resource: Resource, at: number): Undecided[] {
  const next = yaml.resources[at + 1]?.heading.start.line ?? yaml.lines.length;
  const place = firstBetween(yaml, resource.heading.start.line, next);
  const kind = resource.kind === 'Image' ? 'Image' : 'mirror-set';
  return place === undefined ? [] : [{ path, kind, why: 'template', ...place }];
}

function firstBetween(
  { lines }: YamlFile,
  start: number,
  end: number,
): { line: number; template: string } | undefined {
  for (let at = start; at < end && at < lines.length; at++) {
    const template = firstTemplate(lines[at] ?? '');
    if (template !== undefined) return { line: at + 1, template };
  }
  return undefined;
}

/** Places that one sentence each is enough for. */
const mostSentences = 5;

/** Says in sentences what an answer leaves out, the first few by their places. */
export function leftOutWords(found: readonly Undecided[], show: (path: string) => string): string[] {
  const left = found.filter(isLeftOut);
  const words = left.slice(0, mostSentences).map(({ path, line, template }) => {
    const place = `${show(path)}:${line}`;
    return template === undefined
      ? t('{0} cannot be read here: its text is elsewhere or damaged; it is left out.', place)
      : t('{0} is a template ({1}); it is left out.', place, template);
  });
  const more = left.length - words.length;
  if (more === 1) return [...words, t('1 more place is a template and is left out.')];
  return more > 1 ? [...words, t('{0} more places are templates and are left out.', more)] : words;
}

/** The same as JSON has it. */
export function leftOutJson(found: readonly Undecided[]): object {
  const left = found.filter(isLeftOut);
  if (left.length === 0) return {};
  return {
    leftOut: left.map(({ path, line, template }) => ({ file: path, line, template: template ?? null })),
  };
}

/** A place whose template stands elsewhere is left out with that. */
function isLeftOut({ why, template }: Undecided): boolean {
  return why === 'unreadable' || (why === 'template' && template !== undefined);
}

/**
 * Says in sentences what nobody knows yet of a folder that is to be applied: what it will be decides on nodes as well.
 * Mirror sets come first, one sentence a file; then what is left out besides.
 */
export function undecidedWords(found: readonly Undecided[]): string[] {
  const sets = new Map<string, Undecided[]>();
  for (const one of found)
    if (one.kind === 'mirror-set') sets.set(one.path, [...(sets.get(one.path) ?? []), one]);
  return [
    ...[...sets].map(([path, ofFile]) => setWords(path, ofFile)),
    ...leftOutWords(
      found.filter(({ kind }) => kind !== 'mirror-set'),
      (path) => path,
    ),
  ];
}

function setWords(path: string, found: readonly Undecided[]): string {
  if (found.some(({ why }) => why === 'patch'))
    return t(
      '{0} is a patch that a kustomization applies, and is left out here: forecast what kustomize makes of it.',
      path,
    );
  const broken = found.find(({ why }) => why === 'broken');
  if (broken !== undefined)
    return t(
      '{0}:{1} is no valid YAML, so that oc apply refuses it: what is said of it here is what can be read all the same.',
      path,
      broken.line,
    );
  const lines = found.flatMap(({ entryLine }) => entryLine ?? []);
  if (lines.length < found.length)
    return t('{0} is a template for entries that are not known yet: forecast what is made of it.', path);
  return lines.length === 1
    ? t(
        '{0}:{1} is an entry with a template, and what it redirects is not known yet: forecast what is made of it.',
        path,
        lines[0] ?? 0,
      )
    : t(
        '{0} has {1} entries with templates (lines {2}), and what they redirect is not known yet: forecast what is made of them.',
        path,
        lines.length,
        listed(shown(lines)),
      );
}

/** More lines than anybody reads tell no more than the first. */
function shown(lines: readonly number[]): string[] {
  const most = 5;
  const first = lines.slice(0, most).map(String);
  return lines.length <= most ? first : [...first.slice(0, -1), t('{0} more', lines.length - most + 1)];
}

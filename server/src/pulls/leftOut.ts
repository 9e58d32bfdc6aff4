import type { MachineConfig } from '../documents/machineConfig.ts';
import { isMirrorSet, type MirrorSet } from '../documents/mirrorSet.ts';
import type { Resource } from '../documents/resources.ts';
import { firstTemplate } from '../documents/template.ts';
import { isTemplateFile, type YamlFile } from '../documents/yamlFile.ts';
import type { ApplyFiles } from './pullFiles.ts';

/** What files would put on nodes, and nobody knows yet what that is. */
export interface LeftOut {
  readonly path: string;
  readonly kind: 'mirror-set' | 'MachineConfig' | 'Image';
  /** One-based. */
  readonly line: number;
  /** The template that stands there; undefined for a file that is fetched from elsewhere, or that nobody can read. */
  readonly template: string | undefined;
  /** The source that it would redirect, where that is known. */
  readonly source: string | undefined;
}

/** Places that one sentence each is enough for. */
const mostSentences = 5;

/**
 * Entries of mirror sets, whole sets, image configurations and files of MachineConfigs that templates stand for, in the
 * order of the files; each once. What nodes do is said without them, so that an answer has to name them.
 */
export function leftOutOf({ files, patches }: ApplyFiles): LeftOut[] {
  const found: LeftOut[] = [];
  for (const { path, content } of files.values()) {
    if (content.type !== 'yaml' || patches.has(path)) continue;
    const { yaml } = content;
    const mayBeTemplate = isTemplateFile(yaml);
    for (const [at, resource] of yaml.resources.entries()) {
      if (resource.kind === 'MachineConfig') found.push(...filesLeftOut(path, yaml, resource));
      if (!mayBeTemplate) continue;
      if (isMirrorSet(resource)) found.push(...entriesLeftOut(path, yaml, resource, at));
      if (resource.kind === 'Image') found.push(...firstIn(path, yaml, resource, at));
    }
  }
  return found;
}

function entriesLeftOut(path: string, yaml: YamlFile, set: MirrorSet, at: number): LeftOut[] {
  const entries = set.entries.flatMap((entry, index): LeftOut[] => {
    if (!entry.isTemplate) return [];
    const start = set.entryLines[index] ?? 0;
    const place = firstBetween(yaml, start + entry.range.start.line, start + entry.range.end.line + 1);
    return place === undefined ? [] : [{ path, kind: 'mirror-set', ...place, source: entry.source?.value }];
  });
  return entries.length > 0 || !set.isIncomplete ? entries : firstIn(path, yaml, set, at);
}

function filesLeftOut(path: string, { lines }: YamlFile, { files }: MachineConfig): LeftOut[] {
  return files.flatMap(({ text, place }) => {
    const { line } = place.start;
    return text === undefined
      ? [
          {
            path,
            kind: 'MachineConfig' as const,
            line: line + 1,
            template: firstTemplate(lines[line] ?? ''),
            source: undefined,
          },
        ]
      : [];
  });
}

/** The first template of a resource, which stands for all of it. */
function firstIn(path: string, yaml: YamlFile, resource: Resource, at: number): LeftOut[] {
  const next = yaml.resources[at + 1]?.heading.start.line ?? yaml.lines.length;
  const place = firstBetween(yaml, resource.heading.start.line, next);
  const kind = resource.kind === 'Image' ? 'Image' : 'mirror-set';
  return place === undefined ? [] : [{ path, kind, ...place, source: undefined }];
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

/** Says so in sentences, the first few by their places. */
export function leftOutWords(found: readonly LeftOut[], show: (path: string) => string): string[] {
  const words = found.slice(0, mostSentences).map(({ path, line, template }) => {
    const place = `${show(path)}:${line}`;
    return template === undefined
      ? `${place} cannot be read here: its text is elsewhere or damaged; it is left out.`
      : `${place} is a template (${template}); it is left out.`;
  });
  const more = found.length - words.length;
  if (more === 1) return [...words, '1 more place is a template and is left out.'];
  return more > 1 ? [...words, `${more} more places are templates and are left out.`] : words;
}

/** As JSON has it. */
export function leftOutJson(found: readonly LeftOut[]): object {
  if (found.length === 0) return {};
  return {
    leftOut: found.map(({ path, line, template }) => ({ file: path, line, template: template ?? null })),
  };
}

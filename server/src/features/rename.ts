import { lineRange, type Position, type Range, type TextEdit } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { isHost, isPathComponent, looksLikeRegistry, parseReference } from '../documents/imageReference.ts';
import { mirrorProblem } from '../documents/mirrorScope.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { replaceScalar } from '../documents/yamlNode.ts';
import { knownRegistries } from '../workspace/knownRegistries.ts';
import { type Place, placeAt, placesIn } from '../workspace/places.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** What a rename would change, or why there is none, in words for the person who asked. */
export type RenameTarget =
  | {
      readonly ok: true;
      /** The name from its host to the part under the cursor. */
      readonly range: Range;
      readonly name: string;
    }
  | { readonly ok: false; readonly problem: string };

export type Renaming =
  | { readonly ok: true; readonly edits: ReadonlyMap<string, readonly TextEdit[]> }
  | { readonly ok: false; readonly problem: string };

/**
 * What is to be renamed at a position: a mirror's host, a namespace below it, or a repository, whichever part of a
 * name the cursor is in. True sources have names that others gave them; these are refused with the reason.
 */
export function renameTarget(snapshot: Snapshot, path: string, position: Position): RenameTarget | undefined {
  const file = snapshot.files.get(path);
  const place = file && placeAt(file, position);
  if (file === undefined || place === undefined) return undefined;
  const start = textStart(file, place);
  if (start === undefined) return undefined;
  const { text } = place;
  if (text.startsWith('file://')) return refused(t('a file:// path is a folder on disk, so move the folder'));
  const nameStart = schemeLength(text);
  const end = componentEnd(place, position.character - start);
  if (end === undefined) return undefined;
  const name = text.slice(nameStart, end);
  const problem = targetProblem(snapshot, name);
  if (problem !== undefined) return refused(problem);
  return { ok: true, range: lineRange(position.line, start + nameStart, start + end), name };
}

/**
 * The edits that give a mirror's host, namespace or repository another name in all files: destinations, mirrors,
 * catalog images, and sources where the mirror is one. Comments and names that only begin alike stay. Each edit
 * replaces no more than the components that differ.
 * @param newName `HOST[:PORT][/PATH]`, in the place of the whole `name` of `renameTarget`
 */
export function rename(
  snapshot: Snapshot,
  path: string,
  position: Position,
  newName: string,
): Renaming | undefined {
  const target = renameTarget(snapshot, path, position);
  if (target === undefined || !target.ok) return target;
  const problem = nameProblem(newName);
  if (problem !== undefined) return refused(problem);
  const edits = new Map<string, TextEdit[]>();
  if (newName === target.name) return { ok: true, edits };
  const change = smallestChange(target.name, newName);
  for (const file of snapshot.files.values()) {
    const changed: TextEdit[] = [];
    for (const place of placesIn(file)) {
      const at = prefixStart(place, target.name);
      if (at === undefined) continue;
      const { text } = place;
      const renamed = text.slice(0, at) + newName + text.slice(at + target.name.length);
      const broken = newProblem(place, renamed);
      if (broken !== undefined) return refused(t('{0} would become {1}: {2}', text, renamed, broken));
      const start = textStart(file, place);
      if (start !== undefined) {
        const { line } = place.range.start;
        const range = lineRange(line, start + at + change.start, start + at + change.end);
        changed.push({ range, newText: change.newText });
      } else if ('scalar' in place) {
        changed.push(replaceScalar(place.scalar, renamed));
      }
    }
    if (changed.length > 0) edits.set(file.path, changed);
  }
  return { ok: true, edits };
}

function refused(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

/** Why a name is not the user's own to change; undefined when it is. */
function targetProblem(snapshot: Snapshot, name: string): string | undefined {
  const [host = ''] = name.split('/');
  if (!looksLikeRegistry(host))
    return t('{0} is no registry: only a mirror’s registry and what is below it can be renamed', host);
  const isPublic = knownRegistries.includes(host);
  if (isPublic && host === name) {
    return t(
      '{0} is a registry that images come from: to rename a mirror in it, put the cursor on its namespace',
      host,
    );
  }
  for (const file of snapshot.files.values()) {
    for (const place of placesIn(file)) {
      const isMirror =
        place.role === 'mapping-destination' ||
        place.role === 'mirror' ||
        // A catalog may run from where it was published; elsewhere it is a copy.
        (place.role === 'catalog-image' && !isPublic);
      if (isMirror && prefixStart(place, name) !== undefined) return undefined;
    }
  }
  return t(
    '{0} is where images come from, and no file brings images there: only mirrors can be renamed',
    name,
  );
}

/** What is wrong with a new name by the grammar of references; undefined when nothing is. */
function nameProblem(name: string): string | undefined {
  const [host = '', ...path] = name.split('/');
  if (!isHost(host)) return t('"{0}" is not HOST[:PORT]', host);
  if (!looksLikeRegistry(host)) {
    return t(
      '"{0}" would be read as a namespace of docker.io: a registry has a dot or a port, or is localhost',
      host,
    );
  }
  for (const component of path) {
    if (isPathComponent(component)) continue;
    if (component === '') return t('a path component is empty');
    return isPathComponent(component.toLowerCase())
      ? t('"{0}" must be lower-case', component)
      : t('"{0}" is not valid in a repository name', component);
  }
  return undefined;
}

/** What a change would break that was right before. */
function newProblem(place: Place, renamed: string): string | undefined {
  if (place.role === 'mirror' || place.role === 'mirror-source') {
    return mirrorProblem(place.text) === undefined ? mirrorProblem(renamed)?.message : undefined;
  }
  if (!parseReference(withoutPattern(place.text)).ok) return undefined;
  const parsed = parseReference(withoutPattern(renamed));
  return parsed.ok ? undefined : parsed.problem;
}

/** A source that stands for several tags is a reference once their pattern is off. */
function withoutPattern(text: string): string {
  return text.includes('*') ? text.slice(0, Math.max(text.lastIndexOf(':'), 0)) : text;
}

/**
 * Where a name stands in a place's text as its first components, whole; undefined when it does not. A port belongs
 * to its host, so that a host without one is not the beginning of the same host with one.
 */
function prefixStart({ text, role }: Place, name: string): number | undefined {
  const at = schemeLength(text);
  if (!text.startsWith(name, at) || text.startsWith('file://') || text.startsWith('s3://')) return undefined;
  const next = text.charAt(at + name.length);
  const isScope = role === 'mirror' || role === 'mirror-source';
  const ends = next === '' || next === '/' || next === '@' || (next === ':' && name.includes('/'));
  // What stands in a mapping.txt or a catalog is a repository, so there is a path behind a host.
  return ends && (isScope || name.includes('/') || next === '/') ? at : undefined;
}

function schemeLength(text: string): number {
  return /^[a-z][a-z0-9+.-]{0,20}:\/\//.exec(text)?.[0].length ?? 0;
}

/** Where the component of a name ends that an offset is in; undefined behind the name, in a tag or digest. */
function componentEnd({ text }: Place, offset: number): number | undefined {
  const start = schemeLength(text);
  const digest = text.indexOf('@', start);
  let end = digest === -1 ? text.length : digest;
  const colon = text.lastIndexOf(':', end - 1);
  const slash = text.lastIndexOf('/', end - 1);
  if (colon > slash && slash >= start) end = colon;
  if (offset < start || offset > end) return undefined;
  const next = text.indexOf('/', offset);
  return next === -1 || next > end ? end : next;
}

/** The column where a place's text begins; undefined when it is not written in one piece, as it is meant. */
function textStart({ content }: WorkspaceFile, place: Place): number | undefined {
  const { line, character } = place.range.start;
  if (content.type === 'mapping') return character;
  const quoted = 'scalar' in place && (place.scalar.quote === "'" || place.scalar.quote === '"');
  const start = quoted ? character + 1 : character;
  return content.yaml.lines[line]?.startsWith(place.text, start) ? start : undefined;
}

/** What differs between two names, in whole components, as a replacement in the old one. */
function smallestChange(name: string, newName: string): { start: number; end: number; newText: string } {
  const before = name.split('/');
  const after = newName.split('/');
  const most = Math.min(before.length, after.length) - 1;
  let first = 0;
  while (first < most && before[first] === after[first]) first++;
  let last = 0;
  while (last < most - first && before.at(-1 - last) === after.at(-1 - last)) last++;
  const start = first === 0 ? 0 : before.slice(0, first).join('/').length + 1;
  const replaced = before.slice(first, before.length - last).join('/');
  return {
    start,
    end: start + replaced.length,
    newText: after.slice(first, after.length - last).join('/'),
  };
}

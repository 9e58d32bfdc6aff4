import { formatPlace, parsePlace } from '../documents/mirrorPlace.ts';
import { isMirrorSet } from '../documents/mirrorSet.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { FileContent } from '../documents/workspaceFile.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/**
 * The registries that files of the workspace mirror to, as places for a mirror run: mirrors of mirror sets and destinations of
 * mappings. Those that are named most come first.
 */
export function mirrorPlaces({ files }: Pick<Snapshot, 'files'>): string[] {
  const counts = new Map<string, number>();
  for (const { content } of files.values()) {
    for (const registry of registriesOf(content)) counts.set(registry, (counts.get(registry) ?? 0) + 1);
  }
  return [...counts]
    .sort(([one, often], [other, oftener]) => oftener - often || (one < other ? -1 : 1))
    .flatMap(([registry]) => {
      const parsed = parsePlace(registry);
      return parsed.ok && parsed.place.kind === 'registry' ? [formatPlace(parsed.place)] : [];
    });
}

function* registriesOf(content: FileContent): Iterable<string> {
  if (content.type === 'mapping') {
    for (const { pairs } of content.mapping.lines) {
      for (const { destination } of pairs) {
        const { parsed } = destination;
        if (parsed.ok && isInRegistry(parsed.reference)) yield parsed.reference.registry;
      }
    }
  } else if (content.type === 'yaml') {
    for (const { entries } of content.yaml.resources.filter(isMirrorSet)) {
      for (const { source, mirrors } of entries) {
        // A source that is its own last mirror is no place to mirror to.
        for (const { value } of mirrors) if (value !== source?.value) yield value.split('/', 1).join();
      }
    }
  }
}

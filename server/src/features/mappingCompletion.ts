import type { Position } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { parseReference, repositoryOf } from '../documents/imageReference.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import { conventionalDestination } from '../workspace/destinationConvention.ts';
import { knownDestinations, knownSources } from '../workspace/knownImages.ts';
import { mappingIndex } from '../workspace/mappingIndex.ts';
import { type CompletionResult, type CompletionSources, noCompletion } from './completionItem.ts';
import { repositoryCompletion, typedWord, versionCompletion, wordItems } from './imageCompletion.ts';

/** What may stand at a position of a mapping.txt: repositories, the destination that fits, tags and digests. */
export function mappingCompletion(
  { snapshot, facts }: CompletionSources,
  path: string,
  mapping: MappingDocument,
  position: Position,
): CompletionResult {
  const text = mapping.lines.at(position.line)?.text ?? '';
  const character = Math.min(position.character, text.length);
  const before = text.slice(0, character);
  if (before.includes('#')) return noCompletion;
  const start = before.lastIndexOf(' ') + 1;
  const equals = before.indexOf('=', start);
  const word = typedWord(text, position.line, equals === -1 ? start : equals + 1, character, ' =#');
  const version = versionCompletion(facts, path, word);
  if (version !== undefined) return version;
  const source = equals === -1 ? before.slice(0, start).trim() : before.slice(start, equals);
  if (source === '') return sources();
  // Where sources and destinations are separate words, the first one is the source of all others.
  return destinations(source.split(' ')[0] ?? source);

  function sources(): CompletionResult {
    const own = mappingIndex(mapping).bySource;
    function* known() {
      if (word.text.startsWith('file:')) yield* own.keys();
      yield* knownSources(snapshot);
    }
    // What this file does not bring yet is what is likely to be written.
    function* freshFirst() {
      for (const repository of known()) if (own.get(repository).length === 0) yield repository;
      yield* known();
    }
    return repositoryCompletion(freshFirst(), word);
  }

  function destinations(sourceText: string): CompletionResult {
    const parsed = parseReference(sourceText);
    const best = parsed.ok
      ? conventionalDestination(parsed.reference, mapping.lines, position.line)
      : undefined;
    const siblings: string[] = [];
    if (parsed.ok) {
      for (const line of mappingIndex(mapping).bySource.get(repositoryOf(parsed.reference))) {
        if (line === mapping.lines.at(position.line)) continue;
        for (const { destination } of line.pairs) {
          if (destination.parsed.ok) siblings.push(repositoryOf(destination.parsed.reference));
        }
      }
    }
    function* known() {
      yield* siblings;
      yield* knownDestinations(snapshot);
    }
    const { items, isIncomplete } = repositoryCompletion(known(), word);
    if (best === undefined) return { items, isIncomplete };
    const first = wordItems([best], 'repository', word, t('as the lines round it'));
    return { items: [...first, ...items.filter(({ label }) => label !== best)], isIncomplete };
  }
}

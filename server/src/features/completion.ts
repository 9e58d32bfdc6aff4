import type { Position } from '../base/range.ts';
import { type CompletionResult, type CompletionSources, noCompletion } from './completionItem.ts';
import { mappingCompletion } from './mappingCompletion.ts';
import { yamlCompletion } from './yamlCompletion.ts';

/** What may stand at a position of a file. Asks registries for tags where a reference wants one. */
export function completion(sources: CompletionSources, path: string, position: Position): CompletionResult {
  const content = sources.snapshot.files.get(path)?.content;
  // JSON wants quotes, commas and braces, which YAML's words do not have.
  if (content === undefined || path.toLowerCase().endsWith('.json')) return noCompletion;
  return content.type === 'mapping'
    ? mappingCompletion(sources, path, content.mapping, position)
    : yamlCompletion(sources, path, content.yaml.lines, position);
}

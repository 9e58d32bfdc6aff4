import { entryIndexAt, isMirrorSet, type MirrorSet } from '../documents/mirrorSet.ts';
import { blockLine, plainValue, valueOn } from '../documents/yamlLine.ts';
import { neighbours, type PathStep } from '../documents/yamlPath.ts';
import { knownCatalogImages, knownDestinations, knownSources, mirrorsOf } from '../workspace/knownImages.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { CompletionResult, CompletionSources } from './completionItem.ts';
import { repositoryCompletion, type TypedWord, versionCompletion } from './imageCompletion.ts';
import type { YamlContext } from './yamlContext.ts';

/** Values that name images: scopes of mirror sets and catalog images. Undefined for fields that name none. */
export function imageValues(
  { snapshot, facts }: CompletionSources,
  context: YamlContext,
  word: TypedWord,
): CompletionResult | undefined {
  const { kind, steps } = context.resource;
  const step = steps.at(-1);
  if (kind === undefined || step === undefined) return undefined;
  const path = steps.map(({ name }) => name).join('.');
  if (isMirrorSet({ kind })) {
    if (steps.length !== 3) return undefined;
    if (step.name === 'source') return repositoryCompletion(newSources(snapshot, context), word);
    if (step.name === 'mirrors') return repositoryCompletion(mirrors(snapshot, context, step), word);
    return undefined;
  }
  if (path !== 'spec.image' && path !== 'spec.source.image.ref') return undefined;
  if (kind !== 'CatalogSource' && kind !== 'ClusterCatalog') return undefined;
  const version = versionCompletion(facts, context.path, word);
  return version ?? repositoryCompletion(knownCatalogImages(snapshot), word);
}

/** All sources that the set does not have in another entry. */
function* newSources(snapshot: Snapshot, { path, position }: YamlContext): Generator<string> {
  const set = setAt(snapshot, path, position.line);
  const own = set && entryIndexAt(set, position.line);
  const others = new Set(
    set?.entries.flatMap(({ source }, index) =>
      index === own || source === undefined ? [] : [source.value],
    ),
  );
  for (const source of knownSources(snapshot)) if (!others.has(source)) yield source;
}

/** Where the images of the entry's own source are first, then all other places that images are brought to. */
function* mirrors(
  snapshot: Snapshot,
  { lines, position }: YamlContext,
  { range, column }: PathStep,
): Generator<string> {
  const keyLine = range.start.line;
  const sourceLine = neighbours(lines, keyLine, column).get('source');
  const source = sourceLine === undefined ? '' : valueOn(lines[sourceLine] ?? '');
  const present = new Set<string>();
  for (let at = keyLine + 1; at < lines.length; at++) {
    const line = blockLine(lines[at] ?? '');
    if (line === undefined || at === position.line) continue;
    if (line.dashes.length === 0 || (line.dashes[0] ?? 0) < column) break;
    present.add(plainValue((lines[at] ?? '').slice(line.column)));
  }
  for (const mirror of mirrorsOf(snapshot, source)) if (!present.has(mirror)) yield mirror;
  for (const mirror of knownDestinations(snapshot)) if (!present.has(mirror)) yield mirror;
}

/** The mirror set that a line is in, as it was parsed last. */
function setAt(snapshot: Snapshot, path: string, line: number): MirrorSet | undefined {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'yaml') return undefined;
  return content.yaml.resources
    .filter(isMirrorSet)
    .findLast((set) => set.entries.length > 0 && set.entriesLine <= line);
}

import { memo, memoByName } from '../base/memo.ts';
import { folderOf } from '../base/paths.ts';
import { parseReference, repositoryOf, withoutTransport } from '../documents/imageReference.ts';
import type { MappingLine } from '../documents/mappingLine.ts';
import type { MirrorEntry } from '../documents/mirrorSet.ts';
import { scopesOf } from '../documents/pullRules.ts';
import { isAtHop, isInRegistry } from '../documents/transport.ts';
import { hostInFolder } from '../pulls/mirrorPlaces.ts';
import type { RuleContext, Units } from './rule.ts';
import type { Unit } from './units.ts';

/**
 * Hands over the names under which logs of changes (`Rule.follows`) say something of a line or an entry. It is no harm when a name is there for one rule and means nothing to another, or is there twice.
 *
 * Some hang on what the workspace says of another: where an image comes from on the place that it is copied from. That
 * one is a name too, so that whoever follows both knows of each change by the names of before and by those of now.
 */
export function eachName(unit: Unit, context: RuleContext, use: (name: string) => void): void {
  if (unit.kind === 'mapping-line') {
    const { line } = unit.value as Units['mapping-line'];
    for (const name of namesInLine(line)) use(name);
    namesRoundLine(line, context, use);
  }
  if (unit.kind === 'mirror-entry')
    for (const name of namesInEntry((unit.value as Units['mirror-entry']).entry)) use(name);
}

/** The place that it comes from, in a store also without `file://`, and all scopes of that which it goes to. */
const namesInLine = memo(({ pairs }: MappingLine): readonly string[] => {
  const names: string[] = [];
  for (const { source, destination } of pairs) {
    if (source.parsed.ok) {
      const { reference } = source.parsed;
      names.push(repositoryOf(reference));
      if (isAtHop(reference)) names.push(withoutTransport(reference));
    }
    if (destination.parsed.ok) names.push(...scopesOf(repositoryOf(destination.parsed.reference)));
  }
  return names;
});

/** What pods call it, with all scopes of that, and the registry of its destination as mirror sets beside the file may have it. */
function namesRoundLine({ pairs }: MappingLine, context: RuleContext, use: (name: string) => void): void {
  const { provenance } = context.snapshot;
  for (const { source, destination } of pairs) {
    if (source.parsed.ok)
      for (const name of allScopes(provenance.trueSources(source.parsed.reference))) use(name);
    if (!destination.parsed.ok || !isInRegistry(destination.parsed.reference)) continue;
    use(hostBeside(context, destination.parsed.reference.registry));
  }
}

/** A registry as the sets in the file's own folder have it. All lines of a file have few. */
const hostBeside = memoByName((context: RuleContext, registry) =>
  hostInFolder(registry, folderOf(context.path)),
);

/** Lines that come from one place share the list of repositories that this is. */
const allScopes = memo((repositories: readonly string[]): readonly string[] =>
  repositories.flatMap((repository) => [...scopesOf(repository)]),
);

/** Its source, also as the place in a file store that it may be; and the repositories of its mirrors. */
const namesInEntry = memo(({ source, mirrors }: MirrorEntry): readonly string[] => [
  ...(source === undefined ? [] : [source.value, `file://${source.value}`]),
  ...mirrors.flatMap(({ value }) => {
    const parsed = parseReference(value);
    return parsed.ok ? [repositoryOf(parsed.reference)] : [];
  }),
]);

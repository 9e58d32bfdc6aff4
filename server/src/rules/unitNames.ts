import { folderOf } from '../base/paths.ts';
import { parseReference, repositoryOf, withoutTransport } from '../documents/imageReference.ts';
import type { MappingPair } from '../documents/mapping.ts';
import type { MirrorEntry } from '../documents/mirrorSet.ts';
import { scopesOf } from '../documents/pullRules.ts';
import { isAtHop, isInRegistry } from '../documents/transport.ts';
import { hostInFolder } from '../pulls/mirrorPlaces.ts';
import type { RuleContext, Units } from './rule.ts';
import type { Unit } from './units.ts';

/**
 * The names under which logs of changes (`Rule.follows`) say something of a line or an entry. It is no harm when a name is
 * here for one rule and means nothing to another.
 *
 * Some hang on what the workspace says of another: where an image comes from on the place that it is copied from. That
 * one is a name too, so that whoever follows both knows of each change by the names of before and by those of now.
 */
export function* namesOf(unit: Unit, context: RuleContext): Generator<string> {
  if (unit.kind === 'mapping-line')
    for (const pair of (unit.value as Units['mapping-line']).line.pairs) yield* namesOfPair(pair, context);
  if (unit.kind === 'mirror-entry') yield* namesOfEntry((unit.value as Units['mirror-entry']).entry);
}

/** The place it comes from, in a store also without `file://`; what pods call it and all scopes of that; the same of its destination. */
function* namesOfPair({ source, destination }: MappingPair, context: RuleContext): Generator<string> {
  if (source.parsed.ok) {
    const { reference } = source.parsed;
    yield repositoryOf(reference);
    if (isAtHop(reference)) yield withoutTransport(reference);
    for (const repository of context.snapshot.provenance.trueSources(reference)) yield* scopesOf(repository);
  }
  if (destination.parsed.ok) {
    const { reference } = destination.parsed;
    yield* scopesOf(repositoryOf(reference));
    if (isInRegistry(reference)) yield hostInFolder(reference.registry, folderOf(context.path));
  }
}

/** Its source, also as the place in a file store that it may be; and the repositories of its mirrors. */
function* namesOfEntry({ source, mirrors }: MirrorEntry): Generator<string> {
  if (source !== undefined) {
    yield source.value;
    yield `file://${source.value}`;
  }
  for (const { value } of mirrors) {
    const parsed = parseReference(value);
    if (parsed.ok) yield repositoryOf(parsed.reference);
  }
}

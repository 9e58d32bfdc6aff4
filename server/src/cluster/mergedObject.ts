import { t } from '../base/sentences.ts';
import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';
import type { Manifest } from './manifest.ts';
import { mergedMachineConfig } from './mergedMachineConfig.ts';
import { isMirrorSetKind, mergedMirrorSet } from './mergedMirrorSet.ts';
import { asObject, type Merged, withOwn } from './withOwn.ts';

/**
 * A manifest laid into the object of the same name, of which everything stays that the manifest does not decide: whoever put it
 * there wanted it. Entries and mirrors of both are there afterwards, those of the cluster first.
 * @throws UserError `notMergeable` for what only a person can put together
 */
export function mergedObject(current: PlainObject, manifest: Manifest): Merged {
  const { kind, object } = manifest;
  if (isMirrorSetKind(kind)) return mergedMirrorSet(current, object, kind);
  if (kind === 'MachineConfig') return mergedMachineConfig(current, manifest);
  return mergedCatalog(current, object);
}

/** True where the cluster has it as it is to be: then nothing is written, and nobody has to be asked. */
export function isSame(current: PlainObject, merged: PlainObject): boolean {
  return JSON.stringify(sorted(current)) === JSON.stringify(sorted(merged));
}

/** A catalog is to be what was mirrored; what else somebody has set, such as a priority, stays. */
function mergedCatalog(current: PlainObject, wanted: PlainObject): Merged {
  const object = withOwn(current, laidOver(current.spec, wanted.spec), wanted);
  const before = imageOf(current);
  const after = imageOf(object);
  if (before === after || before === undefined || after === undefined) return { object, notes: [] };
  return { object, notes: [t('Its image was {0} and becomes {1}.', before, after)] };
}

/** Fields of both, those of `over` where both have one. Of lists of names, such as pull secrets, each is there once. */
function laidOver(under: unknown, over: unknown): unknown {
  if (Array.isArray(under) && Array.isArray(over)) {
    const isNames = [...under, ...over].every((item) => typeof item === 'string');
    return isNames ? [...new Set([...under, ...over])] : over;
  }
  if (!isPlainObject(under) || !isPlainObject(over)) return over ?? under;
  const names = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries([...names].map((name) => [name, laidOver(under[name], over[name])]));
}

function imageOf({ spec }: PlainObject): string | undefined {
  const { image, source } = asObject(spec);
  const named = image ?? asObject(asObject(source).image).ref;
  return typeof named === 'string' ? named : undefined;
}

/** With the fields of all objects in one order, so that two can be compared. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlainObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

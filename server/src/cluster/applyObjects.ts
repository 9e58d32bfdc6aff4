import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { PlainObject } from '../documents/plainObjects.ts';
import { collectionPath, type Manifest, objectPath } from './manifest.ts';
import { isSame, mergedObject } from './mergedObject.ts';
import { createObject, readObject, replaceObject, type WriteOptions } from './objects.ts';
import type { Oc } from './oc.ts';

/** What applying a manifest would do to a cluster as it is now. */
export interface PlannedObject {
  readonly manifest: Manifest;
  readonly change: 'added' | 'merged' | 'unchanged';
  /** As it is to be, with the version that was read where the cluster has it. */
  readonly object: PlainObject;
  /** Whole sentences about what the cluster has of it. */
  readonly notes: readonly string[];
}

/** An object that the API server does not take. */
export interface RefusedObject {
  readonly planned: PlannedObject;
  readonly error: UserError;
}

/** @throws UserError `notMergeable`; as `readObject` */
export async function planObject(oc: Oc, manifest: Manifest): Promise<PlannedObject> {
  const current = await readObject(oc, objectPath(manifest));
  if (current === undefined) return { manifest, change: 'added', object: manifest.object, notes: [] };
  const { object, notes } = mergedObject(current, manifest);
  return { manifest, change: isSame(current, object) ? 'unchanged' : 'merged', object, notes };
}

/** Lets the API server say of each object whether it would take it, with all its checks and webhooks. Changes nothing. */
export async function dryRun(oc: Oc, planned: readonly PlannedObject[]): Promise<readonly RefusedObject[]> {
  const refused: RefusedObject[] = [];
  for (const one of changing(planned)) {
    try {
      await write(oc, one, { dryRun: true });
    } catch (error) {
      if (oc.signal.aborted || !(error instanceof UserError) || error.code === 'cluster') throw error;
      refused.push({ planned: one, error: withKind(error, one) });
    }
  }
  return refused;
}

/** Those that are not as they are to be. */
export function changing(planned: readonly PlannedObject[]): readonly PlannedObject[] {
  return planned.filter(({ change }) => change !== 'unchanged');
}

/** How often an object that others change at the same moment is merged anew. */
const mostAttempts = 3;

/**
 * Writes one object. Where somebody has changed it since it was read, it is read and merged again, as long as `isStillWanted`
 * says that this comes to the same for the nodes.
 * @returns the object as it was written
 * @throws UserError `changedMeanwhile`; as `runOc`
 */
export async function applyObject(
  oc: Oc,
  planned: PlannedObject,
  isStillWanted: (fresh: PlannedObject) => Promise<boolean>,
): Promise<PlannedObject> {
  let current = planned;
  for (let attempt = 1; ; attempt++) {
    try {
      if (current.change !== 'unchanged') await write(oc, current, { dryRun: false });
      return current;
    } catch (error) {
      const isOvertaken = error instanceof UserError && error.code === 'conflict';
      if (!isOvertaken || attempt === mostAttempts) throw error;
    }
    current = await planObject(oc, planned.manifest);
    if (current.change === 'unchanged' || (await isStillWanted(current))) continue;
    const { kind, name } = planned.manifest;
    throw new UserError(
      'changedMeanwhile',
      t(
        '{0} {1} was changed by somebody else, and nodes would now do something else than was confirmed',
        kind,
        name,
      ),
      { nextStep: t('run the same again, which shows what nodes would do') },
    );
  }
}

function write(oc: Oc, { manifest, change, object }: PlannedObject, options: WriteOptions): Promise<void> {
  return change === 'added'
    ? createObject(oc, collectionPath(manifest), object, options)
    : replaceObject(oc, objectPath(manifest), object, options);
}

/** What is not found when an object is made is the kind itself. */
function withKind(error: UserError, { change, manifest }: PlannedObject): UserError {
  if (error.code !== 'notFound' || change !== 'added') return error;
  const { kind, object } = manifest;
  return new UserError('refused', t('the cluster has no {0} of {1}', kind, String(object.apiVersion)), {
    nextStep: t('write the files for its version: operator-mirror manifests DIR --cluster-version VERSION'),
    cause: error,
  });
}

import { UserError } from '../base/errors.ts';
import { parsedJson } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';
import { type Oc, runOc } from './oc.ts';

/*
 * Objects by their paths, as `oc --raw` gives and takes them: an object that is written back carries the version that was read, so
 * that the API server refuses it when somebody else has changed it meanwhile.
 */

/** Whether something is done, or the API server only says whether it would be. */
export interface WriteOptions {
  readonly dryRun: boolean;
}

/** Undefined where there is none. @throws UserError as `runOc`, `cluster` for an answer that is no object */
export async function readObject(oc: Oc, path: string): Promise<PlainObject | undefined> {
  const answer = await runOc(oc, ['get', '--raw', path]).catch((error: unknown) => {
    if (error instanceof UserError && error.code === 'notFound') return undefined;
    throw error;
  });
  return answer === undefined ? undefined : objectIn(answer, oc);
}

/**
 * The objects of a collection; none where the cluster does not know the kind.
 * @param path with selectors behind `?`, where only some are wanted
 * @throws UserError as `runOc`
 */
export async function listOf(oc: Oc, path: string): Promise<readonly PlainObject[]> {
  const { items } = (await readObject(oc, path)) ?? {};
  return Array.isArray(items) ? items.filter(isPlainObject) : [];
}

/** Makes an object that is not there yet. @throws UserError as `runOc` */
export async function createObject(
  oc: Oc,
  collection: string,
  object: PlainObject,
  options: WriteOptions,
): Promise<void> {
  await runOc(oc, ['create', '--raw', withQuery(collection, options), '-f', '-'], JSON.stringify(object));
}

/** Writes an object in the place of the one that was read. @throws UserError `conflict` where that is another one by now; as `runOc` */
export async function replaceObject(
  oc: Oc,
  path: string,
  object: PlainObject,
  options: WriteOptions,
): Promise<void> {
  // The API server looks at it itself: without this, older clients first load descriptions of everything that there is.
  const given = ['--validate=false', '-f', '-'];
  await runOc(oc, ['replace', '--raw', withQuery(path, options), ...given], JSON.stringify(object));
}

/** A misspelled field is refused, and not left out without a word, by servers that can (Kubernetes 1.25). */
function withQuery(path: string, { dryRun }: WriteOptions): string {
  return `${path}?fieldManager=operator-mirror&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
}

function objectIn(answer: string, { command }: Oc): PlainObject {
  const object = parsedJson(answer);
  if (isPlainObject(object)) return object;
  throw new UserError('cluster', t('{0} prints no object where there should be one', command), {
    nextStep: t('see whether it is the oc that it should be'),
  });
}

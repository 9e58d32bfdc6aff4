import { t } from '../base/sentences.ts';
import {
  formatReference,
  type ImageReference,
  placeOf,
  repositoryOf,
  withDockerDefaults,
} from '../documents/imageReference.ts';
import { isOcMirrorCache } from '../documents/mappingLine.ts';
import { isOnDisk, unaskable } from '../documents/transport.ts';

/** One thing to ask of a repository. */
export interface Question {
  /** Equal for references that mean the same. */
  readonly key: string;
  /** What is asked for, as a person would write it. */
  readonly name: string;
  /** Who answers: a registry's host, or the `v2/` of a folder. Those who are slow delay nobody else. */
  readonly place: string;
  /** True when the answer is on this machine's disk: no network is needed, and asking costs next to nothing. */
  readonly local: boolean;
  /** `HOST/NAMESPACE/NAME`, or `file://NAMESPACE/NAME`. */
  readonly repository: string;
  /** The reference as somebody asked for it. */
  readonly reference: ImageReference;
  /** The folder of the document that holds the reference, as a path; undefined when nobody said. */
  readonly folder: string | undefined;
}

/** What is under this tag or digest? */
export interface ImageQuestion extends Question {
  /** A digest, or else a tag. */
  readonly version: string;
  readonly byDigest: boolean;
}

/** Why nobody can be asked. */
export interface Unaskable {
  readonly reason: string;
}

/** The question for one image. `from` is the document that holds the reference, as `Facts` says. */
export function imageQuestion(reference: ImageReference, from?: string): ImageQuestion | Unaskable {
  const asked = ask(reference, from);
  if ('reason' in asked) return asked;
  const { digest, tag } = withDockerDefaults(reference);
  const version = digest ?? tag;
  // Docker's defaults give a tag to everything in a registry; `oc` has none for its folders.
  if (version === undefined) {
    return { reason: t('{0} names no image: it has neither a tag nor a digest', formatReference(reference)) };
  }
  const byDigest = digest !== undefined;
  const suffix = `${byDigest ? '@' : ':'}${version}`;
  const key = `${asked.key}${suffix}`;
  // Thousands are remembered: where both say the same they are the same text.
  const name = asked.name === asked.key ? key : `${asked.name}${suffix}`;
  return { ...asked, key, name, version, byDigest };
}

/** The question for all tags of a repository. */
export function tagsQuestion(reference: ImageReference, from?: string): Question | Unaskable {
  const asked = ask(reference, from);
  return 'reason' in asked ? asked : { ...asked, key: `tags of ${asked.key}` };
}

/** The question whether a registry gives an image to everybody. */
export function loginQuestion(reference: ImageReference, from?: string): ImageQuestion | Unaskable {
  const asked = imageQuestion(reference, from);
  if ('reason' in asked) return asked;
  if (asked.local) return { reason: t('{0} is not in a registry', formatReference(reference)) };
  return { ...asked, key: `login for ${asked.key}` };
}

function ask(reference: ImageReference, from: string | undefined): Question | Unaskable {
  const why = unaskable(reference);
  if (why !== undefined) {
    return { reason: t(why.reason, formatReference(reference)) };
  }
  const full = withDockerDefaults(reference);
  if (isOcMirrorCache(full)) {
    return {
      reason: t('{0} is oc-mirror’s own cache, which is there only while oc-mirror runs', full.registry),
    };
  }
  const repository = repositoryOf(full);
  const folder = from === undefined ? undefined : documentFolder(from);
  const local = isOnDisk(full);
  // The same name means another image for a document elsewhere.
  const key = local ? `${folder ?? ''} ${repository}` : repository;
  return { key, name: repository, place: placeOf(full), local, repository, reference, folder };
}

/**
 * The folder of a document that is given as a path or as a decoded `file:` URI, `file:///C:/folder/file`;
 * undefined for what is on no disk, such as a text without a name.
 */
export function documentFolder(document: string): string | undefined {
  const isFile = document.startsWith('file://');
  if (!isFile && /^[a-z][a-z0-9+.-]+:/i.test(document)) return undefined;
  const path = isFile ? document.slice('file://'.length).replace(/^\/(?=[a-z]:)/i, '') : document;
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'), 0)) || '/';
}

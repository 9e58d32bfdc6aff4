import { isVerifiable } from '../base/digest.ts';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { parseReference } from '../documents/imageReference.ts';

/**
 * What things are called in the `v2/` folder that `oc` writes:
 * `v2/REPOSITORY/blobs/sha256:HEX` and `v2/REPOSITORY/manifests/{sha256:HEX,TAG}`.
 * https://github.com/openshift/oc/blob/main/pkg/cli/image/imagesource/file.go
 */

/** What copies of earlier versions left in a folder when they were stopped. */
const temporaryPrefix = '.tmp-';
const leftover = '.download';

/** The names that a digest's file may have, the one to write first. Windows allows no colon in a name. */
export function digestNames(digest: string, platform = process.platform): readonly string[] {
  const dashed = digest.replace(':', '-');
  // There a colon would name a stream inside the file `sha256`.
  return platform === 'win32' ? [dashed] : [digest, dashed];
}

/** The digest that a file's name stands for; undefined when it is another kind of name. */
export function digestOfName(name: string): string | undefined {
  const digest = name.replace(/^([a-z0-9]+)-/, '$1:');
  return isVerifiable(digest) ? digest : undefined;
}

/** True for a name in `manifests/` that may be a tag's: no digest and nothing that a stopped copy left. */
export function isTagName(name: string): boolean {
  return isTag(name) && !name.endsWith(leftover);
}

/** True for the name of a file that a copy of `oc`, or of an earlier version, was still writing. */
export function isLeftover(name: string): boolean {
  return name.startsWith(temporaryPrefix) || name.endsWith(leftover);
}

/** The tag that `oc` was about to write where it left a file of this name in `manifests/`. */
export function leftoverTag(name: string): string | undefined {
  const tag = name.endsWith(leftover) ? name.slice(0, -leftover.length) : '';
  return isTag(tag) && digestOfName(tag) === undefined ? tag : undefined;
}

/** @throws UserError `badReference` for what is no tag, before it gets into a path */
export function checkTag(tag: string): void {
  if (isTag(tag)) return;
  throw new UserError('badReference', t('{0} is no valid tag or digest', JSON.stringify(tag)), {
    nextStep: t('a tag has letters, digits, `_`, `.` and `-`, at most 128'),
  });
}

/** @throws UserError `badReference` for a repository that could name something outside its folder */
export function checkRepository(repository: string): void {
  const parsed = parseReference(`file://x/${repository}`);
  if (parsed.ok && parsed.reference.repository === `x/${repository}` && parsed.reference.tag === undefined)
    return;
  throw new UserError('badReference', t('{0} is no repository of a file store', JSON.stringify(repository)), {
    nextStep: t('write it as file://NAMESPACE/NAME'),
  });
}

function isTag(text: string): boolean {
  const parsed = parseReference(`x/y:${text}`);
  return parsed.ok && parsed.reference.tag === text;
}

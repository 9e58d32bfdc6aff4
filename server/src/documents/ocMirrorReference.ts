import { t } from '../base/sentences.ts';

/**
 * An image as oc-mirror v2 takes it apart, which is rougher than `parseReference`: it looks for a tag and a digest, and hardly
 * at the name.
 */
export interface OcMirrorReference {
  /** How it begins, such as `oci://`; empty for an image in a registry, with or without `docker://`. */
  readonly scheme: string;
  /** Without tag and digest. */
  readonly name: string;
  /** `name` without the registry. */
  readonly path: string;
  readonly tag: string;
  /** With its algorithm; empty where there is none. */
  readonly digest: string;
}

export type ParsedOcMirrorReference =
  | { readonly ok: true; readonly reference: OcMirrorReference }
  | { readonly ok: false; readonly problem: string };

const digests = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/** Takes a reference apart, or says why oc-mirror v2 cannot. Ask it where the question is what oc-mirror does. */
export function parseOcMirrorReference(text: string): ParsedOcMirrorReference {
  const separator = text.indexOf('://');
  const written = separator === -1 ? '' : text.slice(0, separator + 3);
  const scheme = written === 'docker://' ? '' : written;
  const isImage = scheme === '';
  const rest = text.slice(written.length);
  const at = rest.indexOf('@');
  const digest = at === -1 ? '' : rest.slice(at + 1);
  if (at !== -1 && !digests.test(digest)) {
    return { ok: false, problem: t('{0} has no valid digest', text) };
  }
  let name = at === -1 ? rest : rest.slice(0, at);
  let tag = '';
  const colon = name.lastIndexOf(':');
  const slash = name.indexOf('/');
  if (isImage && colon !== -1 && (slash === -1 || (slash > 0 && colon > slash))) {
    tag = name.slice(colon + 1);
    name = name.slice(0, colon);
  }
  if (name === '') return { ok: false, problem: t('the image is missing') };
  if (isImage && tag === '' && digest === '') {
    return { ok: false, problem: t('{0} has neither tag nor digest', text) };
  }
  const first = name.indexOf('/');
  const path = isImage && first !== -1 ? name.slice(first + 1) : name;
  return { ok: true, reference: { scheme, name, path, tag, digest } };
}

import { t } from '../base/sentences.ts';

/**
 * An image as oc-mirror v2 takes it apart, which is rougher than `parseReference`: it looks for a tag and a digest, and hardly
 * at the name.
 */
export interface OcMirrorReference {
  /** `docker://` where none is written. */
  readonly transport: string;
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
  const scheme = text.indexOf('://');
  const transport = scheme === -1 ? 'docker://' : text.slice(0, scheme + 3);
  const isImage = transport === 'docker://';
  const rest = scheme === -1 ? text : text.slice(scheme + 3);
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
  return { ok: true, reference: { transport, name, path, tag, digest } };
}

import { t } from '../base/sentences.ts';
import { isHost, isPathComponent, looksLikeRegistry } from './imageReference.ts';

/** Where images are to go. */
export type MirrorPlace =
  /** A registry; `path` is the namespace below which all of them get their repositories, and may be empty. */
  | { readonly kind: 'registry'; readonly host: string; readonly path: string }
  /** A `v2/` folder as `oc` writes it; `path` is the repository in it below which all of them are. */
  | { readonly kind: 'files'; readonly path: string }
  /** An OCI image layout. */
  | { readonly kind: 'layout'; readonly folder: string };

export type ParsedPlace =
  | { readonly ok: true; readonly place: MirrorPlace }
  | { readonly ok: false; readonly problem: string };

const registryPrefix = 'docker://';
const filesPrefix = 'file://';
const layoutPrefix = 'oci://';

/** Reads a DEST: `[docker://]HOST[:PORT][/NAMESPACE]`, `oci://DIR` or `file://PATH`. Never throws. */
export function parsePlace(text: string): ParsedPlace {
  if (text.startsWith(layoutPrefix)) {
    const folder = text.slice(layoutPrefix.length);
    return folder === ''
      ? { ok: false, problem: t('the folder of the layout is missing') }
      : { ok: true, place: { kind: 'layout', folder } };
  }
  if (text.startsWith(filesPrefix)) {
    const path = withoutEnds(text.slice(filesPrefix.length));
    const problem = path === '' ? undefined : pathProblem(path);
    return problem === undefined ? { ok: true, place: { kind: 'files', path } } : { ok: false, problem };
  }
  const [host = '', ...components] = (
    text.startsWith(registryPrefix) ? text.slice(registryPrefix.length) : text
  ).split('/');
  if (host === '') return { ok: false, problem: t('the registry is missing') };
  if (!isHost(host) || !looksLikeRegistry(host)) {
    return { ok: false, problem: t('{0} is no registry: HOST.DOMAIN, HOST:PORT or localhost', host) };
  }
  const path = withoutEnds(components.join('/'));
  const problem = path === '' ? undefined : pathProblem(path);
  return problem === undefined
    ? { ok: true, place: { kind: 'registry', host, path } }
    : { ok: false, problem };
}

/** The place as text that `parsePlace` reads. */
export function formatPlace(place: MirrorPlace): string {
  switch (place.kind) {
    case 'registry':
      return `${registryPrefix}${place.path === '' ? place.host : `${place.host}/${place.path}`}`;
    case 'files':
      return `${filesPrefix}${place.path}`;
    case 'layout':
      return `${layoutPrefix}${place.folder}`;
  }
}

/** True for a destination, as `MirrorImage` has it, that is at this place. */
export function isAt(place: MirrorPlace, destination: string): boolean {
  if (place.kind === 'layout') return destination.startsWith(`${formatPlace(place)}:`);
  const prefix =
    place.kind === 'files'
      ? formatPlace(place)
      : [place.host, place.path].filter((part) => part !== '').join('/');
  return destination.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}

/** `oc` reads `file:///a/` as `file://a`. */
function withoutEnds(path: string): string {
  return path.replace(/^\//, '').replace(/\/$/, '');
}

function pathProblem(path: string): string | undefined {
  const bad = path.split('/').find((component) => !isPathComponent(component));
  if (bad === undefined) return undefined;
  if (bad.includes(':') || bad.includes('@'))
    return t('it has a tag or a digest, which each image has itself');
  return t('"{0}" is not valid in a repository name: lower-case letters, digits and . _ - between them', bad);
}

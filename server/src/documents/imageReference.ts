import { isDigest } from '../base/digest.ts';
import { t } from '../base/sentences.ts';
import { holderOf, isInRegistry, prefixOf, type Transport, transportOf } from './transport.ts';

/**
 * An image reference as `oc` reads it: `[file://|s3://][REGISTRY/]REPOSITORY[:TAG][@DIGEST]`, with no Docker
 * defaults filled in. The first path component is a registry only if it has a `.` or a `:` or is `localhost`.
 * https://github.com/openshift/library-go/blob/master/pkg/image/reference/reference.go
 */
export interface ImageReference {
  readonly transport: Transport;
  /** `HOST[:PORT]`, or empty when the reference names none. */
  readonly registry: string;
  /** The path below the registry, `namespace/name`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Where the parts of a reference stand in the text that was parsed, as offsets; `end` is exclusive. */
export interface ReferenceSpans {
  readonly repository: Span;
  /** Without the colon. */
  readonly tag: Span | undefined;
  /** Without the `@`. */
  readonly digest: Span | undefined;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ValidReference {
  readonly ok: true;
  readonly reference: ImageReference;
  readonly spans: ReferenceSpans;
}

export type ParsedReference =
  | ValidReference
  | { readonly ok: false; readonly problem: string; readonly span: Span };

/** Characters of a registry and a repository together. */
const longestName = 255;
const tagGrammar = /^\w[\w.-]{0,127}$/;
const portGrammar = /^[0-9]+$/;
const hostLabel = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const ipv6Grammar = /^\[[0-9a-fA-F:.]+\]$/;
// A separator stands between letters or digits only: one `.`, one or two `_`, or any number of `-`.
const pathCharacters = /^[a-z0-9._-]+$/;
const badSeparator = /^[._-]|[._-]$|\.[._-]|_[.-]|-[._]|___/;
/** The same two for several components at once: nearly every name is right, and most of a mapping is names. */
const severalCharacters = /^[a-z0-9._/-]+$/;
const badSeparators = /^[._/-]|[._/-]$|\.[._/-]|_[./-]|-[._/]|___|\/[._/-]/;

/**
 * Parts of expressions for names as nearly all are, each of which can be read in one way only, so in linear time: a registry
 * or a first component, of characters that may stand in both, and a component of a path. What they do not match may be right
 * all the same.
 */
export const usualFirst = '[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]+)?';
export const usualComponent = '[a-z0-9]+(?:(?:[._]|-+)[a-z0-9]+)*';

/** Parses one reference. Never throws; the problem is worded for the person who wrote the text. */
export function parseReference(text: string): ParsedReference {
  // `file:///x` and `file://x` are the same place: `oc` strips one slash and reads the rest as relative.
  const { transport, start } = transportOf(text);

  const refused = (problem: string, from: number, to: number): ParsedReference => ({
    ok: false,
    problem,
    span: { start: from, end: to },
  });

  const at = text.indexOf('@', start);
  const nameEnd = at === -1 ? text.length : at;
  const lastSlash = text.lastIndexOf('/', nameEnd - 1);
  const colon = text.lastIndexOf(':', nameEnd - 1);
  const hasTag = colon > Math.max(lastSlash, start - 1);
  const name = text.slice(start, hasTag ? colon : nameEnd);

  if (name === '') return refused(t('the repository is missing'), 0, text.length);
  const scheme = name.includes('://') ? /^([a-z][a-z0-9+.-]*):\/\//.exec(name) : null;
  if (scheme !== null) {
    return refused(
      t('{0}:// is not part of an image reference', scheme[1] ?? ''),
      start,
      start + scheme[0].length,
    );
  }
  if (hasTag && !tagGrammar.test(text.slice(colon + 1, nameEnd))) {
    return refused(t('the tag is not valid'), colon, nameEnd);
  }
  if (at !== -1 && !isDigest(text.slice(at + 1))) {
    return refused(t('the digest is not valid (sha256: and 64 hexadecimal digits)'), at, text.length);
  }
  if (name.length > longestName) {
    return refused(t('the name is longer than {0} characters', longestName), start, start + name.length);
  }

  const slash = name.indexOf('/');
  const first = slash === -1 ? name : name.slice(0, slash);
  const rest = slash === -1 ? '' : name.slice(slash + 1);
  if (!(isPathComponent(first) || (slash !== -1 && isHost(first))) || (slash !== -1 && !isPath(rest))) {
    return badComponent(name, start);
  }

  const named = slash !== -1 && looksLikeRegistry(first);
  const port = !hasTag || portGrammar.test(text.slice(colon + 1, nameEnd));
  if (slash === -1 && first.includes('.') && isInRegistry({ transport }) && port && at === -1) {
    return refused(t('it names a registry but no repository'), start, start + name.length);
  }
  const tag = hasTag ? text.slice(colon + 1, nameEnd) : undefined;
  const digest = at === -1 ? undefined : text.slice(at + 1);
  return named
    ? parsedReference(transport, first, rest, name, tag, digest, start, text.length)
    : parsedReference(transport, '', name, name, tag, digest, start, text.length);
}

/** What a text says of which all parts are known to be right. `path` is registry and repository as they are written. */
function parsedReference(
  transport: Transport,
  registry: string,
  repository: string,
  path: string,
  tag: string | undefined,
  digest: string | undefined,
  start: number,
  end: number,
): ValidReference {
  const reference = new NamedReference(transport, registry, repository, path, tag, digest, undefined);
  return new Parsed(reference, start, start + path.length, end);
}

/** What stands before the tag or the digest of a reference, in the usual form. */
export interface UsualName extends Pick<ImageReference, 'transport' | 'registry' | 'repository'> {
  /** Registry and repository as they are written. */
  readonly path: string;
  /** The same with `file://` where it is there. */
  readonly name: string;
  /** True where its length and its host let somebody copy from it. */
  readonly isReachable: boolean;
}

/**
 * A name as nearly all are, `file://` in front of it or not, with several components. It matches nothing that has a template, a
 * pattern of tags, a blank or a comment in it.
 */
const usualName = new RegExp(`^(?:file://)?${usualFirst}(?:/${usualComponent})+$`);

/** Names in the usual form, each read once and kept once: a file has ten thousands of lines and some hundred repositories. */
export class UsualNames {
  readonly #names = new Map<string, UsualName | 'unusual'>();
  readonly #hosts = new Map<string, UsualHost>();

  /** Undefined for what is not in the usual form, which may be right all the same. */
  of(text: string): UsualName | undefined {
    let name = this.#names.get(text);
    if (name === undefined) {
      name = usualName.test(text) ? this.#read(text) : 'unusual';
      this.#names.set(text, name);
    }
    return name === 'unusual' ? undefined : name;
  }

  #read(name: string): UsualName {
    const { transport, start } = transportOf(name);
    const path = start === 0 ? name : name.slice(start);
    const first = registryOf(path);
    let host = this.#hosts.get(first);
    if (host === undefined) {
      host = usualHost(first);
      this.#hosts.set(first, host);
    }
    const { registry, isReachable } = host;
    return {
      transport,
      registry,
      repository: registry === '' ? path : path.slice(registry.length + 1),
      path,
      name,
      isReachable: path.length <= longestName && (isReachable || !isInRegistry({ transport })),
    };
  }
}

/** A first component: the registry that it is, if it is one, and whether a machine can have its name. */
type UsualHost = Pick<UsualName, 'registry' | 'isReachable'>;

function usualHost(first: string): UsualHost {
  return looksLikeRegistry(first)
    ? { registry: first, isReachable: hostProblem(first) === undefined }
    : { registry: '', isReachable: true };
}

/** The reference with a name, a tag and a digest, of which all are right. */
export function usualReference(
  { transport, registry, repository, path, name }: UsualName,
  tag: string | undefined,
  digest: string | undefined,
): ImageReference {
  return new NamedReference(transport, registry, repository, path, tag, digest, name);
}

/** Where the parts of a reference stand in a text in the usual form. */
export function usualSpans(reference: ImageReference): ReferenceSpans {
  const nameEnd = repositoryOf(reference).length;
  const end = nameEnd + 1 + (reference.digest ?? reference.tag ?? '').length;
  return spansOf(reference, prefixOf(reference).length, nameEnd, end);
}

/** It is asked for its name again and again, by who looks it up in tables: then one text is quicker than equal ones. */
class NamedReference implements ImageReference {
  readonly transport: Transport;
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  readonly #path: string;
  #name: string | undefined;

  constructor(
    transport: Transport,
    registry: string,
    repository: string,
    path: string,
    tag: string | undefined,
    digest: string | undefined,
    name: string | undefined,
  ) {
    this.transport = transport;
    this.registry = registry;
    this.repository = repository;
    this.tag = tag;
    this.digest = digest;
    this.#path = path;
    this.#name = name;
  }

  static pathOf(reference: NamedReference): string {
    return reference.#path;
  }

  static nameOf(reference: NamedReference): string {
    reference.#name ??= prefixOf(reference) + reference.#path;
    return reference.#name;
  }
}

/** Where the parts stand follows from their lengths; few ask, and a mapping has ten thousands of references. */
class Parsed implements ValidReference {
  readonly ok = true;
  readonly reference: ImageReference;
  readonly #start: number;
  readonly #nameEnd: number;
  readonly #end: number;

  constructor(reference: ImageReference, start: number, nameEnd: number, end: number) {
    this.reference = reference;
    this.#start = start;
    this.#nameEnd = nameEnd;
    this.#end = end;
  }

  get spans(): ReferenceSpans {
    return spansOf(this.reference, this.#start, this.#nameEnd, this.#end);
  }
}

function spansOf(
  { tag, digest }: ImageReference,
  start: number,
  nameEnd: number,
  end: number,
): ReferenceSpans {
  const tagStart = nameEnd + 1;
  return {
    repository: { start, end: nameEnd },
    tag: tag === undefined ? undefined : { start: tagStart, end: tagStart + tag.length },
    digest: digest === undefined ? undefined : { start: end - digest.length, end },
  };
}

/** Which component is not valid, and why. */
function badComponent(name: string, start: number): ParsedReference {
  let offset = start;
  const components = name.split('/');
  for (const [index, component] of components.entries()) {
    const mayBeHost = index === 0 && components.length > 1;
    if (!isPathComponent(component) && !(mayBeHost && isHost(component))) {
      // An empty component has no place of its own; the slash behind it has one, or the one before.
      const end = Math.min(offset + Math.max(component.length, 1), start + name.length);
      const span = { start: Math.min(offset, end - 1), end };
      return { ok: false, problem: componentProblem(component), span };
    }
    offset += component.length + 1;
  }
  return { ok: false, problem: t('it is no image reference'), span: { start, end: start + name.length } };
}

/** True when a first path component is a registry and no namespace, as Docker, `oc` and the nodes decide it. */
export function looksLikeRegistry(component: string): boolean {
  return component.includes('.') || component.includes(':') || component === 'localhost';
}

/** True for `HOST` or `HOST:PORT` by the reference grammar, IPv6 in brackets included. */
export function isHost(text: string): boolean {
  const colon = text.startsWith('[') ? text.indexOf(']:') + 1 || text.length : text.indexOf(':');
  const host = colon === -1 ? text : text.slice(0, colon);
  const port = colon === -1 || colon === text.length ? undefined : text.slice(colon + 1);
  if (port !== undefined && !portGrammar.test(port)) return false;
  return ipv6Grammar.test(host) || host.split('.').every((label) => hostLabel.test(label));
}

/**
 * Why no registry can be reached by a `HOST[:PORT]` that `isHost` lets pass, as the grammar of references lets pass any
 * number for a port; undefined where one may be.
 */
export function hostProblem(host: string): string | undefined {
  const port = /:(\d+)$/.exec(host)?.[1];
  if (port !== undefined && (Number(port) > 65535 || Number(port) === 0)) {
    return t('{0} cannot be reached: ports are numbers from 1 to 65535', host);
  }
  return URL.canParse(`https://${host}/`)
    ? undefined
    : t('{0} is no name or address that a machine can have', host);
}

/** True for one component of a repository path: lower-case letters and digits with single separators between. */
export function isPathComponent(component: string): boolean {
  return pathCharacters.test(component) && !badSeparator.test(component);
}

/** The same of several components with slashes between. */
function isPath(path: string): boolean {
  return severalCharacters.test(path) && !badSeparators.test(path);
}

function componentProblem(component: string): string {
  if (component === '') return t('a path component is empty');
  if (isPathComponent(component.toLowerCase())) return t('the repository name must be lower-case');
  return t('"{0}" is not valid in a repository name', component);
}

/** The reference as text, with tag and digest where it has them. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${repositoryOf(reference)}${tag}${digest}`;
}

/**
 * The reference as `oc` prints and compares it: the tag is dropped where there is a digest.
 * Two destinations of a mapping are the same when these are equal.
 */
export function exactReference(reference: ImageReference): string {
  const { digest, tag } = reference;
  const version = digest !== undefined ? `@${digest}` : tag !== undefined ? `:${tag}` : '';
  return `${repositoryOf(reference)}${version}`;
}

/** Registry and repository without tag and digest, with the transport's prefix: `file://a/b`, `quay.io/a/b`. */
export function repositoryOf(reference: ImageReference): string {
  return reference instanceof NamedReference
    ? NamedReference.nameOf(reference)
    : `${prefixOf(reference)}${joined(reference)}`;
}

/** The same without the transport's prefix: `a/b` of `file://a/b`. */
export function withoutTransport(reference: ImageReference): string {
  return reference instanceof NamedReference ? NamedReference.pathOf(reference) : joined(reference);
}

function joined({ registry, repository }: ImageReference): string {
  return registry === '' ? repository : `${registry}/${repository}`;
}

/** The registry of a full name, `HOST[:PORT]/…`: of a scope, a mirror, or what `repositoryOf` gives of an image there. */
export function registryOf(name: string): string {
  const slash = name.indexOf('/');
  return slash === -1 ? name : name.slice(0, slash);
}

/**
 * The reference that a container engine really asks for: registry `docker.io`, namespace `library` and tag
 * `latest` where they are missing.
 */
export function withDockerDefaults(reference: ImageReference): ImageReference {
  if (!isInRegistry(reference)) return reference;
  const registry = reference.registry === '' ? 'docker.io' : reference.registry;
  const needsLibrary = isDockerHub(registry) && !reference.repository.includes('/');
  const isWhole = registry === reference.registry && !needsLibrary;
  if (isWhole && (reference.tag ?? reference.digest) !== undefined) return reference;
  return {
    ...reference,
    registry,
    repository: needsLibrary ? `library/${reference.repository}` : reference.repository,
    tag: reference.tag ?? (reference.digest === undefined ? 'latest' : undefined),
  };
}

/** Who has an image, in a word: a registry's `HOST[:PORT]`, or `v2/` for the folder that `oc` writes. */
export function placeOf(reference: ImageReference): string {
  return holderOf(reference) ?? withDockerDefaults(reference).registry;
}

/** Docker Hub goes by three names. */
export function isDockerHub(registry: string): boolean {
  return registry === 'docker.io' || registry === 'index.docker.io' || registry === 'registry-1.docker.io';
}

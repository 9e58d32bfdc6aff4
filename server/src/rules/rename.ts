import { sameRange } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { parseReference, repositoryOf } from '../documents/imageReference.ts';
import { isMirrorSet } from '../documents/mirrorSet.ts';
import type { Resource } from '../documents/resources.ts';
import type { SchemaProblem } from '../documents/schema.ts';
import { replaceScalar } from '../documents/yamlNode.ts';
import { schemaFixes } from './repairs.ts';
import type { Finding, Fix, RuleContext } from './rule.ts';

/** How names of a kind are made valid. */
export interface NameRule {
  /** The most characters that a name has. */
  readonly longest: number;
  /** The valid name that is made of any text, itself where it is one; undefined when nothing is left of it. */
  valid(name: string): string | undefined;
}

/**
 * The fix that gives a resource a valid name. Where another resource of its kind and namespace has that name, or
 * would get it in the same way, the two would become one in the cluster: then who comes later gets a number, and
 * nothing about it is certain.
 */
export function renameFixes(
  resource: Resource,
  { longest, valid }: NameRule,
  context: Pick<RuleContext, 'snapshot' | 'path'>,
): Fix[] {
  const { name } = resource;
  const wanted = name && valid(name.value);
  if (name === undefined || wanted === undefined) return [];
  const rivals = rivalsOf(resource, context).map((rival) => ({ ...rival, wants: valid(rival.name) }));
  const contested = rivals.filter(({ wants }) => wants === wanted);
  const isLost = contested.some((rival) => rival.name === wanted || rival.isEarlier);
  const taken = new Set(rivals.flatMap((rival) => [rival.name, rival.wants]));
  const free = isLost ? numbered(wanted, longest, taken) : wanted;
  const isThere = contested.some((rival) => rival.name === wanted);
  return [
    {
      id: 'rename',
      title: isLost ? titleOfSecond(resource.kind, wanted, free, isThere) : t('Rename it to {0}', free),
      preferred: contested.length === 0,
      edits: () => [replaceScalar(name, free)],
    },
  ];
}

function titleOfSecond(kind: string, wanted: string, free: string, isThere: boolean): string {
  return isThere
    ? t('Rename it to {0} (another {1} has {2})', free, kind, wanted)
    : t('Rename it to {0} (another {1} would get {2})', free, kind, wanted);
}

/**
 * The fixes of a finding of a schema rule. Where the fix is another name for the resource, and another of its kind has that
 * name or would get it in the same way, nothing about it is certain: the two would become one in the cluster.
 */
export function schemaFixesOf(
  finding: Finding<SchemaProblem>,
  resource: Resource,
  valid: NameRule['valid'],
  context: Pick<RuleContext, 'snapshot' | 'path'>,
): Fix[] {
  const fixes = schemaFixes(finding);
  const { name } = resource;
  if (name === undefined || !sameRange(finding.range, name.range)) return fixes;
  const wanted = valid(name.value);
  const isContested = rivalsOf(resource, context).some((rival) => valid(rival.name) === wanted);
  return isContested ? fixes.map((fix) => ({ ...fix, preferred: false })) : fixes;
}

function numbered(name: string, longest: number, taken: ReadonlySet<string | undefined>): string {
  for (let number = 2; ; number++) {
    const end = `-${number}`;
    const candidate = `${name.slice(0, longest - end.length)}${end}`;
    if (!taken.has(candidate)) return candidate;
  }
}

interface Rival {
  readonly name: string;
  readonly isEarlier: boolean;
}

/** Other resources of the kind and namespace with another name. What another run wrote of the same is none. */
function rivalsOf(resource: Resource, { snapshot, path }: Pick<RuleContext, 'snapshot' | 'path'>): Rival[] {
  const rivals: Rival[] = [];
  for (const file of snapshot.files.values()) {
    if (file.content.type !== 'yaml') continue;
    const { resources } = file.content.yaml;
    const isOwn = file.path === path;
    const place = isOwn ? resources.indexOf(resource) : -1;
    for (const [index, other] of resources.entries()) {
      if (other.kind !== resource.kind || namespaceOf(other) !== namespaceOf(resource)) continue;
      const name = other.name?.value ?? '';
      if (name === '' || name === resource.name?.value) continue;
      if (!isOwn && isSameThing(other, resource)) continue;
      rivals.push({ name, isEarlier: isOwn ? index < place : file.path < path });
    }
  }
  return rivals;
}

function namespaceOf(resource: Resource): string {
  return 'namespace' in resource ? (resource.namespace?.value ?? '') : '';
}

/** True for catalogs with the same image but for its tag, and for mirror sets with a mirror in common. */
function isSameThing(a: Resource, b: Resource): boolean {
  if (isMirrorSet(a) && isMirrorSet(b)) {
    const mirrors = new Set(a.entries.flatMap((entry) => entry.mirrors.map(({ value }) => value)));
    return b.entries.some((entry) => entry.mirrors.some(({ value }) => mirrors.has(value)));
  }
  const images = [a, b].map((resource) => ('image' in resource ? repositoryIn(resource.image?.value) : ''));
  return images[0] !== '' && images[0] === images[1];
}

function repositoryIn(image = ''): string {
  const parsed = parseReference(image);
  return parsed.ok ? repositoryOf(parsed.reference) : '';
}

import { t } from '../base/sentences.ts';
import { formatReference, type ImageReference } from './imageReference.ts';
import { findPullRule, type PullRule, type PullRules } from './pullRules.ts';
import { normalizedPullSpec, parsePullSpec } from './pullSpec.ts';
import type { MirrorTable } from './registriesConf.ts';

/** One place that is asked for an image. */
export interface PullEndpoint {
  readonly from: 'mirror' | 'source';
  /** What is asked for there: the name rewritten, tag and digest as they were. */
  readonly reference: ImageReference;
  /** Plain HTTP is allowed there, and the certificate is not checked. */
  readonly insecure: boolean;
  /** The table that forbids to pull from there. */
  readonly blockedBy: PullRule | undefined;
}

/** Which places are asked for an image, and why these. */
export type PullPlan =
  | {
      readonly ok: true;
      /** The table that decided; undefined when none holds for the image. */
      readonly rule: PullRule | undefined;
      /** In the order in which they are asked, the source last. The first that has the manifest gives all. */
      readonly endpoints: readonly PullEndpoint[];
      /** Mirrors that are for other pulls than this one: by tag, or by digest. */
      readonly passedOver: readonly MirrorTable[];
    }
  | {
      readonly ok: false;
      readonly rule: PullRule;
      /** Why engines refuse the image altogether, in words. */
      readonly problem: string;
    };

/**
 * Where an image is pulled from: step B and C of a pull, as `podman`, `skopeo` and CRI-O do it. A reference with
 * a digest is a pull by digest, whatever its tag.
 * https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md#remapping-and-mirroring-registries
 */
export function planPull(rules: PullRules, reference: ImageReference): PullPlan {
  const image = normalizedPullSpec(reference);
  const name = nameOf(image);
  const found = findPullRule(rules, name);
  const blockedBy = (place: ImageReference) => {
    const rule = findPullRule(rules, nameOf(place))?.rule;
    return rule?.blocked ? rule : undefined;
  };
  if (found === undefined) {
    const endpoint = { from: 'source', reference: image, insecure: false, blockedBy: undefined } as const;
    return { ok: true, rule: undefined, endpoints: [endpoint], passedOver: [] };
  }
  const { rule, length } = found;
  const mirrors = rule.mirrors.filter((mirror) => isFor(mirror, rule, image));
  const places = [
    ...mirrors.map(({ location, insecure }) => ({ from: 'mirror' as const, location, insecure })),
    { from: 'source' as const, location: rule.location, insecure: rule.insecure },
  ];
  const endpoints: PullEndpoint[] = [];
  for (const { from, location, insecure } of places) {
    // A wildcard without a location leaves the name as it is.
    const place = location === '' ? image : rewritten(location + name.slice(length), image);
    if (place === undefined) {
      const problem = t(
        '"{0}{1}", which stands for "{2}", is no HOST[:PORT]/REPOSITORY',
        location,
        name.slice(length),
        name,
      );
      return { ok: false, rule, problem };
    }
    endpoints.push({ from, reference: place, insecure, blockedBy: blockedBy(place) });
  }
  const passedOver = rule.mirrors.filter((mirror) => !mirrors.includes(mirror));
  return { ok: true, rule, endpoints, passedOver };
}

/**
 * The repositories that a short name (`ubi8/ubi`) may stand for, in the order in which `podman` and CRI-O try
 * them: its alias alone, or else its place in each of the search registries. Empty when there are neither. A
 * name with a registry stands for itself.
 */
export function candidatesOf(rules: PullRules, reference: ImageReference): ImageReference[] {
  if (reference.registry !== '') return [reference];
  const alias = rules.aliases.get(reference.repository);
  const names =
    alias === undefined
      ? rules.unqualifiedSearchRegistries.map((host) => `${host}/${reference.repository}`)
      : [alias];
  return names.flatMap((name) => {
    const parsed = parsePullSpec(name);
    const { tag, digest } = reference;
    return parsed.ok ? [normalizedPullSpec({ ...parsed.reference, tag, digest })] : [];
  });
}

/** The name by which rules know a repository, `HOST/PATH`. */
function nameOf({ registry, repository }: ImageReference): string {
  return `${registry}/${repository}`;
}

function isFor(mirror: MirrorTable, rule: PullRule, { digest }: ImageReference): boolean {
  const use = mirror.pullFromMirror ?? (rule.mirrorByDigestOnly ? 'digest-only' : 'all');
  return use === 'all' || (use === 'digest-only') === (digest !== undefined);
}

/** Undefined when the name is not one that needs no defaults: engines take no other. */
function rewritten(name: string, { tag, digest }: ImageReference): ImageReference | undefined {
  const parsed = parsePullSpec(name);
  if (!parsed.ok || parsed.reference.registry === '' || parsed.reference.tag !== undefined) return undefined;
  const place = { ...parsed.reference, tag, digest };
  return formatReference(normalizedPullSpec(place)) === formatReference(place) ? place : undefined;
}

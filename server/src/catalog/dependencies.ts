import { t } from '../base/sentences.ts';
import { either, listed } from '../base/words.ts';
import type { Catalog, CatalogBundle, GroupVersionKind, Requirement } from './model.ts';
import { makeProblem, type SelectionProblem } from './selectionProblem.ts';
import { fieldsOf, itemsOf, parsedJson, textOf } from './values.ts';
import { newestFirst } from './version.ts';
import { parseVersionRange } from './versionRange.ts';

/** Something that bundles need and that no bundle at hand provides. */
export interface MissingDependency {
  /** What is needed, of all that the requirement asks for only what is missing. */
  readonly needs: Need;
  /** The bundles that need it, in the order of the catalog. */
  readonly neededBy: readonly CatalogBundle[];
  /** Packages of the whole catalog that would provide it, sorted by name; none where the catalog has none. */
  readonly providers: readonly Provider[];
}

/** A package with the channels in which it provides what is needed. */
export interface Provider {
  readonly package: string;
  /** In the order of the catalog. */
  readonly channels: readonly string[];
  /** The newest version that provides it. */
  readonly version: string;
}

/** A requirement with its constraints opened. */
export type Need =
  | { readonly type: 'package'; readonly name: string; readonly range: string }
  | ({ readonly type: 'kind' } & GroupVersionKind)
  /** One of several, or all of several where that is one way of many. */
  | { readonly type: 'any' | 'all'; readonly needs: readonly Need[] };

/** More distinct requirements than any catalog has. */
const mostMissing = 1_000;

/**
 * What the bundles of `selected` need and none of them provides, each need once. Never throws.
 * @param whole the catalog from which it was selected, for who would provide it
 */
export function dependenciesMissing(selected: Catalog, whole: Catalog): MissingDependency[] {
  const bundles = selected.packages.flatMap((owner) => owner.bundles);
  const here = supplyOf(bundles);
  const everywhere = supplyOf(whole.packages.flatMap((owner) => owner.bundles));
  const missingOf = new Map<Requirement, readonly Need[]>();
  const found = new Map<string, { needs: Need; neededBy: CatalogBundle[] }>();
  for (const bundle of bundles) {
    for (const requirement of bundle.requires) {
      let missing = missingOf.get(requirement);
      if (missing === undefined) {
        missing = needsOf(requirement).filter((needs) => !here.meets(needs));
        missingOf.set(requirement, missing);
      }
      for (const needs of missing) {
        const key = JSON.stringify(needs);
        const known = found.get(key);
        if (known === undefined && found.size < mostMissing) found.set(key, { needs, neededBy: [bundle] });
        else if (known !== undefined && known.neededBy.at(-1) !== bundle) known.neededBy.push(bundle);
      }
    }
  }
  return [...found.values()].map(({ needs, neededBy }) => ({
    needs,
    neededBy,
    providers: providersOf(everywhere.providing(needs)),
  }));
}

/** Something that one bundle needs to be installed. */
export interface Dependency {
  /** Undefined for a constraint that a catalog alone cannot answer. */
  readonly needs: Need | undefined;
  readonly requirement: Requirement;
  /** Packages of the catalog that provide it, the bundle's own included, sorted by name. */
  readonly providers: readonly Provider[];
}

/** All that a bundle needs, each need once, and who in its catalog provides it. Never throws. */
export function dependenciesOf(bundle: CatalogBundle, whole: Catalog): Dependency[] {
  if (bundle.requires.length === 0) return [];
  const everywhere = supplyOf(whole.packages.flatMap((owner) => owner.bundles));
  const found = new Map<string, Dependency>();
  for (const requirement of bundle.requires.slice(0, mostMissing)) {
    const all = needsOf(requirement);
    if (all.length === 0)
      found.set(JSON.stringify(requirement), { needs: undefined, requirement, providers: [] });
    for (const needs of all) {
      const providers = providersOf(everywhere.providing(needs));
      found.set(JSON.stringify(needs), { needs, requirement, providers });
    }
  }
  return [...found.values()];
}

/** What `dependenciesMissing` finds, as problems of a selection. */
export function missingDependencies(selected: Catalog, whole: Catalog): SelectionProblem[] {
  return dependenciesMissing(selected, whole).map(({ needs, neededBy, providers }) => {
    const [first] = neededBy as readonly [CatalogBundle, ...CatalogBundle[]];
    const what = wordsOf(needs);
    const packages = providers.map((provider) => provider.package);
    const message =
      packages.length === 0
        ? t('{0} needs {1}, which nothing in this catalog provides', first.name, what)
        : packages.length === 1
          ? t('{0} needs {1}, which is not selected: add package {2}', first.name, what, packages[0] ?? '')
          : t(
              '{0} needs {1}, which is not selected: add one of the packages {2}',
              first.name,
              what,
              listed(packages.slice(0, mostNamed)),
            );
    const place = { package: first.package, bundle: first.name };
    return makeProblem('missing-dependency', message, place, {
      severity: 'warning',
      suggestions: packages.slice(0, mostNamed),
    });
  });
}

const mostNamed = 8;

/** What is needed, for a sentence. */
export function wordsOf(needs: Need): string {
  if (needs.type === 'package') {
    return needs.range === ''
      ? t('package {0}', needs.name)
      : t('package {0} ({1})', needs.name, needs.range);
  }
  if (needs.type === 'kind') {
    return t('the kind {0} of {1}/{2}', needs.kind, needs.group, needs.version);
  }
  const words = needs.needs.slice(0, mostNamed).map(wordsOf);
  return needs.type === 'any' ? either(words) : listed(words);
}

/** What a set of bundles provides. */
interface Supply {
  /** True where there is what is needed. */
  meets(needs: Need): boolean;
  /** The bundles that meet a need, or a part of it. */
  providing(needs: Need): readonly CatalogBundle[];
}

function supplyOf(bundles: readonly CatalogBundle[]): Supply {
  const byPackage = new Map<string, CatalogBundle[]>();
  const byKind = new Map<string, CatalogBundle[]>();
  const add = (map: Map<string, CatalogBundle[]>, key: string, bundle: CatalogBundle) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [bundle]);
    else list.push(bundle);
  };
  for (const bundle of bundles) {
    add(byPackage, bundle.package, bundle);
    for (const kind of bundle.provides) add(byKind, kindKey(kind), bundle);
  }
  const supply: Supply = {
    meets(needs) {
      if (needs.type === 'any') return needs.needs.some(supply.meets);
      if (needs.type === 'all') return needs.needs.every(supply.meets);
      return supply.providing(needs).length > 0;
    },
    providing(needs) {
      if (needs.type === 'kind') return byKind.get(kindKey(needs)) ?? [];
      if (needs.type !== 'package') return needs.needs.flatMap(supply.providing);
      const named = byPackage.get(needs.name) ?? [];
      const range = parseVersionRange(needs.range);
      // OLM takes a range that it cannot read for a mistake of the bundle, not for a dependency.
      return range === undefined ? named : named.filter(({ version }) => range.holds(version));
    },
  };
  return supply;
}

function kindKey({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}

function providersOf(bundles: readonly CatalogBundle[]): Provider[] {
  const byPackage = new Map<string, { channels: Set<string>; version: string }>();
  for (const { package: name, channels, version } of bundles) {
    let provider = byPackage.get(name);
    if (provider === undefined) {
      provider = { channels: new Set(), version };
      byPackage.set(name, provider);
    }
    for (const channel of channels) provider.channels.add(channel);
    if (newestFirst(version, provider.version) < 0) provider.version = version;
  }
  return [...byPackage]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, { channels, version }]) => ({ package: name, channels: [...channels], version }));
}

/** All that a requirement asks for; nothing where it only forbids, or asks in a way that nobody can answer from a catalog. */
function needsOf(requirement: Requirement): readonly Need[] {
  if (requirement.type === 'olm.package.required') {
    return [{ type: 'package', name: requirement.packageName, range: requirement.versionRange }];
  }
  if (requirement.type === 'olm.gvk.required') {
    const { group, version, kind } = requirement;
    return [{ type: 'kind', group, version, kind }];
  }
  return constraintNeeds(parsedJson(requirement.value), deepest) ?? [];
}

/** How deep constraints are opened. */
const deepest = 20;

/**
 * The needs of an `olm.constraint`, all of which have to be met; undefined where the catalog cannot tell: expressions in CEL,
 * and what nobody knows.
 * https://olm.operatorframework.io/docs/concepts/olm-architecture/dependency-resolution/#generic-constraint
 */
function constraintNeeds(value: unknown, depth: number): readonly Need[] | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined || depth === 0) return undefined;
  const wanted = fieldsOf(fields.package);
  if (wanted !== undefined) {
    return [{ type: 'package', name: textOf(wanted.packageName), range: textOf(wanted.versionRange) }];
  }
  const kind = fieldsOf(fields.gvk);
  if (kind !== undefined) {
    return [
      { type: 'kind', group: textOf(kind.group), version: textOf(kind.version), kind: textOf(kind.kind) },
    ];
  }
  const all = fieldsOf(fields.all);
  if (all !== undefined) {
    return itemsOf(all.constraints).flatMap((one) => constraintNeeds(one, depth - 1) ?? []);
  }
  const any = fieldsOf(fields.any);
  if (any !== undefined) return anyOf(itemsOf(any.constraints), depth);
  // What must not be there needs nobody to provide it.
  return fieldsOf(fields.not) === undefined ? undefined : [];
}

/** Where one of the alternatives cannot be told or needs nothing, nothing is missing for certain. */
function anyOf(constraints: readonly unknown[], depth: number): readonly Need[] | undefined {
  const alternatives: Need[] = [];
  for (const one of constraints) {
    const needs = constraintNeeds(one, depth - 1) ?? [];
    const [only] = needs;
    if (only === undefined) return undefined;
    alternatives.push(needs.length === 1 ? only : { type: 'all', needs });
  }
  return alternatives.length === 0 ? undefined : [{ type: 'any', needs: alternatives }];
}

import { type KeptMessage, later } from '../base/sentences.ts';
import { aboutOf, encodedClusterServiceVersion } from './about.ts';
import type { About, GroupVersionKind, Property, Requirement } from './model.ts';
import type { Sharing } from './sharing.ts';
import { type Fields, fieldOf, fieldsOf, itemsOf, jsonOf, textOf } from './values.ts';

/** What the properties of a bundle say. */
export interface BundleProperties {
  readonly version: string;
  readonly provides: readonly GroupVersionKind[];
  readonly requires: readonly Requirement[];
  readonly others: readonly Property[];
  readonly about: About | undefined;
  /** Manifests are in the catalog itself, so that there need be no image. */
  readonly hasManifests: boolean;
  /** Why `opm` refuses the bundle, in words for a person. */
  readonly problems: readonly KeptMessage[];
}

/** Reads `properties` of an `olm.bundle` of this name and package. */
export function bundleProperties(
  properties: unknown,
  owner: string,
  name: string,
  sharing: Sharing,
): BundleProperties {
  const problems: KeptMessage[] = [];
  const packages: { readonly packageName: string; readonly version: string }[] = [];
  const provides: GroupVersionKind[] = [];
  const requires: Requirement[] = [];
  const others: Property[] = [];
  let about: About | undefined;
  let hasManifests = false;

  for (const property of itemsOf(properties)) {
    const fields = fieldsOf(property);
    const type = textOf(fields?.type);
    if (fields === undefined || type === '') {
      problems.push(later('Bundle {0} has a property without a type', name));
      continue;
    }
    const value = fieldOf(fields, 'value');
    const inner = fieldsOf(value) ?? {};
    if (type === 'olm.package') {
      packages.push({ packageName: textOf(inner.packageName), version: textOf(inner.version) });
    } else if (type === 'olm.gvk') {
      provides.push(kindOf(inner, sharing));
    } else if (type === 'olm.csv.metadata') {
      about = aboutOf(inner, sharing);
    } else if (type === 'olm.bundle.object') {
      hasManifests = true;
      if (about === undefined && typeof inner.data === 'string') {
        about = encodedClusterServiceVersion(inner.data, sharing)?.about;
      }
    } else {
      const requirement = requirementOf(type, value, sharing);
      const text = requirement === undefined ? jsonOf(value) : undefined;
      if (requirement !== undefined) requires.push(requirement);
      else if (text !== undefined) others.push(sharedProperty(type, text, sharing));
      else problems.push(later('Bundle {0} has a property {1} whose value cannot be read', name, type));
    }
  }

  const [own] = packages;
  if (packages.length !== 1) {
    problems.push(
      later('Bundle {0} needs exactly one property olm.package and has {1}', name, packages.length),
    );
  } else if (own !== undefined && own.packageName !== owner) {
    problems.push(
      later(
        'Bundle {0} is of package {1}, and its property olm.package says {2}',
        name,
        owner,
        own.packageName,
      ),
    );
  }
  return {
    version: sharing.text(own?.version ?? ''),
    provides: sharing.list(provides),
    requires: sharing.list(requires),
    others: sharing.list(others),
    about,
    hasManifests,
    problems,
  };
}

/** The dependency that a property states; undefined where it states none. `value` is that of the property, as an object. */
export function requirementOf(type: string, value: unknown, sharing: Sharing): Requirement | undefined {
  const fields = fieldsOf(value) ?? {};
  if (type === 'olm.package.required') {
    const packageName = sharing.text(textOf(fields.packageName));
    const versionRange = sharing.text(textOf(fields.versionRange));
    return sharing.value<Requirement>([type, packageName, versionRange], () => ({
      type,
      packageName,
      versionRange,
    }));
  }
  if (type === 'olm.gvk.required') {
    const { group, version, kind } = kindOf(fields, sharing);
    return sharing.value<Requirement>([type, group, version, kind], () => ({
      type,
      group,
      version,
      kind,
    }));
  }
  if (type === 'olm.constraint') {
    const text = jsonOf(value);
    return text === undefined
      ? undefined
      : sharing.value<Requirement>([type, text], () => ({ type, value: sharing.text(text) }));
  }
  return undefined;
}

/**
 * The same from what databases and their answers call dependencies. They are named by what is needed, not by that it is
 * needed, and have a range where `version` stands.
 */
export function dependencyOf(type: string, value: unknown, sharing: Sharing): Requirement | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  if (type === 'olm.package') {
    return requirementOf('olm.package.required', { ...fields, versionRange: fields.version }, sharing);
  }
  return requirementOf(type === 'olm.gvk' ? 'olm.gvk.required' : type, fields, sharing);
}

/** A property that says nothing which the model has a place for. */
export function sharedProperty(type: string, value: string, sharing: Sharing): Property {
  return sharing.value(['property', type, value], () => ({
    type: sharing.text(type),
    value: sharing.text(value),
  }));
}

/** The kind that a value names by `group`, `version` and `kind`. */
export function kindOf(fields: Fields, sharing: Sharing): GroupVersionKind {
  return sharing.kind(textOf(fields.group), textOf(fields.version), textOf(fields.kind));
}

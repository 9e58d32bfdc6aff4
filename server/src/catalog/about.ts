import { load } from 'js-yaml';
import type { About, Icon, RelatedImage } from './model.ts';
import type { Sharing } from './sharing.ts';
import { type Fields, fieldOf, fieldsOf, itemsOf, textOf } from './values.ts';

/** Annotations that people ask for. All others, with their examples of whole resources, are most of a catalog. */
const shownAnnotations: ReadonlySet<string> = new Set([
  ...[
    'capabilities',
    'categories',
    'certified',
    'containerImage',
    'createdAt',
    'description',
    'repository',
    'support',
  ],
  ...['olm.skipRange', 'olm.properties', 'operatorframework.io/suggested-namespace'],
  'com.redhat.openshift.versions',
  ...['operators.openshift.io/infrastructure-features', 'operators.openshift.io/valid-subscription'],
]);
const shownFeatures = 'features.operators.openshift.io/';

/** What an operator says of itself, from the value of `olm.csv.metadata`. */
export function aboutOf(metadata: Fields, sharing: Sharing): About {
  const annotations: [string, string][] = [];
  for (const [name, value] of Object.entries(fieldsOf(metadata.annotations) ?? {})) {
    if ((shownAnnotations.has(name) || name.startsWith(shownFeatures)) && typeof value === 'string') {
      annotations.push([sharing.text(name), sharing.text(value)]);
    }
  }
  const text = (name: string) => sharing.text(textOf(fieldOf(metadata, name)));
  return {
    displayName: text('displayName'),
    description: text('description'),
    provider: sharing.text(textOf(fieldsOf(metadata.provider)?.name)),
    maturity: text('maturity'),
    minKubeVersion: text('minKubeVersion'),
    keywords: sharing.list(itemsOf(metadata.keywords).map((word) => sharing.text(textOf(word)))),
    links: pairs(metadata.links, sharing, (one) => ({ name: textOf(one.name), url: textOf(one.url) })),
    maintainers: pairs(metadata.maintainers, sharing, (one) => ({
      name: textOf(one.name),
      email: textOf(one.email),
    })),
    installModes: sharing.list(
      itemsOf(metadata.installModes).flatMap((mode) => {
        const fields = fieldsOf(mode);
        return fields?.supported === true ? [sharing.text(textOf(fields.type))] : [];
      }),
    ),
    annotations: sharing.value(['annotations', JSON.stringify(annotations)], () => new Map(annotations)),
  };
}

function pairs<T extends object>(
  value: unknown,
  sharing: Sharing,
  make: (fields: Fields) => T,
): readonly T[] {
  return sharing.list(
    itemsOf(value).flatMap((item) => {
      const fields = fieldsOf(item);
      if (fields === undefined) return [];
      const made = make(fields);
      return [sharing.value(['pair', JSON.stringify(made)], () => JSON.parse(JSON.stringify(made)) as T)];
    }),
  );
}

/** What a manifest of a bundle holds that a catalog needs. */
export interface ClusterServiceVersion {
  readonly about: About;
  readonly icon: Icon | undefined;
  readonly version: string;
  readonly replaces: string;
  readonly skips: readonly string[];
  readonly skipRange: string;
  /** Those of `spec.relatedImages`, then those of the containers of its deployments, which have no names. */
  readonly images: readonly RelatedImage[];
}

/** Reads the text of a ClusterServiceVersion, JSON or YAML; undefined for another manifest, and for what cannot be read. */
export function clusterServiceVersion(text: string, sharing: Sharing): ClusterServiceVersion | undefined {
  return text.includes('ClusterServiceVersion') ? readManifestFields(manifestOf(text), sharing) : undefined;
}

/** The same of a manifest that is an object: `manifestPaths` lists all that is read of it. */
export function readManifestFields(value: unknown, sharing: Sharing): ClusterServiceVersion | undefined {
  const manifest = fieldsOf(value);
  const spec = fieldsOf(manifest?.spec);
  if (manifest?.kind !== 'ClusterServiceVersion' || spec === undefined) return undefined;
  const annotations = fieldsOf(fieldsOf(manifest.metadata)?.annotations) ?? {};
  const icon = fieldsOf(itemsOf(spec.icon)[0]);
  const base64 = textOf(icon?.base64data);
  return {
    about: aboutOf({ ...spec, annotations }, sharing),
    icon:
      base64 === ''
        ? undefined
        : { mediaType: sharing.text(textOf(icon?.mediatype)), base64: sharing.text(base64) },
    version: sharing.text(textOf(spec.version)),
    replaces: sharing.text(textOf(spec.replaces)),
    skips: sharing.list(itemsOf(spec.skips).map((name) => sharing.text(textOf(name)))),
    skipRange: sharing.text(textOf(annotations['olm.skipRange'])),
    images: [...listedImages(spec, sharing), ...containerImages(spec, sharing)],
  };
}

function listedImages(spec: Fields, sharing: Sharing): RelatedImage[] {
  return itemsOf(spec.relatedImages).flatMap((item) => {
    const fields = fieldsOf(item);
    return fields === undefined ? [] : [sharing.image(textOf(fields.name), textOf(fields.image))];
  });
}

function containerImages(spec: Fields, sharing: Sharing): RelatedImage[] {
  const install = fieldsOf(fieldsOf(spec.install)?.spec);
  return itemsOf(install?.deployments).flatMap((deployment) => {
    const template = fieldsOf(fieldsOf(fieldsOf(deployment)?.spec)?.template);
    const pod = fieldsOf(template?.spec);
    return [...itemsOf(pod?.initContainers), ...itemsOf(pod?.containers)].flatMap((container) => {
      const image = textOf(fieldsOf(container)?.image);
      return image === '' ? [] : [sharing.image('', image)];
    });
  });
}

function manifestOf(text: string): unknown {
  try {
    const own = text.trimStart();
    return own.startsWith('{') ? JSON.parse(own) : load(text, { json: true });
  } catch {
    return undefined;
  }
}

/** How much of a manifest is looked at to tell whether it is the one that is wanted; keys are sorted, so it says so early. */
const headLength = 400;

/** The same from `olm.bundle.object`, which is the manifest in base64. */
export function encodedClusterServiceVersion(
  base64: string,
  sharing: Sharing,
): ClusterServiceVersion | undefined {
  const head = decoded(base64.slice(0, headLength));
  if (head === undefined || (head.includes('"kind":') && !head.includes('ClusterServiceVersion')))
    return undefined;
  const text = decoded(base64);
  return text === undefined ? undefined : clusterServiceVersion(text, sharing);
}

function decoded(base64: string): string | undefined {
  try {
    const binary = atob(base64);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
    return new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}

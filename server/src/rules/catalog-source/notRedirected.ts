import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import type { CatalogSource } from '../../documents/catalogSource.ts';
import {
  formatReference,
  type ImageReference,
  parseReference,
  repositoryOf,
} from '../../documents/imageReference.ts';
import { isInRegistry } from '../../documents/transport.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { mirrorHostsOf } from '../../pulls/mirrorHosts.ts';
import type { Coverage, MirrorSets } from '../../pulls/mirrorSets.ts';
import { copiesOf } from '../../workspace/copies.ts';
import { knownRegistries } from '../../workspace/knownRegistries.ts';
import { defineRule } from '../rule.ts';

/** A catalog image that nodes go to the internet for. */
export const catalogSourceNotRedirected = defineRule({
  code: 'catalog-source/not-redirected',
  severity: 'warning',
  unit: 'catalog-source',
  summary:
    '`spec.image` names a registry that no mirror set redirects, or a tag where only digests are redirected',
  documentation: `
The pod of a catalog is pulled like any other pod’s image. When \`spec.image\` names \`registry.redhat.io\` and no mirror set
redirects it, the node asks \`registry.redhat.io\`, and the pod ends in \`ImagePullBackOff\`.

A catalog is mostly named by tag. ImageContentSourcePolicy and ImageDigestMirrorSet redirect pulls by digest only, so they do
not help it, and \`oc\` writes no entry for it (\`no digest mapping available\`). The simple way is to name the mirror:

\`\`\`yaml
spec:
  image: registry.example.com:8443/olm/redhat-operator-index:v4.12
\`\`\`

The \`mapping.txt\` that the catalog was copied with tells that name; where all of them tell the same one, the fix is certain.

Nothing is said where the workspace has no mirror sets, and nothing of registries that may well be inside: the rule speaks of
registries on the internet, and of those that the mirror sets themselves redirect something away from.`,
  check({ source }, { snapshot }) {
    const { image } = source;
    const reference = catalogImage(source);
    if (image === undefined || reference === undefined || !isOutside(reference, snapshot.mirrorSets))
      return [];
    // A set that is a template may redirect it.
    if (snapshot.mirrorSets.mayRedirect(repositoryOf(reference))) return [];
    const message = messageOf(reference, snapshot.mirrorSets.coverageOf(reference));
    return message === undefined ? [] : [{ message, range: image.range }];
  },
  fixes(_finding, { source }, { snapshot }) {
    const { image } = source;
    const reference = catalogImage(source);
    if (image === undefined || reference === undefined) return [];
    const copied = copiesOf(snapshot, reference)
      .filter(({ exact, certain }) => exact && certain)
      .map(({ destination }) => formatReference(destination));
    const places =
      copied.length > 0 ? copied : mirrorsOf(reference, snapshot.mirrorSets.coverageOf(reference));
    return places.map((place) => ({
      id: `use ${place}`,
      title: t('Change it to {0}', place),
      preferred: copied.length === 1,
      edits: () => [replaceScalar(image, place)],
    }));
  },
});

/** The image that the cluster runs for a catalog; undefined for catalogs that have none, and for short names. */
function catalogImage({ image, sourceType }: CatalogSource): ImageReference | undefined {
  const parsed =
    image === undefined || sourceType?.value !== 'grpc' ? undefined : parseReference(image.value);
  if (!parsed?.ok || parsed.reference.registry === '') return undefined;
  return isInRegistry(parsed.reference) ? parsed.reference : undefined;
}

/** True for a registry that these mirror sets are there to avoid. */
function isOutside({ registry }: ImageReference, sets: MirrorSets): boolean {
  const { ofMirrors, ofSources } = mirrorHostsOf(sets);
  if (sets.groups.size === 0 || ofMirrors.has(registry)) return false;
  return ofSources.has(registry) || knownRegistries.includes(registry);
}

function messageOf(reference: ImageReference, { plan }: Coverage): string | undefined {
  if (!plan.ok || plan.endpoints.some(({ from }) => from === 'mirror')) return undefined;
  const { registry, digest } = reference;
  if (plan.rule === undefined) {
    return t(
      '{0} is not redirected: no mirror set has it, so nodes pull the catalog from {1} itself; name the mirror here',
      shortName(repositoryOf(reference)),
      registry,
    );
  }
  const places = [shortName(repositoryOf(reference)), plan.rule.prefix, registry] as const;
  return digest === undefined
    ? t(
        '{0} is pulled by tag, and the mirror sets for {1} redirect pulls by digest only: nodes pull the catalog from {2} itself; name the mirror here',
        ...places,
      )
    : t(
        '{0} is pulled by digest, and the mirror sets for {1} redirect pulls by tag only: nodes pull the catalog from {2} itself; name the mirror here',
        ...places,
      );
}

/** Where the repository is by the mirrors for the other kind of pull. Nobody knows if this very image is there too. */
function mirrorsOf(reference: ImageReference, { plan }: Coverage): string[] {
  if (!plan.ok || plan.rule === undefined || plan.rule.prefix.startsWith('*.')) return [];
  const rest = formatReference(reference).slice(plan.rule.prefix.length);
  return [...new Set(plan.passedOver.map(({ location }) => `${location}${rest}`))];
}

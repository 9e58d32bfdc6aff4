import { t } from '../../base/sentences.ts';
import type { CatalogSource } from '../../documents/catalogSource.ts';
import { parseReference } from '../../documents/imageReference.ts';
import { defineRule } from '../rule.ts';

/** Registries that serve catalogs as their makers built them, caches included. */
const upstreamRegistries = new Set(['registry.redhat.io', 'registry.connect.redhat.com', 'quay.io']);

/** A prebuilt cache that was built for another catalog. */
export const catalogSourceStaleCache = defineRule({
  code: 'catalog-source/stale-cache',
  severity: 'warning',
  unit: 'catalog-source',
  summary: '`extractContent.cacheDir` on a catalog that oc-mirror filtered: its cache is stale',
  documentation: `
oc-mirror v2 filters a catalog by putting a smaller \`/configs\` over the old one. The cache in the image stays that of the whole
catalog. With \`grpcPodConfig.extractContent.cacheDir\` the pod serves that cache, sees that it does not belong to the catalog,
and ends with \`cache requires rebuild\`.

Leave \`cacheDir\` out: \`opm\` then builds a cache of its own when the pod starts.

\`\`\`yaml
spec:
  grpcPodConfig:
    extractContent:
      catalogDir: /configs
\`\`\`

A catalog is taken for filtered when oc-mirror v2 made its CatalogSource: the annotation \`createdBy: oc-mirror v2\` says so, or
the name is the one that it makes of the image (\`cs-redhat-operator-index-v4-19\`). Of any other catalog, and of one that comes
straight from \`registry.redhat.io\` or \`quay.io\`, nothing is said. A catalog that was mirrored whole (\`full: true\`, and no
\`packages\`) keeps a cache that fits; switch the rule off for it.`,
  check({ source }) {
    const { cacheDir } = source;
    if (cacheDir === undefined || cacheDir.value === '' || !isFromMirrorTool(source)) return [];
    const message = t(
      'cacheDir holds a stale cache, because oc-mirror filters a catalog without rebuilding it: leave cacheDir out, or the pod may end with "cache requires rebuild"',
    );
    return [{ message, range: cacheDir.range }];
  },
});

function isFromMirrorTool({ image, name, createdBy }: CatalogSource): boolean {
  const parsed = image === undefined ? undefined : parseReference(image.value);
  if (!parsed?.ok || upstreamRegistries.has(parsed.reference.registry)) return false;
  if (createdBy?.value.startsWith('oc-mirror v2')) return true;
  const { repository, tag, digest } = parsed.reference;
  const version = (tag ?? digest?.slice('sha256:'.length) ?? '').slice(0, 12);
  const made = `cs-${repository.slice(repository.lastIndexOf('/') + 1)}-${version}`;
  return version !== '' && name?.value === made.replaceAll('.', '-').toLowerCase();
}

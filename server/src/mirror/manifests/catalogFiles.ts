import { lastComponent } from '../../base/paths.ts';
import { t } from '../../base/sentences.ts';
import { parseReference, placeOf } from '../../documents/imageReference.ts';
import { isInRegistry } from '../../documents/transport.ts';
import { scalarText } from '../../documents/yamlNode.ts';
import { isBefore } from '../../pulls/openShiftVersion.ts';
import type { PlannedCatalog } from '../plan/mirrorPlan.ts';
import type { MirrorResult } from '../run/mirrorResult.ts';
import type { ManifestFile } from './manifestFile.ts';
import { catalogObjectName } from './objectNames.ts';

/** What objects for catalogs are written with. */
export interface CatalogFileOptions {
  /** Pull secrets in `openshift-marketplace` that CatalogSources name, for a mirror that wants credentials. */
  readonly secrets: readonly string[];
  /** `MAJOR.MINOR` of the cluster; undefined is taken for a current one. */
  readonly clusterVersion: string | undefined;
}

/** The first version with ClusterCatalogs. https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/extensions/catalogs */
const firstWithClusterCatalogs = '4.18';

/**
 * What lets a cluster offer the catalogs that a run wrote to a registry: a CatalogSource for each, and a ClusterCatalog. They name a
 * catalog by its tag at the mirror, where the next run puts the next one, and look for it twice an hour.
 */
export function catalogFiles({ plan, catalogs }: MirrorResult, options: CatalogFileOptions): ManifestFile[] {
  const written = plan.catalogs.filter(
    ({ destination }, index) => catalogs[index]?.digest !== undefined && isPulled(destination),
  );
  if (written.length === 0) return [];
  const sources = written.map((catalog) => catalogSourceText(catalog, options.secrets));
  const files = [{ name: 'catalogSource.yaml', text: sources.join('---\n') }];
  const { clusterVersion } = options;
  if (clusterVersion !== undefined && isBefore(clusterVersion, firstWithClusterCatalogs)) return files;
  return [...files, { name: 'clusterCatalog.yaml', text: written.map(clusterCatalogText).join('---\n') }];
}

function isPulled(destination: string): boolean {
  const parsed = parseReference(destination);
  return parsed.ok && isInRegistry(parsed.reference);
}

function catalogSourceText({ image, destination }: PlannedCatalog, secrets: readonly string[]): string {
  const { displayName, publisher } = describedBy(image);
  const secretLines =
    secrets.length === 0
      ? ''
      : `  secrets:\n${secrets.map((secret) => `  - ${scalarText(secret)}\n`).join('')}`;
  return `apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata:
  name: ${scalarText(catalogObjectName('cs', destination))}
  namespace: openshift-marketplace
spec:
  displayName: ${scalarText(displayName)}
  image: ${scalarText(destination)}
  publisher: ${scalarText(publisher)}
${secretLines}  sourceType: grpc
  updateStrategy:
    registryPoll:
      interval: 30m
`;
}

function clusterCatalogText({ destination }: PlannedCatalog): string {
  return `apiVersion: olm.operatorframework.io/v1
kind: ClusterCatalog
metadata:
  name: ${scalarText(catalogObjectName('cc', destination))}
spec:
  source:
    type: Image
    image:
      ref: ${scalarText(destination)}
      pollIntervalMinutes: 30
`;
}

/** What people see of a catalog in the console: what it mirrors, and whose that is. */
function describedBy(image: string): { readonly displayName: string; readonly publisher: string } {
  const parsed = parseReference(image);
  if (!parsed.ok) return { displayName: t('{0} (mirror)', image), publisher: image };
  const { reference } = parsed;
  const name = lastComponent(reference.repository);
  return {
    displayName: t('{0} (mirror)', reference.tag === undefined ? name : `${name} ${reference.tag}`),
    publisher: placeOf(reference),
  };
}

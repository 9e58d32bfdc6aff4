import { parseReference } from '../../documents/imageReference.ts';
import type { ClusterState } from '../../pulls/forecastTypes.ts';
import { newestVersion } from '../../workspace/clusterVersion.ts';
import { mappingText } from '../plan/mappingText.ts';
import type { MirrorPlan } from '../plan/mirrorPlan.ts';
import type { MirrorResult } from '../run/mirrorResult.ts';
import { catalogFiles } from './catalogFiles.ts';
import { clusterForecast } from './clusterForecast.ts';
import type { ManifestFile } from './manifestFile.ts';
import { mirrorSetName } from './objectNames.ts';
import { provenImages, provenPulls } from './provenPulls.ts';
import { reportText } from './reportText.ts';
import { resultText } from './resultFile.ts';
import { type MirrorScope, scopedEntries } from './scopedEntries.ts';
import { setFiles } from './setFiles.ts';
import { withSums } from './sums.ts';

/** How the files of a run are written; each may be left out. */
export interface ManifestOptions {
  /** What an entry of a mirror set stands for, where that is right for all of its images: a repository, if not said. */
  readonly scope?: MirrorScope | undefined;
  /** `MAJOR.MINOR` of the cluster, which decides about the kinds of objects; what the catalogs' tags tell, if not said. */
  readonly clusterVersion?: string | undefined;
  /** Pull secrets that CatalogSources name. */
  readonly secrets?: readonly string[] | undefined;
  /** What is on the cluster, for the forecast: no mirror set at all, if not said. */
  readonly cluster?: ClusterState | undefined;
}

/**
 * All files that a mirror run ends with, of what it proved and nothing else: a mapping.txt, objects for the cluster, and the report.
 * The same result gives the same files. Where the images went to a place on disk there is nothing for a cluster: nobody pulls
 * from there.
 */
export function manifestFiles(result: MirrorResult, options: ManifestOptions = {}): readonly ManifestFile[] {
  const { plan } = result;
  const { scope = 'repository', clusterVersion = versionOf(plan), secrets = [], cluster = {} } = options;
  const proven = provenImages(result);
  const { pulls, lost } = provenPulls(proven);
  const { entries, narrowed } = scopedEntries(pulls, scope);
  const sets = setFiles(mirrorSetName(plan), entries, clusterVersion);
  const offers = catalogFiles(result, { secrets, clusterVersion });
  const mapping = mappingText({ ...plan, images: proven.map(({ image }) => image) }, 'oc');
  const report = reportText(result, {
    sets: sets.map(({ name }) => name),
    offers: offers.map(({ name }) => name),
    lost,
    narrowed,
    forecast: clusterForecast(sets, cluster, clusterVersion),
  });
  return withSums([
    { name: 'mapping.txt', text: mapping },
    ...sets,
    ...offers,
    { name: 'report.json', text: resultText(result) },
    { name: 'report.md', text: report },
  ]);
}

/** The version that the catalogs are for, by their tags: `v4.8`. Undefined where they do not tell, which is taken for a current one. */
function versionOf({ catalogs }: MirrorPlan): string | undefined {
  const tags = catalogs.flatMap(({ destination }) => {
    const parsed = parseReference(destination);
    return parsed.ok ? (parsed.reference.tag ?? []) : [];
  });
  return newestVersion(tags);
}

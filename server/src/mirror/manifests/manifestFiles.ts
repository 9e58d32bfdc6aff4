import { parseReference } from '../../documents/imageReference.ts';
import { newestVersion } from '../../workspace/clusterVersion.ts';
import { mappingText } from '../plan/mappingText.ts';
import type { MirrorPlan } from '../plan/mirrorPlan.ts';
import type { MirrorResult } from '../run/mirrorResult.ts';
import { catalogFiles } from './catalogFiles.ts';
import type { ManifestFile } from './manifestFile.ts';
import { mirrorSetName } from './objectNames.ts';
import { provenImages, provenPulls } from './provenPulls.ts';
import { resultText } from './resultFile.ts';
import { type MirrorScope, scopedEntries } from './scopedEntries.ts';
import { setFiles } from './setFiles.ts';

/** How the files of a run are written; each may be left out. */
export interface ManifestOptions {
  /** What an entry of a mirror set stands for, where that is right for all of its images: a repository, if not said. */
  readonly scope?: MirrorScope | undefined;
  /** `MAJOR.MINOR` of the cluster, which decides about the kinds of objects; what the catalogs' tags tell, if not said. */
  readonly clusterVersion?: string | undefined;
  /** Pull secrets that CatalogSources name. */
  readonly secrets?: readonly string[] | undefined;
}

/**
 * All files that a mirror run ends with, of what it proved and nothing else: a mapping.txt, objects for the cluster, and the report.
 * The same result gives the same files. Where the images went to a place on disk there is nothing for a cluster: nobody pulls
 * from there.
 */
export function manifestFiles(result: MirrorResult, options: ManifestOptions = {}): readonly ManifestFile[] {
  const { plan } = result;
  const { scope = 'repository', clusterVersion = versionOf(plan), secrets = [] } = options;
  const proven = provenImages(result);
  const { pulls } = provenPulls(proven);
  const { entries } = scopedEntries(pulls, scope);
  return [
    {
      name: 'mapping.txt',
      text: mappingText({ ...plan, images: proven.map(({ image }) => image) }, 'oc'),
    },
    ...setFiles(mirrorSetName(plan), entries, clusterVersion),
    ...catalogFiles(result, { secrets, clusterVersion }),
    { name: 'report.json', text: resultText(result) },
  ];
}

/** The version that the catalogs are for, by their tags: `v4.8`. Undefined where they do not tell, which is taken for a current one. */
function versionOf({ catalogs }: MirrorPlan): string | undefined {
  const tags = catalogs.flatMap(({ destination }) => {
    const parsed = parseReference(destination);
    return parsed.ok ? (parsed.reference.tag ?? []) : [];
  });
  return newestVersion(tags);
}

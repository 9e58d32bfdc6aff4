import { parseReference } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import { keepsReferences } from '../../documents/transport.ts';
import type { ClusterState } from '../../pulls/forecastTypes.ts';
import { newestVersion } from '../../workspace/clusterVersion.ts';
import { mappingText } from '../plan/mappingText.ts';
import type { MirrorImage, MirrorPlan, ProvenImage } from '../plan/mirrorPlan.ts';
import type { MirrorResult } from '../run/mirrorResult.ts';
import { catalogFiles } from './catalogFiles.ts';
import { applyFiles, clusterForecast } from './clusterForecast.ts';
import type { ManifestFile } from './manifestFile.ts';
import { mergedSets } from './mergedSets.ts';
import { mirrorSetName } from './objectNames.ts';
import { provenImages, provenPulls } from './provenPulls.ts';
import { redirectsBeside } from './redirectsBeside.ts';
import { type ReportContext, reportText } from './reportText.ts';
import { reportName, resultText } from './resultFile.ts';
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
  /** Mirror sets of the cluster as text, such as `oc get … -o yaml` prints: entries are added to these where they belong to one. */
  readonly merge?: string | undefined;
  /** What is on the cluster, for the forecast: what entries are merged into, or no mirror set at all, if not said. */
  readonly cluster?: ClusterState | undefined;
}

/** The file of sets that were on the cluster and have got entries. */
const mergedName = 'mirrorSets.yaml';

/** The files that a mirror run ends with, and what is to be said of them. */
export interface Manifests extends ReportContext {
  readonly files: readonly ManifestFile[];
}

/**
 * All files that a mirror run ends with, of what it proved and nothing else: a mapping.txt, objects for the cluster, and the report.
 * The same result gives the same files. Where the images went to a place on disk there is nothing for a cluster: nobody pulls
 * from there.
 */
export function manifestFiles(result: MirrorResult, options: ManifestOptions = {}): readonly ManifestFile[] {
  return manifestsOf(result, options).files;
}

/** `manifestFiles` with what applying them does. */
export function manifestsOf(result: MirrorResult, options: ManifestOptions = {}): Manifests {
  const { plan } = result;
  const { scope = 'repository', clusterVersion = versionOf(plan), secrets = [], merge } = options;
  const proven = provenImages(result);
  const { pulls, lost } = provenPulls(proven);
  const { entries, narrowed } =
    merge === undefined ? scopedEntries(pulls, scope) : redirectsBeside(merge, pulls, scope, clusterVersion);
  const merged = merge === undefined ? undefined : mergedSets(merge, entries);
  const own = setFiles(mirrorSetName(plan), merged?.rest ?? entries, clusterVersion);
  const sets =
    merged === undefined || !merged.hasSets ? own : [{ name: mergedName, text: merged.text }, ...own];
  const offers = catalogFiles(result, { secrets, clusterVersion });
  const context = {
    sets: sets.map(({ name }) => name),
    offers: offers.map(({ name }) => name),
    lost,
    narrowed,
    forecast: clusterForecast(sets, clusterOf(options), clusterVersion),
  };
  const files = withSums([
    { name: 'mapping.txt', text: mappingText({ ...plan, images: oncePerDestination(proven) }, 'oc') },
    ...sets,
    ...offers,
    { name: reportName, text: resultText(result) },
    { name: 'report.md', text: reportText(result, context) },
  ]);
  return { ...context, files };
}

/** `oc image mirror` refuses two lines with one destination, also where a tag and a digest are the same image: the digest says more. */
function oncePerDestination(proven: readonly ProvenImage[]): MirrorImage[] {
  const images = new Map<string, MirrorImage>();
  for (const { image } of proven) {
    if (!images.has(image.destination) || image.source.includes('@')) images.set(image.destination, image);
  }
  return [...images.values()].map(outOfLayout);
}

/** An image that came out of a layout by the name that it has there, which is its own: `oc image mirror` knows no layouts. */
function outOfLayout(image: MirrorImage): MirrorImage {
  const { source, originals: [original = source] = [] } = image;
  const parsed = parsePlaced(source);
  return parsed.ok && keepsReferences(parsed.reference) ? { ...image, source: original } : image;
}

function clusterOf({ cluster, merge }: ManifestOptions): ClusterState {
  if (cluster !== undefined || merge === undefined) return cluster ?? {};
  return { sets: applyFiles([{ name: mergedName, text: merge }]) };
}

/** The version that the catalogs are for, by their tags: `v4.8`. Undefined where they do not tell, which is taken for a current one. */
function versionOf({ catalogs }: MirrorPlan): string | undefined {
  const tags = catalogs.flatMap(({ destination }) => {
    const parsed = parseReference(destination);
    return parsed.ok ? (parsed.reference.tag ?? []) : [];
  });
  return newestVersion(tags);
}

import { memoByName } from '../base/memo.ts';
import { folderOf } from '../base/paths.ts';
import { destinationOf } from '../documents/mappingLine.ts';
import { isBefore } from '../pulls/openShiftVersion.ts';
import { mappingIndex } from './mappingIndex.ts';
import type { Settings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';

/** What tells the version of the cluster that a file is for. */
export interface ClusterHints {
  readonly snapshot: Snapshot;
  readonly settings: Pick<Settings, 'cluster'>;
  /** The path of the file. */
  readonly path: string;
}

/**
 * The OpenShift version that a file is for, as `MAJOR.MINOR`: what the setting `cluster.version` says, else what
 * the tags of catalogs beside the file say (`v4.8`, `v4.8-202111`), the newest of them. Undefined when neither
 * tells. A text, so that a rule's `reads` can compare it.
 */
export function clusterVersion(hints: ClusterHints): string | undefined {
  return versionOfSetting(hints.settings) ?? versionOfCatalogs(hints);
}

/** The version that a whole set of files is for: by the setting, else the newest that the catalogs in any folder tell. */
export function versionOfFiles(snapshot: Snapshot, settings: Pick<Settings, 'cluster'>): string | undefined {
  const folders = new Set([...snapshot.files.keys()].map(folderOf));
  let newest = versionOfSetting(settings);
  if (newest !== undefined) return newest;
  for (const folder of folders) {
    const version = versionOfCatalogs({ snapshot, settings, path: `${folder}/` });
    if (version !== undefined && (newest === undefined || isBefore(newest, version))) newest = version;
  }
  return newest;
}

/** What the setting `cluster.version` says alone. */
export function versionOfSetting({ cluster }: Pick<Settings, 'cluster'>): string | undefined {
  return versionOfText(cluster.version);
}

/** `MAJOR.MINOR` of what somebody writes for a version, such as `v4.18.3`; undefined for what is none. */
export function versionOfText(text: string): string | undefined {
  return /^v?([0-9]{1,4}\.[0-9]{1,4})(?![0-9])/.exec(text.trim())?.[1];
}

function versionOfCatalogs({ snapshot, path }: ClusterHints): string | undefined {
  return versionIn(snapshot, folderOf(path));
}

/** Of the catalogs in a folder: every line of a mapping.txt asks. */
const versionIn = memoByName((snapshot: Snapshot, folder) => newestVersion(catalogTags(snapshot, folder)));

/** The newest version that the tags of index images tell, as `MAJOR.MINOR`; undefined where none does. */
export function newestVersion(tags: readonly string[]): string | undefined {
  let newest: string | undefined;
  for (const tag of tags) {
    const version = /^v?(4\.[0-9]{1,2})(?![0-9.])/.exec(tag)?.[1];
    if (version !== undefined && (newest === undefined || isBefore(newest, version))) newest = version;
  }
  return newest;
}

/** The tags of index images that the files of the same folder name. */
function catalogTags(snapshot: Snapshot, folder: string): string[] {
  const tags = [...snapshot.catalogImages(folder)].flatMap((image) => /:([^:/@]+)$/.exec(image)?.[1] ?? []);
  for (const { content } of snapshot.filesIn(folder)) {
    if (content.type !== 'mapping') continue;
    const index = mappingIndex(content.mapping);
    const repository = index.indexRepository;
    if (repository === undefined) continue;
    for (const lines of [
      index.byFileDestination.get(repository),
      index.bySource.get(`file://${repository}`),
    ]) {
      for (const pair of lines.flatMap((line) => line.pairs)) tags.push(destinationOf(pair)?.tag ?? '');
    }
  }
  return tags;
}

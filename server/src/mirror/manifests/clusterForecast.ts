import { splitLines } from '../../documents/lines.ts';
import { parseYaml } from '../../documents/yamlFile.ts';
import { decidesOnNodes } from '../../pulls/dropInChanges.ts';
import { forecast } from '../../pulls/forecast.ts';
import type { ClusterState, Forecast } from '../../pulls/forecastTypes.ts';
import { noOrigins } from '../../pulls/origins.ts';
import type { ApplyFiles } from '../../pulls/pullFiles.ts';
import type { ManifestFile } from './manifestFile.ts';

/**
 * What nodes do once the files of a run are applied; undefined where none of them concerns nodes.
 * @param cluster what is there now; nothing is taken for a cluster without any mirror set
 * @param version `MAJOR.MINOR` of the cluster; undefined is taken for a current one
 */
export function clusterForecast(
  files: readonly ManifestFile[],
  cluster: ClusterState,
  version: string | undefined,
): Forecast | undefined {
  const folder = applyFiles(files);
  return decidesOnNodes(folder)
    ? forecast({ ...folder, provenance: noOrigins }, cluster, version)
    : undefined;
}

/** The files as `oc apply` takes them. */
export function applyFiles(files: readonly ManifestFile[]): ApplyFiles {
  const yaml = files.filter(({ name }) => name.endsWith('.yaml'));
  return {
    files: new Map(
      yaml.map(({ name, text }) => {
        const content = { type: 'yaml', yaml: parseYaml(splitLines(text)) } as const;
        return [name, { path: name, content }];
      }),
    ),
    patches: new Set(),
  };
}

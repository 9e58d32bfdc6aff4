import { t } from '../base/sentences.ts';
import { listed } from '../base/words.ts';
import { textDataUrl } from '../documents/dataUrl.ts';
import { machineConfigApiVersion, nodeDropInFolder, roleLabel } from '../documents/machineConfig.ts';
import { tomlString } from '../documents/registriesConfText.ts';
import { scalarText } from '../documents/yamlNode.ts';
import { hasTagMirrorSets, isBefore } from './openShiftVersion.ts';

/** A repository with the places that have its images. */
export interface MirroredRepository {
  readonly source: string;
  readonly mirrors: readonly string[];
}

/**
 * MachineConfigs that redirect all pulls of some repositories, by tag and by digest alike, as a file for `oc apply`: one for
 * each pool, because nodes get only what names their pool. A drop-in replaces the table that mirror sets made for the
 * same prefix. The comment above shows the text that stands in the `data:` URL.
 * https://github.com/containers/image/blob/main/docs/containers-registries.conf.d.5.md
 *
 * @param name of the drop-in, without `.conf`; that of each MachineConfig is made from it
 * @param version `MAJOR.MINOR` of the cluster, which decides about the formats; undefined for a current one
 */
export function machineConfigText(
  name: string,
  repositories: readonly MirroredRepository[],
  roles: readonly string[],
  version: string | undefined,
): string {
  const path = `${nodeDropInFolder}99-${name}.conf`;
  const conf = dropInText(repositories, version);
  const about =
    roles.length === 1
      ? t(
          'Redirects pulls on the nodes of the pool {0}, by tag and by digest. Applying it drains and restarts\neach of them, one after the other. It puts this on them as {1}:',
          listed(roles),
          path,
        )
      : t(
          'Redirects pulls on the nodes of the pools {0}, by tag and by digest. Applying it drains and restarts\neach of them, one after the other. It puts this on them as {1}:',
          listed(roles),
          path,
        );
  const comment = [...about.split('\n'), '', ...conf.trimEnd().split('\n')];
  const head = `${comment.map((line) => `# ${line}`.trimEnd()).join('\n')}\n`;
  return (
    head +
    roles.map((role) => oneConfig(machineConfigName(role, name), role, path, conf, version)).join('---\n')
  );
}

/** The name of the MachineConfig for a pool; names decide which of two counts, and `99` comes after the system's own. */
export function machineConfigName(role: string, name: string): string {
  return `99-${role}-${name}`;
}

function dropInText(repositories: readonly MirroredRepository[], version: string | undefined): string {
  // Before 4.13 mirror sets are written with it set, and it shows that here it is not.
  const byDigestOnly = hasTagMirrorSets(version) ? '' : 'mirror-by-digest-only = false\n';
  const tables = repositories.map(({ source, mirrors }) => {
    const places = mirrors.map((mirror) => `\n[[registry.mirror]]\nlocation = ${tomlString(mirror)}\n`);
    return `[[registry]]\nprefix = ${tomlString(source)}\nlocation = ${tomlString(source)}\n${byDigestOnly}${places.join('')}`;
  });
  return tables.join('\n');
}

function oneConfig(
  name: string,
  role: string,
  path: string,
  conf: string,
  version: string | undefined,
): string {
  const ignition = ignitionVersion(version);
  const filesystem = ignition.startsWith('2') ? '        filesystem: root\n' : '';
  return `apiVersion: ${machineConfigApiVersion}
kind: MachineConfig
metadata:
  name: ${scalarText(name)}
  labels:
    ${roleLabel}: ${scalarText(role)}
spec:
  config:
    ignition:
      version: ${ignition}
    storage:
      files:
      - path: ${scalarText(path)}
${filesystem}        mode: 420
        overwrite: true
        contents:
          source: ${textDataUrl(conf)}
`;
}

/** The newest format that a version takes, and 3.2.0 for all that are current. */
function ignitionVersion(version: string | undefined): string {
  if (version === undefined || !isBefore(version, '4.7')) return '3.2.0';
  return isBefore(version, '4.6') ? '2.2.0' : '3.1.0';
}

import { mirrorSetText } from './mirrorSetText.ts';

/** What redirects pulls of one repository. */
export interface Remedy {
  readonly kind: 'ImageTagMirrorSet' | 'ImageDigestMirrorSet' | 'ImageContentSourcePolicy' | 'MachineConfig';
  readonly source: string;
  readonly mirrors: readonly string[];
  /** A file for `oc apply`. */
  readonly yaml: string;
}

/**
 * What makes nodes ask mirrors for a repository, as a file for `oc apply`. Pulls by tag need an ImageTagMirrorSet,
 * and before OpenShift 4.13 a MachineConfig with a drop-in for registries.conf.
 */
export function remedyFor(
  by: 'digest' | 'tag',
  source: string,
  mirrors: readonly string[],
  hasMirrorSets: boolean,
): Remedy {
  const name = source
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 63);
  if (by === 'tag' && !hasMirrorSets)
    return {
      kind: 'MachineConfig',
      source,
      mirrors,
      yaml: machineConfig(`99-worker-mirror-${name}`, source, mirrors),
    };
  const kind =
    by === 'tag' ? 'ImageTagMirrorSet' : hasMirrorSets ? 'ImageDigestMirrorSet' : 'ImageContentSourcePolicy';
  return { kind, source, mirrors, yaml: mirrorSetText(kind, name, [{ source, mirrors }]) };
}

/**
 * A drop-in replaces the table that the mirror sets made for the same prefix, so that its mirrors are for pulls by
 * tag and by digest alike.
 * https://github.com/containers/image/blob/main/docs/containers-registries.conf.d.5.md
 */
function machineConfig(name: string, source: string, mirrors: readonly string[]): string {
  const tables = mirrors.map((mirror) => `\n[[registry.mirror]]\nlocation = "${mirror}"\n`).join('');
  const conf = `[[registry]]\nprefix = "${source}"\nlocation = "${source}"\n${tables}`;
  const comment = conf
    .trimEnd()
    .split('\n')
    .map((line) => `# ${line}`.trimEnd());
  return `# For the nodes of the pool "worker"; those of "master" need one too. What it puts on them:
${comment.join('\n')}
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  name: ${name}
  labels:
    machineconfiguration.openshift.io/role: worker
spec:
  config:
    ignition:
      version: 3.2.0
    storage:
      files:
      - path: /etc/containers/registries.conf.d/${name}.conf
        mode: 420
        overwrite: true
        contents:
          source: data:,${encodeURIComponent(conf)}
`;
}

import { machineConfigText } from './machineConfigText.ts';
import { mirrorSetText } from './mirrorSetText.ts';
import { usualRoles } from './nodePools.ts';
import { hasTagMirrorSets } from './openShiftVersion.ts';

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
 * and before OpenShift 4.13 MachineConfigs with a drop-in for registries.conf.
 * @param version `MAJOR.MINOR` of the cluster; undefined is taken for a current one
 */
export function remedyFor(
  by: 'digest' | 'tag',
  source: string,
  mirrors: readonly string[],
  version: string | undefined,
): Remedy {
  const hasMirrorSets = hasTagMirrorSets(version);
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
      yaml: machineConfigText(`mirror-${name}`, [{ source, mirrors }], usualRoles, version),
    };
  const kind =
    by === 'tag' ? 'ImageTagMirrorSet' : hasMirrorSets ? 'ImageDigestMirrorSet' : 'ImageContentSourcePolicy';
  return { kind, source, mirrors, yaml: mirrorSetText(kind, name, [{ source, mirrors }]) };
}

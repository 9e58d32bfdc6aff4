import { lastComponent } from '../base/paths.ts';
import { t } from '../base/sentences.ts';
import { listed } from '../base/words.ts';
import { type MirroredRepository, machineConfigName, machineConfigText } from '../pulls/machineConfigText.ts';
import { usualRoles } from '../pulls/nodePools.ts';
import { hasTagMirrorSets } from '../pulls/openShiftVersion.ts';
import { redirectOf } from '../pulls/redirects.ts';
import { tagRedirectOf } from '../pulls/tagRedirects.ts';
import { clusterVersion } from '../workspace/clusterVersion.ts';
import { freePath } from './freePath.ts';
import type { Fix, RuleContext } from './rule.ts';

/**
 * The fix that redirects pulls by tag where there is no ImageTagMirrorSet, before OpenShift 4.13: a new file with a
 * MachineConfig for each pool that has no drop-in for the repositories yet. Undefined where the cluster is known to have
 * ImageTagMirrorSets, and where nothing can be written.
 *
 * @param wanted each repository once
 * @param guess the registry that sources are taken to be from, where nothing tells it
 */
export function machineConfigFix(
  wanted: readonly MirroredRepository[],
  context: RuleContext,
  guess?: string,
): Fix | undefined {
  const version = clusterVersion(context);
  const path = freePath('machineConfig', context);
  const [first] = wanted;
  if (first === undefined || path === undefined) return undefined;
  if (version !== undefined && hasTagMirrorSets(version)) return undefined;
  const { snapshot } = context;
  const roles = usualRoles.filter((role) =>
    wanted.some(({ source }) => tagRedirectOf(snapshot, source).missing.includes(role)),
  );
  if (roles.length === 0) return undefined;
  const text = () => {
    // Both kinds of pull go by the drop-in then, so that it has the mirrors for digests too.
    const repositories = wanted.map(({ source, mirrors }) => ({
      source,
      mirrors: [...new Set([...mirrors, ...redirectOf(snapshot.mirrorSets, source).digest])],
    }));
    return machineConfigText(freeName(context), repositories, roles, version);
  };
  return {
    id: `machine-config${guess === undefined ? '' : ` ${guess}`}`,
    title: titleOf(wanted, lastComponent(path), roles, version, guess),
    preferred: false,
    wholeFile: true,
    edits: () => [],
    others: () => [{ path, text: text() }],
  };
}

function titleOf(
  [first, ...others]: readonly MirroredRepository[],
  file: string,
  roles: readonly string[],
  version: string | undefined,
  guess: string | undefined,
): string {
  const pools = listed(roles);
  const what =
    others.length === 0
      ? t(
          'Create {0} that redirects pulls of {1} by tag on the nodes of {2}',
          file,
          first?.source ?? '',
          pools,
        )
      : t(
          'Create {0} that redirects pulls of all {1} repositories by tag on the nodes of {2}',
          file,
          others.length + 1,
          pools,
        );
  const older = version === undefined ? t('{0}, for OpenShift before 4.13', what) : what;
  if (guess === undefined) return older;
  return t('{0} (from {1}: a guess)', older, guess);
}

/** The name that no MachineConfig of the workspace has yet for any pool. */
function freeName({ snapshot }: RuleContext): string {
  const taken = new Set(snapshot.nodePools.configs.map(({ name }) => name?.value));
  const isTaken = (name: string) => usualRoles.some((role) => taken.has(machineConfigName(role, name)));
  let name = 'mirrors-by-tag';
  for (let number = 2; isTaken(name); number++) name = `mirrors-by-tag-${number}`;
  return name;
}

import type { LogLine } from './logLine.ts';
import type { Requester } from './reason.ts';
import { type LogSection, toolOf } from './runs.ts';

/** What only nodes, and the pods of OLM that pull catalogs, say. */
const ofNode =
  /\bkubelet\b|\bcrio\b|ErrImagePull|ImagePullBackOff|Back-off pulling image|Failed to pull image|\brpc error: code = |ClusterCatalog|\bcatalogd\b|source catalog content: /;

const nodePrograms =
  /^(?:crio|cri-o|kubelet|kubenswrapper|hyperkube|machine-config-daemon|bootkube\.sh|release-image\S*|node-image-\S+|bootstrap-pivot\.sh)$/;

/** Commands that show what happens in a cluster. */
const clusterCommand =
  /^(?:\S*\/)?(?:oc|kubectl)(?:\.exe)? (?:get|describe|logs|events|adm node-logs|debug)\b/;

/**
 * Who asked for the images of which a run speaks. `oc get events` shows pulls of nodes; the output of podman, skopeo
 * or `oc image mirror` is of the machine on which somebody ran it.
 */
export function requesterOf({ command }: LogSection, lines: readonly LogLine[]): Requester {
  const { tool } = toolOf(command);
  if (clusterCommand.test(command) || /^(?:crictl|journalctl)$/.test(tool)) return 'node';
  if (/^(?:oc|oc-mirror|opm|podman|skopeo|docker|buildah)$/.test(tool)) return 'bastion';
  return lines.some(({ body, program }) => nodePrograms.test(program ?? '') || ofNode.test(body))
    ? 'node'
    : 'bastion';
}

/** True for a line that is of a node whatever stands round it. */
export function isOfNode({ body, program }: LogLine): boolean {
  return nodePrograms.test(program ?? '') || ofNode.test(body);
}

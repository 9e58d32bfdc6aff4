import { type MachineConfig, nodeDropInFolder } from '../documents/machineConfig.ts';
import { isMirrorSet } from '../documents/mirrorSet.ts';
import type { ApplyFiles } from './pullFiles.ts';

/** What `oc apply` does to a MachineConfig with drop-ins for registries.conf. */
export interface DropInChange {
  readonly path: string;
  readonly name: string;
  /** The pool whose nodes get it; empty where the label is missing. */
  readonly role: string;
  readonly change: 'added' | 'replaced' | 'unchanged' | 'stays';
  /** True when drop-ins come, go or change: nodes of the pool are drained and restart for them. */
  readonly restarts: boolean;
}

/**
 * What becomes of the MachineConfigs of a folder and of those on the cluster. Of the files that concern registries, the
 * machine-config-daemon takes a change without a restart for `registries.conf` itself alone.
 * https://github.com/openshift/machine-config-operator/blob/main/pkg/daemon/update.go
 */
export function dropInChanges(folder: ApplyFiles, cluster: ApplyFiles | undefined): DropInChange[] {
  const before = configsIn(cluster);
  const after = configsIn(folder);
  const applied = [...after].map(([name, { path, config }]): DropInChange => {
    const there = before.get(name)?.config;
    const role = config.role?.value ?? '';
    const isSame = there !== undefined && shapeOf(there) === shapeOf(config);
    const change = there === undefined ? 'added' : isSame ? 'unchanged' : 'replaced';
    const moves =
      there !== undefined && there.role?.value !== role && dropInsOf(config) !== dropInsOf(undefined);
    return {
      path,
      name,
      role,
      change,
      restarts: role !== '' && (moves || dropInsOf(there) !== dropInsOf(config)),
    };
  });
  const staying = [...before].flatMap(([name, { path, config }]): DropInChange[] =>
    after.has(name) ? [] : [{ path, name, role: config.role?.value ?? '', change: 'stays', restarts: false }],
  );
  return [...applied, ...staying];
}

/**
 * True when files hold anything that changes where nodes pull from: a mirror set, empty ones too, the image configuration,
 * or a MachineConfig with files about registries.
 */
export function decidesOnNodes({ files }: ApplyFiles): boolean {
  for (const { content } of files.values()) {
    if (content.type !== 'yaml') continue;
    for (const resource of content.yaml.resources)
      if (isMirrorSet(resource) || resource.kind === 'Image' || resource.kind === 'MachineConfig')
        return true;
  }
  return false;
}

/** By name: of several with one name the last counts. */
function configsIn(snapshot: ApplyFiles | undefined): Map<string, { path: string; config: MachineConfig }> {
  const configs = new Map<string, { path: string; config: MachineConfig }>();
  for (const { path, content } of snapshot?.files.values() ?? []) {
    if (content.type !== 'yaml') continue;
    for (const config of content.yaml.resources)
      if (config.kind === 'MachineConfig') configs.set(config.name?.value ?? '', { path, config });
  }
  return configs;
}

function shapeOf({ role, files }: MachineConfig): string {
  return JSON.stringify([role?.value, files.map(({ path, text }) => [path.value, text])]);
}

function dropInsOf(config: MachineConfig | undefined): string {
  const files = config?.files.filter(({ path }) => path.value.startsWith(nodeDropInFolder)) ?? [];
  return JSON.stringify(files.map(({ path, text }) => [path.value, text]));
}

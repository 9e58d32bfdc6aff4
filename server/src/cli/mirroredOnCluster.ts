import { UserError } from '../base/errors.ts';
import { planObject } from '../cluster/applyObjects.ts';
import type { CatalogState } from '../cluster/catalogStates.ts';
import type { Manifest } from '../cluster/manifest.ts';
import type { Oc } from '../cluster/oc.ts';
import type { MirrorResult } from '../mirror/run/mirrorResult.ts';
import { Snapshot } from '../workspace/snapshot.ts';
import { readAppliedFolder } from './appliedFolder.ts';
import type { Terminal } from './command.ts';
import { readNodeFiles } from './nodeFiles.ts';
import { readOutcome } from './runOutcome.ts';

/** What a mirror run has left, to be held against a cluster. */
export interface MirroredFolder {
  readonly manifests: readonly Manifest[];
  /** The packages of each catalog that the run has written, by its place. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** Files that tell where its images are. */
  readonly mappings: Snapshot;
  show(path: string): string;
}

/** @throws UserError as `readAppliedFolder` */
export async function readMirroredFolder(directory: string, terminal: Terminal): Promise<MirroredFolder> {
  const { manifests, show } = await readAppliedFolder(directory, 'status', terminal);
  const { snapshot } = await readNodeFiles([directory], 'status', terminal);
  // A folder that another tool has written has no report, and tells of no packages.
  const outcome = await readOutcome(directory).catch((error: unknown) => {
    if (error instanceof UserError && error.code === 'notAReport') return undefined;
    throw error;
  });
  const mappings = [...snapshot.files].filter(([, { content }]) => content.type === 'mapping');
  return {
    manifests,
    packages: outcome === undefined ? new Map() : packagesOf(outcome.result),
    mappings: new Snapshot(new Map(mappings)),
    show,
  };
}

/** Of catalogs that were written, the packages of which a bundle is left. */
function packagesOf({ plan, catalogs }: MirrorResult): ReadonlyMap<string, readonly string[]> {
  return new Map(
    plan.catalogs.flatMap(({ destination, bundles }, index) => {
      const outcome = catalogs[index];
      if (outcome?.digest === undefined) return [];
      const dropped = new Set(outcome.dropped.map((bundle) => `${bundle.package}/${bundle.name}`));
      const left = bundles.filter((bundle) => !dropped.has(`${bundle.package}/${bundle.name}`));
      return [[destination, [...new Set(left.map((bundle) => bundle.package))].sort()] as const];
    }),
  );
}

/** An object of the folder on the cluster. */
export interface ManifestState {
  readonly manifest: Manifest;
  readonly state: 'there' | 'differs' | 'missing';
}

/** Whether the cluster has what the folder says. @throws UserError as `planObject` */
export async function manifestStates(
  oc: Oc,
  { manifests }: MirroredFolder,
): Promise<readonly ManifestState[]> {
  const states = { added: 'missing', merged: 'differs', unchanged: 'there' } as const;
  return Promise.all(
    manifests.map(async (manifest) => {
      const { change } = await planObject(oc, manifest);
      return { manifest, state: states[change] };
    }),
  );
}

/** The packages that were mirrored and that no catalog with that image offers. */
export function missingPackages(
  { packages }: MirroredFolder,
  { image, packages: offered }: CatalogState,
): readonly string[] {
  const has = new Set(offered);
  return offered === undefined ? [] : (packages.get(image) ?? []).filter((name) => !has.has(name));
}

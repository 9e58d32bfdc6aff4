import type { Fields } from './values.ts';

/**
 * The fields of a ClusterServiceVersion that `about.ts` reads, as paths from its top. They are a small part of it: most of a manifest
 * are examples, schemas, permissions and the icon. Whoever has something that takes fields out of JSON quickly takes these.
 */
export const manifestPaths: readonly (readonly string[])[] = [
  ['kind'],
  ['metadata', 'annotations'],
  ...[
    ...[
      'displayName',
      'description',
      'provider',
      'maturity',
      'minKubeVersion',
      'keywords',
      'links',
      'maintainers',
    ],
    ...['installModes', 'icon', 'version', 'replaces', 'skips', 'relatedImages'],
  ].map((name) => ['spec', name]),
  ['spec', 'install', 'spec', 'deployments'],
];

/**
 * A manifest that has nothing but these fields.
 * @param values in the order of `manifestPaths`, `null` where there is none
 * @returns undefined where it has no field of `spec`, so that nobody can tell whether there is one
 */
export function manifestOfValues(values: readonly unknown[]): Fields | undefined {
  const manifest: Record<string, unknown> = {};
  for (const [number, path] of manifestPaths.entries()) {
    const value = values[number] ?? undefined;
    if (value === undefined) continue;
    let inner = manifest;
    for (const name of path.slice(0, -1)) {
      inner[name] ??= {};
      inner = inner[name] as Record<string, unknown>;
    }
    inner[path.at(-1) ?? ''] = value;
  }
  return manifest.spec === undefined ? undefined : manifest;
}

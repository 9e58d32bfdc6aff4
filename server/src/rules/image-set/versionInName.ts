import { parseVersion } from '../../catalog/version.ts';

/** The version at the end of the usual name of a bundle, `my-operator.v1.1.0`; undefined where there is none. */
export function versionInName(bundle: string): string | undefined {
  const version = /^[^.]+\.v?(\d.*)$/.exec(bundle)?.[1];
  return version !== undefined && parseVersion(version) !== undefined ? version : undefined;
}

import type { Lines } from '../documents/lines.ts';
import type { LogDocument } from './logDocument.ts';
import type { VersionedFix } from './pattern.ts';

/** How logs tell the version of the cluster that they are about, the surest first. */
const signs: readonly RegExp[] = [
  /^\s{0,40}(?:Server Version|OpenShift Version|Cluster version is|clusterVersion|Desired version): {0,4}v?(\d\.\d{1,2})(?!\d)/m,
  /\b[\w-]{1,60}-(?:operator-index|marketplace-index):v(\d\.\d{1,2})(?![.\d])/,
  /\/[\w-]{1,60}-index:v(\d\.\d{1,2})-\d{6}/,
];

/**
 * The OpenShift version that a text tells, as `MAJOR.MINOR`: by a version that `oc` prints, else by the tags of
 * catalogs, the newest of them. Undefined where it tells none.
 */
export function newestVersionIn(lines: Lines): string | undefined {
  for (const sign of signs) {
    let newest: string | undefined;
    for (const line of lines) {
      const version = line.length > 20_000 ? undefined : sign.exec(line)?.[1];
      if (version !== undefined && (newest === undefined || numberOf(version) > numberOf(newest)))
        newest = version;
    }
    if (newest !== undefined) return newest;
  }
  return undefined;
}

function numberOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
}

/** The log with the advice that is for one version; as it is where the version is unknown. */
export function withVersion(log: LogDocument, version: string | undefined): LogDocument {
  if (version === undefined || !log.lines.some(({ fixByVersion }) => fixByVersion !== undefined)) return log;
  return {
    ...log,
    lines: log.lines.map((line) =>
      line.fixByVersion === undefined ? line : { ...line, fix: fixFor(line.fixByVersion, version) },
    ),
  };
}

function fixFor({ before413, since413 }: VersionedFix, version: string): string {
  return numberOf(version) < numberOf('4.13') ? before413 : since413;
}

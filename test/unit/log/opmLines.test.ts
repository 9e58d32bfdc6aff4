import { describe } from 'vitest';
import { itExplains } from '../../support/lineCases.ts';

describe('a line of opm', () => {
  itExplains([
    [
      'Error: error pulling image: . exec: "podman": executable file not found in $PATH',
      'opm/no-container-tool',
      'error',
    ],
    ['Error: none is not a valid container-tool for index prune', 'opm/container-tool', 'error'],
    [
      'Error: `opm index prune` only supports sqlite-based catalogs. See https://example.com',
      'opm/file-based-catalog',
      'error',
    ],
    [
      'Error: index image quay.io/a/idx missing label operators.operatorframework.io.index.database.v1',
      'opm/missing-label',
      'error',
    ],
    ['Error: open ./db-123: permission denied', 'opm/database-permission', 'error'],
    ['Error: attempt to write a readonly database', 'opm/database-read-only', 'error'],
    [
      'time="2026-03-04T05:06:07Z" level=fatal msg="cache requires rebuild: cache reports digest as \\"1\\", but computed digest is \\"2\\""',
      'opm/stale-cache',
      'error',
    ],
    [
      'time="2026-03-04T05:06:07Z" level=fatal msg="integrity check failed: x"',
      'opm/cache-integrity',
      'error',
    ],
    ['Error: failed to load or rebuild cache: x', 'opm/cache', 'error'],
    ['Error: failed to load or build cache: stat .: permission denied', 'opm/cache', 'error'],
    ['Error: render "a": sqlite-based index images are no longer supported', 'opm/sqlite-removed', 'error'],
    ['Error: image type could not be determined', 'opm/not-a-catalog', 'error'],
    ['time="2026-03-04T05:06:07Z" level=error msg="something new"', 'opm/error', 'error'],
    ['DEPRECATION NOTICE:', 'opm/sqlite-deprecated', 'hint'],
  ]);
});

import type { LogPattern } from './pattern.ts';

/** What oc-mirror v2 refuses before it copies anything. */
const refused = { severity: 'error', strong: true, effect: 'ended' } as const;

/**
 * How oc-mirror v2 refuses its options and its ImageSetConfiguration. It has copied nothing then.
 * https://github.com/openshift/oc-mirror/blob/main/internal/pkg/cli/executor.go
 */
export const ocMirror2Usage: readonly LogPattern[] = [
  {
    ...refused,
    code: 'oc-mirror/registry-access',
    holds: 'checking registry "',
    captures: /(?<place>[^"/\s]+)(?:\/[^"\s]*)?" access: (?<reason>.*)/y,
    side: 'destination',
    consequence: 'oc-mirror asks the destination before it begins, so nothing was copied.',
    cause: 'The destination {place} could not be asked: {reason}. Nothing was copied.',
    fix: 'Log in with operator-mirror login or podman login at the destination, then run the same command again.',
  },
  {
    ...refused,
    code: 'oc-mirror/no-config',
    holds: 'use the --config flag it is mandatory',
    cause: 'No ImageSetConfiguration is named.',
    fix: 'Name it with -c imageset-config.yaml.',
  },
  {
    ...refused,
    code: 'oc-mirror/from-or-workspace',
    holds: 'mirror to mirror workflow detected. --workspace is mandatory',
    cause: 'From registry to registry, oc-mirror v2 wants a folder to work in, and none is named.',
    fix: 'Add --workspace file://DIR.',
  },
  {
    ...refused,
    code: 'oc-mirror/from-or-workspace',
    holds: '--workspace (assumes mirror to mirror workflow) cannot be used together',
    cause:
      '--from reads archives, and --workspace mirrors directly from the internet: one run does one of both.',
    fix: 'Leave out --workspace to publish archives, or --from to mirror directly.',
  },
  {
    ...refused,
    code: 'oc-mirror/from-or-workspace',
    holds: 'mirrorToDisk workflow is assumed, and the --',
    captures: /(?<option>[a-z]+) argument is not needed/y,
    cause: 'To files, oc-mirror takes no --{option}: the destination file:// is also its workspace.',
    fix: 'Leave out --{option}.',
  },
  {
    ...refused,
    code: 'oc-mirror/file-prefix',
    holds: 'it must have file:// prefix',
    cause: '--from and --workspace want a folder as file://DIR, and the prefix is missing.',
    fix: 'Write file:// in front of the folder.',
  },
  {
    ...refused,
    code: 'oc-mirror/destination',
    holds: 'destination must have either file://',
    cause: 'The destination has neither file:// nor docker:// in front.',
    fix: 'Write file://DIR to mirror to disk, or docker://HOST/NAMESPACE to mirror to a registry.',
  },
  {
    ...refused,
    code: 'oc-mirror/parallel',
    holds: 'must be between the range 1 to 10',
    cause: 'oc-mirror takes 1 to 10 for --parallel-images and --parallel-layers.',
    fix: 'Choose a number in this range.',
  },
  {
    ...refused,
    code: 'oc-mirror/no-stanza',
    holds: 'configuration missing the ',
    captures: /`(?<key>[a-z]+)` stanza/y,
    cause: 'The configuration has no {key}, so there is nothing to do.',
    fix: 'Write what is to be mirrored below mirror: (or deleted below delete:) at the top level of the file, with the right indentation.',
  },
  {
    ...refused,
    code: 'oc-mirror/unknown-kind',
    holds: 'cannot parse "',
    captures: /(?<kind>[^"]+)" as "(?<wanted>[^"]+)"/y,
    cause: 'The file is a {kind}, and this command wants a {wanted}.',
    fix: 'Name the right file, or correct its kind.',
  },
  {
    ...refused,
    code: 'oc-mirror/config-file',
    holds: 'could not parse config: open ',
    captures: /(?<path>[^\s:]+): no such file or directory/y,
    cause: 'There is no file {path}.',
    fix: 'Name the ImageSetConfiguration by its path from the current folder.',
  },
  {
    ...refused,
    code: 'oc-mirror/mixed-versions',
    holds: 'mixing both filtering by minVersion/maxVersion and filtering by channel',
    cause: 'A package has versions of its own and its channels have some too; oc-mirror takes one of both.',
    fix: 'Keep minVersion and maxVersion at the package or at its channels.',
  },
  {
    ...refused,
    code: 'oc-mirror/invalid-config',
    holds: 'invalid configuration: ',
    captures: /(?<reason>.{1,600})/y,
    cause: 'oc-mirror refuses the ImageSetConfiguration: {reason}.',
    fix: 'Correct the entry that the line names. operator-mirror check FILE shows what else is wrong with it.',
  },
  {
    ...refused,
    code: 'oc-mirror/archive',
    holds: 'error reading archive ',
    captures: /(?<path>[^\s:]+): (?<reason>.{1,300})/y,
    cause: 'The archive {path} cannot be read to its end: it is cut off or damaged.',
    fix: 'Compare its checksum with that on the connected side, and carry it over again.',
  },
  {
    ...refused,
    code: 'oc-mirror/archive',
    holds: 'empty archive file ',
    captures: /"?(?<path>[^"\s]+)/y,
    cause: 'The archive {path} is empty.',
    fix: 'Carry it over again. If it is empty on the connected side too, run mirror to disk again.',
  },
  {
    ...refused,
    code: 'oc-mirror/not-in-cache',
    holds: 'in local cache: ',
    captures: /.{0,600}manifest unknown/y,
    cause:
      'The cache of oc-mirror does not hold this image. localhost:55000 is no registry of yours: oc-mirror serves its cache there while it runs, filled by mirror to disk or from the archive.',
    fix: 'Run mirror to disk again on the connected side until it reports no error, and carry all archives (mirror_*.tar) over. If the cache lies elsewhere, name it with --cache-dir.',
  },
  {
    ...refused,
    code: 'oc-mirror/no-oci-catalog',
    holds: 'parse catalog "oci:',
    captures: /[^"]{0,1000}": .{0,1000}no such file or directory/y,
    cause: 'There is no OCI layout at the path that the catalog names: it lacks index.json.',
    fix: 'Write the path of the folder with index.json behind oci://, absolute, and copy the catalog there with skopeo copy or oc-mirror.',
  },
  {
    ...refused,
    code: 'oc-mirror/version-not-found',
    holds: 'VersionNotFound: ',
    captures: /(?<reason>.{1,300})/y,
    cause: 'The update graph does not have a version that the ImageSetConfiguration names: {reason}.',
    fix: 'Take a version that this channel offers: oc-mirror list releases --channel CHANNEL prints them. A channel of an extended update support release has other versions than stable.',
  },
];

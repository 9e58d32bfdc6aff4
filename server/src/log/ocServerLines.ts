import type { LogPattern } from './pattern.ts';

const unknownKind = {
  cause:
    'The cluster does not know the kind {kind}: its version does not have it, or the operator that brings it is not installed.',
  fix: 'ImageDigestMirrorSet and ImageTagMirrorSet need OpenShift 4.13 or later. Before that, apply an ImageContentSourcePolicy.',
} as const;

/** What `oc` passes on from the API server, which refuses an object or a question. */
export const ocServerLines: readonly LogPattern[] = [
  {
    code: 'oc/unknown-kind',
    severity: 'error',
    begins: "error: the server doesn't have a resource type ",
    captures: /"(?<kind>[^"]+)"/y,
    effect: 'ended',
    ...unknownKind,
  },
  {
    code: 'oc/unknown-kind',
    severity: 'error',
    holds: 'no matches for kind ',
    captures: /"(?<kind>[^"]+)" in version /y,
    effect: 'ended',
    ...unknownKind,
  },
  {
    code: 'oc/exists',
    severity: 'error',
    begins: 'Error from server (AlreadyExists): ',
    captures: /(?<reason>.{1,600})/y,
    effect: 'ended',
    cause: 'The cluster has an object of this name already, and oc create changes none: {reason}.',
    fix: 'Use oc apply -f FILE, which changes it. Compare both first: what is only in the old one is lost.',
  },
  {
    code: 'oc/forbidden',
    severity: 'error',
    begins: 'Error from server (Forbidden): ',
    captures: /(?<reason>.{1,600})/y,
    effect: 'ended',
    cause: 'This user may not do that on the cluster: {reason}.',
    fix: 'Log in as an administrator of the cluster: mirror sets and catalogs concern all of it.',
  },
  {
    code: 'oc/server',
    severity: 'error',
    begins: 'Error from server ',
    captures: /\((?<kind>\w{1,60})\): (?<reason>.*)/y,
    effect: 'ended',
    cause: 'The cluster refused it: {reason}.',
    fix: 'If a name or a field is not valid, operator-mirror check --fix FILE repairs the file. Otherwise check the version of the cluster and your rights.',
  },
  {
    code: 'oc/invalid-name',
    severity: 'error',
    holds: 'is invalid: metadata.name: Invalid value: ',
    strong: true,
    effect: 'ended',
    cause:
      'The name of the resource is not valid. After a file:// hop oc adm catalog mirror writes names with a slash.',
    fix: 'operator-mirror check --fix FOLDER gives it a valid name (catalog-source/name, mirror-set/name).',
  },
];

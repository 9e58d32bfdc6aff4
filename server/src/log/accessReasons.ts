import { sentence } from '../base/sentences.ts';
import type { Reason } from './reason.ts';

/** Nodes log in with the global pull secret; mirrors with nothing else. */
const pullSecret = sentence(
  'Add a working login for {place} to the global pull secret of the cluster: oc set data secret/pull-secret -n openshift-config --from-file=.dockerconfigjson=FILE, where FILE has the old logins too. The nodes take it over by themselves. For mirrors, secrets in the namespace of the pod are not used. While a cluster is installed, pullSecret in install-config.yaml has the logins.',
);

const mayPull = sentence(
  'Give the account that the global pull secret (openshift-config/pull-secret) has for {place} the right to pull from this repository, or put another account there.',
);

/** What registries, and the policies of nodes, say of who may have an image. */
export const accessReasons: readonly Reason[] = [
  {
    code: 'signature-required',
    says: /A signature was required, but no signature exists|\bno signature found for /,
    cause: 'The policy asks for a signature of this image, and none is where the image was found.',
    fix: 'Mirror the signature too: it is the tag sha256-DIGEST.sig in the same repository. Or relax /etc/containers/policy.json of this machine for the registry.',
    fixNode:
      'Mirror the signature too: it is the tag sha256-DIGEST.sig in the same repository. Or relax the ClusterImagePolicy or ImagePolicy for this image.',
    pull: 'signature',
  },
  {
    code: 'signature-rejected',
    says: /[Nn]one of the signatures were accepted|signature verification failed|Invalid GPG signature|[Ss]ignature for identity|invalid signature when validating/,
    cause: 'The image has signatures, and none of them fits the key and identity that the policy asks for.',
    fix: 'Compare the key in /etc/containers/policy.json with the one that the publisher signs with today. If the key is right, copy the signatures of this very digest again.',
    fixNode:
      'Compare the key and the signed identity in the ClusterImagePolicy or ImagePolicy (on the node: /etc/containers/policy.json) with those that the publisher signs with today. If they are right, mirror the signatures of this very digest again.',
    pull: 'signature',
  },
  {
    code: 'policy-rejected',
    says: /rejected by policy|Source image rejected/,
    cause: 'A rule of the signature policy rejects images from there, whoever signed them.',
    fix: 'Change the rule for this registry in /etc/containers/policy.json: its type is reject. podman image trust show lists the rules.',
    fixNode:
      'Change the rule for this registry: it comes from a ClusterImagePolicy or ImagePolicy, from allowedRegistries or blockedRegistries in image.config.openshift.io/cluster, or from a MachineConfig with /etc/containers/policy.json.',
    pull: 'signature',
  },
  {
    code: 'blocked',
    says: /\bis blocked in\b|blocked by (?:registry )?policy/,
    cause:
      'registries.conf of the machine blocks this registry. That comes from NeverContactSource in a mirror set, or from blockedRegistries in the image configuration of the cluster.',
    fix: 'operator-mirror trace IMAGE --in FOLDER shows which rule blocks and which mirrors are tried. Remove the block from registries.conf, or name a mirror that has the image.',
    fixNode:
      'operator-mirror trace IMAGE --in FOLDER shows which rule blocks and which mirrors are tried. Redirect the pull with a mirror set, or take the registry out of the block.',
    pull: 'blocked',
  },
  {
    code: 'internal-registry',
    says: /unauthorized|authentication required|UNAUTHORIZED|\bdenied\b/,
    ofPlace: /^image-registry\.openshift-image-registry\.svc/,
    cause:
      'The registry of the cluster itself, {place}, does not let this pod have the image: its service account may not pull from that namespace.',
    fix: 'Give the service account the role there: oc policy add-role-to-user system:image-puller system:serviceaccount:NAMESPACE:NAME -n NAMESPACE-OF-THE-IMAGE.',
    pull: 'login',
  },
  {
    code: 'unsupported-request',
    says: /INVALID_REQUEST: Unable to decode repository and actions|Unable to decode repository and actions/,
    cause:
      '{place} does not understand the request: old versions of oc-mirror ask Quay for a list of all repositories, which Quay does not give.',
    fix: 'Use a newer oc-mirror, best v2 (--v2).',
  },
  {
    code: 'broken-token-server',
    says: /unsupported protocol scheme|invalid realm|missing realm in bearer auth challenge/,
    cause: '{place} sends the tool to a token server whose address is not complete: it lacks https://.',
    fix: 'Correct the address of the token server in the configuration of the registry (realm, or the public URL of the registry).',
    pull: 'login',
  },
  {
    code: 'auth-file',
    says: /unmarshaling JSON at|reading JSON file |error parsing auth file|illegal base64 data/,
    cause:
      'The login file is damaged: it is no valid JSON, or a login in it is not valid base64. Nobody was asked for the image.',
    fix: 'Correct the file that the line names, or remove it and log in again with operator-mirror login HOST.',
    fixNode: 'Correct the Secret pull-secret in openshift-config: .dockerconfigjson must be valid JSON.',
    pull: 'login',
  },
  {
    code: 'delete-refused',
    says: /\bDELETE "?https?:[\s\S]{0,2000}(?:UNSUPPORTED|405|unsupported)/i,
    cause: '{place} does not let anybody delete images.',
    fix: 'Allow it there: REGISTRY_STORAGE_DELETE_ENABLED=true for the registry of the CNCF (docker-registry). Then run the same command again.',
  },
  {
    code: 'scan-policy',
    says: /PROJECTPOLICYVIOLATION|configured policy in '?Prevent|vulnerab\S* severity|image is not scanned|due to configured policy|is not signed/i,
    cause:
      '{place} holds the image back: a policy of the project does not let images out that are not scanned, not signed or vulnerable.',
    fix: 'Relax the policy of the project there (Harbor: Configuration, Deployment security), or have the image scanned or signed.',
    pull: 'other',
  },
  {
    code: 'proxy-project',
    says: /push to proxy project not allowed|proxy project|is a proxy cache/i,
    side: 'destination',
    cause: '{place} takes no uploads into this project: it is only a cache of another registry.',
    fix: 'Create an ordinary project or repository there, and mirror into that.',
  },
  {
    code: 'read-only',
    says: /in read-only mode|currently read-only|is read-only\b|ready-only/i,
    cause: '{place} is in read-only mode and takes no uploads.',
    fix: 'Switch off its read-only mode. Then run the same command again. It skips what is already there.',
  },
  {
    code: 'nested-path',
    says: /unauthorized: access to the requested resource is not authorized/,
    side: 'destination',
    ofNested: true,
    cause:
      '{place} does not let this account write to this repository. Quay answers so too where it allows no more than two path components, and this repository has more.',
    fix: 'Mirror with --max-components=2 (oc-mirror: --max-nested-paths=2), or give the account the right to create repositories there.',
  },
  {
    code: 'credential-helper',
    says: /docker-credential-\S+|error getting credentials/,
    cause:
      'The login file leaves the login to a credential helper, and this helper is not there or failed. Nobody was asked for the image.',
    fix: 'Log in with operator-mirror login HOST or podman login HOST, which need no helper, or remove credsStore and credHelpers from the login file.',
  },
  {
    code: 'no-credentials',
    says: /no basic auth credentials|no credentials? (?:found|provided)|unable to retrieve auth token: invalid username\/password: (?:unauthorized: )?(?:please )?log ?in/i,
    cause: '{place} wants a login. The files that the tool reads have none for it, or one that is not valid.',
    fix: 'Log in with operator-mirror login {host} or podman login {host}, or name the login file with -a. Then run the same command again. It skips what is already there.',
    fixNode: pullSecret,
    pull: 'login',
  },
  {
    code: 'denied-or-missing',
    says: /requested access to the resource is denied|pull access denied|does not exist or you don't have permission/i,
    side: 'source',
    cause:
      '{place} denies access to this repository. It says so too where the repository does not exist, and where a private one is asked for without a login.',
    fix: 'Check the name first. If it is right, log in with operator-mirror login {host} with an account that may read it. Then run the same command again. It skips what is already there.',
    fixNode:
      'Check the name first. If it is right and the repository is private, add an account that may read it to the global pull secret (openshift-config/pull-secret).',
    pull: 'login',
  },
  {
    code: 'unauthorized',
    says: /access to the requested resource is not authorized/,
    side: 'source',
    ofPlace: /quay/,
    cause:
      '{place} did not accept the login, or got none. Quay answers so for private repositories, and for those that do not exist.',
    fix: 'Check the name. If it is right, log in again with operator-mirror login {host}, with an account that may read it. Then run the same command again. It skips what is already there.',
    fixNode: pullSecret,
    pull: 'login',
  },
  {
    code: 'unauthorized',
    says: /unauthorized|UNAUTHORIZED|authentication required|invalid username\/password|(?:HTTP status|status code|status)(?::| from registry)? 401|\b401 Unauthorized|\b401 \(Unauthorized\)|[Ii]ncorrect username or password|invalid credentials/,
    cause:
      '{place} did not accept the login. The password is wrong or expired, or the account has no access to this repository.',
    fix: 'Log in again with operator-mirror login {host}, which checks the password. Then run the same command again. It skips what is already there.',
    fixNode: pullSecret,
    pull: 'login',
  },
  {
    code: 'denied',
    says: /\bdenied\b|DENIED|HTTP status: 403|\b403 Forbidden|\b403 \(Forbidden\)|does not have permission/,
    cause:
      '{place} does not let this account do this in this repository. It refuses the access, not the password.',
    fix: 'Give the account the right to pull from it. Then run the same command again. It skips what is already there.',
    fixDestination:
      'Give the account the right to push there. If the registry wants it, create the project or namespace first. Then run the same command again. It skips what is already there.',
    fixNode: mayPull,
    pull: 'login',
  },
  {
    code: 'read-only',
    says: /HTTP 405|HTTP status: 405|[Mm]ethod [Nn]ot [Aa]llowed|UNSUPPORTED|unsupported: |operation is unsupported/,
    side: 'destination',
    cause: '{place} takes no uploads. It is in read-only mode, or it is only a cache of another registry.',
    fix: 'Switch off its read-only mode. If it is a cache, take the address of the registry itself. Then run the same command again.',
  },
  {
    code: 'too-many-requests',
    says: /toomanyrequests|too many requests|HTTP status: 429|\b429 Too Many|pull rate limit/i,
    cause: '{place} allows no more requests for now (rate limit).',
    fix: 'Log in, because most registries then allow more. Wait, then run the same command again. operator-mirror copy waits by itself as long as the registry asks.',
    fixNode:
      'Mirror the image and redirect the pull to the mirror. Or add a login for {place} to the global pull secret (openshift-config/pull-secret): most registries then allow more.',
    pull: 'rate-limit',
  },
];

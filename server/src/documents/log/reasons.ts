/**
 * Why a registry or a file store did not do what it was asked: the last part of the messages of `oc`, `oc-mirror`,
 * podman, skopeo and the kubelet, which all come from the same few libraries.
 */
export interface Reason {
  /** The second half of a code: `oc/CODE`, `pull/CODE`. */
  readonly code: string;
  /** Tried on the reason's text; linear. */
  readonly says: RegExp;
  /** What it must say besides. */
  readonly and?: RegExp;
  /** Set where it needs a repository of more than two path components. */
  readonly ofNested?: true;
  /** Set where only the file store says so. */
  readonly ofFiles?: true;
  readonly side?: 'source' | 'destination';
  readonly cause: string;
  readonly fix: string;
  /** Another cure where it is the destination that fails. */
  readonly fixDestination?: string;
}

/** A failure as a line tells it. */
export interface Failure {
  /**
   * The side whose words these are. `unnamed-source` and `unnamed-destination`: the line names the image of the other
   * side.
   */
  readonly side: 'source' | 'destination' | 'unnamed-source' | 'unnamed-destination';
  /** The image as the line names it. */
  readonly image: string;
  readonly reason: string;
}

/** The first reason that the words are of. */
export function reasonOf(failure: Failure): Reason | undefined {
  const side = failure.side.endsWith('source') ? 'source' : 'destination';
  const ofFiles = failure.image.startsWith('file://');
  return reasons.find(
    (reason) =>
      (reason.side === undefined || reason.side === side) &&
      (reason.ofFiles !== true || ofFiles) &&
      (reason.ofNested !== true || (!ofFiles && failure.image.split('/').length > 3)) &&
      reason.says.test(failure.reason) &&
      (reason.and === undefined || reason.and.test(failure.reason)),
  );
}

const again = 'Then run the same command again. It skips what is already there';

/** The order matters: what is said first is the more exact. */
export const reasons: readonly Reason[] = [
  // The file store of oc, v2/.
  {
    code: 'write-race',
    says: /\brename \S+\.download \S+: no such file or directory/,
    cause:
      'Two processes wrote this layer to one file of v2 at the same time. Either two registries have images with the same path, which share one file:// repository, or two oc processes used one folder. The image itself is good. The file is damaged now, although manifest and tag are there.',
    fix: 'Delete the folder of this repository below v2. Mirror again with --max-per-registry=1, and let nothing else write there. Before you carry v2 on, run operator-mirror check FOLDER, which lists the images that it lacks.',
  },
  {
    code: 'leftover-link',
    says: /\bsymlink \S+ \S+\.download: file exists/,
    cause:
      'An interrupted run left a link with the ending .download in v2, and oc never replaces it. This tag fails in every run until the link is gone.',
    fix: 'Delete the file with the ending .download that the line names, then run the same command again.',
  },
  {
    code: 'disk-full',
    says: /no space left on device|disk quota exceeded/,
    cause: 'The disk that oc writes to is full.',
    fix: `Free space there, or start in a folder on a bigger disk. ${again}. Then check the result with operator-mirror check FOLDER.`,
  },
  {
    code: 'permission-denied',
    says: /: permission denied|read-only file system|operation not permitted/,
    cause: 'The file system does not allow this user to read or write there.',
    fix: `Change the owner or the permissions of the folder, or start in another folder. ${again}.`,
  },
  {
    code: 'not-a-link',
    says: /\bnot a symlink/,
    cause:
      'The tag in v2 is a plain file, not a symbolic link. v2 was carried with something that follows links, such as cp -L, zip or a FAT disk.',
    fix: 'Carry v2 again as a tar archive. Pack and unpack it on file systems with symbolic links.',
  },
  {
    code: 'no-tag',
    says: /no tag or digest specified/,
    cause: 'The source has no tag and no digest. For a catalog, oc does not take latest.',
    fix: 'Add the tag. The export printed the command below “To upload local images to a registry, run”.',
  },
  {
    code: 'store-cut-manifest',
    says: /unexpected end of JSON input|invalid character .{1,20} looking for beginning of value$/,
    ofFiles: true,
    side: 'source',
    cause: 'The manifest in v2 is cut off or damaged. It was not carried over whole.',
    fix: 'Carry v2 again and compare checksums. Every file below manifests and blobs with a name sha256:… must have that sha256sum.',
  },
  {
    code: 'old-oc-manifest',
    says: /missing signature key/,
    cause:
      'oc up to 4.8 cannot import this manifest from files. It is a whole OCI manifest, but has no mediaType, so oc takes it for the old schema 1.',
    fix: 'Import with oc 4.12 or later.',
  },
  {
    code: 'store-missing-manifest',
    says: /\bopen \S+: (?:no such file|The system cannot find)/,
    and: /\bmanifests[\\/]/,
    cause:
      'v2 does not have this manifest. There are three usual causes: the export of the image failed; the file was lost on the way; or oc was not started in the folder that holds v2. oc looks in ./v2, whatever --dir says.',
    fix: 'Start oc in the folder that holds v2. If the file is missing there too, mirror the image again on the connected side. There operator-mirror check FOLDER lists all images that v2 lacks.',
  },
  {
    code: 'store-missing-blob',
    says: /\bopen \S+: (?:no such file|The system cannot find)/,
    and: /\bblobs[\\/]/,
    side: 'source',
    cause:
      'v2 lacks a layer or the configuration of this image. The export could not fetch it, or it was lost on the way.',
    fix: 'Mirror the image again on the connected side and carry v2 again. There operator-mirror check FOLDER lists images that v2 lacks.',
  },
  // Registries: what they hold.
  {
    code: 'oci-not-accepted',
    says: /OCI (?:index|manifest) found, but accept header does not support OCI/,
    cause:
      'The image is there in OCI format. But this oc does not tell the registry that it reads OCI indexes, so the registry refuses.',
    fix: 'Use a newer oc. From registry to registry, operator-mirror copy -f mapping.txt reads both formats.',
  },
  {
    code: 'damaged-blob',
    says: /digest invalid|provided digest did not match|got back a different digest|does not match (?:the )?digest/i,
    cause:
      'The content does not have its digest. The layer or configuration is damaged at the source, or was cut off on the way.',
    fix: 'If the source is a v2 folder: delete the folder of this repository there, and mirror the image again on the connected side. If it is a registry: push the image to it again.',
  },
  {
    code: 'blobs-missing',
    says: /manifest blob unknown|blob unknown to registry|MANIFEST_BLOB_UNKNOWN|^errors:$/,
    side: 'destination',
    cause: 'The destination refuses the manifest, because it does not have all layers of the image.',
    fix: 'A layer of this repository could not be copied: look at the lines above. Fix that, then run the same command again.',
  },
  {
    code: 'missing-blob',
    says: /\bunknown blob|blob unknown|BLOB_UNKNOWN/,
    cause: '{place} has the manifest of this image, but not all of its layers.',
    fix: 'Push or mirror the image to {place} again. It cannot be copied from there as it is.',
    fixDestination:
      'Run the same command again. If the error stays, the storage of {place} lost content: check the storage, or run its garbage collection.',
  },
  {
    code: 'manifest-unknown',
    says: /manifest unknown|manifest for \S+ not found|MANIFEST_UNKNOWN|HTTP status: 404|\b404 Not Found/i,
    cause: '{place} does not have this image. It was deleted there, or never pushed.',
    fix: 'operator-mirror inspect IMAGE says what is there now. If the image is gone for good, take an operator version that does not name it.',
    fixDestination:
      'Mirror the image to {place}. From registry to registry, operator-mirror copy -f mapping.txt copies what is missing.',
  },
  {
    code: 'repository-unknown',
    says: /name unknown|NAME_UNKNOWN|repository name not known to registry|repository does not exist/i,
    cause: '{place} does not have this repository.',
    fix: 'Check the name. If it is right, mirror the image there first.',
    fixDestination:
      'If {place} wants a repository or project to exist before a push, create it. Then run the same command again.',
  },
  {
    code: 'name-refused',
    says: /NAME_INVALID|invalid repository name|name invalid|nested repositor/i,
    cause:
      '{place} does not accept this repository name. Many registries take two path components and no more.',
    fix: 'Mirror with --max-components=2, into a namespace that exists.',
  },
  {
    code: 'quota-exceeded',
    says: /quota (?:has been )?exceeded|exceeds? (?:the )?quota|exceed the configured upper limit|insufficient storage|HTTP status: 507/i,
    side: 'destination',
    cause: '{place} has no room for this. A quota is used up, or the storage is full.',
    fix: `Raise the quota, or delete what nobody needs any more. ${again}.`,
  },
  {
    code: 'immutable-tag',
    says: /\bimmutable\b/i,
    side: 'destination',
    cause: '{place} has this tag already, and does not let anybody write it again: the tag is immutable.',
    fix: `operator-mirror inspect IMAGE shows the digest that is there. If it is another one, let tags of the repository be overwritten. ${again}.`,
  },
  // Registries: whom they let in.
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
    code: 'no-credentials',
    says: /no basic auth credentials|no credentials? (?:found|provided)|unable to retrieve auth token: invalid username\/password: (?:unauthorized: )?(?:please )?log ?in/i,
    cause: '{place} wants a login, and the files that the tool reads have none for it.',
    fix: `Log in with operator-mirror login {place} or podman login {place}, or name the login file with -a. ${again}.`,
  },
  {
    code: 'unauthorized',
    says: /unauthorized|UNAUTHORIZED|authentication required|invalid username\/password|HTTP status: 401|\b401 Unauthorized/,
    cause:
      '{place} did not accept the login. The password is wrong or expired, or the account has no access to this repository.',
    fix: `Log in again with operator-mirror login {place}, which checks the password. ${again}.`,
  },
  {
    code: 'denied',
    says: /\bdenied\b|DENIED|HTTP status: 403|\b403 Forbidden/,
    cause: '{place} knows the login, but the account may not do this in this repository.',
    fix: `Give the account the right to pull from it. ${again}.`,
    fixDestination: `Give the account the right to push there. If the registry wants it, create the project or namespace first. ${again}.`,
  },
  {
    code: 'read-only',
    says: /HTTP 405|HTTP status: 405|Method not allowed|405 Method Not Allowed|UNSUPPORTED|The operation is unsupported/i,
    side: 'destination',
    cause: '{place} takes no uploads. It is in read-only mode, or it is only a cache of another registry.',
    fix: 'Switch off its read-only mode. If it is a cache, take the address of the registry itself. Then run the same command again.',
  },
  {
    code: 'too-many-requests',
    says: /toomanyrequests|too many requests|HTTP status: 429|\b429 Too Many/i,
    cause: '{place} allows no more requests for now (rate limit).',
    fix: 'Log in, because most registries then allow more. Wait, then run the same command again. operator-mirror copy waits by itself as long as the registry asks.',
  },
  {
    code: 'body-too-large',
    says: /HTTP status: 413|413 Request Entity Too Large|413 Payload Too Large/i,
    cause: 'A proxy in front of {place} refuses large uploads.',
    fix: 'Raise its limit (nginx: client_max_body_size 0). Or upload with operator-mirror copy, which then sends layers in parts.',
  },
  {
    code: 'address-too-long',
    says: /HTTP (?:status: )?414\b|Request-URI Too (?:Large|Long)/i,
    cause: 'A proxy in front of {place} refuses the request because its address is too long.',
    fix: 'Raise its limit (nginx: large_client_header_buffers 4 32k), then run the same command again.',
  },
  {
    code: 'registry-error',
    says: /HTTP status: 5\d\d|\b50[0234] (?:Internal|Bad|Service|Gateway)|blob upload (?:unknown|invalid)|BLOB_UPLOAD/i,
    cause:
      '{place} has an error of its own. Its storage may be full or broken, or the proxy in front does not reach it.',
    fix: `Look at the log and the free space of {place}. Fix that. ${again}.`,
  },
  // The way to them.
  {
    code: 'proxy',
    says: /proxyconnect|Proxy Authentication Required|HTTP status: 407|": (?:Forbidden|Bad Gateway|Service Unavailable|Gateway Timeout)$/,
    cause: 'The proxy of the environment (HTTPS_PROXY) did not let the request through.',
    fix: 'Correct HTTPS_PROXY, or add the registry to NO_PROXY. Then run the same command again.',
  },
  {
    code: 'name-not-resolved',
    says: /dial tcp: ?lookup|no such host|server misbehaving|Temporary failure in name resolution|Name or service not known/i,
    cause: 'The DNS server of the machine that asked does not know the name {place}.',
    fix: 'Check the name. Without internet access this registry is reached through a mirror only. If the machine should reach it, add the name to DNS or /etc/hosts.',
  },
  {
    code: 'not-listening',
    says: /connection refused/,
    cause: 'Nothing listens at {place}. The registry does not run, or it stopped, or the port is wrong.',
    fix: `Start the registry, or correct the port. ${again}.`,
  },
  {
    code: 'timeout',
    says: /i\/o timeout|TLS handshake timeout|deadline exceeded|Client\.Timeout|request canceled|timed? ?out/i,
    cause: '{place} did not answer in time. A firewall drops the connection, or the network is slow.',
    fix: `Check that this machine can reach {place}. ${again}.`,
  },
  {
    code: 'unreachable',
    says: /no route to host|network is unreachable|host is down/,
    cause: 'This machine has no route to {place}.',
    fix: `Check the network. ${again}.`,
  },
  {
    code: 'connection-cut',
    says: /connection reset by peer|broken pipe|unexpected EOF|: EOF$|^EOF$|stream error|use of closed network connection|server closed/,
    cause: 'The connection to {place} was cut.',
    fix: 'Run the same command again. It skips what is already there. If the connection is cut at the same size or time again, look at the limits of the proxy in between.',
  },
  {
    code: 'unknown-authority',
    says: /x509: certificate signed by unknown authority|self[- ]signed certificate|unable to get local issuer/i,
    cause: 'The certificate of {place} is from an authority that this machine does not trust.',
    fix: 'Put the certificate of the authority into /etc/pki/ca-trust/source/anchors and run update-ca-trust. Or name it: --certificate-authority for oc, --ca-file for operator-mirror. Then run the same command again.',
  },
  {
    code: 'certificate',
    says: /x509: |tls: failed to verify|bad certificate|certificate has expired/,
    cause:
      'The certificate of {place} is not valid for it: it has another name, no subject alternative name, or is expired.',
    fix: 'Use the name that is in the certificate, or give the registry a new certificate. Then run the same command again.',
  },
  {
    code: 'plain-http',
    says: /server gave HTTP response to HTTPS client/,
    cause: '{place} speaks plain HTTP, and the tool expects TLS.',
    fix: 'Give the registry a certificate, or allow plain HTTP: --insecure for oc, --insecure HOST for operator-mirror, insecure = true in registries.conf for nodes and podman.',
  },
  {
    code: 'blocked',
    says: /\bis blocked in\b/,
    cause:
      'registries.conf of the machine blocks this registry. That comes from NeverContactSource in a mirror set, or from blockedRegistries in the image configuration of the cluster.',
    fix: 'Make sure that a mirror has the image. operator-mirror trace IMAGE --in FOLDER shows which rule blocks and which mirrors are tried.',
  },
  {
    code: 'no-architecture',
    says: /no image found in (?:manifest list|image index) for architecture|no matching manifest for|no child with platform/i,
    cause: 'The manifest list has no image for the architecture that is asked for.',
    fix: 'Mirror all architectures. oc image mirror needs --filter-by-os=.* or --keep-manifest-list for that. operator-mirror copy always copies the whole list.',
  },
  {
    code: 'signature-required',
    says: /A signature was required, but no signature exists/,
    cause: 'The node needs a signature for this image, and the mirror does not have it.',
    fix: 'Mirror the signature too: it is the tag sha256-DIGEST.sig in the same repository. Or relax the ClusterImagePolicy for the mirror.',
  },
  {
    code: 'invalid-reference',
    says: /is not a valid image reference|invalid reference format/,
    cause:
      'This is not a valid image reference. Repository names are lower case, and tags and digests have their own forms.',
    fix: 'Correct the line in mapping.txt, or leave that operator version out.',
  },
  {
    code: 'manifest-refused',
    says: /manifest invalid|MANIFEST_INVALID|unsupported manifest media type|manifest schema unsupported/i,
    side: 'destination',
    cause: '{place} does not accept the format of this manifest.',
    fix: 'Use a registry, or a newer version of it, that takes OCI images and manifest lists.',
  },
];

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
      reason.says.test(failure.reason) &&
      (reason.and === undefined || reason.and.test(failure.reason)),
  );
}

const again = 'then run the same command again: what is there already is not copied twice';

/** The order matters: what is said first is the more exact. */
export const reasons: readonly Reason[] = [
  // The file store of oc, v2/.
  {
    code: 'write-race',
    says: /\brename \S+\.download \S+: no such file or directory/,
    cause:
      'Two writers put this layer into one file of the store at the same time: images of two registries whose paths are the same share one file:// repository, or two oc processes used one folder. It is no fault of the image. The file that stays is damaged, although manifest and tag are there.',
    fix: 'Delete this repository’s folder below v2 and mirror again with nothing else writing there, with --max-per-registry=1 if it is oc; operator-mirror mirror never writes one file twice at a time. Then check the folder with operator-mirror verify before you carry it on.',
  },
  {
    code: 'leftover-link',
    says: /\bsymlink \S+ \S+\.download: file exists/,
    cause:
      'An interrupted run left a link with the ending .download in the store, and oc never replaces it: this tag fails in every run until the link is gone.',
    fix: 'Delete the file with the ending .download that the line names, then run the same command again.',
  },
  {
    code: 'disk-full',
    says: /no space left on device|disk quota exceeded/,
    cause: 'The disk that is written to is full.',
    fix: `Free space there, or start in a folder on a bigger disk, ${again}. Check the result with operator-mirror verify.`,
  },
  {
    code: 'permission-denied',
    says: /: permission denied|read-only file system|operation not permitted/,
    cause: 'The file system does not allow this user to read or write there.',
    fix: `Change the owner or the permissions of the folder, or start in another one, ${again}.`,
  },
  {
    code: 'not-a-link',
    says: /\bnot a symlink/,
    cause:
      'The tag in the file store is a plain file and no symbolic link: the store was carried by something that follows links, such as cp -L, zip or a FAT disk.',
    fix: 'Carry the v2 folder again, as a tar archive that is packed and unpacked on file systems with symbolic links.',
  },
  {
    code: 'no-tag',
    says: /no tag or digest specified/,
    cause: 'The source names neither a tag nor a digest, and oc does not take latest for a catalog.',
    fix: 'Add the tag, as in the command that the export printed below “To upload local images to a registry, run”.',
  },
  {
    code: 'store-cut-manifest',
    says: /unexpected end of JSON input|invalid character .{1,20} looking for beginning of value$/,
    ofFiles: true,
    side: 'source',
    cause: 'The manifest in the file store is cut off or damaged: it was not carried over whole.',
    fix: 'Carry the v2 folder again and compare checksums; operator-mirror verify finds every damaged file in it.',
  },
  {
    code: 'old-oc-manifest',
    says: /missing signature key/,
    cause:
      'This oc reads a manifest without a mediaType in its body as one of the old schema 1. It is an OCI manifest, and whole; oc up to 4.8 cannot import it from files.',
    fix: 'Import with oc 4.12 or later, or with operator-mirror copy -f mapping.txt.',
  },
  {
    code: 'store-missing-manifest',
    says: /\bopen \S+: (?:no such file|The system cannot find)/,
    and: /\bmanifests[\\/]/,
    cause:
      'The file store has no such manifest. The export did not get the image, or it was lost on the way, or oc was not started in the folder that holds v2 (oc looks for images in ./v2 whatever --dir says).',
    fix: 'Start oc in the folder that holds v2. If the file is missing there too, mirror this image again on the connected side: operator-mirror verify lists all that are missing.',
  },
  {
    code: 'store-missing-blob',
    says: /\bopen \S+: (?:no such file|The system cannot find)/,
    and: /\bblobs[\\/]/,
    side: 'source',
    cause:
      'The file store lacks a layer or configuration of this image: the export could not fetch it, or it was lost on the way.',
    fix: 'Mirror this image again on the connected side and carry the v2 folder again; operator-mirror verify lists all that is missing.',
  },
  // Registries: what they hold.
  {
    code: 'oci-not-accepted',
    says: /OCI (?:index|manifest) found, but accept header does not support OCI/,
    cause:
      'The image is there, in OCI format, but this oc does not tell the registry that it reads OCI indexes, so the registry refuses.',
    fix: 'Copy it with operator-mirror copy -f mapping.txt, which reads both formats, or with a newer oc.',
  },
  {
    code: 'damaged-blob',
    says: /digest invalid|provided digest did not match|got back a different digest|does not match (?:the )?digest/i,
    cause:
      'The content does not have the digest that it should have: the layer or configuration is damaged at the source, or was cut on the way.',
    fix: 'Delete this image’s repository at the source if it is a file store and mirror it again on the connected side; operator-mirror verify finds every damaged file.',
  },
  {
    code: 'blobs-missing',
    says: /manifest blob unknown|blob unknown to registry|MANIFEST_BLOB_UNKNOWN|^errors:$/,
    side: 'destination',
    cause:
      'The destination refuses the manifest, because it does not have all layers that the manifest names.',
    fix: 'Look at the lines about this repository above: one of its layers could not be copied. Cure that, then run the same command again.',
  },
  {
    code: 'missing-blob',
    says: /\bunknown blob|blob unknown|BLOB_UNKNOWN/,
    cause: '{place} has the manifest of this image but not all of its layers.',
    fix: 'Push or mirror the image to {place} again; it cannot be copied from there as it is.',
    fixDestination: `Run the same command again. If it stays so, the storage of {place} has lost content: run its own check or garbage collection.`,
  },
  {
    code: 'manifest-unknown',
    says: /manifest unknown|manifest for \S+ not found|MANIFEST_UNKNOWN|HTTP status: 404|\b404 Not Found/i,
    cause: '{place} does not have this image: it was deleted there, or never pushed.',
    fix: 'Ask operator-mirror inspect IMAGE for what is there now. An image that is gone for good can only be left out: take an operator version that does not name it.',
    fixDestination: `Mirror the image to {place}: operator-mirror copy -f mapping.txt copies what is missing.`,
  },
  {
    code: 'repository-unknown',
    says: /name unknown|NAME_UNKNOWN|repository name not known to registry|repository does not exist/i,
    cause: '{place} does not have this repository.',
    fix: 'Check the name. If it is right, mirror the image there first.',
    fixDestination:
      'Create the repository or project at {place}, if that registry wants it to exist before a push, then run the same command again.',
  },
  {
    code: 'name-refused',
    says: /NAME_INVALID|invalid repository name|name invalid|nested repositor/i,
    cause:
      '{place} does not accept this repository name: many registries take two path components and no more.',
    fix: 'Mirror with --max-components=2, and into a namespace that exists.',
  },
  // Registries: whom they let in.
  {
    code: 'no-credentials',
    says: /no basic auth credentials|no credentials? (?:found|provided)|unable to retrieve auth token: invalid username\/password: (?:unauthorized: )?(?:please )?log ?in/i,
    cause: '{place} wants a login, and there is none for it in the files that the tool reads.',
    fix: `Log in with operator-mirror login {place} or podman login, or name the file with the login in it with -a, ${again}.`,
  },
  {
    code: 'unauthorized',
    says: /unauthorized|UNAUTHORIZED|authentication required|invalid username\/password|HTTP status: 401|\b401 Unauthorized/,
    cause:
      '{place} did not accept the login: a wrong or expired password, or an account without access to this repository.',
    fix: `Log in anew with operator-mirror login {place}, which checks the password against the registry, ${again}.`,
  },
  {
    code: 'denied',
    says: /\bdenied\b|DENIED|HTTP status: 403|\b403 Forbidden/,
    cause: '{place} knows the login but does not let it do this in this repository.',
    fix: `Give the account the right to pull from it, ${again}.`,
    fixDestination: `Give the account the right to push there, and create the project or namespace where the registry wants that first, ${again}.`,
  },
  {
    code: 'read-only',
    says: /HTTP 405|HTTP status: 405|Method not allowed|405 Method Not Allowed|UNSUPPORTED|The operation is unsupported/i,
    side: 'destination',
    cause: '{place} takes no uploads: it is in read-only mode, or only a cache of another registry.',
    fix: 'Switch its read-only mode off, or take the address of the registry itself and not of its cache, then run the same command again.',
  },
  {
    code: 'too-many-requests',
    says: /toomanyrequests|too many requests|HTTP status: 429|\b429 Too Many/i,
    cause: '{place} allows no more requests for now (rate limit).',
    fix: 'Log in, which raises the limit of most registries, wait, and run the same command again; operator-mirror copy waits as long as the registry asks it to.',
  },
  {
    code: 'body-too-large',
    says: /HTTP status: 413|413 Request Entity Too Large|413 Payload Too Large/i,
    cause: 'A proxy in front of {place} refuses large uploads.',
    fix: 'Raise its limit (nginx: client_max_body_size 0), or upload with operator-mirror copy, which then sends layers in parts.',
  },
  {
    code: 'registry-error',
    says: /HTTP status: 5\d\d|\b50[0234] (?:Internal|Bad|Service|Gateway)|blob upload (?:unknown|invalid)|BLOB_UPLOAD/i,
    cause:
      '{place} failed itself: its storage may be full or broken, or the proxy in front of it does not reach it.',
    fix: `Look at the log and the free space of {place}, cure that, ${again}.`,
  },
  // The way to them.
  {
    code: 'proxy',
    says: /proxyconnect/,
    cause: 'The proxy that the environment names (HTTPS_PROXY) does not let the request through.',
    fix: 'Set HTTPS_PROXY right, or name the registry in NO_PROXY, then run the same command again.',
  },
  {
    code: 'name-not-resolved',
    says: /dial tcp: ?lookup|no such host|server misbehaving|Temporary failure in name resolution|Name or service not known/i,
    cause: 'The name {place} cannot be resolved by the DNS server of the machine that asked.',
    fix: 'Check the name. On a machine without internet access this registry can only be reached through a mirror; where it should be reachable, add the name to DNS or /etc/hosts.',
  },
  {
    code: 'not-listening',
    says: /connection refused/,
    cause: 'Nothing listens at {place}: the registry does not run, or died meanwhile, or the port is wrong.',
    fix: `Start the registry, check the port, ${again}.`,
  },
  {
    code: 'timeout',
    says: /i\/o timeout|TLS handshake timeout|deadline exceeded|Client\.Timeout|request canceled|timed? ?out/i,
    cause: '{place} did not answer in time: a firewall drops the connection, or the line is slow.',
    fix: `Check that this machine may reach {place}, ${again}.`,
  },
  {
    code: 'unreachable',
    says: /no route to host|network is unreachable|host is down/,
    cause: 'There is no way from this machine to {place}.',
    fix: `Check the network, ${again}.`,
  },
  {
    code: 'connection-cut',
    says: /connection reset by peer|broken pipe|unexpected EOF|: EOF$|^EOF$|stream error|use of closed network connection|server closed/,
    cause: 'The connection to {place} was cut in the middle.',
    fix: 'Run the same command again: what is there already is not copied twice. If it happens at the same size or time each time, look at the limits of the proxy in between.',
  },
  {
    code: 'unknown-authority',
    says: /x509: certificate signed by unknown authority|self[- ]signed certificate|unable to get local issuer/i,
    cause: '{place} shows a certificate of an authority that this machine does not trust.',
    fix: 'Put the authority’s certificate where the tool looks for it (/etc/pki/ca-trust/source/anchors and update-ca-trust, or --certificate-authority for oc, --ca-file for operator-mirror), then run the same command again.',
  },
  {
    code: 'certificate',
    says: /x509: |tls: failed to verify|bad certificate|certificate has expired/,
    cause: 'The certificate of {place} does not fit: another name, no subject alternative name, or expired.',
    fix: 'Use the name that is in the certificate, or give the registry a new one, then run the same command again.',
  },
  {
    code: 'plain-http',
    says: /server gave HTTP response to HTTPS client/,
    cause: '{place} speaks plain HTTP, and the tool expects TLS.',
    fix: 'Give the registry a certificate, or allow plain HTTP for it: --insecure for oc, --insecure HOST for operator-mirror, insecure = true in registries.conf for nodes and podman.',
  },
  {
    code: 'blocked',
    says: /\bis blocked in\b/,
    cause:
      'registries.conf of the machine blocks this registry: NeverContactSource in a mirror set, or blockedRegistries in the cluster’s image configuration.',
    fix: 'Make sure that a mirror has the image; operator-mirror trace IMAGE --in FOLDER shows which rule blocks and which mirrors are tried.',
  },
  {
    code: 'no-architecture',
    says: /no image found in (?:manifest list|image index) for architecture|no matching manifest for|no child with platform/i,
    cause: 'The manifest list has no image for the architecture that is asked for.',
    fix: 'Mirror all architectures: oc image mirror needs --filter-by-os=.* or --keep-manifest-list, operator-mirror copy always copies lists whole.',
  },
  {
    code: 'signature-required',
    says: /A signature was required, but no signature exists/,
    cause: 'The node wants a signature for this image, and the mirror does not have it.',
    fix: 'Mirror the signature too: it has the tag sha256-DIGEST.sig in the same repository; or relax the ClusterImagePolicy for the mirror.',
  },
  {
    code: 'invalid-reference',
    says: /is not a valid image reference|invalid reference format/,
    cause:
      'This is no valid image reference: repository names are lower-case, and tags and digests have their own forms.',
    fix: 'The catalog or the mapping names it so: correct the line in mapping.txt, or leave that operator version out.',
  },
  {
    code: 'manifest-refused',
    says: /manifest invalid|MANIFEST_INVALID|unsupported manifest media type|manifest schema unsupported/i,
    side: 'destination',
    cause: '{place} does not accept the format of this manifest.',
    fix: 'Use a registry (or a newer version of it) that takes OCI images and manifest lists.',
  },
];

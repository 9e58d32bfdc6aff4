import type { Reason } from './reason.ts';

/** What registries say of their content: what they hold, and what they take. */
export const contentReasons: readonly Reason[] = [
  {
    code: 'not-in-cache',
    says: /manifest unknown|MANIFEST_UNKNOWN|name unknown|NAME_UNKNOWN|blob unknown|unknown blob|\b404 Not Found/,
    ofPlace: /^localhost:55000$/,
    cause:
      'The cache of oc-mirror does not hold this image. localhost:55000 is no registry of yours: oc-mirror serves its cache there while it runs, filled by mirror to disk or from the archive.',
    fix: 'Run mirror to disk again on the connected side until it reports no error, and carry all archives (mirror_*.tar) over. If the cache lies elsewhere, name it with --cache-dir.',
  },
  {
    code: 'oci-not-accepted',
    says: /OCI (?:index|manifest) found, but accept header does not support OCI/,
    cause:
      'The image is there in OCI format. But this oc does not tell the registry that it reads OCI indexes, so the registry refuses.',
    fix: 'Use a newer oc. From registry to registry, operator-mirror copy -f mapping.txt reads both formats.',
  },
  {
    code: 'unreadable-answer',
    says: /^invalid reference format$/,
    side: 'destination',
    cause:
      'The destination answered the upload with something that the tool cannot read. mapping.txt is not at fault. Sonatype Nexus does so while Strict Content Type Validation is on for its repository.',
    fix: 'With Nexus, switch Strict Content Type Validation off in the settings of the hosted repository. With another registry, look at its log and at the proxy in front of it. Then run the same command again.',
  },
  {
    code: 'damaged-blob',
    says: /digest invalid|provided digest did not match|got back a different digest|does not match (?:the )?digest|digest did not match|Digest did not match|DIGEST_INVALID/i,
    cause:
      'The content does not have its digest. The layer or configuration is damaged at the source, or was cut off on the way.',
    fix: 'If the source is a v2 folder: delete the folder of this repository there, and mirror the image again on the connected side. If it is a registry: push the image to it again.',
    fixNode: 'Mirror the image to {place} again: what it has under this digest is damaged.',
    pull: 'other',
  },
  {
    code: 'signature-refused',
    says: /\bsha256-[0-9a-f<>a-z]{1,64}\.sig\b[\s\S]{0,600}(?:manifest invalid|MANIFEST_INVALID|unsupported)/,
    side: 'destination',
    cause:
      'The destination does not accept the signature of this image (the tag sha256-DIGEST.sig), so the image counts as failed.',
    fix: 'Copy without signatures: --remove-signatures. If the cluster checks signatures, use a newer version of the registry or of oc-mirror.',
  },
  {
    code: 'blobs-missing',
    says: /manifest blob unknown|blob unknown to registry|MANIFEST_BLOB_UNKNOWN|NOT_FOUND: artifact|^errors:$/,
    side: 'destination',
    cause:
      'The destination refuses the manifest, because it does not have all layers or images that the manifest names.',
    fix: 'A layer or an architecture of this repository could not be copied: look at the lines above. Fix that, then run the same command again.',
  },
  {
    code: 'missing-blob',
    says: /\bunknown blob|blob unknown|BLOB_UNKNOWN/,
    cause: '{place} has the manifest of this image, but not all of its layers.',
    fix: 'Push or mirror the image to {place} again. It cannot be copied from there as it is.',
    fixDestination:
      'Run the same command again. If the error stays, the storage of {place} lost content: check the storage, or run its garbage collection.',
    fixNode: 'Mirror the image to {place} again, with all its layers.',
    pull: 'missing',
  },
  {
    code: 'tag-expired',
    says: /was deleted or has expired/,
    cause: '{place} had this tag, but it was deleted or has expired.',
    fix: 'Take a tag or digest that is there now. On Quay, the time machine in the tag history of the repository brings it back.',
    fixNode:
      'Push the image to {place} again. On Quay, the time machine in the tag history of the repository brings it back.',
    pull: 'missing',
  },
  {
    code: 'not-a-registry',
    says: /404 page not found|status code from registry 404|invalid character '<' looking for beginning of value|unexpected HTTP status: 200 OK|does not appear to be a registry|not a valid registry/,
    and: /^(?![\s\S]{0,4000}\b(?:40[13]|413|414|429|50[0234])\b)/,
    cause:
      '{place} answered with a web page, and not as a registry does. The name of the repository is wrong, another service listens there, or a proxy or login page stands in front.',
    fix: 'Open https://{host}/v2/ with curl -v: a registry answers 200 or 401 with JSON. Correct the name or port, or take the registry out of the proxy (NO_PROXY).',
    fixNode:
      'Open https://{host}/v2/ with curl -v from a node: a registry answers 200 or 401 with JSON. Correct the name or port in the mirror set, or take the registry out of the cluster-wide proxy (spec.noProxy of proxy/cluster).',
    pull: 'network',
  },
  {
    code: 'manifest-unknown',
    says: /manifest unknown|manifest for \S+ not found|MANIFEST_UNKNOWN|HTTP status: 404|\b404 Not Found|\bmanifest not found|unknown: Not Found|artifact \S+ not found|NOT_FOUND: artifact|Digest not found|failed to (?:resolve reference|pull and unpack)[\s\S]{0,3000}: not found$/i,
    cause: '{place} does not have this image. It was deleted there, or never pushed.',
    fix: 'operator-mirror inspect IMAGE says what is there now. If the image is gone for good, take an operator version that does not name it.',
    fixDestination:
      'Mirror the image to {place}. From registry to registry, operator-mirror copy -f mapping.txt copies what is missing.',
    fixNode:
      'Copy the image to {place}, or correct the name where the pod or the operator has it. operator-mirror inspect IMAGE says what is there now.',
    pull: 'missing',
  },
  {
    code: 'repository-unknown',
    says: /name unknown|NAME_UNKNOWN|repository name not known to registry|repository does not exist(?! or may require)|repository \S+ not found|Repo not found|project \S+ not found/i,
    cause: '{place} does not have this repository.',
    fix: 'Check the name. If it is right, mirror the image there first.',
    fixDestination:
      'If {place} wants a repository or project to exist before a push, create it. Then run the same command again.',
    fixNode: 'Check the path of the mirror in the mirror set. If it is right, mirror the image there first.',
    pull: 'missing',
  },
  {
    code: 'name-refused',
    says: /NAME_INVALID|invalid repository name|name invalid|nested repositor/i,
    cause:
      '{place} does not accept this repository name. Many registries take two path components and no more.',
    fix: 'Mirror with --max-components=2, into a namespace that exists.',
    fixNode: 'Correct the path of the mirror in the mirror set.',
    pull: 'name',
  },
  {
    code: 'quota-exceeded',
    says: /quota (?:has been )?exceeded|exceeds? (?:the )?quota|over quota|exceed the configured upper limit|insufficient storage|HTTP status: 507/i,
    side: 'destination',
    cause: '{place} has no room for this. A quota is used up, or the storage is full.',
    fix: 'Raise the quota, or delete what nobody needs any more. Then run the same command again. It skips what is already there.',
  },
  {
    code: 'immutable-tag',
    says: /\bimmutable\b|cannot be overwritten|already exists and cannot be modified|does not allow updating artifact|Repository does not allow updating assets/i,
    side: 'destination',
    cause: '{place} has this tag already, and does not let anybody write it again: the tag is immutable.',
    fix: 'operator-mirror inspect IMAGE shows the digest that is there. If it is another one, let tags of the repository be overwritten. Then run the same command again. It skips what is already there.',
  },
  {
    code: 'preserve-digests',
    says: /Instructed to preserve digests|Would invalidate signatures/,
    cause:
      'The destination would store the image in another format. That would change its digest, so it is not copied.',
    fix: 'Use a registry that stores OCI and Docker manifests as they are, or switch this on in the registry.',
  },
  {
    code: 'no-architecture',
    says: /no image found in (?:manifest list|image index) for architecture|no matching manifest for|no child with platform|no instances found for platform/i,
    cause: 'The manifest list has no image for the architecture that is asked for.',
    fix: 'Mirror all architectures. oc image mirror needs --filter-by-os=.* or --keep-manifest-list for that. operator-mirror copy always copies the whole list.',
    pull: 'other',
  },
  {
    code: 'exec-format',
    says: /exec format error/i,
    cause: 'The program is built for another processor architecture than this machine has.',
    fix: 'Take the file or image for the architecture of this machine: uname -m says which that is.',
    fixNode:
      'Mirror the image for the architecture of the node too: operator-mirror copy always copies the whole list. The kubelet tries again by itself.',
    pull: 'other',
  },
  {
    code: 'manifest-refused',
    says: /manifest invalid|MANIFEST_INVALID|unsupported manifest media type|manifest schema (?:version )?(?:un|not )supported|unsupported manifest (?:format|type)/i,
    side: 'destination',
    cause: '{place} does not accept the format of this manifest.',
    fix: 'Use a registry, or a newer version of it, that takes OCI images and manifest lists.',
  },
  {
    code: 'old-format',
    says: /manifest\.v1\+prettyjws|unsupported (?:manifest )?(?:MIME|media) type|schema (?:version )?1 (?:is |manifests? )?(?:not supported|unsupported|no longer)|unsupported schema version|[dD]ocker [sS]chema ?1/,
    cause:
      'The image is stored in a format that the tool does not read, such as Docker schema 1, or what is under this name is no container image.',
    fix: 'Use a newer version of the tool. If the format is the old schema 1, ask the owner of the image to push it again.',
    pull: 'other',
  },
  {
    code: 'invalid-reference',
    says: /is not a valid image reference|invalid reference format/,
    cause:
      'This is not a valid image reference. Repository names are lower case, and tags and digests have their own forms.',
    fix: 'Correct the name where it comes from: the line in mapping.txt, the ImageSetConfiguration, or the catalog. An operator version with such a name in it cannot be mirrored.',
    fixNode: 'Correct the name where the pod or the operator has it: repositories are in lower case.',
    pull: 'name',
  },
];

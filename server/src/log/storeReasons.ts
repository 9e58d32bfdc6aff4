import type { Reason } from './reason.ts';

/** What the file store of `oc` (`v2/`) and the file systems of machines say. */
export const storeReasons: readonly Reason[] = [
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
    says: /no space left on device|disk quota exceeded|设备上没有空间/i,
    cause: 'A disk is full, so nothing more can be written to it.',
    fix: 'Free space there, or start in a folder on a bigger disk. Then run the same command again. It skips what is already there. Then check the result with operator-mirror check FOLDER.',
    fixNode:
      'Free space on the node: df -h shows which disk is full, most often that of /var/lib/containers. oc debug node/NODE, then chroot /host crictl rmi --prune removes images that no container uses.',
    pull: 'other',
  },
  {
    code: 'permission-denied',
    says: /(?<!\bdenied): permission denied|read-only file system|operation not permitted|权限不够/i,
    cause: 'The file system does not allow this user to read or write there.',
    fix: 'Change the owner or the permissions of the folder, or start in another folder. Then run the same command again. It skips what is already there.',
    fixNode: 'Look at the permissions of the file or folder that the line names.',
    pull: 'other',
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
];

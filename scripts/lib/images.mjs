// Small valid images whose bytes are always the same, so that their digests are too.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const created = '2021-11-24T02:22:17Z';

const flavours = {
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    list: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    list: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
};

/**
 * Builds an image: the blobs it needs, and its manifests with children before parents, the last of them
 * being the one that gets the tag. `files` are the image's content, `labels` its config's.
 */
export function buildImage({ platforms, mediaFlavour, files, labels = {} }) {
  const types = flavours[mediaFlavour];
  const parts = platforms.map((platform) => buildPlatform(types, platform, files, labels));
  const blobs = parts.flatMap((part) => part.blobs);
  const manifests = parts.map((part) => part.manifest);
  if (platforms.length > 1) {
    const children = parts.map(({ manifest }, index) => ({
      mediaType: manifest.mediaType,
      size: manifest.bytes.length,
      digest: manifest.digest,
      platform: platformOf(platforms[index]),
    }));
    manifests.push(manifestOf(types.list, { manifests: children }));
  }
  return { blobs, manifests, digest: manifests.at(-1).digest, mediaType: manifests.at(-1).mediaType };
}

function buildPlatform(types, platform, files, labels) {
  const tar = tarOf({ ...files, 'etc/platform': `${platform}\n` });
  const layer = blobOf(gzipStored(tar));
  const config = blobOf(
    Buffer.from(
      JSON.stringify({
        ...platformOf(platform),
        created,
        config: { Labels: labels },
        rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
        history: [{ created, created_by: 'operator-mirror examples' }],
      }),
    ),
  );
  const describe = (mediaType, blob) => ({ mediaType, size: blob.bytes.length, digest: blob.digest });
  const manifest = manifestOf(types.manifest, {
    config: describe(types.config, config),
    layers: [describe(types.layer, layer)],
  });
  return { blobs: [layer, config], manifest };
}

function manifestOf(mediaType, content) {
  return { mediaType, ...blobOf(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }))) };
}

function blobOf(bytes) {
  return { bytes, digest: digestOf(bytes) };
}

function digestOf(bytes) {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function platformOf(platform) {
  const [os, architecture] = platform.split('/');
  return { architecture, os };
}

/** Stored, not compressed: compressors differ between versions of zlib, and byte 9 between systems. */
function gzipStored(bytes) {
  const zipped = gzipSync(bytes, { level: 0 });
  zipped[9] = 255;
  return zipped;
}

function tarOf(files) {
  const entries = Object.keys(files)
    .sort()
    .flatMap((path) => {
      const content = Buffer.from(files[path]);
      return [tarHeader(path, content.length), content, Buffer.alloc(-content.length & 511)];
    });
  return Buffer.concat([...entries, Buffer.alloc(1024)]);
}

function tarHeader(path, size) {
  const header = Buffer.alloc(512);
  const octal = (value, length) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(path, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  // The checksum counts its own field as spaces.
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

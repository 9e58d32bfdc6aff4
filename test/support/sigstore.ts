import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { blobOf, digestOf, mediaTypes, type TestImage } from './images.ts';

/** Somebody who signs images as `cosign sign --key` does. */
export interface Signer {
  /** The image that cosign would push under the tag `sha256-DIGEST.sig`. */
  signature(repository: string, digest: string): TestImage;
  /** True for a signature of this signer's as containers/image keeps it: JSON with the payload and, among the annotations, what it is signed with. */
  hasSigned(signature: string, repository: string, digest: string): boolean;
}

/** A signer with a key of its own. https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
export function newSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    signature: (repository, digest) => signatureOf(repository, digest, privateKey),
    hasSigned: (signature, repository, digest) => {
      const { payload, annotations } = JSON.parse(signature);
      const bytes = Buffer.from(payload, 'base64');
      const { identity, image } = JSON.parse(bytes.toString()).critical;
      return (
        identity['docker-reference'] === repository &&
        image['docker-manifest-digest'] === digest &&
        verify('sha256', bytes, publicKey, Buffer.from(annotations[signatureAnnotation], 'base64'))
      );
    },
  };
}

const signatureAnnotation = 'dev.cosignproject.cosign/signature';

function signatureOf(repository: string, digest: string, key: KeyObject): TestImage {
  const payload = Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': repository },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
  const layer = blobOf('application/vnd.dev.cosign.simplesigning.v1+json', payload);
  const config = blobOf(
    mediaTypes.oci.config,
    Buffer.from(
      JSON.stringify({
        architecture: '',
        os: '',
        config: {},
        rootfs: { type: 'layers', diff_ids: [layer.digest] },
      }),
    ),
  );
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.oci.manifest,
      config: { mediaType: config.mediaType, digest: config.digest, size: config.size },
      layers: [
        {
          mediaType: layer.mediaType,
          digest: layer.digest,
          size: layer.size,
          annotations: {
            [signatureAnnotation]: sign('sha256', payload, key).toString('base64'),
          },
        },
      ],
    }),
  );
  return {
    manifest: { mediaType: mediaTypes.oci.manifest, digest: digestOf(bytes), size: bytes.length, bytes },
    blobs: [config, layer],
    children: [],
    platform: { os: 'linux', architecture: 'amd64' },
  };
}

import { describe, expect, it } from 'vitest';
import { isForeign } from '../../../server/src/content/descriptor.ts';
import { parseManifest } from '../../../server/src/content/manifest.ts';
import { artifactTypeOf, partsOf, successors } from '../../../server/src/content/successors.ts';
import { buildCache, digestOf, mediaTypes, multiArchImage, testImage } from '../../support/images.ts';

const named = (name: string, mediaType: string, more: object = {}) => ({
  mediaType,
  digest: digestOf(Buffer.from(name)),
  size: name.length,
  ...more,
});
const nameOf = new Map(
  ['config', 'one', 'two', 'child', 'subject', 'foreign'].map((name) => [digestOf(Buffer.from(name)), name]),
);
const { oci, docker } = mediaTypes;
const subject = named('subject', oci.manifest);
const layers = [named('one', oci.layer), named('two', oci.layer)];
const empty = 'application/vnd.oci.empty.v1+json';
const artifact = 'application/vnd.oci.artifact.manifest.v1+json';

/** What is named, role by role, and what it says to be. */
const table: [string, object, string[], string | undefined][] = [
  [
    'an image of OCI',
    { mediaType: oci.manifest, config: named('config', oci.config), layers },
    ['config config', 'layer one', 'layer two'],
    undefined,
  ],
  [
    'an image of Docker, with a layer twice and one that stays elsewhere',
    {
      mediaType: docker.manifest,
      config: named('config', docker.config),
      layers: [
        named('one', docker.layer),
        named('one', docker.layer),
        named('foreign', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'),
      ],
    },
    ['config config', 'layer one', 'layer foreign'],
    undefined,
  ],
  [
    'an image that is a signature of another',
    {
      mediaType: oci.manifest,
      artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
      config: named('config', empty),
      layers: layers.slice(0, 1),
      subject,
    },
    ['config config', 'layer one', 'subject subject'],
    'application/vnd.dev.cosign.artifact.sig.v1+json',
  ],
  [
    'a Helm chart, which says what it is by its config',
    {
      mediaType: oci.manifest,
      config: named('config', 'application/vnd.cncf.helm.config.v1+json'),
      layers: layers.slice(0, 1),
    },
    ['config config', 'layer one'],
    'application/vnd.cncf.helm.config.v1+json',
  ],
  [
    'an artifact of a draft',
    { mediaType: artifact, blobs: layers, subject },
    ['layer one', 'layer two', 'subject subject'],
    artifact,
  ],
  ['an artifact without blobs', { mediaType: artifact, artifactType: 'x/y', blobs: null }, [], 'x/y'],
  [
    'an index, also of an old image and of one without a type',
    {
      mediaType: oci.index,
      manifests: [
        named('child', oci.manifest),
        named('one', 'application/vnd.docker.distribution.manifest.v1+prettyjws'),
        named('two', ''),
      ],
      subject,
    },
    ['child child', 'child one', 'child two', 'subject subject'],
    undefined,
  ],
  [
    'a list of Docker',
    {
      mediaType: docker.index,
      manifests: [named('child', docker.manifest), named('child', docker.manifest)],
    },
    ['child child'],
    undefined,
  ],
  [
    'a build cache',
    {
      mediaType: oci.index,
      manifests: [...layers, named('config', 'application/vnd.buildkit.cacheconfig.v0')],
    },
    ['layer one', 'layer two', 'config config'],
    'application/vnd.buildkit.cacheconfig.v0',
  ],
  [
    'a build cache that is an image',
    { mediaType: oci.manifest, config: named('config', 'application/vnd.buildkit.cacheconfig.v0'), layers },
    ['config config', 'layer one', 'layer two'],
    'application/vnd.buildkit.cacheconfig.v0',
  ],
];

describe('what a manifest names', () => {
  it.each(table)('%s', (_, manifest, expected, type) => {
    const parsed = parseManifest(Buffer.from(JSON.stringify({ schemaVersion: 2, ...manifest })));
    if (parsed.kind === 'unsupported') throw new Error(parsed.problem('it'));
    const all = successors(parsed);
    expect(all.map(({ role, descriptor }) => `${role} ${nameOf.get(descriptor.digest)}`)).toEqual(expected);
    expect(artifactTypeOf(parsed)).toBe(type);
    const needed = all.filter(({ role, descriptor }) => role !== 'subject' && !isForeign(descriptor));
    expect(partsOf(parsed)).toEqual(needed);
  });

  it('is nothing for what is no manifest', () => {
    expect(successors(parseManifest(Buffer.from('{}')))).toEqual([]);
  });

  it('is what the images of the tests have', () => {
    const digests = (image: { manifest: { bytes: Uint8Array } }) =>
      successors(parseManifest(image.manifest.bytes)).map(({ descriptor }) => descriptor.digest);
    for (const format of ['docker', 'oci'] as const) {
      const image = testImage({ format });
      expect(digests(image)).toEqual(image.blobs.map(({ digest }) => digest));
      const index = multiArchImage({ format });
      expect(digests(index)).toEqual(index.children.map(({ manifest }) => manifest.digest));
    }
    const cache = buildCache();
    expect(digests(cache)).toEqual(cache.blobs.map(({ digest }) => digest));
  });
});

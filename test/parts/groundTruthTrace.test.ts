import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNodeFiles } from '../../server/src/cli/nodeFiles.ts';
import { formatReference, parseReference } from '../../server/src/documents/imageReference.ts';
import type { Trace } from '../../server/src/pulls/traceTypes.ts';
import { trace } from '../../server/src/workspace/trace.ts';
import {
  type FileHop,
  fileHops,
  groundTruth,
  imagesOfCatalog,
  pairsOf,
  textOf,
} from '../support/groundTruth.ts';
import { CommandLine } from './cli/copyHarness.ts';

/*
 * The way over files, from the node's side: after `check --fix` with the first hop's mapping.txt at hand, `trace` sends
 * every image that a catalog names by digest to the place where the second hop's mapping.txt has brought it.
 */

/** Images that the catalog names and the run did not mirror: bundles that no channel names, which FBC leaves out. */
const neverMirrored: Readonly<Record<string, readonly string[]>> = {
  'edge-fbc-file2reg-oc412': [
    'quay.io/epheo/dotvirt-operator@sha256:c2b84507a1033c913d8d7c6785a800a171fd8b0adb8ce0ea7d87f8ceb3e31cd9',
    'quay.io/epheo/dotvirt@sha256:034eef8af34f7aa63bd46c0346096977ee59ca063b2138738de3bc6b0e808132',
    'quay.io/openshift-community-operators/dotvirt-operator@sha256:b02d3b3a278752d0d94ffb52d5a67ab7c772b0080262ee59bf62ac0c28d5942c',
  ],
};

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

describe.each(fileHops)('$second after $first/$mapping', (hop) => {
  const images = imagesOfCatalog(hop.prefix);
  const byDigest = images.filter((image) => image.includes('@'));

  it(`redirects all ${byDigest.length} images by digest to where they were mirrored, and none before`, async () => {
    cpSync(join(groundTruth, hop.first), line.path('first'), { recursive: true });
    cpSync(join(groundTruth, hop.second), line.path('second'), { recursive: true, force: true });
    const before = await traces(byDigest);
    expect(before.map(({ verdict }) => verdict)).toEqual(byDigest.map(() => 'source'));

    await line.run('check', line.folder, '--fix');
    const after = await traces(byDigest);
    expect(byDigest.filter((_image, at) => after[at]?.verdict !== 'mirror')).toEqual([]);
    const places = placesOf(hop);
    const elsewhere = byDigest.filter((image, at) => {
      const [first] = after[at]?.endpoints ?? [];
      return (
        first === undefined || !places.get(digestOf(image))?.has(exact(formatReference(first.reference)))
      );
    });
    expect(elsewhere).toEqual(neverMirrored[hop.second] ?? []);
    // The reason why they are not there: no line of the mapping.txt has their digest.
    expect(elsewhere.filter((image) => places.has(digestOf(image)))).toEqual([]);

    // A digest mirror does nothing for the others, whatever is mirrored.
    const byTag = images.filter((image) => !image.includes('@') && parseReference(image).ok);
    expect((await traces(byTag)).map(({ verdict }) => verdict)).toEqual(byTag.map(() => 'source'));
  });
});

it('redirects both registries that met in one path of the store', async () => {
  const hop = fileHops.find(({ second }) => second === 'edge-file2reg-oc48');
  if (hop === undefined) throw new Error('there is no such run');
  cpSync(join(groundTruth, hop.first), line.path('first'), { recursive: true });
  cpSync(join(groundTruth, hop.second), line.path('second'), { recursive: true });
  await line.run('check', line.folder, '--fix');
  const digest = digestOf(
    imagesOfCatalog(hop.prefix).find((image) => image.startsWith('quay.io/edge/app:v2@')) ?? '',
  );
  expect(imagesOfCatalog(hop.prefix)).toContain('docker.io/edge/app:v2');
  const both = await traces(['quay.io', 'docker.io'].map((registry) => `${registry}/edge/app${digest}`));
  const places = both.map(({ endpoints }) => endpoints[0] && formatReference(endpoints[0].reference));
  expect(places).toEqual(Array(2).fill(`registry.ocp4.shinefire.com:8443/edge/edge-app${digest}`));
});

/** What nodes do for each image, by all files of the folder. */
async function traces(images: readonly string[]): Promise<Trace[]> {
  const world = await readNodeFiles([line.folder], 'trace', {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    environment: {},
    homeFolder: line.folder,
    signal: line.stop.signal,
  });
  return images.map((image) => {
    const parsed = parseReference(image);
    if (!parsed.ok) throw new Error(`${image}: ${parsed.problem}`);
    return trace(world, parsed.reference);
  });
}

/** By digest, the names at the mirror that the second hop's mapping.txt has for it. */
function placesOf({ second, policy }: FileHop): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const { source, destination } of pairsOf(textOf(second, join(dirname(policy), 'mapping.txt')))) {
    if (!source.includes('@')) continue;
    const digest = digestOf(source);
    const place = `${destination.slice(0, destination.lastIndexOf(':'))}${digest}`;
    places.set(digest, (places.get(digest) ?? new Set()).add(place));
  }
  return places;
}

function digestOf(image: string): string {
  return image.slice(image.indexOf('@'));
}

/** Without the tag that an image by digest may have too. */
function exact(image: string): string {
  return `${image.slice(0, image.indexOf('@')).replace(/:[^/]*$/, '')}${digestOf(image)}`;
}

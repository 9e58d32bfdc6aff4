import { expect, it, vi } from 'vitest';
import {
  formatReference,
  type ImageReference,
  parseReference,
} from '../../../server/src/documents/imageReference.ts';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { parseYaml } from '../../../server/src/documents/yamlFile.ts';
import type { MirrorImage, MirrorPlan } from '../../../server/src/mirror/plan/mirrorPlan.ts';
import { lostPulls } from '../../../server/src/mirror/verify/tracedPulls.ts';
import type { VerifiedImage } from '../../../server/src/mirror/verify/verifiedImage.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { trace } from '../../../server/src/workspace/trace.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const sets = `
apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata: { name: set }
spec:
  imageDigestMirrors:
    - source: quay.io/a
      mirrors: [old.example.com/a, reg.example.com/m]
`;
const snapshot = new Snapshot().with('/sets.yaml', { type: 'yaml', yaml: parseYaml(splitLines(sets)) });
const traced = (image: ImageReference) => trace({ snapshot, settings: defaultSettings }, image);

function plan(...images: (readonly [source: string, destination: string, role?: MirrorImage['role']])[]) {
  const planned: MirrorPlan = {
    version: 1,
    name: 'index',
    destination: 'docker://reg.example.com/m',
    catalogs: [],
    images: images.map(([source, destination, role = 'related']) => ({
      source,
      destination,
      role,
      reason: ['app/app.v1'],
    })),
    collisions: [],
    refused: [],
  };
  const verified = images.map(([source, destination]): VerifiedImage => {
    const parsed = parseReference(destination);
    const name = parsed.ok ? formatReference(parsed.reference) : '';
    return { source, destination: name, digest, result: 'proven', problems: [] };
  });
  return [planned, verified] as const;
}

it('finds the pulls that the sets do not lead to what is proven', () => {
  const [planned, verified] = plan(
    [`quay.io/a/app@${digest}`, 'reg.example.com/m/app:1'],
    // Another repository than the set says.
    [`quay.io/a/tool@${digest}`, 'reg.example.com/elsewhere/tool:1'],
    // No set is for tags.
    ['quay.io/a/web:v1', 'reg.example.com/m/web:v1'],
    // Named by where it is.
    ['reg.example.com/m/own:v1', 'reg.example.com/m/own:v1'],
    ['quay.io/ns/index:v1', 'reg.example.com/m/index:v1', 'catalog'],
  );
  const lost = lostPulls(planned, verified, traced);
  expect(lost.map(({ image }) => image)).toEqual([`quay.io/a/tool@${digest}`, 'quay.io/a/web:v1']);
  for (const { reason } of lost) expect(reason).not.toBe('');
});

it('says nothing of what is not proven, and of what is on disk', () => {
  const [planned, [first, ...others]] = plan(
    [`quay.io/b/app@${digest}`, 'reg.example.com/b/app:1'],
    [`quay.io/b/tool@${digest}`, 'file://b/tool:1'],
  );
  const failed = first && { ...first, result: 'failed' as const };
  expect(lostPulls(planned, failed === undefined ? [] : [failed, ...others], traced)).toEqual([]);
});

it('traces once for all images of a repository that are pulled in one way', () => {
  const images = Array.from({ length: 500 }, (_, at) => {
    const other = `sha256:${at.toString(16).padStart(64, '0')}`;
    return [`quay.io/a/app@${other}`, `reg.example.com/m/app:${at}`] as const;
  });
  const spy = vi.fn(traced);
  const [planned, verified] = plan(...images, ['quay.io/a/app:v1', 'reg.example.com/m/app:v1']);
  lostPulls(planned, verified, spy);
  expect(spy).toHaveBeenCalledTimes(2);
});

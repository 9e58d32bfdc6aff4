import { describe, expect, it } from 'vitest';
import type { MirrorPlan } from '../../../server/src/mirror/plan/mirrorPlan.ts';
import { planText, readPlan } from '../../../server/src/mirror/plan/planFile.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const plan: MirrorPlan = {
  version: 1,
  name: 'index',
  destination: 'docker://reg.example.com/m',
  catalogs: [
    {
      source: './configs',
      image: 'quay.io/a/index:v1',
      digest,
      destination: 'reg.example.com/m/a-index:v1',
      packages: ['app'],
      bundles: [{ name: 'app.v1', package: 'app', images: ['quay.io/a/app:v1'] }],
    },
  ],
  images: [
    {
      source: 'file://hop/a/index/a/app:v1',
      originals: ['quay.io/a/app:v1'],
      digest,
      destination: 'reg.example.com/m/a-app:v1',
      role: 'related',
      reason: ['app/app.v1'],
      bytes: 12,
    },
  ],
  uniqueBytes: 12,
  collisions: [{ destination: 'reg.example.com/m/a-b:v1', sources: ['quay.io/a/b:v1', 'docker.io/a/b:v1'] }],
  refused: [{ image: 'quay.io/A:v1', reason: ['app/app.v1'], problem: 'no' }],
};

describe('the file of a plan', () => {
  it('is read as it was written', () => {
    expect(readPlan(planText(plan))).toEqual({ ok: true, plan });
  });

  it.each([
    ['{}', 'it is no plan'],
    ['', 'it is no plan'],
    ['null', 'it is no plan'],
    [
      planText(plan).replace('"version": 1', '"version": 2'),
      'it is a plan of another version of operator-mirror',
    ],
    [
      planText(plan).replace('"source": "file:', '"source": "no:/'),
      'images.0.source is not what a plan has there',
    ],
    [
      planText(plan).replace('"role": "related"', '"role": "root"'),
      'images.0.role is not what a plan has there',
    ],
    [planText(plan).replace('"bytes": 12', '"bytes": -1'), 'images.0.bytes is not what a plan has there'],
  ])('is refused where somebody changed it: %#', (text, problem) => {
    expect(readPlan(text)).toEqual({ ok: false, problem });
  });
});

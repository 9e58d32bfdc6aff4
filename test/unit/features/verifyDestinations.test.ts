import { expect, it } from 'vitest';
import { formatReference, type ImageReference } from '../../../server/src/documents/imageReference.ts';
import { destinations, verification } from '../../../server/src/features/verifyDestinations.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { type Fact, type ImageFacts, noFacts } from '../../../server/src/workspace/facts.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const [zeros, ones] = ['0', '1'].map((digit) => `sha256:${digit.repeat(64)}`);

it('counts destinations in registries and in v2/ by what is known of them', () => {
  const text = [
    `quay.io/ns/right@${zeros}=file://a/right:1`,
    `quay.io/ns/missing@${zeros}=file://a/missing:1`,
    `quay.io/ns/other@${zeros}=reg.example.com/a/other:1`,
    'quay.io/ns/tag:v1=file://a/tag',
    `quay.io/ns/unknown@${zeros}=reg.example.com/a/unknown:1`,
    `quay.io/ns/bucket@${zeros}=s3://host/region/bucket/a:1`,
    '',
  ].join('\n');
  const known = (digest = ''): Fact<ImageFacts> => ({
    state: 'known',
    at: 0,
    value: { digest, mediaType: '', size: 1, platforms: [], created: undefined, labels: {} },
  });
  const answers: Readonly<Record<string, Fact<ImageFacts>>> = {
    'file://a/right:1': known(zeros),
    'file://a/missing:1': { state: 'missing', reason: '' },
    'reg.example.com/a/other:1': known(ones),
    'file://a/tag:v1': known(ones),
  };
  const peek = (reference: ImageReference) => answers[formatReference(reference)] ?? noFacts.peek(reference);
  const snapshot = new Snapshot().with('mapping.txt', parseText(text, 'mapping'));
  expect(destinations(snapshot, 'mapping.txt').map(formatReference)).toEqual([
    'file://a/right:1',
    'file://a/missing:1',
    'reg.example.com/a/other:1',
    'file://a/tag:v1',
    'reg.example.com/a/unknown:1',
  ]);
  const counts = verification({ snapshot, facts: { ...noFacts, peek } }, 'mapping.txt');
  expect(counts).toEqual({ right: 2, missing: 1, different: 1, unknown: 1 });
});

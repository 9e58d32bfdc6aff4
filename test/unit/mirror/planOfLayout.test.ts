import { expect, it } from 'vitest';
import { parsePlace } from '../../../server/src/documents/mirrorPlace.ts';
import { planOfLayout } from '../../../server/src/mirror/plan/planOfLayout.ts';

const digest = `sha256:${'a'.repeat(64)}`;

/** Of a name in the layout: the source, what pods call it, and where it goes. */
function planned(name: string, to = 'docker://mirror.test/olm') {
  const place = parsePlace(to);
  if (!place.ok) throw new Error(place.problem);
  const plan = planOfLayout('/disk/Images', [{ name, digest }], { place: place.place, maxComponents: 0 });
  const [image] = plan.images;
  return image === undefined ? plan.refused : [image.source, image.originals, image.destination];
}

it.each([
  [
    'quay.io/team/app:v1',
    ['oci:///disk/Images:quay.io/team/app:v1', ['quay.io/team/app:v1'], 'mirror.test/olm/team/app:v1'],
  ],
  [
    `quay.io/team/app@${digest}`,
    [
      `oci:///disk/Images:quay.io/team/app@${digest}`,
      [`quay.io/team/app@${digest}`],
      `mirror.test/olm/team/app:sha256-${'a'.repeat(64)}`,
    ],
  ],
  ['v1', ['oci:///disk/Images:v1', undefined, 'mirror.test/olm/images:v1']],
  ['app:v1', ['oci:///disk/Images:app:v1', undefined, 'mirror.test/olm/images:v1']],
  ['team/app:v1', ['oci:///disk/Images:team/app:v1', undefined, 'mirror.test/olm/team/app:v1']],
  ['', [`oci:///disk/Images@${digest}`, undefined, `mirror.test/olm/images:sha256-${'a'.repeat(64)}`]],
])('plans an image that a layout calls %s', (name, expected) => {
  expect(planned(name)).toEqual(expected);
});

it('brings an image into another layout under the name that it had', () => {
  expect(planned('quay.io/team/app:v1', 'oci:///other')).toEqual([
    'oci:///disk/Images:quay.io/team/app:v1',
    ['quay.io/team/app:v1'],
    'oci:///other:quay.io/team/app:v1',
  ]);
});

it('refuses a name that is no image, with why', () => {
  expect(planned('quay.io/Team/app:v1')).toEqual([
    { image: 'quay.io/Team/app:v1', reason: ['layout'], problem: expect.stringMatching(/./) },
  ]);
});

import { describe, expect, it } from 'vitest';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { imageInLine } from '../../../server/src/documents/imageStrings.ts';

const digest = `sha256:${'a'.repeat(64)}`;

/** The image at the `^` of a line, with the text that it takes. */
function at(marked: string): string | undefined {
  const line = marked.replace('^', '');
  const found = imageInLine(line, marked.indexOf('^'));
  return found && `${formatReference(found.reference)} [${line.slice(found.start, found.end)}]`;
}

describe('the image at a place of a line', () => {
  it.each([
    ['        image: q.io/a/^b:v1', 'q.io/a/b:v1 [q.io/a/b:v1]'],
    ['        image: ^q.io/a/b:v1', 'q.io/a/b:v1 [q.io/a/b:v1]'],
    ['        image: q.io/a/b:v1^', 'q.io/a/b:v1 [q.io/a/b:v1]'],
    ['- image: "q.io/a/b@^DIGEST" # comment', 'q.io/a/b@DIGEST [q.io/a/b@DIGEST]'],
    ['- image: busy^box', 'busybox [busybox]'],
    ['    containerImage: q.io/^a/b', 'q.io/a/b [q.io/a/b]'],
    ['{"image":"a/^b"}', 'a/b [a/b]'],
    ['    - name: RELATED_IMAGE_X', undefined],
    [
      '      value: registry.example.com:5000/^a/b:v1',
      'registry.example.com:5000/a/b:v1 [registry.example.com:5000/a/b:v1]',
    ],
    ['podman pull docker://q.io/^a/b:v1', 'q.io/a/b:v1 [q.io/a/b:v1]'],
    ['See q.io/^a/b:v1.', 'q.io/a/b:v1 [q.io/a/b:v1]'],
  ])('%s', (marked, expected) => {
    const found = at(marked.replace('DIGEST', digest));
    expect(found?.replaceAll(digest, 'DIGEST')).toBe(expected);
  });

  it.each([
    'apiVersion: config.^openshift.io/v1',
    'apiVersion: ^apps/v1',
    'url: https://q.io/^a/b:v1',
    'path: /var/^log/pods:ro',
    'image^: q.io/a/b:v1',
    'image: q.io/a/b:v1 ^ ',
    'name: ^busybox',
    'image: file://a/^b:v1',
    '^',
  ])('none in %s', (marked) => {
    expect(at(marked)).toBeUndefined();
  });

  it('looks at no more than a reference can be long', () => {
    expect(imageInLine(`image: ${'a/'.repeat(1_000_000)}`, 1_000_000)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import {
  formatReference,
  type ImageReference,
  parseReference,
} from '../../../server/src/documents/imageReference.ts';
import { namedAfter, parseLayoutReference } from '../../../server/src/documents/layoutReference.ts';
import { parseMapping, parseMappingLine } from '../../../server/src/documents/mapping.ts';
import { mappingRefusals } from '../../../server/src/documents/mappingRefusals.ts';

const digest = `sha256:${'0'.repeat(64)}`;

/** FOLDER, the name of the image, its digest. */
const texts: [text: string, folder: string, name?: string, digest?: string][] = [
  ['oci:///srv/mirror', '/srv/mirror'],
  ['oci:///srv/mirror//', '/srv/mirror'],
  ['oci:///', '/'],
  ['oci://mirror', 'mirror'],
  ['oci://../a b', '../a b'],
  ['oci:///srv/mirror:v1', '/srv/mirror', 'v1'],
  ['oci:///srv/mirror/:v1', '/srv/mirror', 'v1'],
  ['oci:///srv/mirror:quay.io/x/app:v1', '/srv/mirror', 'quay.io/x/app:v1'],
  ['oci://m:reg:5000/x/app:v1', 'm', 'reg:5000/x/app:v1'],
  [`oci://m:quay.io/x/app:v1@${digest}`, 'm', `quay.io/x/app:v1@${digest}`],
  [`oci:///srv/m@${digest}`, '/srv/m', undefined, digest],
  ['oci:///srv/m@home:v1', '/srv/m@home', 'v1'],
  ['oci://C:\\mirror', 'C:\\mirror'],
  ['oci://C:/mirror:v1', 'C:/mirror', 'v1'],
  [`oci://C:/mirror@${digest}`, 'C:/mirror', undefined, digest],
];

describe('an image in an OCI layout', () => {
  it.each(texts)('is %s', (text, folder, name, byDigest) => {
    const parsed = parseLayoutReference(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(parsed.reference).toEqual({
      transport: 'oci',
      registry: '',
      repository: folder,
      tag: name,
      digest: byDigest,
    });
    const said = (span: { start: number; end: number } | undefined) =>
      span && text.slice(span.start, span.end);
    expect(said(parsed.spans.tag)).toBe(name);
    expect(said(parsed.spans.digest)).toBe(byDigest);
    expect(said(parsed.spans.repository)?.startsWith(folder)).toBe(true);
    const again = parseLayoutReference(formatReference(parsed.reference));
    expect(again.ok && again.reference).toEqual(parsed.reference);
  });

  it.each([
    ['oci://', 'oci://'],
    ['oci://:v1', 'oci://:v1'],
    [`oci://@${digest}`, `oci://@${digest}`],
    ['oci://m:', ':'],
    ['oci://m:v*', ':v*'],
    ['oci://m:-v1', ':-v1'],
  ])('is not %s', (text, wrong) => {
    const parsed = parseLayoutReference(text);
    expect(!parsed.ok && text.slice(parsed.span.start, parsed.span.end)).toBe(wrong);
  });

  it.each([
    ['quay.io/x/app:v1', 'oci://m', 'oci://m:quay.io/x/app:v1'],
    [`quay.io/x/app@${digest}`, 'oci://m', `oci://m:quay.io/x/app@${digest}`],
    [`quay.io/x/app:v1@${digest}`, 'oci://m', `oci://m:quay.io/x/app:v1@${digest}`],
    ['quay.io/x/app:v1', 'oci://m:mine', 'oci://m:mine'],
    ['file://mirror/app:v1', 'oci://m', 'oci://m:mirror/app:v1'],
    ['oci://a:quay.io/x/app:v1', 'oci://m', 'oci://m:quay.io/x/app:v1'],
    [`oci://a@${digest}`, 'oci://m', `oci://m:${digest.replace(':', '-')}`],
    ['oci://a', 'oci://m', 'oci://m'],
    ['oci://a:quay.io/x/app:v1', 'reg:5000/x/app', 'reg:5000/x/app:v1'],
    [`oci://a:quay.io/x/app@${digest}`, 'reg:5000/x/app', 'reg:5000/x/app'],
    ['oci://a:v1', 'file://x/app', 'file://x/app:v1'],
    ['quay.io/x/app:v1', 'reg:5000/x/app', 'reg:5000/x/app:v1'],
    [`quay.io/x/app@${digest}`, 'reg:5000/x/app', 'reg:5000/x/app'],
  ])('from %s to %s arrives as %s', (source, destination, arrival) => {
    expect(formatReference(namedAfter(referenceOf(source), referenceOf(destination)))).toBe(arrival);
  });

  it('is copied by us, and refused by oc image mirror', () => {
    const { pairs, problems } = parseMappingLine('quay.io/x/app:v1=oci:///srv/mirror');
    expect(pairs.map(({ destination }) => destination.parsed.ok)).toEqual([true]);
    expect(problems.map(({ isOfOcAlone, message }) => [isOfOcAlone, message])).toEqual([
      [true, expect.stringContaining('`operator-mirror copy` copies it')],
    ]);
    expect(refusals('quay.io/x/app:v1=oci:///srv/mirror')).toEqual([]);
    expect(refusals('oci:///srv/mirror=reg:5000/x/app:v1')).toEqual([]);
    expect(refusals('quay.io/x/app:v1=oci://')).toEqual(['mapping/syntax']);
    expect(refusals(`quay.io/x/app:v1=oci://m@${digest}`)).toEqual(['mapping/destination-digest']);
    expect(refusals('quay.io/x/app:v1=oci://m quay.io/x/app:v1=oci://m/')).toEqual([
      'mapping/duplicate-destination',
    ]);
    expect(refusals('quay.io/x/app:v1=oci://m', 'quay.io/x/app:v2=oci://m')).toEqual([]);
  });
});

function referenceOf(text: string): ImageReference {
  const parsed = text.startsWith('oci://') ? parseLayoutReference(text) : parseReference(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.reference;
}

function refusals(...lines: string[]): string[] {
  return mappingRefusals(parseMapping(lines)).map(({ code }) => code);
}

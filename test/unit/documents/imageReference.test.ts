import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exactReference,
  formatReference,
  parseReference,
  repositoryOf,
  withDockerDefaults,
} from '../../../server/src/documents/imageReference.ts';
import { fuzz } from '../../support/texts.ts';

/**
 * The grammar that `oc` takes from docker/distribution, in its own words but for `[-]*`, which is `-+` here: it means
 * the same, and the empty separator takes exponential time in V8.
 * https://github.com/distribution/distribution/blob/v2.7.1/reference/regexp.go
 */
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const label = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `${label}(?:\\.${label})*(?::[0-9]+)?`;
const grammar = new RegExp(
  `^((?:${domain}/)?${component}(?:/${component})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

const parts = [
  'a',
  'b0',
  'A',
  '0',
  '.',
  '_',
  '__',
  '-',
  '--',
  '/',
  ':',
  '@',
  'localhost',
  'quay.io',
  '5000',
  'v1',
  '=',
  ' ',
  '*',
];
const digests = [`@sha256:${'0a'.repeat(32)}`, '@sha256:', '@sha256:abc', `@sha256:${'G'.repeat(64)}`];

describe('a reference', () => {
  it('is read exactly where the grammar of oc reads it, in the same parts', () => {
    const text = fc
      .tuple(
        fc.constantFrom('', '', 'file://', 'file:///', 's3://'),
        fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 7 }),
        fc.constantFrom('', '', ...digests),
      )
      .map((words) => words.flat().join(''));
    fc.assert(
      fc.property(text, (written) => {
        const rest = written.replace(/^(?:file:\/\/\/?|s3:\/\/)/, '');
        const match = grammar.exec(rest);
        const parsed = parseReference(written);
        // A host alone is a registry and no image, which oc notices only when it asks it.
        if (!parsed.ok && parsed.problem.includes('names a registry')) return;
        expect(parsed.ok, written).toBe(match !== null);
        if (match === null || !parsed.ok) return;
        const { reference } = parsed;
        const name = [reference.registry, reference.repository].filter((part) => part !== '').join('/');
        expect([name, reference.tag, reference.digest]).toEqual([match[1], match[2], match[3]]);
        const first = name.split('/')[0] ?? '';
        const isHost = name.includes('/') && (/[.:]/.test(first) || first === 'localhost');
        expect(reference.registry).toBe(isHost ? first : '');
        expect(formatReference(reference)).toBe(written.replace('file:///', 'file://'));
      }),
      fuzz(3000),
    );
  });

  it.each<[string, string, number[]?]>([
    ['quay.io', 'it names a registry but no repository', [0, 7]],
    ['reg.example.com:8443', 'it names a registry but no repository'],
    ['quay.io/A/b', 'lower-case', [8, 9]],
    ['quay.io/a//b', 'empty', [10, 11]],
    ['quay.io/a/', 'empty', [9, 10]],
    ['quay.io/a:', 'the tag', [9, 10]],
    ['quay.io/a:-', 'the tag', [9, 11]],
    ['quay.io/a@sha256:1', 'the digest', [9, 18]],
    ['docker://quay.io/a', 'docker:// is not part', [0, 9]],
    ['', 'the repository is missing', [0, 0]],
    [`quay.io/${'a'.repeat(250)}`, 'longer than 255'],
  ])('that is refused says why, and where: %s', (text, problem, span) => {
    const parsed = parseReference(text);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.problem).toContain(problem);
    if (span !== undefined) expect([parsed.span.start, parsed.span.end]).toEqual(span);
  });

  it.each([
    ['file:///a/b:v1', 'file://a/b:v1', 'file://a/b'],
    ['file://my.dir/a:v1', 'file://my.dir/a:v1', 'file://my.dir/a'],
    [`quay.io/a:v1@sha256:${'0'.repeat(64)}`, `quay.io/a@sha256:${'0'.repeat(64)}`, 'quay.io/a'],
    ['quay.io/a', 'quay.io/a', 'quay.io/a'],
  ])('is compared as oc does: %s', (text, exact, repository) => {
    const parsed = parseReference(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(exactReference(parsed.reference)).toBe(exact);
    expect(repositoryOf(parsed.reference)).toBe(repository);
  });

  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/nginx:1', 'docker.io/library/nginx:1'],
    ['ns/app', 'docker.io/ns/app:latest'],
    ['quay.io/app', 'quay.io/app:latest'],
    [`nginx@sha256:${'0'.repeat(64)}`, `docker.io/library/nginx@sha256:${'0'.repeat(64)}`],
    ['file://nginx', 'file://nginx'],
  ])('has what a container engine fills in: %s', (text, full) => {
    const parsed = parseReference(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(formatReference(withDockerDefaults(parsed.reference))).toBe(full);
  });
});

import { describe, expect, it } from 'vitest';
import {
  either,
  listed,
  oneLine,
  printable,
  printableJson,
  shortName,
} from '../../../server/src/base/words.ts';

it('names in a sentence are listed, or are to choose from', () => {
  const names = ['q.io', 'm.io', 'docker.io'];
  expect([0, 1, 2, 3].map((count) => listed(names.slice(0, count)))).toEqual([
    '',
    'q.io',
    'q.io and m.io',
    'q.io, m.io and docker.io',
  ]);
  expect([0, 1, 2, 3].map((count) => either(names.slice(0, count)))).toEqual([
    '',
    'q.io',
    'q.io or m.io',
    'q.io or m.io or docker.io',
  ]);
});

/** All that a terminal obeys, or that turns or breaks a line. */
const steering = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, at) => 0x7f + at),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
].map((code) => String.fromCharCode(code));

describe('text from outside', () => {
  it.each(steering.map((character) => [character.charCodeAt(0).toString(16), character]))(
    'never steers a terminal: U+%s',
    (_code, character) => {
      const text = `a${character}b`;
      for (const shown of [printable(text), oneLine(text), printableJson({ [text]: [text] })]) {
        expect(shown).not.toContain(character);
      }
      expect(JSON.parse(printableJson({ [text]: [text] }, 2))).toEqual({ [text]: [text] });
    },
  );

  it('is shown otherwise as it is', () => {
    const text = 'Straße \u{1F600} 镜像 עברית';
    expect(printable(text)).toBe(text);
    expect(printable('name\u001b[31m\u202egnp.txt')).toBe('name\\u001b[31m\\u202egnp.txt');
    expect(oneLine(text)).toBe(text);
    expect(printableJson({ a: [text] }, 2)).toBe(JSON.stringify({ a: [text] }, null, 2));
  });

  it('is one line where one is wanted, in time that is linear', () => {
    expect(oneLine('a\r\n\u001b[2J\u009b1mb\u2028c')).toBe('a [2J 1mb c');
    oneLine(`${' '.repeat(200_000)}x`);
  });
});

describe('a name that a message begins with', () => {
  it.each([
    ['quay.io/keycloak/keycloak-operator:15.0.2', 'quay.io/keycloak/keycloak-operator:15.0.2'],
    [
      'registry.redhat.io/openshift4/ose-cluster-logging-operator-bundle',
      'registry.redhat.io/…/ose-cluster-logging-operator-bundle',
    ],
    [
      'registry.gitlab.com/gitlab-org/gl-openshift/gitlab-runner-operator/gitlab-runner-operator:v1.1.0',
      'registry.gitlab.com/…/gitlab-runner-operator:v1.1.0',
    ],
    [
      'reg.example.com/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v',
      'reg.example.com/…/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v',
    ],
    [`quay.io/a/${'x'.repeat(80)}`, `…${'x'.repeat(55)}`],
    ['', ''],
  ])('%s', (name, short) => {
    expect(shortName(name)).toBe(short);
    expect(short.length).toBeLessThanOrEqual(56);
  });
});

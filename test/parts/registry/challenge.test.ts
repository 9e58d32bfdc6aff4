import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../../server/src/registry/challenge.ts';

const parsed = (header: string | string[]) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('WWW-Authenticate', () => {
  it('is read as registries write it', () => {
    expect(
      parsed(
        'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"',
      ),
    ).toEqual([
      [
        'bearer',
        {
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:a/b:pull',
        },
      ],
    ]);
    expect(parsed('Basic realm="Registry Realm"')).toEqual([['basic', { realm: 'Registry Realm' }]]);
  });

  it('may hold several challenges, in one header or in several', () => {
    const both = [
      ['bearer', { realm: 'https://a/t', scope: 'x:y:pull,push' }],
      ['basic', { realm: 'b' }],
    ];
    expect(parsed('Bearer realm="https://a/t", scope="x:y:pull,push", Basic realm="b"')).toEqual(both);
    expect(parsed(['BEARER realm="https://a/t",scope="x:y:pull,push"', 'basic realm="b"'])).toEqual(both);
    expect(parsed('Negotiate, Basic realm=b')).toEqual([
      ['negotiate', {}],
      ['basic', { realm: 'b' }],
    ]);
  });

  it('is read with spaces, without quotes, and with escapes', () => {
    expect(parsed('Bearer realm = "a\\"b" , service=plain,error="x, y=z"')).toEqual([
      ['bearer', { realm: 'a"b', service: 'plain', error: 'x, y=z' }],
    ]);
  });

  it('keeps the first of two parameters of one name', () => {
    expect(parsed('Bearer realm="first",realm="second"')).toEqual([['bearer', { realm: 'first' }]]);
  });

  it('never throws, and takes linear time', () => {
    const texts = [
      '',
      '=',
      '"',
      ',,,',
      'a=',
      'Bearer realm="',
      'Bearer realm="\\',
      '\u0000',
      'é é=é',
      'x'.repeat(50),
    ];
    for (const text of texts) expect(() => parseChallenges(text)).not.toThrow();
    expect(parseChallenges(undefined)).toEqual([]);
    for (const part of ['a ', 'a=', 'a="', ', ', '\\', 'Basic a="\\"']) parseChallenges(part.repeat(500_000));
  });
});

import { describe, expect, it } from 'vitest';
import { readLogins } from '../../../client/src/keptLogins.ts';

const login = { registry: 'r.io', username: 'u', password: 'p' };

describe('logins in the secret storage', () => {
  it.each([
    ['nothing', undefined, [], false],
    ['an empty list', '[]', [], false],
    ['a login', JSON.stringify([login]), [login], false],
    ['a login with more than it has', JSON.stringify([{ ...login, token: 1 }]), [login], false],
    ['no JSON', '{"registry', [], true],
    ['no list', JSON.stringify(login), [], true],
    ['null', 'null', [], true],
    [
      'bad ones beside a good one',
      JSON.stringify([null, 3, { ...login, password: 4 }, login]),
      [login],
      true,
    ],
    ['one without a password', JSON.stringify([{ ...login, password: '' }]), [], true],
  ])('are read from %s', (_what, text, logins, isDamaged) => {
    expect(readLogins(text)).toEqual({ logins, isDamaged });
  });
});

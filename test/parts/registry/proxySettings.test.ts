import { describe, expect, it } from 'vitest';
import { ProxySettings } from '../../../server/src/registry/proxySettings.ts';

const proxy = 'http://proxy.corp:3128';

/** The proxy for an address, as text; `direct` where there is none. */
function way(env: Record<string, string>, address: string): string {
  return new ProxySettings(env).proxyFor(new URL(address))?.href ?? 'direct';
}

describe('the proxy', () => {
  it('is that of the scheme, in capitals before small letters', () => {
    const env = { HTTP_PROXY: 'http://plain:1', https_proxy: 'http://small:2' };
    expect(way(env, 'http://quay.io/')).toBe('http://plain:1/');
    expect(way(env, 'https://quay.io/')).toBe('http://small:2/');
    expect(way({ ...env, HTTPS_PROXY: 'http://big:3' }, 'https://quay.io/')).toBe('http://big:3/');
    expect(way({ HTTP_PROXY: proxy }, 'https://quay.io/')).toBe('direct');
    expect(way({}, 'https://quay.io/')).toBe('direct');
  });

  it('may be written without its scheme, and with a user', () => {
    expect(way({ HTTPS_PROXY: 'proxy.corp:3128' }, 'https://quay.io/')).toBe('http://proxy.corp:3128/');
    expect(way({ HTTPS_PROXY: 'http://me:pw@proxy.corp:3128' }, 'https://quay.io/')).toBe(
      'http://me:pw@proxy.corp:3128/',
    );
    expect(way({ HTTPS_PROXY: 'https://proxy.corp' }, 'https://quay.io/')).toBe('https://proxy.corp/');
  });

  it('that is none is told, without what it may hide', () => {
    for (const [text, words] of [
      ['http://me:pl4nted@bad host', 'HTTPS_PROXY is no address'],
      ['socks5://me:pl4nted@proxy', 'HTTPS_PROXY names a socks5 proxy'],
      ['http://', 'HTTPS_PROXY is no address'],
    ] as const) {
      const ask = () => way({ HTTPS_PROXY: text }, 'https://quay.io/');
      expect(ask).toThrow(words);
      expect(ask).not.toThrow('pl4nted');
    }
  });

  it('is not taken from a CGI request', () => {
    const env = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, REQUEST_METHOD: 'GET' };
    expect(way(env, 'http://quay.io/')).toBe('direct');
    expect(way(env, 'https://quay.io/')).not.toBe('direct');
  });

  it('is never asked for this machine', () => {
    const env = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
    for (const host of ['localhost', 'localhost:5000', '127.0.0.1:5000', '127.9.9.9', '[::1]:5000']) {
      expect(way(env, `https://${host}/`)).toBe('direct');
      expect(way(env, `http://${host}/`)).toBe('direct');
    }
    expect(way(env, 'https://localhost.corp/')).not.toBe('direct');
  });

  it('heeds no_proxy in small letters when there is none in capitals', () => {
    const env = { https_proxy: proxy, no_proxy: 'quay.io' };
    expect(way(env, 'https://quay.io/')).toBe('direct');
    expect(way({ ...env, NO_PROXY: 'b.com' }, 'https://quay.io/')).toBe(`${proxy}/`);
  });

  // What golang.org/x/net/http/httpproxy does with the same values.
  const cases: [noProxy: string, direct: string[], proxied: string[]][] = [
    ['quay.io', ['quay.io', 'cdn.quay.io', 'QUAY.io', 'quay.io:8443'], ['notquay.io', 'quay.io.evil.com']],
    ['.quay.io', ['cdn.quay.io', 'a.b.quay.io'], ['quay.io']],
    ['*.quay.io', ['cdn.quay.io'], ['quay.io']],
    ['quay.io:8443', ['quay.io:8443', 'cdn.quay.io:8443'], ['quay.io', 'quay.io:443']],
    ['quay.io:443', ['quay.io'], ['quay.io:8443']],
    ['10.0.0.0/8', ['10.1.2.3', '10.255.0.1:5000'], ['11.0.0.1', 'ten.io']],
    ['192.168.1.7', ['192.168.1.7', '192.168.1.7:5000'], ['192.168.1.70', '192.168.1.8']],
    ['192.168.1.7:5000', ['192.168.1.7:5000'], ['192.168.1.7']],
    ['fd00::/8', ['[fd12::1]:5000'], ['[fe80::1]']],
    ['[fd12::1]:5000', ['[fd12::1]:5000'], ['[fd12::1]']],
    ['fd12::1', ['[fd12::1]', '[fd12:0:0::1]:5000'], ['[fd12::2]']],
    ['*', ['quay.io', '10.0.0.1'], []],
    ['a.com, *', ['quay.io'], []],
    [' , quay.io ,', ['quay.io'], ['b.com']],
    ['10.0.0.0/99,:80,/,[]', [], ['10.0.0.1', 'b.com']],
    ['7.7', [], ['10.7.7.7']],
  ];
  for (const [noProxy, direct, proxied] of cases) {
    it(`heeds NO_PROXY=${noProxy}`, () => {
      const ways = (hosts: string[]) =>
        hosts.map((host) => way({ HTTPS_PROXY: proxy, NO_PROXY: noProxy }, `https://${host}/`));
      expect(ways(direct)).toEqual(direct.map(() => 'direct'));
      expect(ways(proxied)).toEqual(proxied.map(() => `${proxy}/`));
    });
  }
});

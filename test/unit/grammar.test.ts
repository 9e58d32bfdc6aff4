import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';

const require = createRequire(import.meta.url);
const root = new URL('../../', import.meta.url);
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

let grammar: IGrammar;

beforeAll(async () => {
  await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => {
      const path = 'syntaxes/oc-mapping.tmLanguage.json';
      return textmate.parseRawGrammar(readFileSync(new URL(path, root), 'utf8'), path);
    },
  });
  grammar = (await registry.loadGrammar('source.oc-mapping')) ?? expect.unreachable();
});

/** Short names for scopes; `src` and `dst` say on which side of the line a piece of text stands. */
const names: readonly (readonly [scope: string, name: string])[] = [
  ['invalid.', 'BAD'],
  ['comment.', 'comment'],
  ['keyword.control.transport', 'transport'],
  ['keyword.operator.assignment', 'to'],
  ['keyword.control.wildcard', 'wildcard'],
  ['entity.name.namespace.registry', 'host'],
  ['constant.numeric.port', 'port'],
  ['string.unquoted.repository', 'repo'],
  ['entity.name.tag', 'tag'],
  ['constant.numeric.digest', 'digest'],
];

/** The text as the grammar sees it: `[side name text]`, without separators and blanks. */
function scopes(line: string): string {
  const { tokens } = grammar.tokenizeLine(line, textmate.INITIAL);
  const pieces: [name: string, text: string][] = [];
  for (const token of tokens) {
    const text = line.slice(token.startIndex, token.endIndex);
    const own = token.scopes.at(-1) ?? '';
    const found = token.scopes
      .toReversed()
      .map((scope) => names.find(([prefix]) => scope.startsWith(prefix)));
    const name = found.find((entry) => entry !== undefined)?.[1];
    if (name === undefined || (own.startsWith('punctuation.') && name !== 'comment')) continue;
    const side = token.scopes.some((scope) => scope.startsWith('meta.destination')) ? 'dst' : 'src';
    const label = name === 'comment' || name === 'to' ? name : `${side} ${name}`;
    const last = pieces.at(-1);
    if (last?.[0] === label && label === 'comment') last[1] += text;
    else pieces.push([label, text]);
  }
  return pieces.map(([label, text]) => `[${label} ${text}]`).join(' ');
}

describe('mapping.txt is coloured', () => {
  const cases: readonly (readonly [name: string, line: string, expected: string])[] = [
    [
      'by digest, as oc writes it',
      `registry.redhat.io/openshift4/ose-oauth-proxy@${digest}=file://efk-mirror/index/ose-oauth-proxy:b5369b4b`,
      `[src host registry.redhat.io] [src repo openshift4] [src repo ose-oauth-proxy] [src digest ${digest}] [to =] ` +
        '[dst transport file] [dst repo efk-mirror] [dst repo index] [dst repo ose-oauth-proxy] [dst tag b5369b4b]',
    ],
    [
      'by tag, from files to a registry with a port',
      'file://community/keycloak/keycloak-operator:15.0.2=registry.ocp4.example.com:8443/olm/keycloak:15.0.2',
      '[src transport file] [src repo community] [src repo keycloak] [src repo keycloak-operator] [src tag 15.0.2] [to =] ' +
        '[dst host registry.ocp4.example.com] [dst port 8443] [dst repo olm] [dst repo keycloak] [dst tag 15.0.2]',
    ],
    [
      'with blanks and several destinations',
      'quay.io/a/b:1  localhost/a:1 mirror:5000/b',
      '[src host quay.io] [src repo a] [src repo b] [src tag 1] [dst host localhost] [dst repo a] [dst tag 1] ' +
        '[dst host mirror] [dst port 5000] [dst repo b]',
    ],
    [
      'with several pairs',
      'a.io/a=b.io/a a.io/c=b.io/c',
      '[src host a.io] [src repo a] [to =] [dst host b.io] [dst repo a] ' +
        '[src host a.io] [src repo c] [to =] [dst host b.io] [dst repo c]',
    ],
    ['as a comment', '  # a=b file://c', '[comment # a=b file://c]'],
    [
      'with a comment in the middle of a word',
      'a.io/b=c.io/d#e=f',
      '[src host a.io] [src repo b] [to =] [dst host c.io] [dst repo d] [comment #e=f]',
    ],
    [
      'with a wildcard',
      'a.io/b:v4.*=c.io/b',
      '[src host a.io] [src repo b] [src tag v4.] [src wildcard *] [to =] [dst host c.io] [dst repo b]',
    ],
    [
      'with s3',
      'a.io/b:1=s3://s3.example.com/us-east-1/bucket/b:1',
      '[src host a.io] [src repo b] [src tag 1] [to =] [dst transport s3] [dst host s3.example.com] ' +
        '[dst repo us-east-1] [dst repo bucket] [dst repo b] [dst tag 1]',
    ],
    [
      'in the dialect of a dry run',
      'docker://a.io/b:1=docker://localhost:5000/b:1',
      '[src transport docker] [src host a.io] [src repo b] [src tag 1] [to =] ' +
        '[dst transport docker] [dst host localhost] [dst port 5000] [dst repo b] [dst tag 1]',
    ],
    [
      'with a tag and a digest',
      `a.io/b:1@${digest}`,
      `[src host a.io] [src repo b] [src tag 1] [src digest ${digest}]`,
    ],
    ['without a registry', 'busybox:latest', '[src repo busybox] [src tag latest]'],
    [
      'with a digest that is too short',
      'a.io/b@sha256:0123',
      '[src host a.io] [src repo b] [src BAD @sha256:0123]',
    ],
    ['with upper case', 'a.io/Foo/b', '[src host a.io] [src BAD Foo] [src repo b]'],
    ['with a bad tag', 'a.io/b:-x', '[src host a.io] [src repo b] [src BAD :-x]'],
    [
      'with a scheme of the web',
      'https://a.io/b',
      '[src repo https] [src BAD :] [src BAD /] [src repo a.io] [src repo b]',
    ],
    ['with a doubled slash', 'a.io/b//c', '[src host a.io] [src repo b] [src BAD /] [src repo c]'],
    ['with nothing behind the sign', 'a.io/b= # c', '[src host a.io] [src repo b] [src BAD =] [comment # c]'],
    [
      'with a tab between',
      'a.io/b\tc.io/d',
      '[src host a.io] [src repo b] [src BAD \t] [dst host c.io] [dst repo d]',
    ],
    ['with blanks round the sign', 'a = b', '[src repo a] [src BAD =] [dst repo b]'],
    ['when it is empty', '', ''],
  ];
  it.each(cases)('%s', (_name, line, expected) => expect(scopes(line)).toBe(expected));

  it('within a moment, even a line that is made to hurt', () => {
    const hostile = [
      'a'.repeat(6_000),
      'a.'.repeat(3_000),
      'a:'.repeat(3_000),
      '/'.repeat(6_000),
      '@'.repeat(6_000),
    ];
    for (const line of hostile) grammar.tokenizeLine(`${line} ${line}=${line}`, textmate.INITIAL);
  });
});

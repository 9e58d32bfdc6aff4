import { expect, it } from 'vitest';
import { formatPlace, parsePlace } from '../../../server/src/documents/mirrorPlace.ts';

it.each([
  ['docker://reg.example.com:5000/a/b', 'docker://reg.example.com:5000/a/b'],
  ['reg.example.com/a/', 'docker://reg.example.com/a'],
  ['localhost', 'docker://localhost'],
  ['bastion:8443', 'docker://bastion:8443'],
  ['file:///efk-mirror', 'file://efk-mirror'],
  ['file://a/b/', 'file://a/b'],
  ['file://', 'file://'],
  ['oci://./Out', 'oci://./Out'],
])('%s is a place', (text, formatted) => {
  const parsed = parsePlace(text);
  expect(parsed.ok && formatPlace(parsed.place)).toBe(formatted);
  expect(parsePlace(formatted)).toEqual(parsed);
});

it.each([
  ['', 'the registry is missing'],
  ['docker://', 'the registry is missing'],
  ['oci://', 'the folder of the layout is missing'],
  ['mirror/a', 'mirror is no registry: HOST.DOMAIN, HOST:PORT or localhost'],
  ['https://reg.example.com', 'https: is no registry: HOST.DOMAIN, HOST:PORT or localhost'],
  ['reg.example.com/a:v1', 'it has a tag or a digest, which each image has itself'],
  [
    'reg.example.com/a//b',
    '"" is not valid in a repository name: lower-case letters, digits and . _ - between them',
  ],
  [
    'file:///Tmp/out',
    '"Tmp" is not valid in a repository name: lower-case letters, digits and . _ - between them',
  ],
])('%s is none', (text, problem) => {
  expect(parsePlace(text)).toEqual({ ok: false, problem });
});

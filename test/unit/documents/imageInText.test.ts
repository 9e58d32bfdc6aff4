import { describe, expect, it } from 'vitest';
import { imageInText } from '../../../server/src/documents/imageInText.ts';
import { formatReference } from '../../../server/src/documents/imageReference.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const keycloak = 'quay.io/keycloak/keycloak-operator:15.0.2';

describe('the image in a text', () => {
  it.each([
    ['a reference', keycloak, keycloak],
    ['a reference in quotes', `"${keycloak}"`, keycloak],
    ['a reference with its transport', `docker://${keycloak}`, keycloak],
    ['a short name', 'busybox', 'busybox'],
    ['a line of YAML', `        - image: "${keycloak}" # the operator`, keycloak],
    [
      'an event of the kubelet',
      `Failed to pull image "${keycloak}": rpc error: code = Unknown desc = error pinging docker registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io on 192.168.1.1:53: no such host`,
      keycloak,
    ],
    ['an event with escaped quotes', `"message": "Back-off pulling image \\"${keycloak}\\""`, keycloak],
    [
      'an error of skopeo',
      `FATA[0000] Error parsing image name "docker://registry.example.com:5000/a/b@${digest}": reading manifest`,
      `registry.example.com:5000/a/b@${digest}`,
    ],
    [
      'an error without the image',
      'reading manifest 15.0.2 in quay.io/keycloak/keycloak-operator: manifest unknown',
      keycloak,
    ],
    [
      'an error about a digest',
      `reading manifest ${digest} in registry.example.com:5000/a/b: unauthorized`,
      `registry.example.com:5000/a/b@${digest}`,
    ],
    ['a word among others', `the pod wants ${keycloak}, which nobody has`, keycloak],
    [
      'several lines',
      `Events:\n  Warning  Failed  2m  kubelet  Failed to pull image "${keycloak}"\n`,
      keycloak,
    ],
  ])('%s', (_name, text, expected) => {
    const image = imageInText(text);
    expect(image && formatReference(image)).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['words', 'pods do not start'],
    ['a path', 'see /var/log/pods/a.log and docs/rules/b.md'],
    ['a place on disk', 'file://a/b:v1'],
    ['an address', 'https://quay.io/v2/'],
  ])('none in %s', (_name, text) => {
    expect(imageInText(text)).toBeUndefined();
  });
});

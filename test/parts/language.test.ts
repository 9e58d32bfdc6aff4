import { afterEach, expect, it } from 'vitest';
import { UserError } from '../../server/src/base/errors.ts';
import { speak } from '../../server/src/base/sentences.ts';
import { parseManifest } from '../../server/src/content/manifest.ts';
import { offlineText } from '../../server/src/lookup/offline.ts';
import type { Answer } from '../../server/src/registry/answer.ts';
import { networkError } from '../../server/src/registry/networkError.ts';
import { Secrets } from '../../server/src/registry/redact.ts';
import { registryError } from '../../server/src/registry/registryError.ts';
import { artifactName } from '../../server/src/workspace/artifactNames.ts';

/** Says messages as German does, whose words stand in another order. */
const german = new Map([
  ['the certificate has expired', 'das Zertifikat ist abgelaufen'],
  [
    'registries are not asked (--offline), and nothing is remembered of {0}',
    'über {0} ist nichts bekannt, und Registries werden nicht gefragt (--offline)',
  ],
  ['a Helm chart', 'ein Helm-Chart'],
  ['{0} is no manifest: it is not a JSON object', 'kein JSON-Objekt und damit kein Manifest: {0}'],
  ['{0} does not let this account push {1}', 'Dieses Konto darf {1} nicht zu {0} bringen'],
  ['destination', 'Ziel'],
]);

afterEach(() => {
  speak(new Map());
});

const expired = Object.assign(new Error('no'), { code: 'CERT_HAS_EXPIRED' });
const denied: Answer = {
  status: 403,
  headers: {},
  body: Buffer.from('{"errors":[{"code":"DENIED","message":"no"}]}'),
  url: new URL('https://q.io/v2/'),
  elsewhere: false,
  hadCredential: true,
};

it.each<[string, () => unknown, string]>([
  [
    'why a certificate is not trusted',
    () => (networkError(expired, 'q.io') as UserError).message,
    'q.io: das Zertifikat ist abgelaufen (x509, CERT_HAS_EXPIRED)',
  ],
  [
    'why no registry is asked',
    () => offlineText('option', 'q.io/a:1'),
    'über q.io/a:1 ist nichts bekannt, und Registries werden nicht gefragt (--offline)',
  ],
  ['what is no image', () => artifactName('application/vnd.cncf.helm.config.v1+json'), 'ein Helm-Chart'],
  [
    'what is no manifest',
    () => {
      const parsed = parseManifest(Buffer.from('[]'));
      return parsed.kind === 'unsupported' && parsed.problem('q.io/a:1');
    },
    'kein JSON-Objekt und damit kein Manifest: q.io/a:1',
  ],
  [
    'what a registry refuses, with its own words behind',
    () => registryError(denied, { host: 'q.io', place: 'q.io/a', action: 'push' }, new Secrets()).message,
    'Dieses Konto darf q.io/a nicht zu q.io bringen: DENIED no',
  ],
  [
    'which end of a copy failed',
    () => new UserError('missing', 'weg', { side: 'destination' }).line,
    'Ziel: weg',
  ],
])('%s is said in the language of the person', (_name, say, expected) => {
  speak(german);
  expect(say()).toBe(expected);
});

import { createSign, randomUUID, X509Certificate } from 'node:crypto';

/** Actions on a repository, as docker-registry wants them in a token. */
export interface Access {
  readonly repository: string;
  readonly actions: readonly string[];
}

/**
 * A token that docker-registry accepts: signed with ES256, with the certificate that proves the key.
 * https://distribution.github.io/distribution/spec/auth/jwt/
 */
export function signToken(
  keys: { readonly key: string; readonly cert: string },
  claims: {
    readonly issuer: string;
    readonly service: string;
    readonly access: readonly Access[];
    readonly life: number;
  },
): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { typ: 'JWT', alg: 'ES256', x5c: [new X509Certificate(keys.cert).raw.toString('base64')] };
  const payload = {
    iss: claims.issuer,
    sub: '',
    aud: claims.service,
    exp: now + claims.life,
    nbf: now - 10,
    iat: now,
    jti: randomUUID(),
    access: claims.access.map(({ repository, actions }) => ({
      type: 'repository',
      name: repository,
      actions,
    })),
  };
  const text = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createSign('SHA256').update(text).sign({ key: keys.key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

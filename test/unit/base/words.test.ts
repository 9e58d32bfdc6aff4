import { describe, expect, it } from 'vitest';
import { shortName } from '../../../server/src/base/words.ts';

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
    [`quay.io/a/${'x'.repeat(80)}`, `…/${'x'.repeat(54)}`],
    ['', ''],
  ])('%s', (name, short) => {
    expect(shortName(name)).toBe(short);
    expect(short.length).toBeLessThanOrEqual(56);
  });
});

import { createHash } from 'node:crypto';

/** Inputs of the sizes that people really have, made the same way every time. */

const host = 'registry.ocp4.shinefire.com:8443';
const prefix = 'efk-mirror/my-operator/my-operator-index';

function digest(number: number): string {
  return `sha256:${createHash('sha256').update(String(number)).digest('hex')}`;
}

/** A second hop's mapping.txt in which every tenth source is by tag. */
export function mappingText(lines: number): string {
  const text: string[] = [];
  for (let number = 0; number < lines; number++) {
    const name = `openshift4/ose-image-${number % 2000}`;
    const version = number % 10 === 0 ? `:v4.8.${number}` : `@${digest(number)}`;
    text.push(
      `file://${prefix}/${name}${version}=${host}/efk-mirror/${name.replace('/', '-')}:${number.toString(16)}`,
    );
  }
  return `${text.join('\n')}\n`;
}

/** An ImageContentSourcePolicy whose sources are all left by a `file://` hop. */
export function policyText(entries: number): string {
  const list = Array.from({ length: entries }, (_, number) => {
    const name = `openshift4/ose-image-${number}`;
    return `  - mirrors:\n    - ${host}/efk-mirror/${name.replace('/', '-')}\n    source: ${prefix}/${name}\n`;
  });
  return `---\napiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: bench\nspec:\n  repositoryDigestMirrors:\n${list.join('')}`;
}

import { createHash } from 'node:crypto';
import { digestTag } from '../server/src/documents/naming.ts';

/** Inputs of the sizes that people really have, made the same way every time. */

const host = 'registry.ocp4.shinefire.com:8443';
const prefix = 'efk-mirror/my-operator/my-operator-index';

function digest(number: number): string {
  return `sha256:${createHash('sha256').update(String(number)).digest('hex')}`;
}

/** A second hop's mapping.txt as `oc` writes it: every tenth source is by tag, all others have the tag of their digest. */
export function mappingText(lines: number): string {
  return mappingLines(lines, (number) => number % 10 === 0);
}

/** The same with every source by tag, so that there is something to say of every line. */
export function taggedMappingText(lines: number): string {
  return mappingLines(lines, () => true);
}

function mappingLines(lines: number, isByTag: (number: number) => boolean): string {
  const text: string[] = [];
  for (let number = 0; number < lines; number++) {
    const name = `openshift4/ose-image-${number % 2000}`;
    const byTag = isByTag(number);
    const version = byTag ? `:v4.8.${number}` : `@${digest(number)}`;
    const tag = byTag ? `v4.8.${number}` : digestTag(`registry.redhat.io/${name}${version}`);
    text.push(`file://${prefix}/${name}${version}=${host}/efk-mirror/${name.replace('/', '-')}:${tag}`);
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

/** The images of the catalog that both are of, as it names them. */
export function catalogImageNames(repositories: number): string[] {
  return Array.from(
    { length: repositories },
    (_, number) => `registry.redhat.io/openshift4/ose-image-${number}@${digest(number)}`,
  );
}

/** The catalog's own place in a file store. */
export const catalogRepository = prefix;

export interface BenchFile {
  /** Below the workspace, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The four files of a catalog that went over `file://`: both mappings, the policy and the catalog source. */
export function runFiles(run: number, images: number, repositories: number): BenchFile[] {
  const store = `mirror-${run}/my-operator/my-operator-index`;
  const target = `${host}/mirror-${run}`;
  const first: string[] = [];
  const second: string[] = [];
  for (let number = 0; number < images; number++) {
    const name = `openshift4/ose-image-${number % repositories}`;
    const flat = name.replace('/', '-');
    const byTag = number % 10 === 0;
    const version = byTag ? `:v4.8.${number}` : `@${digest(run * images + number)}`;
    const tag = byTag ? `v4.8.${number}` : (run * images + number).toString(16);
    first.push(`registry.redhat.io/${name}${version}=file://${store}/${name}:${tag}`);
    second.push(`file://${store}/${name}${version}=${target}/${flat}:${tag}`);
  }
  const entries = Array.from({ length: repositories }, (_, number) => {
    const name = `openshift4/ose-image-${number}`;
    return `  - mirrors:\n    - ${target}/${name.replace('/', '-')}\n    source: ${store}/${name}\n`;
  });
  const policy = `---\napiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: run-${run}\nspec:\n  repositoryDigestMirrors:\n${entries.join('')}`;
  const source = `apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: run-${run}\n  namespace: openshift-marketplace\nspec:\n  image: ${target}/my-operator-index:v4.8\n  sourceType: grpc\n  displayName: Run\n  publisher: bench\n`;
  return [
    { path: `run-${run}/first-hop/mapping.txt`, text: `${first.join('\n')}\n` },
    { path: `run-${run}/second-hop/mapping.txt`, text: `${second.join('\n')}\n` },
    { path: `run-${run}/second-hop/imageContentSourcePolicy.yaml`, text: policy },
    { path: `run-${run}/second-hop/catalogSource.yaml`, text: source },
  ];
}

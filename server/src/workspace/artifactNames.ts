import { type Sentence, sentence, t } from '../base/sentences.ts';

/** What people call things that registries hold and that are no container images, by their types. */
const names: ReadonlyMap<string, Sentence> = new Map([
  ['application/vnd.buildkit.cacheconfig.v0', sentence('a build cache of BuildKit')],
  ['application/vnd.cncf.helm.config.v1+json', sentence('a Helm chart')],
  ['application/vnd.docker.plugin.v1+json', sentence('a plugin of Docker')],
  ['application/vnd.wasm.config.v0+json', sentence('a WebAssembly module')],
  ['application/vnd.dev.cosign.artifact.sig.v1+json', sentence('a signature of cosign')],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', sentence('a signature of sigstore')],
]);

/** What an `artifactType` stands for, in words for a person; the type itself where nobody calls it anything else. */
export function artifactName(artifactType: string): string {
  const name = names.get(artifactType);
  return name === undefined ? t('no container image: {0}', artifactType) : t(name);
}

/** What people call things that registries hold and that are no container images, by their types. */
const names: ReadonlyMap<string, string> = new Map([
  ['application/vnd.buildkit.cacheconfig.v0', 'a build cache of BuildKit'],
  ['application/vnd.cncf.helm.config.v1+json', 'a Helm chart'],
  ['application/vnd.docker.plugin.v1+json', 'a plugin of Docker'],
  ['application/vnd.wasm.config.v0+json', 'a WebAssembly module'],
  ['application/vnd.dev.cosign.artifact.sig.v1+json', 'a signature of cosign'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', 'a signature of sigstore'],
]);

/** What an `artifactType` stands for, in words for a person; the type itself where nobody calls it anything else. */
export function artifactName(artifactType: string): string {
  return names.get(artifactType) ?? `no container image: ${artifactType}`;
}

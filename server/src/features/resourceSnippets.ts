import { mirrorSetTypes } from '../documents/mirrorSet.ts';
import { type ResourceKind, resourceTypes } from '../documents/resources.ts';

/**
 * A whole document of a kind, in the snippet syntax of LSP: what everybody needs, with something to type over in the
 * places where clusters differ.
 */
export function resourceSnippet(kind: ResourceKind): string {
  return `apiVersion: ${resourceTypes[kind].apiVersion}\nkind: ${kind}\n${bodyOf(kind)}\n`;
}

/** A snippet as it stands there when nobody types anything over it. */
export function plainSnippet(snippet: string): string {
  return snippet.replace(/\$\{\d+:([^{}]*)\}|\$\d+/g, (_whole, text: string | undefined) => text ?? '');
}

function bodyOf(kind: ResourceKind): string {
  switch (kind) {
    case 'ImageContentSourcePolicy':
    case 'ImageDigestMirrorSet':
    case 'ImageTagMirrorSet':
      return `metadata:
  name: \${1:my-mirrors}
spec:
  ${mirrorSetTypes[kind].list}:
  - source: \${2:registry.redhat.io/openshift4}
    mirrors:
    - \${3:registry.example.com:8443/openshift4}`;
    case 'CatalogSource':
      return `metadata:
  name: \${1:my-operator-catalog}
  namespace: openshift-marketplace
spec:
  sourceType: grpc
  image: \${2:registry.example.com:8443/olm/my-operator-index:v4.16}
  displayName: \${3:My Operators}
  publisher: \${4:my-company}
  updateStrategy:
    registryPoll:
      interval: 30m`;
    case 'ClusterCatalog':
      return `metadata:
  name: \${1:my-operator-catalog}
spec:
  source:
    type: Image
    image:
      ref: \${2:registry.example.com:8443/olm/my-operator-index:v4.18}
      pollIntervalMinutes: 30`;
    case 'OperatorHub':
      return `metadata:
  name: cluster
spec:
  disableAllDefaultSources: \${1:true}`;
    case 'Image':
      return `metadata:
  name: cluster
spec:
  registrySources:
    insecureRegistries:
    - \${1:registry.example.com:5000}`;
    case 'MachineConfig':
      return `metadata:
  name: \${1:99-worker-mirrors-by-tag}
  labels:
    machineconfiguration.openshift.io/role: \${2:worker}
spec:
  config:
    ignition:
      version: 3.2.0
    storage:
      files:
      - path: /etc/containers/registries.conf.d/\${1:99-worker-mirrors-by-tag}.conf
        mode: 420
        overwrite: true
        contents:
          source: \${3:data:,}`;
    case 'ImageSetConfiguration':
      return `mirror:
  operators:
  - catalog: \${1:registry.redhat.io/redhat/redhat-operator-index:v4.18}
    packages:
    - name: \${2:cluster-logging}`;
    case 'DeleteImageSetConfiguration':
      return `delete:
  operators:
  - catalog: \${1:registry.redhat.io/redhat/redhat-operator-index:v4.18}
    packages:
    - name: \${2:cluster-logging}`;
  }
}

// The images that the files under examples/ speak of, as data.
import { buildImage } from './images.mjs';

const amd64 = ['linux/amd64'];

const keycloak = {
  platforms: amd64,
  mediaFlavour: 'docker',
  files: { 'usr/local/bin/keycloak-operator': '#!/bin/sh\necho keycloak-operator 15.0.2\n' },
  labels: { name: 'keycloak/keycloak-operator', version: '15.0.2' },
};

const fluentd = {
  platforms: ['linux/amd64', 'linux/arm64'],
  mediaFlavour: 'oci',
  files: { 'usr/local/bin/fluentd': '#!/bin/sh\necho fluentd\n' },
  labels: { name: 'openshift-logging/fluentd-rhel8', version: 'v5.2.2' },
};

const elasticsearchProxy = {
  platforms: amd64,
  mediaFlavour: 'docker',
  files: { 'usr/local/bin/elasticsearch-proxy': '#!/bin/sh\necho elasticsearch-proxy\n' },
  labels: { name: 'openshift4/ose-elasticsearch-proxy', version: 'v4.8.0' },
};

const strimzi = {
  platforms: amd64,
  mediaFlavour: 'docker',
  files: { 'usr/local/bin/strimzi-operator': '#!/bin/sh\necho strimzi-operator 0.14.0\n' },
  labels: { name: 'strimzi/operator', version: '0.14.0' },
};

const keycloakBundle = bundle('keycloak-operator', '15.0.2', 'alpha');
const elasticsearchBundle = bundle('elasticsearch-operator', '5.2.2', 'stable-5.2');
const loggingBundle = bundle('cluster-logging', '5.2.2', 'stable-5.2');

const efk = {
  fluentd: pinned('registry.redhat.io/openshift-logging/fluentd-rhel8', fluentd),
  proxy: pinned('registry.redhat.io/openshift4/ose-elasticsearch-proxy', elasticsearchProxy),
  elasticsearch: pinned(
    'registry.redhat.io/openshift4/ose-elasticsearch-operator-bundle',
    elasticsearchBundle,
  ),
  logging: pinned('registry.redhat.io/openshift-logging/cluster-logging-operator-bundle', loggingBundle),
};

const community = {
  keycloak: 'quay.io/keycloak/keycloak-operator:15.0.2',
  bundle: pinned('quay.io/openshift-community-operators/keycloak-operator', keycloakBundle),
};

const communityIndex = catalog([
  ...fbcPackage('keycloak-operator', 'alpha', '15.0.2', community.bundle, [community.keycloak]),
]);

const efkIndex = catalog([
  ...fbcPackage('cluster-logging', 'stable-5.2', '5.2.2', efk.logging, [efk.fluentd]),
  ...fbcPackage('elasticsearch-operator', 'stable-5.2', '5.2.2', efk.elasticsearch, [efk.proxy]),
]);

/** What is pushed, and where to; references in examples/ put `localhost:5005/` in front. */
export const exampleImages = [
  { repository: 'community-operator/keycloak-keycloak-operator', tag: '15.0.2', ...keycloak },
  { repository: 'keycloak/keycloak-operator', tag: '15.0.2', ...keycloak },
  {
    repository: 'community-operator/openshift-community-operators-keycloak-operator',
    tag: digestTag(community.bundle),
    ...keycloakBundle,
  },
  { repository: 'community-operator/strimzi-operator', tag: '0.14.0', ...strimzi },
  {
    repository: 'community-operator/community-operator-my-operator-community-operator-index',
    tag: 'v4.8-202111',
    ...communityIndex,
  },
  { repository: 'efk-mirror/efk-mirror-my-operator-my-operator-index', tag: 'v4.8-202111', ...efkIndex },
  { repository: 'efk-mirror/openshift-logging-fluentd-rhel8', tag: digestTag(efk.fluentd), ...fluentd },
  {
    repository: 'efk-mirror/openshift4-ose-elasticsearch-proxy',
    tag: digestTag(efk.proxy),
    ...elasticsearchProxy,
  },
  {
    repository: 'efk-mirror/openshift4-ose-elasticsearch-operator-bundle',
    tag: digestTag(efk.elasticsearch),
    ...elasticsearchBundle,
  },
  {
    repository: 'efk-mirror/openshift-logging-cluster-logging-operator-bundle',
    tag: digestTag(efk.logging),
    ...loggingBundle,
  },
];

function bundle(name, version, channel) {
  const csv = { kind: 'ClusterServiceVersion', metadata: { name: `${name}.v${version}` } };
  return {
    platforms: amd64,
    mediaFlavour: 'docker',
    files: { 'manifests/csv.json': JSON.stringify(csv) },
    labels: {
      'operators.operatorframework.io.bundle.mediatype.v1': 'registry+v1',
      'operators.operatorframework.io.bundle.manifests.v1': 'manifests/',
      'operators.operatorframework.io.bundle.package.v1': name,
      'operators.operatorframework.io.bundle.channels.v1': channel,
    },
  };
}

/** A catalog image of the file-based kind. */
function catalog(documents) {
  return {
    platforms: amd64,
    mediaFlavour: 'docker',
    files: { 'configs/catalog.json': documents.map((document) => JSON.stringify(document)).join('\n') },
    labels: { 'operators.operatorframework.io.index.configs.v1': '/configs' },
  };
}

function fbcPackage(name, channel, version, image, related) {
  const entry = `${name}.v${version}`;
  const property = { type: 'olm.package', value: { packageName: name, version } };
  const relatedImages = [image, ...related].map((reference, index) => ({
    name: index === 0 ? '' : reference.replace(/^.*\/|[:@].*$/g, ''),
    image: reference,
  }));
  return [
    { schema: 'olm.package', name, defaultChannel: channel },
    { schema: 'olm.channel', package: name, name: channel, entries: [{ name: entry }] },
    { schema: 'olm.bundle', package: name, name: entry, image, properties: [property], relatedImages },
  ];
}

function pinned(repository, description) {
  return `${repository}@${buildImage(description).digest}`;
}

/** The tag that `oc adm catalog mirror` gives an image without one: FNV-1a of its reference. */
function digestTag(reference) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(reference)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
}

import type { Node } from 'yaml';
import {
  type CatalogSource,
  catalogSourceApiVersion,
  catalogSourceSchema,
  readCatalogSource,
} from './catalogSource.ts';
import {
  type ClusterCatalog,
  clusterCatalogApiVersion,
  clusterCatalogSchema,
  readClusterCatalog,
} from './clusterCatalog.ts';
import {
  type ImageConfig,
  imageConfigApiVersion,
  imageConfigSchema,
  readImageConfig,
} from './imageConfig.ts';
import { type ImageSet, type ImageSetKind, imageSetApiVersions } from './imageSet.ts';
import { readImageSet } from './imageSetReader.ts';
import { imageSetSchema } from './imageSetSchema.ts';
import {
  type MachineConfig,
  machineConfigApiVersion,
  machineConfigSchema,
  nodeRegistriesConf,
  readMachineConfig,
} from './machineConfig.ts';
import {
  type MirrorSet,
  type MirrorSetKind,
  mirrorSetSchema,
  mirrorSetTypes,
  readMirrorSet,
} from './mirrorSet.ts';
import {
  type OperatorHub,
  operatorHubApiVersion,
  operatorHubSchema,
  readOperatorHub,
} from './operatorHub.ts';
import type { FieldSchema } from './schema.ts';
import type { YamlReader, YamlScalar } from './yamlNode.ts';

/** One resource that is ours. */
export type Resource =
  | MirrorSet
  | CatalogSource
  | ClusterCatalog
  | OperatorHub
  | ImageConfig
  | MachineConfig
  | ImageSet;

export type ResourceKind = Resource['kind'];

/** What is known of one kind of resource. */
export interface ResourceType {
  readonly apiVersion: string;
  /** All fields, from `apiVersion` down. */
  readonly schema: FieldSchema;
  /** The fields of other versions, by their `apiVersion`. */
  readonly otherSchemas?: Readonly<Record<string, FieldSchema>>;
  /** The fields that a document has which does not name its `apiVersion`; without it `metadata` and `spec`. */
  readonly ownFields?: readonly string[];
  /**
   * A text that every file with one of these holds: the kind, or what is rarer than a kind whose name is a word of every
   * day.
   */
  readonly mark: string;
  /**
   * Reads a map that says that it is of this kind; problems in it are part of what comes out. Undefined for one that is
   * about something else than images.
   */
  read(reader: YamlReader, node: Node): Resource | undefined;
}

/** All kinds of resources that are ours. Adding one is its own file, its place in `Resource`, and a line here. */
export const resourceTypes: Readonly<Record<ResourceKind, ResourceType>> = {
  ImageContentSourcePolicy: mirrorSetType('ImageContentSourcePolicy'),
  ImageDigestMirrorSet: mirrorSetType('ImageDigestMirrorSet'),
  ImageTagMirrorSet: mirrorSetType('ImageTagMirrorSet'),
  CatalogSource: {
    apiVersion: catalogSourceApiVersion,
    schema: catalogSourceSchema,
    mark: 'CatalogSource',
    read: readCatalogSource,
  },
  ClusterCatalog: {
    apiVersion: clusterCatalogApiVersion,
    schema: clusterCatalogSchema,
    mark: 'ClusterCatalog',
    read: readClusterCatalog,
  },
  OperatorHub: {
    apiVersion: operatorHubApiVersion,
    schema: operatorHubSchema,
    mark: 'OperatorHub',
    read: readOperatorHub,
  },
  Image: {
    apiVersion: imageConfigApiVersion,
    schema: imageConfigSchema,
    mark: 'config.openshift.io/',
    read: readImageConfig,
  },
  MachineConfig: {
    apiVersion: machineConfigApiVersion,
    schema: machineConfigSchema,
    mark: nodeRegistriesConf,
    read: readMachineConfig,
  },
  ImageSetConfiguration: imageSetType('ImageSetConfiguration', 'mirror'),
  DeleteImageSetConfiguration: imageSetType('DeleteImageSetConfiguration', 'delete'),
};

/** The fields of a kind in the version that a document names. */
export function schemaOf(kind: ResourceKind, apiVersion: string): FieldSchema {
  const { schema, otherSchemas = {} } = resourceTypes[kind];
  return Object.hasOwn(otherSchemas, apiVersion) ? (otherSchemas[apiVersion] ?? schema) : schema;
}

/** The names of all kinds that are ours. */
export const resourceKinds = Object.keys(resourceTypes) as readonly ResourceKind[];

/** What a text holds at least one of that any kind of ours may be in. */
export const resourceMarks: readonly string[] = [
  ...new Set(Object.values(resourceTypes).map(({ mark }) => mark)),
];

/** True for the name of a kind that is ours, whatever the API group. */
export function isResourceKind(kind: string): kind is ResourceKind {
  return Object.hasOwn(resourceTypes, kind);
}

const kindsInLowerCase = new Map(resourceKinds.map((kind) => [kind.toLowerCase(), kind]));

/** The kind of ours that a text names, in whatever case: the schema says that the cluster knows one only. */
export function resourceKindOf(text: string): ResourceKind | undefined {
  return kindsInLowerCase.get(text.toLowerCase());
}

/** Groups that our kinds were in before OpenShift had them: still in documents, and in no cluster. */
const groupsOfThePast = ['catalogd.operatorframework.io', 'app.coreos.com'];

const groups = new Set([
  ...Object.values(resourceTypes).map(({ apiVersion }) => groupOf(apiVersion)),
  ...groupsOfThePast,
]);

/** True for an `apiVersion` in the API group of any kind of ours, now or once: elsewhere the same kind is another thing. */
export function isOurGroup(apiVersion: string): boolean {
  return groups.has(groupOf(apiVersion));
}

function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));
}

/** The catalog image that a resource names; undefined for kinds that name none. */
export function catalogImageOf(resource: Resource): YamlScalar | undefined {
  return resource.kind === 'CatalogSource' || resource.kind === 'ClusterCatalog' ? resource.image : undefined;
}

/** oc-mirror's own kinds, which no cluster knows. */
function imageSetType(kind: ImageSetKind, content: string): ResourceType {
  const isDelete = kind === 'DeleteImageSetConfiguration';
  return {
    apiVersion: imageSetApiVersions.v2,
    schema: imageSetSchema(kind, 2),
    otherSchemas: isDelete ? {} : { [imageSetApiVersions.v1]: imageSetSchema(kind, 1) },
    ownFields: [content],
    mark: 'ImageSetConfiguration',
    read: (reader, node) => readImageSet(reader, node, kind),
  };
}

function mirrorSetType(kind: MirrorSetKind): ResourceType {
  return {
    apiVersion: mirrorSetTypes[kind].apiVersion,
    schema: mirrorSetSchema(kind),
    mark: kind,
    read: (reader, node) => readMirrorSet(reader, node, kind),
  };
}

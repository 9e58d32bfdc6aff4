import type { Node, YAMLMap } from 'yaml';
import type { Range } from '../base/range.ts';
import { sentence } from '../base/sentences.ts';
import { dataUrlText } from './dataUrl.ts';
import { resourceSchema } from './kubernetes.ts';
import type { FieldSchema, SchemaProblem } from './schema.ts';
import type { YamlReader, YamlScalar } from './yamlNode.ts';

export const machineConfigApiVersion = 'machineconfiguration.openshift.io/v1';

/** The label that says for which nodes a MachineConfig is: `worker`, `master`, or a pool of somebody's own. */
export const roleLabel = 'machineconfiguration.openshift.io/role';

/** Where nodes have what is made of mirror sets. */
export const nodeRegistriesConf = '/etc/containers/registries.conf';

/** The files that nodes read after it, by their names; a later one replaces tables of an earlier one. */
export const nodeDropInFolder = `${nodeRegistriesConf}.d/`;

const file: FieldSchema = {
  type: 'object',
  doc: 'One file that is written on each node of the pool.',
  required: ['path'],
  usual: ['path', 'mode', 'overwrite', 'contents'],
  fields: {
    path: {
      type: 'string',
      doc: 'Where the file is on the nodes. Drop-ins for registries lie in `/etc/containers/registries.conf.d/` and end in `.conf`.',
    },
    mode: { type: 'integer', doc: 'The permissions, as a decimal number: 420 is 0644.' },
    overwrite: { type: 'boolean', doc: 'Replaces a file that is there already.', default: 'false' },
    filesystem: { type: 'string', doc: 'Ignition 2 only: `root`.' },
    append: { type: 'any', doc: 'Adds to a file; the machine-config-operator refuses it.' },
    user: { type: 'any', doc: 'The owner.' },
    group: { type: 'any', doc: 'The group.' },
    contents: {
      type: 'object',
      doc: 'What the file holds.',
      usual: ['source'],
      fields: {
        source: {
          type: 'string',
          doc: 'The text as a `data:` URL: `data:,` and the text with percent signs, or `data:;base64,`.',
        },
        compression: { type: 'string', doc: '`gzip` for a text that is compressed.' },
        verification: { type: 'any', doc: 'The checksum of the text.' },
        httpHeaders: { type: 'any', doc: 'For a text that is fetched.' },
      },
    },
  },
};

/**
 * As much of it as says what nodes have at `/etc/containers`: hovers and completion show it, and nothing is checked by it.
 * https://github.com/openshift/api/blob/master/machineconfiguration/v1/types.go
 * https://coreos.github.io/ignition/configuration-v3_2/
 */
export const machineConfigSchema: FieldSchema = resourceSchema(
  'MachineConfig',
  machineConfigApiVersion,
  sentence(
    'Files and settings of all nodes of one pool. Nodes are drained and restart for nearly every change of one.',
  ),
  {
    type: 'object',
    doc: 'What the nodes get.',
    usual: ['config'],
    fields: {
      baseOSExtensionsContainerImage: { type: 'string', doc: 'The image with extensions of the system.' },
      config: {
        type: 'object',
        doc: 'An Ignition configuration.',
        usual: ['ignition', 'storage'],
        fields: {
          ignition: {
            type: 'object',
            doc: 'About the configuration itself.',
            usual: ['version'],
            fields: {
              version: {
                type: 'string',
                doc: 'The version of Ignition’s format.',
                suggestions: ['3.2.0', '3.4.0'],
              },
              config: { type: 'any', doc: 'Configurations to merge or to replace this one.' },
              proxy: { type: 'any', doc: 'The proxy for what is fetched.' },
              security: { type: 'any', doc: 'The authorities for what is fetched.' },
              timeouts: { type: 'any', doc: 'How long to wait for what is fetched.' },
            },
          },
          storage: {
            type: 'object',
            doc: 'Files and disks.',
            usual: ['files'],
            fields: {
              files: { type: 'array', doc: 'Files that are written on the nodes.', items: file },
              directories: { type: 'any', doc: 'Directories.' },
              links: { type: 'any', doc: 'Links.' },
              disks: { type: 'any', doc: 'Disks.' },
              filesystems: { type: 'any', doc: 'File systems.' },
              luks: { type: 'any', doc: 'Encrypted devices.' },
              raid: { type: 'any', doc: 'RAID devices.' },
            },
          },
          passwd: { type: 'any', doc: 'Users and groups.' },
          systemd: { type: 'any', doc: 'Units of systemd.' },
          kernelArguments: { type: 'any', doc: 'Ignition’s arguments for the kernel.' },
        },
      },
      extensions: { type: 'any', doc: 'Extensions of the system.' },
      fips: { type: 'boolean', doc: 'FIPS mode.' },
      kernelArguments: { type: 'any', doc: 'Arguments for the kernel.' },
      kernelType: { type: 'string', doc: 'Which kernel.' },
      osImageURL: { type: 'string', doc: 'The image of the system.' },
    },
  },
  undefined,
  null,
);

/** A configuration file of registries that a MachineConfig puts on nodes. */
export interface NodeConfFile {
  /** Its path on the nodes. */
  readonly path: YamlScalar;
  /** Where its text stands: the value of `source`, or else the path. */
  readonly place: Range;
  /** The text; undefined where it is fetched from elsewhere or cannot be read. */
  readonly text: string | undefined;
}

/**
 * A MachineConfig that puts a registries.conf or drop-ins for it on nodes; others are not of interest here. The texts are
 * kept, not what they mean: places in them are not places in this file.
 */
export interface MachineConfig {
  readonly kind: 'MachineConfig';
  /** The key `kind`, where findings about the whole resource are shown. */
  readonly heading: Range;
  readonly name: YamlScalar | undefined;
  /** The pool that it is for; undefined where the label is missing, and then no node gets it. */
  readonly role: YamlScalar | undefined;
  readonly files: readonly NodeConfFile[];
  /** True where a template may supply what is missing. */
  readonly isIncomplete: boolean;
  readonly problems: readonly SchemaProblem[];
}

/** Undefined for a MachineConfig about something else than registries. */
export function readMachineConfig(reader: YamlReader, node: Node): MachineConfig | undefined {
  const root = reader.map(node);
  const config = reader.map(reader.get(reader.map(reader.get(root, 'spec')?.value), 'config')?.value);
  const storage = reader.map(reader.get(config, 'storage')?.value);
  const entries = reader.sequence(reader.get(storage, 'files')?.value)?.items ?? [];
  const files = entries.flatMap((entry) => confFile(reader, reader.map(entry)) ?? []);
  if (files.length === 0) return undefined;
  const metadata = reader.map(reader.get(root, 'metadata')?.value);
  return {
    kind: 'MachineConfig',
    heading: reader.get(root, 'kind')?.key.range ?? reader.range(node),
    name: reader.scalar(reader.get(metadata, 'name')?.value),
    role: reader.scalar(reader.get(reader.map(reader.get(metadata, 'labels')?.value), roleLabel)?.value),
    files,
    isIncomplete: reader.isIncomplete,
    problems: [],
  };
}

function confFile(reader: YamlReader, entry: YAMLMap | undefined): NodeConfFile | undefined {
  const path = reader.scalar(reader.get(entry, 'path')?.value);
  if (path === undefined || !isNodeConf(path.value)) return undefined;
  const contents = reader.map(reader.get(entry, 'contents')?.value);
  const source = reader.scalar(reader.get(contents, 'source')?.value);
  const compression = reader.scalar(reader.get(contents, 'compression')?.value)?.value ?? '';
  return {
    path,
    place: source?.range ?? path.range,
    text: textOf(source, compression),
  };
}

/** Ignition writes an empty file where there is no source. */
function textOf(source: YamlScalar | undefined, compression: string): string | undefined {
  if (source === undefined || source.value === '') return '';
  if (source.type === 'template') return undefined;
  return compression === '' || compression === 'gzip' ? dataUrlText(source.value, compression) : undefined;
}

/** True for a file that nodes read about registries: other names in the folder are passed over. */
function isNodeConf(path: string): boolean {
  if (path === nodeRegistriesConf) return true;
  const name = path.startsWith(nodeDropInFolder) ? path.slice(nodeDropInFolder.length) : '';
  return name.endsWith('.conf') && !name.includes('/');
}

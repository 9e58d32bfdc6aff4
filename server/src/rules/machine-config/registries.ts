import type { Range } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import {
  type MachineConfig,
  type NodeConfFile,
  nodeRegistriesConf,
  roleLabel,
} from '../../documents/machineConfig.ts';
import { parseRegistriesConf, type RegistriesConfProblem } from '../../documents/registriesConf.ts';
import { yamlFindings } from '../repairs.ts';
import { defineRule, type Finding } from '../rule.ts';

const shared = {
  code: 'machine-config/registries',
  severity: 'error',
  summary: 'A MachineConfig with a registries.conf that nodes refuse, or that no node gets',
  documentation: `
A MachineConfig can put drop-ins for registries.conf on the nodes of a pool. Before OpenShift 4.13 that is the only way to redirect
pulls by tag:

\`\`\`toml
# /etc/containers/registries.conf.d/99-mirrors-by-tag.conf
[[registry]]
prefix = "quay.io/keycloak/keycloak-operator"
location = "quay.io/keycloak/keycloak-operator"

[[registry.mirror]]
location = "registry.example.com:8443/community-operator/keycloak-keycloak-operator"
\`\`\`

The text stands in the MachineConfig as a \`data:\` URL, where nobody sees that it is broken. With one mistake in it, a node refuses
the whole file, and then no pod on it pulls any image. So the text is read here as nodes read it, and what they would refuse is an
error, what they would pass over without a word is a warning. Drop-ins must be in version 2 of the format, with \`[[registry]]\`
tables.

A table replaces the one that the mirror sets made for the same prefix, and a node takes the longest prefix alone. Nodes of other
pools do not get the file: \`worker\` and \`master\` need a MachineConfig each.`,
} as const;

export const machineConfigRegistries = defineRule({
  ...shared,
  unit: 'machine-config',
  check: ({ config }) => [...poolFindings(config), ...config.files.flatMap(fileFindings)],
});

/** Broken YAML in a file whose first resource is such a MachineConfig. */
export const machineConfigYaml = defineRule({
  ...shared,
  unit: 'yaml',
  check: ({ yaml }) => yamlFindings(yaml, ({ kind }) => kind === 'MachineConfig'),
});

function poolFindings({ role, heading, isIncomplete }: MachineConfig): Finding[] {
  if (isIncomplete || (role !== undefined && role.value !== '')) return [];
  const message = t(
    'The label {0} is missing: no pool takes this MachineConfig, and no node gets its files',
    roleLabel,
  );
  return [{ message, range: heading }];
}

function fileFindings({ path, place, text }: NodeConfFile): Finding[] {
  if (text === undefined) return [];
  const isDropIn = path.value !== nodeRegistriesConf;
  const name = path.value.slice(path.value.lastIndexOf('/') + 1);
  const { version, problems } = parseRegistriesConf(text);
  if (isDropIn && version === 1)
    return [
      {
        message: t(
          'Version 1 of the format in {0}: nodes refuse such a drop-in, and then pull no image at all; write [[registry]] tables',
          name,
        ),
        range: place,
      },
    ];
  return problems.map((problem) => finding(problem, name, place));
}

function finding({ message, severity, range }: RegistriesConfProblem, name: string, place: Range): Finding {
  const line = range.start.line + 1;
  return severity === 'error'
    ? {
        message: t(
          'Line {0} of {1}: {2}; nodes refuse the file, and then pull no image at all',
          line,
          name,
          message,
        ),
        range: place,
      }
    : { message: t('Line {0} of {1}: {2}', line, name, message), range: place, severity };
}

import * as z from 'zod';
import { defaultSettings, type Settings, severities } from './settings.ts';

const ruleLevel = z.enum([...severities, 'off']);

const { registries, files, network, cluster, rules } = defaultSettings;

/**
 * Everything a user can set, once. The manifest's `contributes.configuration` and the documentation are
 * checked against the descriptions here; `.operator-mirror.yaml` takes `rules` and `cluster.version` of it.
 */
export const settingsSchema = z.object({
  registries: z
    .object({
      authFile: z
        .string()
        .default(registries.authFile)
        .describe(
          'Credentials file in the format of docker and podman. Empty: `$REGISTRY_AUTH_FILE`, then the places that podman and docker use.',
        ),
      configFile: z
        .string()
        .default(registries.configFile)
        .describe('`registries.conf` to use. Empty: the places that podman uses.'),
      caFile: z
        .string()
        .default(registries.caFile)
        .describe('PEM file with certificate authorities to trust besides those of the system.'),
      insecure: z
        .array(z.string())
        .default(registries.insecure)
        .describe(
          'Registries (`HOST` or `HOST:PORT`) that may be reached over plain HTTP or with a certificate that cannot be verified. Name a token service here to allow one without TLS, or at a loopback, link-local or private address, for a registry that is neither.',
        ),
    })
    .prefault({}),
  files: z
    .object({
      folder: z
        .string()
        .default(files.folder)
        .describe(
          'Folder that holds the `v2/` of `file://` references, as `--dir` of `oc`: absolute (in trusted workspaces), or relative to the workspace folder. Empty: the nearest `v2/` beside the file or above it.',
        ),
    })
    .prefault({}),
  network: z
    .enum(['on', 'off'])
    .default(network)
    .describe('`off`: no registry is ever contacted; hovers show what is known from before.'),
  cluster: z
    .object({
      version: z
        .string()
        .default(cluster.version)
        .describe(
          'OpenShift version of the cluster, such as `4.12`. It decides what is offered: before 4.13 there is no ImageTagMirrorSet. Empty: what the tag of the catalog beside a file says, such as `v4.8`.',
        ),
      command: z
        .string()
        .default(cluster.command)
        .describe(
          'The command that reaches the cluster. Empty: `oc`, else `kubectl`, whichever is in `PATH`.',
        ),
    })
    .prefault({}),
  rules: z
    .record(z.string(), ruleLevel)
    .default(rules)
    .describe('Severity of single rules by code, or `off`.'),
});

/**
 * Reads settings as an editor or a file gives them. Whatever is not valid falls back to its default and is
 * named in `problems`, so that one wrong value never disables the rest.
 */
export function readSettings(input: unknown): { settings: Settings; problems: string[] } {
  const whole = settingsSchema.safeParse(input ?? {});
  if (whole.success) return { settings: whole.data, problems: [] };
  const problems = whole.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const repaired = structuredClone(input);
  for (const issue of whole.error.issues) removeAt(repaired, issue.path);
  const second = settingsSchema.safeParse(repaired);
  return { settings: second.success ? second.data : defaultSettings, problems };
}

function removeAt(value: unknown, path: readonly PropertyKey[]): void {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((node, key) => (isRecord(node) ? node[key as string] : undefined), value);
  if (isRecord(parent)) delete parent[path.at(-1) as string];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { nodeDropInFolder, nodeRegistriesConf } from '../documents/machineConfig.ts';
import { type Oc, runOc } from './oc.ts';

/** What besides mirror sets decides on nodes, as far as the cluster tells it. */
export interface ClusterNodeSettings {
  /** By resource, manifests in YAML or JSON; none where the cluster has none. */
  readonly lists: ReadonlyMap<string, string>;
  /** What could not be read, in whole sentences: it is no error, but a forecast without it may miss something. */
  readonly unread: readonly string[];
}

const imageConfig = 'images.config.openshift.io';
const machineConfigs = 'machineconfigs.machineconfiguration.openshift.io';

/**
 * Asks for the cluster's image configuration and for the MachineConfigs that put files about registries on nodes. Who may
 * read mirror sets may not always read these, and not every cluster has them.
 */
export async function readClusterNodeSettings(oc: Oc): Promise<ClusterNodeSettings> {
  const [image, configs] = await Promise.all([
    answerOf(oc, ['get', imageConfig, 'cluster', '-o', 'yaml']),
    answerOf(oc, ['get', machineConfigs, '-o', 'json']),
  ]);
  const lists = new Map<string, string>();
  const unread: string[] = [];
  if (image.text !== undefined) lists.set(`${imageConfig} cluster`, image.text);
  else if (image.problem !== undefined)
    unread.push(
      t('The image configuration of the cluster could not be read, and counts as empty: {0}.', image.problem),
    );
  const own = configs.text === undefined ? undefined : ownConfigs(configs.text);
  if (own !== undefined) lists.set(machineConfigs, own);
  else if (configs.problem !== undefined || configs.text !== undefined)
    unread.push(
      t(
        'The MachineConfigs of the cluster could not be read, and count as none: {0}.',
        configs.problem ?? t('oc prints no list of them'),
      ),
    );
  return { lists, unread };
}

interface Answer {
  readonly text?: string;
  /** Without a final dot; left out where the cluster says that there is no such object. */
  readonly problem?: string;
}

async function answerOf(oc: Oc, args: readonly string[]): Promise<Answer> {
  try {
    return { text: await runOc(oc, args) };
  } catch (error) {
    if (oc.signal.aborted || !(error instanceof UserError)) throw error;
    return error.message.includes('(NotFound)') ? {} : { problem: error.message.replace(/\.$/, '') };
  }
}

interface Item {
  readonly metadata?: { readonly name?: unknown };
  readonly spec?: { readonly config?: { readonly storage?: { readonly files?: unknown } } };
}

/**
 * A list of the MachineConfigs that people made and that concern registries. A cluster has hundreds of others, megabytes in
 * all: those that are put together for a pool (`rendered-`), and what the machine-config-operator itself makes of
 * mirror sets, which a forecast makes anew. Undefined for what is no list.
 */
function ownConfigs(text: string): string | undefined {
  try {
    const { items } = JSON.parse(text) as { readonly items?: unknown };
    if (!Array.isArray(items)) return undefined;
    return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: items.filter(isOwn) });
  } catch {
    return undefined;
  }
}

function isOwn(item: Item | null): boolean {
  const name = item?.metadata?.name;
  if (typeof name !== 'string' || /^rendered-|^99-.{1,250}-generated-registries$/.test(name)) return false;
  const files = item?.spec?.config?.storage?.files;
  return (
    Array.isArray(files) &&
    files.some(
      ({ path } = {}) =>
        typeof path === 'string' && (path === nodeRegistriesConf || path.startsWith(nodeDropInFolder)),
    )
  );
}

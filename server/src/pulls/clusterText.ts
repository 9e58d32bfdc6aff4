import { parsedJson } from '../base/json.ts';
import { sentence, t } from '../base/sentences.ts';
import { splitLines } from '../documents/lines.ts';
import { hasRegistryTables, parseRegistriesConf } from '../documents/registriesConf.ts';
import { parseYaml } from '../documents/yamlFile.ts';
import { decidesOnNodes } from './dropInChanges.ts';
import type { ClusterState } from './forecastTypes.ts';

/** What a saved file tells of a cluster, or why it tells nothing. */
export type ClusterText =
  | { readonly ok: true; readonly state: ClusterState }
  | {
      readonly ok: false;
      /** One-based; undefined where the problem is the whole file. */
      readonly line: number | undefined;
      readonly problem: string;
    };

/** The command whose output a forecast can start from. */
export const clusterTextHelp = sentence(
  'save what `oc get imagedigestmirrorset,imagetagmirrorset,imagecontentsourcepolicy -o yaml` prints (before OpenShift 4.13: `oc get imagecontentsourcepolicy -o yaml`), or name a node’s /etc/containers/registries.conf',
);

/**
 * Reads what is on a cluster: saved mirror sets, or a node’s registries.conf. A list without items is a cluster without
 * sets. Everything else is refused, because it would count as a cluster without any: a table, `oc describe`, the words
 * of a failed login, the empty file that a failed command leaves, a list of something else.
 * @param path by which the sets are named in what comes out
 */
export function readClusterText(path: string, text: string): ClusterText {
  if (text.trim() === '') return refused(t('it is empty, as a command that failed leaves it'));
  if (path.endsWith('.conf') || hasRegistryTables(text)) return readConf(text);
  const yaml = parseYaml(splitLines(text));
  const [broken] = yaml.problems;
  if (broken !== undefined) return refused(broken.message, broken.range.start.line + 1);
  const content = { type: 'yaml', yaml } as const;
  const sets = { files: new Map([[path, { path, content }]]), patches: new Set<string>() };
  if (!decidesOnNodes(sets) && !isEmptyList(text))
    return refused(t('it holds no mirror sets, and is no registries.conf'));
  return { ok: true, state: { sets } };
}

function readConf(text: string): ClusterText {
  const { registries, problems } = parseRegistriesConf(text);
  const problem = problems.find(({ severity }) => severity === 'error');
  return problem === undefined
    ? { ok: true, state: { conf: registries } }
    : refused(problem.message, problem.range.start.line + 1);
}

function refused(problem: string, line?: number): ClusterText {
  return { ok: false, line, problem };
}

/** `oc get` prints a `List` with `items: []` where there is none, as YAML or as JSON on lines of its own or on one. */
function isEmptyList(text: string): boolean {
  const kind = /^[ \t]*"?kind"?:[ \t]*"?\w{0,80}List"?,?[ \t]*\r?$/m;
  const items = /^[ \t]*"?items"?:[ \t]*\[[ \t]*\],?[ \t]*\r?$/m;
  return (kind.test(text) && items.test(text)) || isEmptyJsonList(text);
}

function isEmptyJsonList(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  const list = parsedJson(text);
  if (typeof list !== 'object' || list === null || !('kind' in list) || !('items' in list)) return false;
  const { kind, items } = list;
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) && items.length === 0;
}

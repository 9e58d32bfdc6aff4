import { isOurGroup, isResourceKind, resourceKinds } from './resources.ts';
import { mentionsResource } from './yamlFile.ts';

/** Characters: the API server takes about 1.5 MB of one resource, so more broken text than that is something else. */
const longestBroken = 1_600_000;

const writtenKind = new RegExp(`"kind"\\s*:\\s*"(?:${resourceKinds.join('|')})(?:List)?"`);

/**
 * True for JSON that is a resource of ours or a list with one, as `oc get -o json` writes it. Most JSON in a folder is
 * something else, such as catalogs and lock files of many megabytes, and must cost no YAML parser: this looks at the
 * names of kinds first and then lets the engine read the JSON. Broken JSON is ours when it writes one of our kinds down.
 */
export function isJsonManifest(text: string): boolean {
  if (!mentionsResource(text)) return false;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.length <= longestBroken && writtenKind.test(text);
  }
  return holdsResource(value);
}

/** Lists in lists are taken from a stack of our own: they may be nested deeper than calls can be. */
function holdsResource(value: unknown): boolean {
  const waiting = [value];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one !== 'object' || one === null) continue;
    const { kind, apiVersion, items } = one as Record<string, unknown>;
    if (typeof kind !== 'string') continue;
    if (isResourceKind(kind) && typeof apiVersion === 'string' && isOurGroup(apiVersion)) return true;
    if (kind.endsWith('List') && Array.isArray(items)) for (const item of items) waiting.push(item);
  }
  return false;
}

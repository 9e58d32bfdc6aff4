import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isScalar, parseDocument } from 'yaml';
import { t } from '../base/sentences.ts';
import { reasonInBrackets } from '../disk/diskError.ts';
import { readFileWithin } from '../disk/readFile.ts';
import { withoutMark } from '../documents/lines.ts';
import { defaultSettings, type Settings } from '../workspace/settings.ts';

export const configurationName = '.operator-mirror.yaml';

export interface Configuration {
  /** `rules` and `cluster.version`: what a folder may decide for everyone who works in it. */
  readonly settings: Pick<Settings, 'rules' | 'cluster'>;
  /** Where it was found; undefined when there is none. */
  readonly path: string | undefined;
  /** What is wrong in it, in words for a person. */
  readonly problems: readonly string[];
}

/** Bytes: there are fewer rules than this has lines. */
const longest = 1024 * 1024;

/** Where a configuration may be. */
export interface ConfigurationSearch {
  /** The folder above which nothing is looked for; the root of the disk where left out. */
  readonly top?: string | undefined;
}

/**
 * The nearest `.operator-mirror.yaml` in a folder or above it. It cannot set anything about registries or
 * commands: a folder that somebody downloaded must not point us at credentials or programs. A link is followed inside
 * its own folder, or inside `top`. One that is there and cannot be read is a problem, and none above it counts.
 */
export async function findConfiguration(
  folder: string,
  { top }: ConfigurationSearch = {},
): Promise<Configuration> {
  const last = top === undefined ? undefined : resolve(top);
  for (let current = resolve(folder); ; current = dirname(current)) {
    const path = join(current, configurationName);
    try {
      if (await isThere(path)) {
        const bytes = await readFileWithin(path, {
          most: longest,
          inside: [current, ...(last === undefined ? [] : [last])],
        });
        return await readConfiguration(withoutMark(bytes.toString('utf8')), path);
      }
    } catch (error) {
      return { ...none(), path, problems: [t('this file cannot be read: {0}', reasonInBrackets(error))] };
    }
    if (current === last || dirname(current) === current) return none();
  }
}

/** Rejects where nobody can tell, as in a folder that may not be looked into. */
function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
      throw error;
    },
  );
}

function none(): Configuration {
  return { settings: defaultSettings, path: undefined, problems: [] };
}

async function readConfiguration(text: string, path: string): Promise<Configuration> {
  // Few folders have one.
  const { readSettings } = await import('../workspace/settingsSchema.ts');
  const problems: string[] = [];
  let content: unknown;
  let version: unknown;
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    for (const { message } of document.errors) problems.push(message.split('\n', 1)[0] ?? '');
    if (problems.length === 0) content = document.toJS();
    // As it is written: the number 4.10 is 4.1.
    const node = document.getIn(['cluster', 'version'], true);
    version = isScalar(node) && typeof node.value === 'number' ? node.source : undefined;
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  const record = typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
  const cluster =
    typeof record.cluster === 'object' && record.cluster !== null
      ? (record.cluster as Record<string, unknown>)
      : {};
  version ??= cluster.version;
  const read = readSettings({
    ...(record.rules === undefined ? {} : { rules: record.rules }),
    ...(version === undefined ? {} : { cluster: { version } }),
  });
  for (const key of Object.keys(record)) {
    if (key !== 'rules' && key !== 'cluster')
      problems.push(t('{0} cannot be set here; rules and cluster.version can', key));
  }
  return { settings: read.settings, path, problems: [...problems, ...read.problems] };
}

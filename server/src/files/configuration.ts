import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isScalar, parseDocument } from 'yaml';
import { readSettings, type Settings } from '../workspace/settings.ts';

export const configurationName = '.operator-mirror.yaml';

export interface Configuration {
  /** `rules` and `cluster.version`: what a folder may decide for everyone who works in it. */
  readonly settings: Pick<Settings, 'rules' | 'cluster'>;
  /** Where it was found; undefined when there is none. */
  readonly path: string | undefined;
  /** What is wrong in it, in words for a person. */
  readonly problems: readonly string[];
}

/**
 * The nearest `.operator-mirror.yaml` in a folder or above it. It cannot set anything about registries or
 * commands: a folder that somebody downloaded must not point us at credentials or programs.
 */
export async function findConfiguration(folder: string): Promise<Configuration> {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const path = join(current, configurationName);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return readConfiguration(text, path);
    if (dirname(current) === current) {
      const { settings } = readSettings({});
      return { settings, path: undefined, problems: [] };
    }
  }
}

function readConfiguration(text: string, path: string): Configuration {
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
      problems.push(`${key} cannot be set here; rules and cluster.version can`);
  }
  return { settings: read.settings, path, problems: [...problems, ...read.problems] };
}

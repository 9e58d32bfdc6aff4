import type { WorkspaceConfiguration } from 'vscode';

/**
 * The settings that somebody has written down, in the shape of the section. Defaults are left out: the server
 * has the same ones, and a project's `.operator-mirror.yaml` must be able to tell a wish from a default.
 */
export function writtenSettings(
  configuration: Pick<WorkspaceConfiguration, 'get' | 'inspect'>,
  keys: Iterable<string>,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const key of keys) {
    if (isWritten(configuration.inspect(key))) put(settings, key.split('.'), configuration.get(key));
  }
  return settings;
}

function isWritten(found: ReturnType<WorkspaceConfiguration['inspect']>): boolean {
  return (
    found !== undefined &&
    [found.globalValue, found.workspaceValue, found.workspaceFolderValue].some((value) => value !== undefined)
  );
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  target[head] ??= {};
  put(target[head] as Record<string, unknown>, rest, value);
}

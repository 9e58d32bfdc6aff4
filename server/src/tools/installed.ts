import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { toolLocale } from '../base/toolLocale.ts';
import { type Tool, tools } from './toolCommand.ts';
import { versionIn } from './versionText.ts';

/** Programs of others of which it is worth knowing whether they are there; the cluster is reached with `oc` or `kubectl`. */
export type Program = Tool | 'kubectl';

export interface InstalledProgram {
  readonly name: Program;
  /** Undefined where it is not there. */
  readonly path: string | undefined;
  /** As it calls itself, such as `4.12.0`; undefined where it does not say, or is not there. */
  readonly version: string | undefined;
}

/** What makes each tell its version without asking anybody else. */
const versionWords: Readonly<Record<Program, readonly string[]>> = {
  oc: ['version', '--client'],
  kubectl: ['version', '--client'],
  'oc-mirror': ['version'],
  opm: ['version'],
  podman: ['--version'],
  skopeo: ['--version'],
  grpcurl: ['-version'],
};

export const programs: readonly Program[] = ['oc', 'kubectl', ...tools.filter((tool) => tool !== 'oc')];

/** Milliseconds that a program may take to tell its version. */
const patience = 10_000;
const longestAnswer = 64 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** Looks for all programs in `PATH` at once, and asks those that are there for their versions. */
export function installedPrograms(
  environment: Environment,
  signal: AbortSignal,
): Promise<InstalledProgram[]> {
  return Promise.all(
    programs.map(async (name) => {
      const path = await pathOf(name, environment);
      const version = path === undefined ? undefined : await versionOf(path, name, environment, signal);
      return { name, path, version };
    }),
  );
}

/** Where a program is. A folder of `PATH` that is not absolute depends on where somebody stands, and is passed over. */
async function pathOf(name: Program, environment: Environment): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, file);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** What a program says of itself; undefined where it fails, does not answer, or says nothing that is a version. */
function versionOf(
  path: string,
  name: Program,
  environment: Environment,
  signal: AbortSignal,
): Promise<string | undefined> {
  const options = {
    env: { ...environment, ...toolLocale } as NodeJS.ProcessEnv,
    timeout: patience,
    maxBuffer: longestAnswer,
    signal,
    encoding: 'utf8' as const,
  };
  return new Promise((resolve) => {
    const child = execFile(path, versionWords[name], options, (_error, stdout, stderr) => {
      resolve(versionIn(`${stdout}\n${stderr}`));
    });
    child.stdin?.end();
  });
}

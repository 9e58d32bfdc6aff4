import { t } from '../base/sentences.ts';
import { shellLine } from '../runs/commandLine.ts';

/** The programs of others that are driven here, and whose output the room `log` reads. */
export const tools = ['oc', 'oc-mirror', 'opm', 'podman', 'skopeo', 'grpcurl'] as const;

export type Tool = (typeof tools)[number];

/** A command line of a tool. It is handed to the program word by word; no shell reads it. */
export interface ToolCommand {
  readonly tool: Tool;
  /** The program as it is started: a name, which is looked for in `PATH`, or a path. */
  readonly program: string;
  /** What stands behind the program. */
  readonly words: readonly string[];
  /** What it needs in its environment besides. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The command line as somebody types it into a shell, with what it needs in its environment in front. */
export function shownCommand({ program, words, environment }: ToolCommand): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${shellLine([value])}`);
  return [...variables, shellLine([program, ...words])].join(' ');
}

/**
 * A command line as somebody has written it, with nothing added.
 * @returns undefined where it starts none of the tools
 */
export function commandOf([program = '', ...words]: readonly string[]): ToolCommand | undefined {
  const name = program
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/\.exe$/, '');
  const tool = tools.find((one) => one === name);
  return tool === undefined ? undefined : { tool, program, words, environment: {} };
}

/** What does the work of a tool without it, for whoever does not have it. */
export function withoutTool(tool: Tool): string {
  switch (tool) {
    case 'oc':
      return t('install oc, or do without: operator-mirror mirror CATALOG DEST, and copy -f mapping.txt');
    case 'oc-mirror':
      return t('install oc-mirror, or do without: operator-mirror mirror -c IMAGESET DEST');
    case 'opm':
      return t(
        'install opm, or do without: operator-mirror mirror CATALOG DEST --packages A,B prunes by itself',
      );
    case 'podman':
      return t('install podman, or do without: operator-mirror login HOST, and mirror CATALOG DEST');
    case 'skopeo':
      return t('install skopeo, or do without: operator-mirror copy -f mapping.txt copies any image');
    case 'grpcurl':
      return t('install grpcurl, or do without: operator-mirror catalog list CATALOG');
  }
}

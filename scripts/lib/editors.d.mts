export interface CodeServerHandle {
  url(folder: string): string;
  /** The user-data-dir, with settings and logs. */
  data: string;
  /** The extension's own folder, as VS Code runs it. */
  extension: string;
  output(): string;
  exited: Promise<number>;
  stop(): Promise<number>;
}

export interface CodeServerOptions {
  /** An existing empty folder for everything that this instance writes. */
  profile: string;
  settings?: Record<string, unknown>;
  trust?: 'trusted' | 'restricted';
  env?: Record<string, string>;
  /** The VSIX that is installed; without it, the extension is what is built, unpacked. */
  vsix?: string;
  /** What a new window shows first: a page, rendered, and a file beside it; absolute paths. */
  open?: { page: string; file: string };
}

export function startCodeServer(options: CodeServerOptions): Promise<CodeServerHandle>;

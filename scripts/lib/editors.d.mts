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
  /** The language of the window, as VS Code names it; its own texts stay English. */
  locale?: string;
  /** The VSIX that is installed; without it, the extension is what is built, unpacked. */
  vsix?: string;
  /** What a new window shows first: a page, by its absolute path, and before it a walkthrough, by its id. */
  open?: { page: string; walkthrough: string };
}

export function startCodeServer(options: CodeServerOptions): Promise<CodeServerHandle>;

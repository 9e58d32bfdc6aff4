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
  /** A folder of extensions from `installVsix`; without it, the extension is what is built, unpacked. */
  installed?: string;
  /** What a new window shows first: a page, by its absolute path, and before it a walkthrough, by its id. */
  open?: { page: string; walkthrough: string };
}

/** Has VS Code install a VSIX below `profile`, an existing folder; gives the folder of extensions, which windows may share. */
export function installVsix(options: { profile: string; vsix: string }): Promise<string>;

export function startCodeServer(options: CodeServerOptions): Promise<CodeServerHandle>;

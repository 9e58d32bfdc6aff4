import * as vscode from 'vscode';
import type { EditorCredential } from '../../server/src/protocol/logins.ts';
import { loggedInContext } from '../../server/src/protocol/names.ts';
import type { Asks } from './asks.ts';
import { readLogins } from './keptLogins.ts';

/** Under this name the logins are in VS Code's secret storage, as JSON. */
const secretName = 'registryCredentials';

/**
 * Logins to registries that VS Code keeps in its secret storage, for people who have no auth file or want none.
 * They are used by the server and by copies, and never written anywhere else.
 */
export class Logins implements vscode.Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #changed = new vscode.EventEmitter<readonly EditorCredential[]>();
  readonly onChanged = this.#changed.event;
  readonly #watch: vscode.Disposable;
  #all: readonly EditorCredential[] = [];
  #saidDamaged = false;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
    // Another window may log in too.
    this.#watch = secrets.onDidChange(({ key }) => (key === secretName ? this.load() : undefined));
  }

  /** What was kept when it was last looked at; nothing in a window that is not trusted. */
  get all(): readonly EditorCredential[] {
    return vscode.workspace.isTrusted ? this.#all : [];
  }

  /** Takes what is kept into memory. */
  async load(): Promise<void> {
    const { logins, isDamaged } = readLogins(await this.#secrets.get(secretName));
    this.#all = logins;
    if (isDamaged && !this.#saidDamaged) {
      this.#saidDamaged = true;
      void vscode.window.showWarningMessage(
        vscode.l10n.t('Some logins that VS Code keeps cannot be read. Log in to those registries again.'),
      );
    }
    void vscode.commands.executeCommand('setContext', loggedInContext, logins.length > 0);
    this.#changed.fire(this.all);
  }

  /**
   * Asks for registry, user and password, has the registry check them, and keeps them.
   * @param registry the one that is meant, where that is known, or a line of the view of registries
   */
  async ask(server: Asks, registry?: unknown): Promise<void> {
    let suggested: Suggested | undefined = { registry: registryIn(registry) ?? '', username: '' };
    while (suggested !== undefined) suggested = await this.#logIn(server, suggested);
  }

  /** Asks once. What was said is suggested where the login failed and somebody wants to try again. */
  async #logIn(server: Asks, suggested: Suggested): Promise<Suggested | undefined> {
    const credential = await askUser(suggested);
    if (credential === undefined) return undefined;
    try {
      const { registry, asked } = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Logging in to {0}', credential.registry),
          cancellable: true,
        },
        (_progress, token) => server.request('operatorMirror/checkLogin', credential, token),
      );
      const others = this.#all.filter((kept) => kept.registry !== registry);
      await this.#secrets.store(secretName, JSON.stringify([...others, { ...credential, registry }]));
      await this.load();
      void vscode.window.showInformationMessage(
        asked
          ? vscode.l10n.t('Logged in to {0} as {1}.', registry, credential.username)
          : vscode.l10n.t(
              '{0} lets everybody in, so nobody has checked the password. It is kept all the same.',
              registry,
            ),
      );
      return undefined;
    } catch (error) {
      if (error instanceof vscode.CancellationError) return undefined;
      const again = vscode.l10n.t('Log In Again');
      const text = error instanceof Error ? error.message : String(error);
      if ((await vscode.window.showErrorMessage(text, again)) !== again) return undefined;
      return { registry: credential.registry, username: credential.username };
    }
  }

  /**
   * Forgets the login of a registry, once somebody has said yes; asks for which where that is not known.
   * @param registry as it is kept
   */
  async forget(registry: string | undefined): Promise<void> {
    const forgotten = registry ?? (await this.#pick());
    if (forgotten === undefined) return;
    const yes = vscode.l10n.t('Log Out');
    const question = vscode.l10n.t('Forget the login of {0} that VS Code keeps?', forgotten);
    const detail = vscode.l10n.t('Auth files, such as that of podman login, stay as they are.');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
    await this.#secrets.store(
      secretName,
      JSON.stringify(this.#all.filter((kept) => kept.registry !== forgotten)),
    );
    await this.load();
  }

  async #pick(): Promise<string | undefined> {
    if (this.all.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('VS Code keeps no login to a registry.'));
      return undefined;
    }
    const items = this.all.map(({ registry, username }) => ({ label: registry, description: username }));
    const placeHolder = vscode.l10n.t('The registry whose login VS Code forgets');
    return (
      await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Log Out of Registry'), placeHolder })
    )?.label;
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }
}

/** A registry that a command was given: its name, or a line of the view that has it. */
function registryIn(argument: unknown): string | undefined {
  const given =
    typeof argument === 'object' && argument !== null && 'host' in argument ? argument.host : argument;
  return typeof given === 'string' ? given : undefined;
}

/** What stands in the fields before anybody types. */
type Suggested = Pick<EditorCredential, 'registry' | 'username'>;

/** Undefined when the user left. */
async function askUser(suggested: Suggested): Promise<EditorCredential | undefined> {
  const title = vscode.l10n.t('Log In to Registry');
  const registry = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Registry, HOST or HOST:PORT'),
    placeHolder: 'registry.redhat.io',
    value: suggested.registry,
    ignoreFocusOut: true,
  });
  if (!registry) return undefined;
  const username = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('User at {0}', registry),
    value: suggested.username,
    ignoreFocusOut: true,
  });
  if (!username) return undefined;
  const password = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Password or token of {0}', username),
    password: true,
    ignoreFocusOut: true,
  });
  return password ? { registry: registry.trim(), username, password } : undefined;
}

import * as vscode from 'vscode';

const key = 'operatorMirror.addedCatalogs';

/** The catalogs that somebody has added by name, kept with the workspace. */
export class AddedCatalogs {
  readonly #store: vscode.Memento;

  constructor(store: vscode.Memento) {
    this.#store = store;
  }

  get all(): readonly string[] {
    return this.#store.get<readonly string[]>(key, []);
  }

  async add(catalog: string): Promise<void> {
    await this.#store.update(key, [...this.all.filter((one) => one !== catalog), catalog]);
  }

  async remove(catalog: string): Promise<void> {
    await this.#store.update(
      key,
      this.all.filter((one) => one !== catalog),
    );
  }
}

/** Asks which catalog is meant: a name that is typed, or a folder or a file that is chosen. Undefined where somebody thinks better of it. */
export async function askForCatalog(): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  const folder: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('folder-opened'),
    tooltip: vscode.l10n.t('Choose a folder: a file-based catalog or an OCI layout'),
  };
  const file: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('file'),
    tooltip: vscode.l10n.t('Choose a file: an index.db or a packages.out'),
  };
  input.title = vscode.l10n.t('Add Catalog');
  input.prompt = vscode.l10n.t('An index image, oci://DIR, file://, a folder, an index.db or a packages.out');
  input.placeholder = 'quay.io/operatorhubio/catalog:latest';
  input.ignoreFocusOut = true;
  input.buttons = [folder, file];
  try {
    return await new Promise<string | undefined>((settle) => {
      input.onDidAccept(() => {
        if (input.value.trim() !== '') settle(input.value.trim());
      });
      input.onDidTriggerButton((button) => settle(choosePath(button === folder)));
      input.onDidHide(() => settle(undefined));
      input.show();
    });
  } finally {
    input.dispose();
  }
}

async function choosePath(isFolder: boolean): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: !isFolder,
    canSelectFolders: isFolder,
    openLabel: vscode.l10n.t('Add Catalog'),
  });
  return chosen?.[0]?.fsPath;
}

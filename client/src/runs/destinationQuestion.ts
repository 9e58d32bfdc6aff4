import * as vscode from 'vscode';
import type { Asks } from '../asks.ts';

/** Under this name the places that were chosen in a workspace are kept, the last one first. */
const keptName = 'mirrorDestinations';
const keptPlaces = 5;

/** A layout in the folder of the ImageSetConfiguration, which is where its tasks run. */
const layoutBeside = 'oci://mirror';

/** Asks where a mirror run is to go: first what was chosen before, then what files of the workspace name. */
export class DestinationQuestion {
  readonly #server: Asks;
  readonly #store: vscode.Memento;

  /** `store` is that of the workspace. */
  constructor(server: Asks, store: vscode.Memento) {
    this.#server = server;
    this.#store = store;
  }

  /** @returns a place as the command line takes it, and undefined when the user left */
  async ask(title: string): Promise<string | undefined> {
    const kept = this.#store.get<readonly string[]>(keptName, []);
    const named = await this.#server.request('operatorMirror/mirrorPlaces', {}, never);
    const other = { label: `$(add) ${vscode.l10n.t('Another place…')}`, place: undefined };
    const chosen = await vscode.window.showQuickPick([...itemsFor(kept, named), other], {
      title,
      placeHolder: vscode.l10n.t('Where the images are to go'),
      matchOnDescription: true,
    });
    const place = chosen === other ? await this.#other(title) : chosen?.place;
    if (place !== undefined) {
      const others = kept.filter((before) => before !== place);
      await this.#store.update(keptName, [place, ...others].slice(0, keptPlaces));
    }
    return place;
  }

  /** What somebody types; the server says what is wrong with it. */
  async #other(title: string): Promise<string | undefined> {
    const text = await vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t('HOST[:PORT]/NAMESPACE, oci://FOLDER, or file://PATH in a v2/ folder'),
      placeHolder: 'mirror.example.com:8443/olm',
      ignoreFocusOut: true,
      validateInput: (value) =>
        value.trim() === ''
          ? undefined
          : this.#server.request('operatorMirror/placeProblem', { text: value.trim() }, never),
    });
    return text?.trim() || undefined;
  }
}

/** Each place once, with what speaks for it. */
function itemsFor(kept: readonly string[], named: readonly string[]) {
  const candidates = [
    ...kept.map((place) => ({ place, description: vscode.l10n.t('chosen before') })),
    ...named.map((place) => ({ place, description: vscode.l10n.t('files of this workspace mirror to it') })),
    { place: layoutBeside, description: vscode.l10n.t('to disk, into an OCI layout beside the file') },
  ];
  const items = new Map<string, { label: string; description: string; place: string }>();
  for (const { place, description } of candidates) {
    if (!items.has(place)) items.set(place, { label: place, description, place });
  }
  return [...items.values()];
}

const never = new vscode.CancellationTokenSource().token;

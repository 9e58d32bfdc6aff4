import { messageOf } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { type Configuration, configurationName, findConfiguration } from '../files/configuration.ts';
import type { EditorCredential } from '../protocol/logins.ts';
import type { ServerStatus } from '../protocol/status.ts';
import { defaultSettings, type Settings } from '../workspace/settings.ts';
import { readSettings } from '../workspace/settingsSchema.ts';
import { closedFacts, type FactSource, type OpenFacts } from './factSource.ts';

/** The settings in force, the trust, and the facts that follow from both. */
export class ServerSettings {
  readonly #openFacts: OpenFacts;
  readonly #onArrived: () => void;
  readonly #report: (message: string) => void;
  #sent: unknown = {};
  #configuration: Configuration | undefined;
  #folders: () => readonly string[] = () => [];
  #trusted = false;
  #storagePath: string | undefined;
  #problems: readonly string[] = [];
  #openedFor: string | undefined;
  #credentials: readonly EditorCredential[] = [];
  #logins = 0;
  #opening: Promise<void> = Promise.resolve();
  current: Settings = defaultSettings;
  facts: FactSource = closedFacts;
  /** Settles when the workspace's own configuration file has been read and the facts are open. */
  ready: Promise<void> = Promise.resolve();

  constructor(openFacts: OpenFacts, onArrived: () => void, report: (message: string) => void) {
    this.#openFacts = openFacts;
    this.#onArrived = onArrived;
    this.#report = report;
  }

  start(options: {
    trusted: boolean;
    storagePath: string | undefined;
    settings: unknown;
    folders: () => readonly string[];
  }): void {
    this.#trusted = options.trusted;
    this.#storagePath = options.storagePath;
    this.#folders = options.folders;
    this.#sent = options.settings;
    this.#apply();
    this.ready = this.change(undefined);
  }

  /** `sent` replaces the client's settings; undefined keeps them and reads the configuration file again. */
  async change(sent: unknown): Promise<void> {
    if (sent !== undefined && sent !== null) this.#sent = sent;
    const [folder] = this.#folders();
    // What lies above the workspace counts only for somebody who trusts it: its folders alone were opened.
    const search = this.#trusted ? {} : { top: folder };
    this.#configuration = folder === undefined ? undefined : await findConfiguration(folder, search);
    this.#apply();
    await this.#opening;
  }

  /** Logins that the editor keeps: connections are made anew with them. */
  logIn(credentials: readonly EditorCredential[]): void {
    this.#credentials = credentials;
    this.#logins++;
    this.#apply();
  }

  /** True when registries may be asked. */
  get isOnline(): boolean {
    return this.#trusted && this.current.network === 'on';
  }

  /** The logins that the editor keeps. */
  get logins(): readonly EditorCredential[] {
    return this.#credentials;
  }

  get isTrusted(): boolean {
    return this.#trusted;
  }

  /** The folders of the workspace. */
  get folders(): readonly string[] {
    return this.#folders();
  }

  /** Settles once the configuration above the workspace has been read, which counts from now on. */
  async trust(): Promise<void> {
    this.#trusted = true;
    this.#apply();
    await this.change(undefined);
  }

  async close(): Promise<void> {
    this.#openedFor = undefined;
    await this.#opening;
    await this.facts.close();
  }

  status(): ServerStatus {
    const [problem] = this.#problems;
    if (problem !== undefined)
      return {
        state: 'warning',
        text: t('settings'),
        detail: t('A setting is not valid and was left out: {0}', problem),
      };
    if (!this.#trusted) {
      return {
        state: 'offline',
        text: t('offline'),
        detail: t('The workspace is not trusted: registries are not contacted. Trust it to see digests.'),
      };
    }
    if (this.current.network === 'off') {
      return {
        state: 'offline',
        text: t('offline'),
        detail: t('operatorMirror.network is off: registries are not contacted.'),
      };
    }
    return { state: 'ready', text: t('ready'), detail: '' };
  }

  /** The file of the folder decides about rules and the cluster's version, where the client says nothing. */
  #apply(): void {
    const { settings, problems } = readSettings(this.#sent);
    const file = this.#configuration?.settings;
    const version =
      settings.cluster.version === '' ? (file?.cluster.version ?? '') : settings.cluster.version;
    const next: Settings = {
      ...settings,
      rules: { ...file?.rules, ...settings.rules },
      cluster: { ...settings.cluster, version },
    };
    const inFile = this.#configuration?.problems ?? [];
    this.#problems = [...problems, ...inFile.map((problem) => `${configurationName}: ${problem}`)];
    this.current = next;
    this.#reopen(JSON.stringify([next.registries, next.files, next.network, this.#trusted, this.#logins]));
  }

  /** New facts only for what decides them: a rule's severity must not close connections. */
  #reopen(decisive: string): void {
    if (this.#openedFor === decisive) return;
    this.#openedFor = decisive;
    const { current: settings } = this;
    this.#opening = this.#opening.then(async () => {
      await this.facts.close();
      this.facts = closedFacts;
      // Meanwhile the settings may have changed again; then the next opening is on its way.
      if (this.#openedFor !== decisive) return;
      this.facts = await this.#openFacts({
        settings,
        trusted: this.#trusted,
        credentials: this.#credentials,
        workspaceFolders: this.#folders,
        storagePath: this.#storagePath,
        onArrived: this.#onArrived,
        report: this.#report,
      }).catch((error: unknown) => {
        this.#report(t('Registries cannot be asked: {0}', messageOf(error)));
        return closedFacts;
      });
    });
  }
}

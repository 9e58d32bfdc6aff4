import type { NamingFile, RegistryAnswer, RegistryRow } from '../../../server/src/protocol/registries.ts';
import type { Translate } from '../pages/page.ts';

/** A line of the view of registries: what a tree item is made of, without any of VS Code. */
export interface RegistryLine {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** One of VS Code's own. */
  readonly icon: string;
  readonly color?: 'testing.iconFailed' | 'testing.iconPassed' | 'charts.yellow';
  readonly tooltip?: string;
  /** Which commands its menu has: those of a registry, of a login that VS Code keeps, or none. */
  readonly context?: 'registry' | 'login';
  /** `HOST[:PORT]` of the registry that it belongs to. */
  readonly host: string;
  /** What a click does; undefined where nothing is behind it. */
  readonly click?: 'ask' | 'logIn' | { readonly file: string };
  readonly below: readonly RegistryLine[];
}

/** What is known of registries: by files, by what they said when they were asked, and by the logins that VS Code keeps. */
export interface KnownRegistries {
  readonly rows: readonly RegistryRow[];
  readonly answers: ReadonlyMap<string, RegistryAnswer>;
  readonly logins: readonly { readonly registry: string; readonly username: string }[];
  /** The path of a file as a person knows it. */
  readonly pathOf: (uri: string) => string;
}

/** The registries of a workspace, those that images are brought to first; then those that somebody is only logged in to. */
export function registryLines(
  { rows, answers, logins, pathOf }: KnownRegistries,
  t: Translate,
): RegistryLine[] {
  const named = new Set(rows.map(({ host }) => host));
  const others = [...new Set(logins.map(({ registry }) => hostOf(registry)))].filter(
    (host) => !named.has(host),
  );
  return [...rows, ...others.map((host): RegistryRow => ({ host, sources: 0, mirrors: 0, files: [] }))].map(
    (row): RegistryLine => {
      const { host, files } = row;
      const answer = answers.get(host);
      const state = answer === undefined ? unasked(t) : states[answer.state](t);
      return {
        id: host,
        label: host,
        description: [...(answer === undefined ? [] : [state.short]), part(row, t)].join(' · '),
        icon: state.icon,
        ...(state.color !== undefined && { color: state.color }),
        tooltip: [state.long, answer?.problem ?? ''].filter((text) => text !== '').join('\n\n'),
        context: 'registry',
        host,
        below: [
          {
            id: `${host}/state`,
            label: state.label,
            description: state.next,
            icon: state.icon,
            ...(state.color !== undefined && { color: state.color }),
            tooltip: answer?.problem ?? state.long,
            host,
            ...(state.click !== undefined && { click: state.click }),
            below: [],
          },
          ...logins.filter(({ registry }) => hostOf(registry) === host).map((login) => loginLine(login, t)),
          ...files.map((file) => fileLine(file, host, pathOf, t)),
        ],
      };
    },
  );
}

function hostOf(registry: string): string {
  return registry.split('/', 1).join();
}

/** What a registry is for in this workspace, in a few words. */
function part({ sources, mirrors }: RegistryRow, t: Translate): string {
  if (mirrors > 0 && sources > 0) return t('mirror ({0}) and source ({1})', mirrors, sources);
  if (mirrors > 0) return t('mirror ({0})', mirrors);
  return sources > 0 ? t('source ({0})', sources) : t('named in no file');
}

interface ShownState extends Pick<RegistryLine, 'icon' | 'color' | 'click'> {
  /** Behind the name of the registry; empty where there is nothing to say. */
  readonly short: string;
  /** In a line of its own, with what a click on it does. */
  readonly label: string;
  readonly next: string;
  /** For who wants to know more. */
  readonly long: string;
}

function unasked(t: Translate): ShownState {
  const long = t('Nobody has asked it yet whether it answers, and takes the login that is kept for it.');
  return { icon: 'server', short: '', label: t('Not asked yet'), next: t('ask now'), long, click: 'ask' };
}

const well = { icon: 'pass', color: 'testing.iconPassed', next: '' } as const;
const unsure = { icon: 'warning', color: 'charts.yellow', click: 'logIn' } as const;
const wrong = { icon: 'error', color: 'testing.iconFailed' } as const;

const states: Readonly<Record<RegistryAnswer['state'], (t: Translate) => ShownState>> = {
  accepted: (t) => ({
    ...well,
    short: t('takes the login'),
    label: t('Takes the login'),
    long: t('It answers, and takes the login that is kept for it.'),
  }),
  open: (t) => ({
    ...well,
    short: t('lets everybody in'),
    label: t('Lets everybody in'),
    long: t('It answers, and asks nobody who he is.'),
  }),
  anonymous: (t) => ({
    ...unsure,
    short: t('no login'),
    label: t('No login'),
    next: t('log in'),
    long: t('It answers without a login, and there is none here: its private images need one.'),
  }),
  noLogin: (t) => ({
    ...wrong,
    click: 'logIn',
    short: t('wants a login'),
    label: t('Wants a login'),
    next: t('log in'),
    long: t('It wants a login, and there is none here.'),
  }),
  refused: (t) => ({
    ...wrong,
    click: 'logIn',
    short: t('refuses the login'),
    label: t('Refuses the login'),
    next: t('log in again'),
    long: t('It does not take the login that is kept for it here.'),
  }),
  failed: (t) => ({
    ...wrong,
    click: 'ask',
    short: t('does not answer'),
    label: t('Does not answer'),
    next: t('ask again'),
    long: t('It could not be asked.'),
  }),
};

function loginLine({ registry, username }: KnownRegistries['logins'][number], t: Translate): RegistryLine {
  return {
    id: `${registry}/login`,
    label: t('Logged in as {0}', username),
    description: t('kept by VS Code'),
    icon: 'account',
    ...(registry.includes('/') && { tooltip: registry }),
    context: 'login',
    host: registry,
    below: [],
  };
}

function fileLine(
  { uri, places }: NamingFile,
  host: string,
  pathOf: (uri: string) => string,
  t: Translate,
): RegistryLine {
  return {
    id: `${host} ${uri}`,
    label: pathOf(uri),
    description: places === 1 ? t('1 place') : t('{0} places', places),
    icon: 'file',
    host,
    click: { file: uri },
    below: [],
  };
}

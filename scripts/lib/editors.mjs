// Opening a folder in VS Code with this extension: the desktop's, where there is one, else code-server.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCodeServer } from './codeServer.mjs';
import { unpackExtension, unpackFirstLook } from './extensionFolder.mjs';
import { node24, root, which } from './paths.mjs';
import { freePort, startProcess, waitUntilReady } from './processes.mjs';
import { run, toolEnvironment } from './run.mjs';

/** Settings under which a window shows the files and this extension, and nothing that distracts. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Whether `code` can open a window here. A terminal inside VS Code has a `code` that only talks to that window. */
export function hasDesktopEditor() {
  const { env, platform } = process;
  const hasScreen = platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  return hasScreen && !env.VSCODE_IPC_HOOK_CLI && which('code') !== undefined;
}

/**
 * Opens the desktop's VS Code in a profile of its own; resolves at once.
 * @param open what to show first: a `page`, and a `walkthrough`
 */
export function startDesktopEditor({ folder, profile, open }) {
  const extensions = join(profile, 'extensions');
  unpackFirstLook(extensions, open);
  writeSettings(profile, quietSettings);
  const args = [
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${profile}`,
    `--extensions-dir=${extensions}`,
    '--disable-workspace-trust',
    '--new-window',
    '--wait',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    folder,
  ];
  const handle = startProcess(which('code'), args, { shell: process.platform === 'win32' });
  const stop = async () => {
    // The window belongs to a process that `code` has cut loose; VS Code notes its id in the profile.
    endByLockFile(join(profile, 'code.lock'));
    await handle.stop();
  };
  return { exited: handle.exited, stop };
}

/**
 * Starts code-server on a loopback port, with the extension that `installVsix` has installed into the folder `installed`, or else
 * unpacked as it is built.
 * `open` names a `page` to show rendered in a new window, and a `walkthrough` to show before it;
 * `locale` is the language of the window, in which only extensions speak: VS Code's own texts stay English;
 * `trust: 'restricted'` opens folders untrusted, as VS Code does with a folder nobody vouched for.
 */
export async function startCodeServer({
  profile,
  settings = {},
  trust = 'trusted',
  env = {},
  open,
  installed,
  locale,
}) {
  const entry = await ensureCodeServer();
  const extensions = installed ?? join(profile, 'extensions');
  if (open !== undefined) unpackFirstLook(extensions, open);
  const port = await freePort();
  const data = join(profile, 'data');
  writeSettings(data, {
    ...quietSettings,
    // Without the question at start, a folder simply stays untrusted until the user says otherwise.
    'security.workspace.trust.startupPrompt': 'never',
    ...settings,
  });
  if (locale !== undefined) writeLanguagePack(data, locale);
  const places = placesIn(profile, port, extensions);
  const extension = installed === undefined ? unpackExtension(extensions) : installedIn(extensions);
  const args = [
    ...[entry, ...places],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(trust === 'trusted' ? ['--disable-workspace-trust'] : []),
    ...(locale === undefined ? [] : ['--locale', locale]),
  ];
  const handle = startProcess(node24, args, { env: cleanEnvironment(env), cwd: profile });
  const url = `http://127.0.0.1:${port}/`;
  await waitUntilReady('code-server', handle, async () => (await fetch(`${url}healthz`)).ok);
  return {
    url: (folder) => `${url}?folder=${encodeURIComponent(folder).replaceAll('%2F', '/')}`,
    data,
    extension,
    output: handle.output,
    exited: handle.exited,
    stop: handle.stop,
  };
}

/** Has VS Code's own installer install a VSIX, in a profile of its own; gives the folder of extensions, which windows may share. */
export async function installVsix({ profile, vsix }) {
  const entry = await ensureCodeServer();
  const extensions = join(profile, 'extensions');
  const args = [entry, ...placesIn(profile, 0, extensions), '--install-extension', vsix];
  await run(node24, args, { env: cleanEnvironment({ HOME: profile }) });
  installedIn(extensions);
  return extensions;
}

/** The folder of the only extension that is installed. */
function installedIn(extensions) {
  const [{ relativeLocation }] = JSON.parse(readFileSync(join(extensions, 'extensions.json'), 'utf8'));
  return join(extensions, relativeLocation);
}

/** Where code-server has what it needs. */
function placesIn(profile, port, extensions) {
  const config = join(profile, 'code-server.yaml');
  writeFileSync(config, `bind-addr: 127.0.0.1:${port}\nauth: none\ncert: false\n`);
  return ['--config', config, '--user-data-dir', join(profile, 'data'), '--extensions-dir', extensions];
}

/** Started from a terminal of VS Code, code-server would open that window instead; PORT beats its configuration. */
function cleanEnvironment(extra) {
  const misleading = /^(VSCODE_|CODE_SERVER_|CS_|ELECTRON_RUN_AS_NODE$|(PORT|(HASHED_)?PASSWORD)$)/;
  return Object.fromEntries(
    Object.entries(toolEnvironment(extra)).filter(([name]) => !misleading.test(name)),
  );
}

function writeSettings(data, settings) {
  mkdirSync(join(data, 'User'), { recursive: true });
  writeFileSync(join(data, 'User', 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
}

function endByLockFile(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGTERM');
  } catch {
    // The window was closed already.
  }
}

/** What VS Code notes of a language pack that is installed, here of one without a text: a window has only a language of which there is a pack. */
function writeLanguagePack(data, locale) {
  const texts = join(data, `${locale}.json`);
  writeFileSync(texts, JSON.stringify({ contents: {} }));
  const extensions = [{ extensionIdentifier: { id: `without-texts.${locale}` }, version: '1.0.0' }];
  const packs = { [locale]: { hash: 'none', extensions, label: locale, translations: { vscode: texts } } };
  writeFileSync(join(data, 'languagepacks.json'), JSON.stringify(packs));
}

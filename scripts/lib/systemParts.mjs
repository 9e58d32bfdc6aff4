// The parts that come from the operating system: found, else installed by apt, else named for the user.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { findNodeHeaders } from './nodeHeaders.mjs';
import { which } from './paths.mjs';
import { aptProgress, step } from './progress.mjs';
import { run } from './run.mjs';

/** Debian's package for each part, and how to see that it is there. */
const parts = {
  'docker-registry': { package: 'docker-registry', found: () => which('docker-registry') },
  skopeo: { package: 'skopeo', found: () => which('skopeo') },
  podman: { package: 'podman', found: () => which('podman') },
  htpasswd: { package: 'apache2-utils', found: () => which('htpasswd') },
  // Debian puts it where only root looks.
  nginx: {
    package: 'nginx-light',
    found: () => which('nginx') ?? (existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : undefined),
  },
  kubectl: { package: 'kubernetes-client', found: () => which('kubectl') },
  nvim: { package: 'neovim', found: () => which('nvim') },
  zsh: { package: 'zsh', found: () => which('zsh') },
  debootstrap: {
    package: 'debootstrap',
    found: () =>
      which('debootstrap') ?? (existsSync('/usr/sbin/debootstrap') ? '/usr/sbin/debootstrap' : undefined),
  },
  openssl: { package: 'openssl', found: () => which('openssl') },
  chromium: { package: 'chromium', found: findChromium },
  // Without it the pictures of windows in Chinese show boxes.
  'Chinese font': { package: 'fonts-wqy-microhei', found: hasChineseFont },
  'C++ compiler': { package: 'g++', found: () => which('g++') ?? which('clang++') },
  make: { package: 'make', found: () => which('make') },
  python3: { package: 'python3', found: () => which('python3') },
  // Without headers node-gyp downloads them, which is fine where the internet is reached.
  'Node headers': { package: 'libnode-dev', found: findNodeHeaders, optional: true },
};

function hasChineseFont() {
  const list = which('fc-list');
  const installed = existsSync('/usr/share/fonts/truetype/wqy');
  return installed || (list !== undefined && execFileSync(list, [':lang=zh']).length > 0);
}

export const compilerParts = ['C++ compiler', 'make', 'python3', 'Node headers'];

/** Makes the named parts available, or throws one line that says what to install. */
export async function ensureSystemParts(names) {
  const missing = names.filter((name) => !parts[name].found());
  if (missing.length === 0) return;
  const packages = missing.map((name) => parts[name].package);
  if (canUseApt()) await step(`Installing ${packages.join(', ')}`, (tell) => installByApt(packages, tell));
  const still = missing.filter((name) => !parts[name].optional && !parts[name].found());
  if (still.length === 0) return;
  const wanted = still.map((name) => parts[name].package).join(' ');
  throw new Error(`Missing: ${still.join(', ')}. Install it first, on Debian: apt-get install ${wanted}`);
}

function canUseApt() {
  return process.getuid?.() === 0 && which('apt-get') !== undefined;
}

async function installByApt(packages, tell) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another run may be installing at this moment: wait for it.
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-q'];
  const apt = (...args) => run('apt-get', [...options, ...args], { env, onLine: aptProgress(tell) });
  const install = async (wanted) => apt('install', '-y', '--no-install-recommends', ...wanted);
  try {
    await apt('update');
    await install(packages);
  } catch (error) {
    // One unknown package must not keep the others away; the caller looks again and names what is missing.
    for (const name of packages) await install([name]).catch(() => {});
    console.error(error.message);
  }
  // Debian starts its registry on port 5000, nginx on port 80 and podman's service at once. Nobody asked for those.
  for (const service of ['docker-registry', 'nginx', 'podman', 'podman.socket']) {
    const installed = packages.some((name) => name.startsWith(service.replace('.socket', '')));
    if (installed && existsSync('/run/systemd/system')) {
      await run('systemctl', ['disable', '--now', service]).catch(() => {});
    }
  }
}

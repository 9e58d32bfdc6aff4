import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatReference, parseReference } from '../../server/src/documents/imageReference.ts';
import { readImageFacts } from '../../server/src/lookup/imageFacts.ts';
import { RegistryClient } from '../../server/src/registry/client.ts';
import { openSource } from '../../server/src/stores/open.ts';
import { never } from '../parts/registry/harness.ts';
import { makeCertificates } from '../support/certificates.ts';
import { knows, knowsNobody, putCredentialHelper } from '../support/credentialHelper.ts';
import { basicAuth, FakeTokenService } from '../support/fakeAuth.ts';
import { FakeRegistry } from '../support/fakeRegistry.ts';
import { testImage } from '../support/images.ts';

const run = promisify(execFile);
const image = testImage({ labels: { name: 'side by side' } });
const { digest } = image.manifest;
const users = { anna: 'right' };

/** What a tool made of an image: whether it got it, its digest, and whom it asked in which order. */
interface Verdict {
  readonly digest: string | undefined;
  readonly tried: readonly string[];
}

interface Setting {
  /** Hosts, as they stand in references. */
  readonly hosts: Readonly<Record<'open' | 'closed' | 'tokens' | 'plain' | 'empty' | 'down', string>>;
}

/** The files that both tools read, the image that both are asked for, and whether they get it. */
interface Case {
  readonly conf?: string;
  readonly dropIn?: string;
  readonly auths?: Readonly<Record<string, string>>;
  /** Entries as they stand in the file, besides `auths`. */
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly helpers?: Readonly<Record<string, string>>;
  readonly image: string;
  readonly reaches: boolean;
  /** How many places are tried. */
  readonly tries: number;
}

const table = (prefix: string, location: string, more = '', ...mirrors: string[]) =>
  `[[registry]]\nprefix = "${prefix}"\n${location === '' ? '' : `location = "${location}"\n`}${more}\n${mirrors
    .map((mirror) => `[[registry.mirror]]\n${mirror}\n`)
    .join('')}`;
const at = (location: string, more = '') => `location = "${location}"\n${more}`;

const cases: Record<string, (setting: Setting) => Case> = {
  'no rules': ({ hosts }) => ({ image: `${hosts.open}/team/app:v1`, reaches: true, tries: 1 }),
  'no rules, by digest': ({ hosts }) => ({
    image: `${hosts.open}/team/app@${digest}`,
    reaches: true,
    tries: 1,
  }),
  'an image that is not there': ({ hosts }) => ({
    image: `${hosts.open}/team/app:v2`,
    reaches: false,
    tries: 1,
  }),
  'a registry that is down': ({ hosts }) => ({
    image: `${hosts.down}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'a registry without TLS': ({ hosts }) => ({
    image: `${hosts.plain}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'a registry without TLS that may be so': ({ hosts }) => ({
    conf: table(hosts.plain, hosts.plain, 'insecure = true'),
    image: `${hosts.plain}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),

  'no credential': ({ hosts }) => ({ image: `${hosts.closed}/team/app:v1`, reaches: false, tries: 1 }),
  'the right credential': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:right' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),
  'a wrong credential': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:wrong' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'the credential of another port': ({ hosts }) => ({
    auths: { [hosts.open]: 'anna:right', '0.0.0.0': 'anna:right' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'the credential of the namespace': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:wrong', [`${hosts.closed}/team`]: 'anna:right' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),
  'the credential of the repository': ({ hosts }) => ({
    auths: { [`${hosts.closed}/team`]: 'anna:wrong', [`${hosts.closed}/team/app`]: 'anna:right' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),
  'the credential of another namespace': ({ hosts }) => ({
    auths: { [`${hosts.closed}/tea`]: 'anna:right', [`${hosts.closed}/other`]: 'anna:right' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'an old-style key': ({ hosts }) => ({
    auths: { [`https://${hosts.closed}/v1/`]: 'anna:right' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),
  'an empty entry for the namespace': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:right' },
    entries: { [`${hosts.closed}/team`]: {} },
    image: `${hosts.closed}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'an entry without a colon': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:right' },
    entries: { [`${hosts.closed}/team`]: { auth: 'bm9jb2xvbg==' } },
    image: `${hosts.closed}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'an entry that cannot be decoded': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:right' },
    entries: { [`${hosts.closed}/team`]: { auth: 'YW5uYTpyaWdodA' } },
    image: `${hosts.closed}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'an entry of another host that cannot be decoded': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:right' },
    entries: { 'src.invalid': { auth: '%%%' } },
    image: `${hosts.closed}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),
  'an entry of another host that is none': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:right' },
    entries: { 'src.invalid': 5 },
    image: `${hosts.closed}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'a token service': ({ hosts }) => ({
    auths: { [hosts.tokens]: 'anna:right' },
    image: `${hosts.tokens}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),
  'a token service that does not know us': ({ hosts }) => ({
    auths: { [hosts.tokens]: 'anna:wrong' },
    image: `${hosts.tokens}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'a helper that has the credential': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:wrong' },
    helpers: { [hosts.closed]: 'right' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),
  'a helper that has none': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:right' },
    helpers: { [hosts.closed]: 'nobody' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'a helper that is not installed': ({ hosts }) => ({
    auths: { [hosts.closed]: 'anna:right' },
    helpers: { [hosts.closed]: 'gone' },
    image: `${hosts.closed}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'a helper of registries.conf': ({ hosts }) => ({
    conf: 'credential-helpers = ["nobody", "right"]\n',
    image: `${hosts.closed}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),

  'a blocked registry': ({ hosts }) => ({
    conf: table(hosts.open, hosts.open, 'blocked = true'),
    image: `${hosts.open}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'a blocked host without its port': ({ hosts }) => ({
    conf: table('0.0.0.0', '0.0.0.0', 'blocked = true'),
    image: `${hosts.open}/team/app:v1`,
    reaches: false,
    tries: 1,
  }),
  'a blocked namespace beside': ({ hosts }) => ({
    conf: table(`${hosts.open}/tea`, `${hosts.open}/tea`, 'blocked = true'),
    image: `${hosts.open}/team/app:v1`,
    reaches: true,
    tries: 1,
  }),
  'a blocked source with a mirror': ({ hosts }) => ({
    conf: table('src.invalid', 'src.invalid', 'blocked = true', at(hosts.open)),
    image: 'src.invalid/team/app:v1',
    reaches: true,
    tries: 1,
  }),
  'a blocked source whose mirror has nothing': ({ hosts }) => ({
    conf: table('src.invalid', 'src.invalid', 'blocked = true', at(hosts.empty)),
    image: 'src.invalid/team/app:v1',
    reaches: false,
    tries: 2,
  }),
  'a blocked mirror': ({ hosts }) => ({
    conf: `${table('src.invalid', hosts.closed, '', at(hosts.open))}${table(hosts.open, hosts.open, 'blocked = true')}`,
    auths: { [hosts.closed]: 'anna:right' },
    image: 'src.invalid/team/app:v1',
    reaches: true,
    tries: 2,
  }),

  'a mirror': ({ hosts }) => ({
    conf: table('src.invalid', 'src.invalid', '', at(hosts.open)),
    image: 'src.invalid/team/app:v1',
    reaches: true,
    tries: 1,
  }),
  'mirrors that are down and empty, then the source': ({ hosts }) => ({
    conf: table('src.invalid', hosts.open, '', at(hosts.down), at(`${hosts.empty}/x`)),
    image: 'src.invalid/team/app:v1',
    reaches: true,
    tries: 3,
  }),
  'no mirror and no source': ({ hosts }) => ({
    conf: table('src.invalid', 'src.invalid', '', at(hosts.down), at(hosts.empty)),
    image: 'src.invalid/team/app:v1',
    reaches: false,
    tries: 3,
  }),
  'a mirror that wants a credential, and gets it': ({ hosts }) => ({
    conf: table('src.invalid', 'src.invalid', '', at(`${hosts.closed}/team`)),
    auths: { [`${hosts.closed}/team`]: 'anna:right', 'src.invalid': 'anna:wrong' },
    image: 'src.invalid/app:v1',
    reaches: true,
    tries: 1,
  }),
  'a mirror that wants a credential, when only the source has one': ({ hosts }) => ({
    conf: table('src.invalid', 'src.invalid', '', at(hosts.closed)),
    auths: { 'src.invalid': 'anna:right' },
    image: 'src.invalid/team/app:v1',
    reaches: false,
    tries: 2,
  }),
  'mirror-by-digest-only and a tag': ({ hosts }) => ({
    conf: table('src.invalid', hosts.empty, 'mirror-by-digest-only = true', at(hosts.open)),
    image: 'src.invalid/team/app:v1',
    reaches: false,
    tries: 1,
  }),
  'mirror-by-digest-only and a digest': ({ hosts }) => ({
    conf: table('src.invalid', hosts.empty, 'mirror-by-digest-only = true', at(hosts.open)),
    image: `src.invalid/team/app@${digest}`,
    reaches: true,
    tries: 1,
  }),
  'pull-from-mirror and a tag': ({ hosts }) => ({
    conf: table(
      'src.invalid',
      'src.invalid',
      '',
      at(hosts.down, 'pull-from-mirror = "digest-only"'),
      at(hosts.empty, 'pull-from-mirror = "all"'),
      at(hosts.open, 'pull-from-mirror = "tag-only"'),
    ),
    image: 'src.invalid/team/app:v1',
    reaches: true,
    tries: 2,
  }),
  'pull-from-mirror and a digest': ({ hosts }) => ({
    conf: table(
      'src.invalid',
      'src.invalid',
      '',
      at(hosts.down, 'pull-from-mirror = "tag-only"'),
      at(hosts.open, 'pull-from-mirror = "digest-only"'),
    ),
    image: `src.invalid/team/app@${digest}`,
    reaches: true,
    tries: 1,
  }),
  'an insecure mirror': ({ hosts }) => ({
    conf: table('src.invalid', 'src.invalid', '', at(hosts.plain, 'insecure = true')),
    image: 'src.invalid/team/app:v1',
    reaches: true,
    tries: 1,
  }),
  'a mirror without TLS that nobody called insecure': ({ hosts }) => ({
    conf: table('src.invalid', hosts.open, '', at(hosts.plain)),
    image: 'src.invalid/team/app:v1',
    reaches: true,
    tries: 2,
  }),
  'a mirror whose own table calls it insecure': ({ hosts }) => ({
    conf: `${table('src.invalid', 'src.invalid', '', at(hosts.plain))}${table(hosts.plain, hosts.plain, 'insecure = true')}`,
    image: 'src.invalid/team/app:v1',
    reaches: false,
    tries: 2,
  }),

  'a rewritten location': ({ hosts }) => ({
    conf: table('src.invalid/old', `${hosts.open}/team`),
    image: 'src.invalid/old/app:v1',
    reaches: true,
    tries: 1,
  }),
  'the longest prefix, which says nothing': ({ hosts }) => ({
    conf: `${table('src.invalid', 'src.invalid', '', at(hosts.open))}${table('src.invalid/team', 'src.invalid/team')}`,
    image: 'src.invalid/team/app:v1',
    reaches: false,
    tries: 1,
  }),
  'a wildcard with a mirror': ({ hosts }) => ({
    conf: table('*.src.invalid', '', '', at(hosts.open)),
    image: 'a.b.src.invalid/team/app:v1',
    reaches: true,
    tries: 1,
  }),
  'a wildcard with a location': ({ hosts }) => ({
    conf: table('*.src.invalid', `${hosts.open}/team`),
    image: 'a.src.invalid/app:v1',
    reaches: true,
    tries: 1,
  }),
  'a wildcard whose mirror has nothing': ({ hosts }) => ({
    conf: table('*.src.invalid', '', '', at(hosts.empty)),
    image: 'a.src.invalid/team/app:v1',
    reaches: false,
    tries: 2,
  }),
  'a wildcard and the domain itself': ({ hosts }) => ({
    conf: table('*.src.invalid', '', '', at(hosts.open)),
    image: 'src.invalid/team/app:v1',
    reaches: false,
    tries: 1,
  }),
  "Docker Hub's library": ({ hosts }) => ({
    conf: table('docker.io/library', 'src.invalid/library', '', at(`${hosts.open}/team`)),
    image: 'app:v1',
    reaches: true,
    tries: 1,
  }),
  'a drop-in that takes the mirror away': ({ hosts }) => ({
    conf: table('src.invalid', 'src.invalid', '', at(hosts.open)),
    dropIn: table('src.invalid', hosts.empty),
    image: 'src.invalid/team/app:v1',
    reaches: false,
    tries: 1,
  }),

  'a mirror that is no name': ({ hosts }) => ({
    conf: table('src.invalid', hosts.open, '', at('mirror')),
    image: 'src.invalid/team/app:v1',
    reaches: false,
    tries: 0,
  }),
  'a file with a URL in it': ({ hosts }) => ({
    conf: table('src.invalid', `https://${hosts.open}`),
    image: `${hosts.open}/team/app:v1`,
    reaches: false,
    tries: 0,
  }),
  'a drop-in of version 1': ({ hosts }) => ({
    conf: '',
    dropIn: '[registries.search]\nregistries = ["a.io"]\n',
    image: `${hosts.open}/team/app:v1`,
    reaches: false,
    tries: 0,
  }),
};

describe('the same files give the same verdict as skopeo', () => {
  let directory: string;
  let setting: Setting;
  let env: Record<string, string>;
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'skopeo-'));
    const tls = await makeCertificates(directory, ['IP:0.0.0.0']);
    const service = await FakeTokenService.start({
      users,
      tls,
      name: '0.0.0.0',
      grants: (user) => (user === undefined ? [] : ['pull']),
    });
    stops.push(() => service.stop());
    // To neither tool this address is the machine itself, which some treat in another way.
    const start = async (options: Parameters<typeof FakeRegistry.start>[0], repositories: string[]) => {
      const registry = await FakeRegistry.start(options);
      stops.push(() => registry.stop());
      for (const repository of repositories) registry.add(repository, 'v1', image);
      return `0.0.0.0:${registry.port}`;
    };
    const gone = await FakeRegistry.start();
    const down = `0.0.0.0:${gone.port}`;
    await gone.stop();
    setting = {
      hosts: {
        open: await start({ tls }, ['team/app']),
        closed: await start({ tls, auth: basicAuth(users) }, ['team/app']),
        tokens: await start({ tls, auth: service.gate }, ['team/app']),
        plain: await start({}, ['team/app']),
        empty: await start({ tls }, []),
        down,
      },
    };
    await putCredentialHelper(directory, 'right', knows('anna', 'right'));
    await putCredentialHelper(directory, 'nobody', knowsNobody);
    env = {
      PATH: `${directory}:/usr/bin:/bin`,
      HOME: join(directory, 'home'),
      XDG_RUNTIME_DIR: directory,
      REGISTRY_AUTH_FILE: join(directory, 'auth.json'),
      SSL_CERT_FILE: tls.caFile,
    };
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    await rm(directory, { recursive: true });
  });

  async function put({ conf = '', dropIn, auths = {}, entries = {}, helpers = {} }: Case): Promise<void> {
    const folder = join(directory, 'home/.config/containers');
    await rm(folder, { recursive: true, force: true });
    await mkdir(`${folder}/registries.conf.d`, { recursive: true });
    await writeFile(join(folder, 'registries.conf'), conf);
    if (dropIn !== undefined) await writeFile(join(folder, 'registries.conf.d/50.conf'), dropIn);
    const encoded = Object.entries(auths).map(([key, pair]) => [
      key,
      { auth: Buffer.from(pair).toString('base64') },
    ]);
    await writeFile(
      join(directory, 'auth.json'),
      JSON.stringify({ auths: { ...entries, ...Object.fromEntries(encoded) }, credHelpers: helpers }),
    );
  }

  async function ours(name: string): Promise<Verdict> {
    const tried: string[] = [];
    const client = new RegistryClient({
      insecure: [],
      allowHelpers: true,
      environment: { home: join(directory, 'home'), env },
      userAgent: 'operator-mirror/test',
      retryTimes: 0,
      onEndpoint: ({ reference }) => tried.push(formatReference(reference)),
    });
    const parsed = parseReference(name);
    if (!parsed.ok) throw new Error(parsed.problem);
    const { tag, digest: wanted } = parsed.reference;
    try {
      const facts = await readImageFacts(openSource(parsed.reference, client), wanted ?? tag ?? '', never);
      return { digest: facts?.digest, tried: withoutEchoes(tried) };
    } catch {
      return { digest: undefined, tried: withoutEchoes(tried) };
    } finally {
      await client.close();
    }
  }

  async function skopeos(name: string): Promise<Verdict> {
    const command = ['--debug', '--override-os', 'linux', '--override-arch', 'amd64', 'inspect', '--no-tags'];
    const { stdout, stderr } = await run('skopeo', [...command, `docker://${name}`], { env }).catch(
      (error: { stdout: string; stderr: string }) => ({ stdout: '', stderr: error.stderr }),
    );
    const tried = [...stderr.matchAll(/Trying to access \\"([^"\\]+)\\"/g)].map(([, place = '']) => place);
    return { digest: stdout === '' ? undefined : JSON.parse(stdout).Digest, tried: withoutEchoes(tried) };
  }

  it.each(Object.entries(cases))('%s', async (_name, make) => {
    const wanted = make(setting);
    await put(wanted);
    const [their, our] = [await skopeos(wanted.image), await ours(wanted.image)];
    expect(our).toEqual(their);
    expect(our.digest).toBe(wanted.reaches ? digest : undefined);
    expect(our.tried).toHaveLength(wanted.tries);
  });
});

/** One place asked several times for parts of one image counts once. */
function withoutEchoes(places: readonly string[]): string[] {
  const names = places.map((place) => place.replace(/@sha256:.*$/, `@${digest}`));
  return names.filter((name, index) => name !== names[index - 1]);
}

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { pushImage, testImage } from '../support/images.ts';
import { atTerminal } from '../support/terminal.ts';

const image = testImage();

it('a login at a terminal is written for skopeo too, and shows nothing of the password', async () => {
  const registry = await DockerRegistry.start({ users: { anna: 'pl4nted:secret' } });
  onTestFinished(() => registry.stop());
  const folder = await mkdtemp(join(tmpdir(), 'login-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const authorization = `Basic ${Buffer.from('anna:pl4nted:secret').toString('base64')}`;
  await pushImage(registry.url, 'team/app', 'v1', image, { authorization });
  const authFile = join(folder, 'containers/auth.json');
  const args = ['login', registry.host, '--authfile', authFile];

  const wrong = await atTerminal(args, [
    ['User: ', 'anna\r'],
    ['Password: ', 'pl4nted:wrong\r'],
  ]);
  expect(wrong.code).toBe(2);
  expect(wrong.screen).toContain('does not accept this user and password');
  const right = await atTerminal(args, [
    ['User: ', 'anna\r'],
    ['Password: ', 'pl4nted:secret\r'],
  ]);
  expect(right.code).toBe(0);
  expect(right.screen).toContain('User: anna');
  expect(right.screen).toContain(`logged in to ${registry.host} as anna`);
  expect(wrong.screen + right.screen).not.toContain('pl4nted');
  expect((await stat(authFile)).mode & 0o777).toBe(0o600);

  const inspect = ['inspect', '--tls-verify=false', '--authfile', authFile, '--no-tags'];
  const { stdout } = await promisify(execFile)('skopeo', [
    ...inspect,
    `docker://${registry.host}/team/app:v1`,
  ]);
  expect(JSON.parse(stdout).Digest).toBe(image.manifest.digest);
  // And the other way round: what skopeo writes is kept.
  const login = ['login', '--tls-verify=false', '--authfile', authFile, '-u', 'anna', '-p', 'pl4nted:secret'];
  await promisify(execFile)('skopeo', [...login, registry.host.replace('localhost', '127.0.0.1')]);
  const again = await atTerminal([...args, '--username', 'anna'], [['Password: ', 'pl4nted:secret\r']]);
  expect(again.code).toBe(0);
  const { auths } = JSON.parse(await readFile(authFile, 'utf8'));
  expect(Object.keys(auths).sort()).toEqual(
    [registry.host, registry.host.replace('localhost', '127.0.0.1')].sort(),
  );
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLine } from './copyHarness.ts';

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

const badPort = 'ports are numbers from 1 to 65535; correct host and port';

describe('a host where no registry can be', () => {
  it.each([
    ['localhost:99999', `localhost:99999 cannot be reached: ${badPort}`],
    ['localhost:0', `localhost:0 cannot be reached: ${badPort}`],
    ['[::1]:65536', `[::1]:65536 cannot be reached: ${badPort}`],
    ['256.1.1.1', '256.1.1.1 is no name or address that a machine can have; correct host and port'],
    ['1.2.3.4.5', '1.2.3.4.5 is no name or address that a machine can have; correct host and port'],
  ])('is said in one sentence: %s', async (host, message) => {
    const refused = (command: string) => ({
      code: 2,
      stdout: '',
      stderr: `operator-mirror ${command}: ${message}\n`,
    });
    expect(await line.run('inspect', `${host}/ns/app:v1`)).toEqual(refused('inspect'));
    line.input = 'secret';
    expect(await line.run('login', host, '-u', 'anna', '--password-stdin')).toEqual(refused('login'));
  });

  it('is refused in an option', async () => {
    expect(await line.run('inspect', 'a.test/b:v1', '--insecure', 'localhost:99999')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--insecure: localhost:99999 cannot be reached'),
    });
    expect(await line.run('inspect', 'a.test/b:v1', '--insecure', 'https://a.test')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--insecure: https://a.test is no HOST[:PORT]; name a registry'),
    });
  });

  it('is refused in a mapping before anything is copied, on either side', async () => {
    const mapping = line.write(
      'mapping.txt',
      'localhost:99999/ns/app:v1=localhost:5000/ns/app:v1\nlocalhost:5000/ns/b:v1=256.1.1.1/ns/b:v1\n',
    );
    const { code, stdout, stderr } = await line.run('copy', '-f', mapping);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${mapping}:1:1: error: localhost:99999 cannot be reached`);
    expect(stderr).toContain(`${mapping}:2:24: error: 256.1.1.1 is no name or address`);
    expect(stderr).not.toContain('operator-mirror itself');
  });
});

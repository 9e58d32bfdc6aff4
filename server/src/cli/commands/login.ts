import { text as textOf } from 'node:stream/consumers';
import { registryOptionsOf } from '../../access/access.ts';
import { checkLogin, loginKey } from '../../access/login.ts';
import { UserError } from '../../base/errors.ts';
import { printable } from '../../base/words.ts';
import { hostProblem } from '../../documents/imageReference.ts';
import { loginPlace, writeLogin } from '../../registry/authFileWriter.ts';
import { type Command, exitCodes, type Keyboard, type Terminal } from '../command.ts';
import { flag, registryOptions, retryOption, stringOption } from '../options.ts';
import { withPrompt } from '../prompt.ts';
import { accessOf } from '../registries.ts';

const { offline: _, authfile: __, ...connectionOptions } = registryOptions;

export const login: Command = {
  name: 'login',
  usage: 'HOST [--username USER] [--password-stdin] [--authfile FILE]',
  summary: 'Check a user and a password with a registry, and keep them in the auth file',
  options: {
    username: { type: 'string', short: 'u', value: 'USER', help: 'asked for on the terminal when left out' },
    'password-stdin': { type: 'boolean', help: 'take the password from standard input' },
    authfile: { type: 'string', value: 'FILE', help: "the file to write; podman's own when left out" },
    ...retryOption,
    ...connectionOptions,
  },
  async run(positionals, options, terminal) {
    const [text] = positionals;
    const registry = text === undefined || positionals.length > 1 ? undefined : loginKey(text);
    if (registry === undefined) {
      const problem = text === undefined ? 'no registry is given' : `${positionals.join(' ')} is no registry`;
      throw new UserError('usage', problem, { nextStep: 'name one HOST[:PORT] or HOST[:PORT]/NAMESPACE' });
    }
    const hostless = hostProblem(registry.host);
    if (hostless !== undefined) throw new UserError('usage', hostless, { nextStep: 'correct host and port' });
    const { authfile, ...others } = options;
    const connection = registryOptionsOf(await accessOf(others, terminal));
    const authFile = stringOption({ authfile }, 'authfile');
    const path = await loginPlace({ authFile, environment: connection.environment });

    const { username, password } = await credentialOf(terminal, {
      username: stringOption(options, 'username'),
      fromStdin: flag(options, 'password-stdin'),
    });
    const credential = { kind: 'password', username, password } as const;
    const { asked } = await checkLogin(connection, registry.host, credential, terminal.signal);
    await writeLogin(path, registry.key, credential);
    if (!asked) {
      terminal.stderr.write(
        `operator-mirror login: ${registry.host} lets everybody in, so nobody has checked the password\n`,
      );
    }
    terminal.stdout.write(
      printable(`logged in to ${registry.key} as ${username}; the credential is in ${path}`).concat('\n'),
    );
    return exitCodes.done;
  },
};

async function credentialOf(
  { stdin, stderr, signal }: Terminal,
  wanted: { readonly username: string | undefined; readonly fromStdin: boolean },
): Promise<{ username: string; password: string }> {
  const { username, password } = wanted.fromStdin
    ? await fromStdin(stdin, wanted.username)
    : await withPrompt({ keyboard: atTerminal(stdin), output: stderr, signal }, async (prompt) => ({
        username: wanted.username ?? (await prompt.line('User: ', false)),
        password: await prompt.line('Password: ', true),
      }));
  // A colon would end the name where the credential is kept and sent.
  if (username === '' || username.includes(':') || password === '') {
    const problem = username === '' || password === '' ? 'user or password is empty' : 'a user has no colon';
    throw new UserError('usage', problem, { nextStep: 'try again' });
  }
  return { username, password };
}

async function fromStdin(
  stdin: Keyboard | undefined,
  username: string | undefined,
): Promise<{ username: string; password: string }> {
  if (username === undefined) {
    throw new UserError('usage', '--password-stdin needs a user', { nextStep: 'add --username USER' });
  }
  const text = stdin === undefined ? '' : await textOf(stdin);
  return { username, password: text.replace(/\r?\n$/, '') };
}

/** The keyboard, where there is somebody to ask. */
function atTerminal(stdin: Keyboard | undefined): Keyboard {
  if (stdin?.isTTY) return stdin;
  throw new UserError('usage', 'there is no terminal to ask for the password', {
    nextStep: 'give --username USER and --password-stdin',
  });
}

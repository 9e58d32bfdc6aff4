import { text as textOf } from 'node:stream/consumers';
import { registryOptionsOf } from '../../access/access.ts';
import { checkLogin, loginKey } from '../../access/login.ts';
import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { printable } from '../../base/words.ts';
import { hostProblem } from '../../documents/imageReference.ts';
import { loginPlace, writeLogin } from '../../registry/authFileWriter.ts';
import { command, exitCodes, type Keyboard, type Terminal, tell } from '../command.ts';
import { any } from '../operands.ts';
import { flag, text } from '../options.ts';
import { withPrompt } from '../prompt.ts';
import { accessOf } from '../registries.ts';
import { registryOptions, retryOption } from '../sharedOptions.ts';

const { offline: _, authfile: __, ...connectionOptions } = registryOptions;

export const login = command({
  name: 'login',
  summary: 'Check a user and a password with a registry, and keep them in the auth file',
  operands: any('HOST'),
  options: {
    username: text({
      short: 'u',
      value: 'USER',
      help: sentence('asked for on the terminal when left out'),
    }),
    passwordStdin: flag({ help: sentence('take the password from standard input') }),
    authfile: text({ value: 'FILE', help: sentence("the file to write; podman's own when left out") }),
    ...retryOption,
    ...connectionOptions,
  },
  usage: ['username', 'passwordStdin', 'authfile'],
  async run(given, options, terminal) {
    const [name] = given;
    const registry = name === undefined || given.length > 1 ? undefined : loginKey(name);
    if (registry === undefined) {
      const problem =
        name === undefined ? t('no registry is given') : t('{0} is no registry', given.join(' '));
      throw new UserError('usage', problem, {
        nextStep: t('name one HOST[:PORT] or HOST[:PORT]/NAMESPACE'),
      });
    }
    const hostless = hostProblem(registry.host);
    if (hostless !== undefined)
      throw new UserError('usage', hostless, { nextStep: t('correct host and port') });
    const connection = registryOptionsOf(await accessOf({ ...options, authfile: undefined }, terminal));
    const path = await loginPlace({ authFile: options.authfile, environment: connection.environment });

    const { username, password } = await credentialOf(terminal, {
      username: options.username,
      fromStdin: options.passwordStdin,
    });
    const credential = { kind: 'password', username, password } as const;
    const { asked } = await checkLogin(connection, registry.host, credential, terminal.signal);
    await writeLogin(path, registry.key, credential);
    if (!asked) {
      tell(terminal, 'login', t('{0} lets everybody in, so nobody has checked the password', registry.host));
    }
    terminal.stdout.write(
      printable(t('logged in to {0} as {1}; the credential is in {2}', registry.key, username, path)).concat(
        '\n',
      ),
    );
    return exitCodes.done;
  },
});

async function credentialOf(
  { stdin, stderr, signal }: Terminal,
  wanted: { readonly username: string | undefined; readonly fromStdin: boolean },
): Promise<{ username: string; password: string }> {
  const { username, password } = wanted.fromStdin
    ? await fromStdin(stdin, wanted.username)
    : await withPrompt({ keyboard: atTerminal(stdin), output: stderr, signal }, async (prompt) => ({
        username: wanted.username ?? (await prompt.line(`${t('User:')} `, false)),
        password: await prompt.line(`${t('Password:')} `, true),
      }));
  // A colon would end the name where the credential is kept and sent.
  if (username === '' || username.includes(':') || password === '') {
    const problem =
      username === '' || password === '' ? t('user or password is empty') : t('a user has no colon');
    throw new UserError('usage', problem, { nextStep: t('try again') });
  }
  return { username, password };
}

async function fromStdin(
  stdin: Keyboard | undefined,
  username: string | undefined,
): Promise<{ username: string; password: string }> {
  if (username === undefined) {
    throw new UserError('usage', t('--password-stdin needs a user'), { nextStep: t('add --username USER') });
  }
  const typed = stdin === undefined ? '' : await textOf(stdin);
  return { username, password: typed.replace(/\r?\n$/, '') };
}

/** The keyboard, where there is somebody to ask. */
function atTerminal(stdin: Keyboard | undefined): Keyboard {
  if (stdin?.isTTY) return stdin;
  throw new UserError('usage', t('there is no terminal to ask for the password'), {
    nextStep: t('give --username USER and --password-stdin'),
  });
}

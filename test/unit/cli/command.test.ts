import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sentence, speak } from '../../../server/src/base/sentences.ts';
import { parseArguments } from '../../../server/src/cli/arguments.ts';
import { type Command, command, type Terminal } from '../../../server/src/cli/command.ts';
import { helpOf } from '../../../server/src/cli/help.ts';
import { any, first, type Operands, one, some } from '../../../server/src/cli/operands.ts';
import { count, flag, flagOrOneOf, hosts, oneOf, text, texts } from '../../../server/src/cli/options.ts';

const nowhere = {} as Terminal;
const nextStep = sentence('do it');
const help = sentence('what it does');

/** What a command gets for the words on its command line; `help` where they ask for that. */
async function got(declared: Command, ...words: string[]): Promise<unknown> {
  const given = parseArguments(declared, words);
  return given === 'help' ? given : declared.run(given, nowhere);
}

const everything = command({
  name: 'mirror',
  summary: 'Copy all of it',
  operands: any(''),
  options: {
    plan: text({ short: 'p', value: 'FILE', needed: true, example: 'plan.json', help }),
    from: text({ value: 'PLACE', default: '.', help }),
    noSignatures: flag({ help }),
    incomplete: oneOf(['fail', 'drop', 'keep'], { help: sentence('what becomes of the rest ({default})') }),
    maxComponents: count({ default: 2, least: 0, help: sentence('so many components ({default})') }),
    packages: texts({ value: 'NAME', help }),
    insecure: hosts({ help }),
  },
  usage: ['plan', ['from', 'incomplete'], 'packages'],
  run: async (_, options) => options as never,
});

const dialects = command({
  name: 'plan',
  summary: 'Say what it would do',
  operands: any('FILE'),
  options: { mapping: flagOrOneOf(['oc', 'oc-mirror'], { help }) },
  usage: ['mapping'],
  run: async (operands, { mapping }) => [mapping, ...operands] as never,
});

describe('an option that may stand alone', () => {
  it.each([
    [['a'], [undefined, 'a']],
    [
      ['--mapping', 'a'],
      ['oc', 'a'],
    ],
    [
      ['--mapping=oc-mirror', 'a'],
      ['oc-mirror', 'a'],
    ],
    [
      ['--mapping=oc', '--', '--mapping'],
      ['oc', '--mapping'],
    ],
  ])('%j', async (words, expected) => {
    expect(await got(dialects, ...words)).toEqual(expected);
  });

  it('is refused with another word, and shown with what it may have', async () => {
    await expect(got(dialects, '--mapping=opm')).rejects.toThrow('--mapping opm is not known');
    expect(helpOf(dialects)).toContain('Usage: operator-mirror plan FILE [--mapping[=oc-mirror]]');
  });
});

describe('what a command gets for its options', () => {
  it('is what it declares, where none is given', async () => {
    expect(await got(everything)).toEqual({
      plan: undefined,
      from: '.',
      noSignatures: false,
      incomplete: 'fail',
      maxComponents: 2,
      packages: [],
      insecure: [],
    });
  });

  it('is what is given, under the names that it declares', async () => {
    const words =
      '-p a --from=b --no-signatures --incomplete keep --max-components 0 --packages c --packages=d';
    expect(await got(everything, ...words.split(' '), '--insecure', 'r.example.com:5000')).toEqual({
      plan: 'a',
      from: 'b',
      noSignatures: true,
      incomplete: 'keep',
      maxComponents: 0,
      packages: ['c', 'd'],
      insecure: ['r.example.com:5000'],
    });
  });

  it.each([
    ['--incomplete x', '--incomplete x is not known', 'use one of fail, drop, keep'],
    ['--max-components -1', 'ambiguous', undefined],
    ['--max-components=-1', '--max-components -1 is no whole number from 0 on', 'correct the option'],
    ['--max-components 1.5', '--max-components 1.5 is no whole number from 0 on', 'correct the option'],
    ['--insecure a/b', '--insecure: a/b is no HOST[:PORT]', 'name a registry, without a scheme or a path'],
    ['--from a --from b', '--from is given twice', 'give it once'],
    ['--maxComponents 1', 'there is no option --maxComponents', undefined],
    [
      '--max-component 1',
      'there is no option --max-component',
      'did you mean --max-components? See operator-mirror mirror --help',
    ],
  ])('is refused with the reason: %s', async (words, message, next) => {
    const refused = got(everything, ...words.split(' '));
    await expect(refused).rejects.toThrow(message);
    if (next !== undefined) await expect(refused).rejects.toMatchObject({ code: 'usage', nextStep: next });
  });

  it('is the help for whoever asks for it, whatever else is wrong', async () => {
    expect(await got(everything, '--incomplete', 'x', '-h')).toBe('help');
  });
});

describe('what a command gets besides options', () => {
  it.each<[string, Operands<unknown>, string[], unknown]>([
    ['one', one('DIR', nextStep), ['a'], 'a'],
    ['one', one('DIR', nextStep), [], 'no DIR is given; do it'],
    ['one', one('DIR', nextStep), ['a', 'b'], 'there is more than one DIR; do it'],
    ['some', some('PATH', nextStep), ['a', 'b'], ['a', 'b']],
    ['some', some('PATH', nextStep), [], 'no PATH is given; do it'],
    ['first', first('LOG', nextStep), ['a', 'b'], ['a', 'b']],
    ['first', first('LOG', nextStep), [], 'no LOG is given; do it'],
    ['any', any(''), [], []],
  ])('is held to what it declares: %s', async (_kind, operands, words, expected) => {
    const declared = command({
      name: 'x',
      summary: 'X',
      operands,
      options: {},
      usage: [],
      run: async (given) => given as never,
    });
    const result = await got(declared, ...words).catch((error: { line: string }) => error.line);
    expect(result).toEqual(expected);
  });
});

it('the help follows from what a command declares', () => {
  expect(helpOf(everything)).toBe(`Copy all of it.

Usage: operator-mirror mirror -p plan.json [--from PLACE | --incomplete fail|drop|keep] [--packages NAME...]

  -p, --plan FILE                  what it does
      --from PLACE                 what it does
      --no-signatures              what it does
      --incomplete fail|drop|keep  what becomes of the rest (fail)
      --max-components N           so many components (2)
      --packages NAME              what it does
      --insecure HOST              what it does
`);
});

describe('in another language', () => {
  const messages = new Map([
    ['Copy all of it', 'Alles kopieren'],
    ['Usage: {0}', 'Aufruf: {0}'],
    ['so many components ({default})', '{default} sind es ohne Angabe'],
    ['{0} is given twice', 'zweimal steht da {0}'],
    ['there is no option {0}', 'unbekannt: {0}'],
    [
      'did you mean --{0}? See operator-mirror {1} --help',
      'gemeint ist --{0}? Siehe operator-mirror {1} --help',
    ],
  ]);
  beforeEach(() => speak(messages));
  afterEach(() => speak(new Map()));

  it('the help says what a command declared before the language was known', () => {
    const said = helpOf(everything);
    expect(said).toMatch(/^Alles kopieren\.\n\nAufruf: operator-mirror mirror -p plan\.json /);
    expect(said).toContain('--max-components N           2 sind es ohne Angabe\n');
  });

  it('a refusal is said whole', async () => {
    await expect(got(everything, '--from', 'a', '--from', 'b')).rejects.toThrow('zweimal steht da --from');
    await expect(got(everything, '--max-component', '1')).rejects.toMatchObject({
      line: 'unbekannt: --max-component; gemeint ist --max-components? Siehe operator-mirror mirror --help',
    });
  });
});

/** A file's name below the folder of a catalog, with `/`. */
interface Named {
  readonly path: string;
}

const ignoreFile = '.indexignore';

/**
 * The files of a folder that belong to the catalog: all but `.indexignore` and what such files name, in the folder they are in
 * and below it. They are written as `.gitignore` is. https://git-scm.com/docs/gitignore
 */
export function catalogFiles<T extends Named & { readonly text: string }>(files: readonly T[]): T[] {
  const isIgnored = ignoreRules(files.filter(({ path }) => nameOf(path) === ignoreFile));
  return files.filter(({ path }) => !isIgnored(path));
}

/**
 * Tells by its path whether a file is none of the catalog's. For those who read files one by one: give it the `.indexignore`
 * files first.
 */
export function ignoreRules(
  ignoreFiles: readonly (Named & { readonly text: string })[],
): (path: string) => boolean {
  // A rule of a folder further down counts more.
  const rules = [...ignoreFiles]
    .sort((a, b) => depthOf(a.path) - depthOf(b.path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line) => rulesOf(line, path.split('/').slice(0, -1))),
    )
    .reverse();
  return (path) => {
    const names = path.split('/');
    if (names.at(-1) === ignoreFile) return true;
    return rules.find((rule) => ruleHolds(rule, names))?.ignores ?? false;
  };
}

interface Rule {
  readonly ignores: boolean;
  /** Names of the folders above it. */
  readonly folder: readonly string[];
  /** By names of the path, each in its units: a character, an escaped one, a class, or a star. */
  readonly pattern: readonly (readonly string[])[];
  /** The pattern is that of one name, wherever it stands. */
  readonly anywhere: boolean;
  readonly onlyFolders: boolean;
}

function rulesOf(line: string, folder: readonly string[]): Rule[] {
  let text = line.replace(/\r$/, '');
  while (text.endsWith(' ') && !text.endsWith('\\ ')) text = text.slice(0, -1);
  if (text === '' || text.startsWith('#')) return [];
  const ignores = !text.startsWith('!');
  if (!ignores) text = text.slice(1);
  const onlyFolders = text.endsWith('/');
  if (onlyFolders) text = text.slice(0, -1);
  const anywhere = !text.includes('/');
  // `a/**` is what is below a, and not a itself.
  const path = text.endsWith('/**') ? `${text}/*` : text;
  const pattern = path.replace(/^\//, '').split('/').map(unitsOf);
  return [{ ignores, folder, pattern, anywhere, onlyFolders }];
}

/** True where the rule names the file or a folder that it is in. */
function ruleHolds({ folder, pattern, anywhere, onlyFolders }: Rule, names: readonly string[]): boolean {
  if (!folder.every((name, index) => names[index] === name)) return false;
  const below = names.slice(folder.length);
  const ends = onlyFolders ? below.length - 1 : below.length;
  const [first] = pattern;
  if (anywhere && first !== undefined) return below.slice(0, ends).some((name) => isName(first, name));
  for (let end = 1; end <= ends; end++) {
    if (globHolds(pattern, below.slice(0, end), isAnyPath, isName)) return true;
  }
  return false;
}

/** `**` as a whole name: any number of names. */
function isAnyPath(units: readonly string[]): boolean {
  return units.length === 2 && units[0] === '*' && units[1] === '*';
}

/** A pattern of one name: `*`, `?`, `[a-z]` and `\`. */
function isName(units: readonly string[], name: string): boolean {
  return globHolds(units, [...name], (unit) => unit === '*', isCharacter);
}

function unitsOf(pattern: string): string[] {
  const units: string[] = [];
  const characters = [...pattern];
  const lastClosing = characters.lastIndexOf(']');
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '\\' && at + 1 < characters.length) units.push(`\\${characters[++at]}`);
    else if (character === '[' && lastClosing > at + 1) {
      // A bracket that comes first is a member of its class.
      const begin = characters[at + 1] === '!' || characters[at + 1] === '^' ? at + 3 : at + 2;
      const end = characters.indexOf(']', begin);
      if (end === -1) units.push(character);
      else {
        units.push(characters.slice(at, end + 1).join(''));
        at = end;
      }
    } else units.push(character);
  }
  return units;
}

function isCharacter(unit: string, character: string): boolean {
  if (unit === '?') return true;
  if (unit.startsWith('\\') && unit.length > 1) return unit.slice(1) === character;
  if (!unit.startsWith('[') || unit.length < 3) return unit === character;
  const negative = unit[1] === '!' || unit[1] === '^';
  const members = [...unit.slice(negative ? 2 : 1, -1)];
  let found = false;
  for (let index = 0; index < members.length; index++) {
    const from = members[index] ?? '';
    const to = members[index + 1] === '-' ? members[index + 2] : undefined;
    if (to === undefined) found ||= from === character;
    else {
      found ||= from <= character && character <= to;
      index += 2;
    }
  }
  return found !== negative;
}

/**
 * Whether a row of items is what a row of patterns says, where some patterns stand for any number of items. Only the last such
 * pattern is ever tried anew, so it takes no longer than one row times the other.
 */
function globHolds<Pattern extends string | readonly string[]>(
  patterns: readonly Pattern[],
  items: readonly string[],
  isAny: (pattern: Pattern) => boolean,
  holds: (pattern: Pattern, item: string) => boolean,
): boolean {
  let pattern = 0;
  let item = 0;
  let lastAny = -1;
  let taken = 0;
  while (item < items.length) {
    const current = patterns[pattern];
    if (current !== undefined && isAny(current)) {
      lastAny = pattern++;
      taken = item;
    } else if (current !== undefined && holds(current, items[item] ?? '')) {
      pattern++;
      item++;
    } else if (lastAny !== -1) {
      pattern = lastAny + 1;
      item = ++taken;
    } else return false;
  }
  return patterns.slice(pattern).every(isAny);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function depthOf(path: string): number {
  return path.split('/').length;
}

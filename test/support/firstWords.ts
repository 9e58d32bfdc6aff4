/** What a list of problems shows of a message. */
const shown = 60;

/** What is said of a file. */
interface Said {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** A list of problems shows the first words alone: findings of one file that say different things, and begin with the same. */
export function sameFirstWords(said: readonly Said[]): string[] {
  const heads = new Map<string, Said>();
  const clashes: string[] = [];
  for (const one of said) {
    const key = `${one.path} ${one.message.slice(0, shown)}`;
    const other = heads.get(key);
    if (other !== undefined && (other.code !== one.code || subjectOf(other) !== subjectOf(one)))
      clashes.push(`${one.path}: ${other.code} ${other.message} | ${one.code} ${one.message}`);
    heads.set(key, one);
  }
  return clashes;
}

/** Messages begin with what they are about, an image, a repository, a field or a value. */
function subjectOf({ message }: Said): string {
  return message.split(/[: ]/, 1)[0] ?? '';
}

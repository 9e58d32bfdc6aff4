/**
 * Does each of some things once a round, one after the other, so that whatever else the machine does meets all of them alike.
 * @param before is done before each thing
 */
export async function inTurn<Name extends string, Result>(
  rounds: number,
  things: Readonly<Record<Name, () => Promise<Result>>>,
  before: () => void = () => {},
): Promise<Record<Name, readonly Result[]>> {
  const names = Object.keys(things) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      before();
      results[name].push(await things[name]());
    }
  }
  return results;
}

/**
 * Does `work` for every item, for at most `width` at the same time. Items of one lane begin in their order; the
 * next to begin is of the lane with the fewest under way, so that a lane that is slow never has all places while
 * another one has work. Rejects with the first rejection.
 *
 * @param laneOf who is waited for, such as the host that an item comes from
 * @param onAllLeft called when nothing is left of all items but to wait
 * @param work may call `leave` where nothing is left of it but to wait, so that another item takes its place meanwhile
 */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  laneOf: (item: Item) => string,
  work: (item: Item, leave: () => void) => Promise<void>,
  onAllLeft: () => void = () => {},
): Promise<void> {
  const lanes = new Map<string, { readonly waiting: Item[]; running: number }>();
  for (const item of items) {
    const lane = lanes.get(laneOf(item)) ?? { waiting: [], running: 0 };
    lane.waiting.push(item);
    lanes.set(laneOf(item), lane);
  }
  // Taken from the end, since that costs nothing.
  for (const { waiting } of lanes.values()) waiting.reverse();
  const next = () => {
    let least: { readonly waiting: Item[]; running: number } | undefined;
    for (const lane of lanes.values()) {
      if (lane.waiting.length > 0 && (least === undefined || lane.running < least.running)) least = lane;
    }
    return least;
  };
  const unfinished = new Set<Promise<void>>();
  const worker = async () => {
    for (let lane = next(); lane !== undefined; lane = next()) {
      const item = lane.waiting.pop();
      if (item === undefined) return;
      lane.running++;
      try {
        await new Promise<void>((leave, fail) => {
          const done = work(item, leave);
          unfinished.add(done);
          done.then(() => {
            unfinished.delete(done);
            leave();
          }, fail);
        });
      } finally {
        lane.running--;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  onAllLeft();
  await Promise.all(unfinished);
}

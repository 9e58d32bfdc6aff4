import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { revealLine, TreeListing } from '../../../client/src/treeListing.ts';

describe('the listing of a tree', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is made anew once for whoever wants it in the same moment', async () => {
    const listAnew = vi.fn();
    const listing = new TreeListing(listAnew);
    const both = Promise.all([listing.refresh(), listing.refresh()]);
    expect(listAnew).not.toHaveBeenCalled();
    await vi.runAllTimersAsync();
    await both;
    expect(listAnew).toHaveBeenCalledTimes(1);
  });

  it('waits until VS Code has what it asked for, and has asked for what is below that', async () => {
    const listAnew = vi.fn();
    const listing = new TreeListing(listAnew);
    let arrive = (_: string[]) => {};
    const answered = listing.answer(() => new Promise<string[]>((resolve) => (arrive = resolve)));
    void listing.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(listAnew).not.toHaveBeenCalled();
    arrive(['root']);
    expect(await answered).toEqual(['root']);
    expect(listAnew).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect(listAnew).toHaveBeenCalledTimes(1);
  });

  it('goes on after an answer that failed', async () => {
    const listAnew = vi.fn();
    const listing = new TreeListing(listAnew);
    await expect(listing.answer(() => Promise.reject(new Error('no server')))).rejects.toThrow('no server');
    void listing.refresh();
    await vi.runAllTimersAsync();
    expect(listAnew).toHaveBeenCalledTimes(1);
  });
});

describe('a line of a tree', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const viewThatRefuses = (times: number) => {
    const reveal = vi.fn(async () => {
      if (reveal.mock.calls.length <= times) throw new Error('TreeError: Data tree node not found');
    });
    return { reveal } as unknown as Parameters<typeof revealLine<string>>[0] & { reveal: typeof reveal };
  };

  it('is shown as soon as VS Code has it', async () => {
    const view = viewThatRefuses(3);
    const shown = revealLine(view, 'line', { select: true });
    await vi.runAllTimersAsync();
    await shown;
    expect(view.reveal).toHaveBeenCalledTimes(4);
    expect(view.reveal).toHaveBeenLastCalledWith('line', { select: true });
  });

  it('that is gone is no error', async () => {
    const view = viewThatRefuses(1_000);
    const shown = revealLine(view, 'line', {});
    await vi.runAllTimersAsync();
    await shown;
    expect(view.reveal.mock.calls.length).toBeGreaterThan(5);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aptProgress, npmProgress, type Screen, step } from '../../../scripts/lib/progress.mjs';

/** What was written, as a log or a terminal gets it. */
class Recorded implements Screen {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 40;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

describe('a step that takes long', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('says in a log every ten seconds how far it is, and in the end how long it took', async () => {
    const screen = new Recorded(false);
    const running = step(
      'Installing',
      async (tell) => {
        await sleep(15);
        tell('118 packages fetched');
        await sleep(10);
        return 'done';
      },
      screen,
    );
    await vi.advanceTimersByTimeAsync(25_000);
    expect(await running).toBe('done');
    expect(screen.text).toBe('… Installing\n  10 s\n  20 s: 118 packages fetched\n  Installing: 25.0 s\n');
  });

  it('draws one line of a terminal anew each second, and never over its end', async () => {
    const screen = new Recorded(true);
    const running = step(
      'Installing',
      async (tell) => {
        tell('x'.repeat(100));
        await sleep(1.5);
      },
      screen,
    );
    await vi.advanceTimersByTimeAsync(1500);
    await running;
    const shown = `  1 s: ${'x'.repeat(100)}`.slice(0, 39);
    expect(screen.text).toBe(`… Installing\n\r\x1b[2K${shown}\r\x1b[2K  Installing: 1.5 s\n`);
  });

  it('says that it failed, and hands the error on', async () => {
    const screen = new Recorded(false);
    await expect(step('Installing', () => Promise.reject(new Error('no disk')), screen)).rejects.toThrow(
      'no disk',
    );
    expect(screen.text).toBe('… Installing\n  Installing: failed\n');
  });
});

it('counts the packages that npm fetches, and keeps what else it says for an error', () => {
  const told: string[] = [];
  const onLine = npmProgress((words) => told.push(words));
  const kept = [
    'npm http cache https://registry.npmjs.org/zod 0ms (cache hit)',
    'npm http fetch GET 200 https://registry.npmjs.org/zod/-/zod-4.6.7.tgz 120ms (cache miss)',
    'npm http fetch GET 200 https://registry.npmjs.org/yaml/-/yaml-2.9.1.tgz 90ms (cache miss)',
    'npm error code ENOSPC',
  ].filter((line) => !onLine(line));
  expect(told).toEqual(['1 package fetched', '2 packages fetched']);
  expect(kept).toEqual(['npm error code ENOSPC']);
});

it('tells which package apt-get is at', () => {
  const told: string[] = [];
  const onLine = aptProgress((words) => told.push(words));
  for (const line of [
    'Reading package lists...',
    'Get:3 http://deb.debian.org/debian bookworm/main amd64 skopeo amd64 1.9.3 [6 kB]',
    'Unpacking skopeo (1.9.3) ...',
    'Setting up skopeo (1.9.3) ...',
  ])
    onLine(line);
  expect(told).toEqual(['fetching skopeo', 'unpacking skopeo', 'setting up skopeo']);
});

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}

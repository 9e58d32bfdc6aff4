import { describe, expect, it } from 'vitest';
import { catalogDesk } from '../../../server/src/access/catalogDesk.ts';
import type { OpenedInWorker, OpeningOptions } from '../../../server/src/access/workerCatalogs.ts';
import type { Catalog } from '../../../server/src/catalog/model.ts';

/** A worker whose answers the test gives. */
function deskWith() {
  const clock = { now: 0 };
  const openings: {
    readonly text: string;
    readonly options: OpeningOptions;
    answer(said: OpenedInWorker): void;
  }[] = [];
  const desk = catalogDesk(
    {
      open: (text, options = {}) =>
        new Promise((answer) => {
          openings.push({ text, options, answer });
          options.signal?.addEventListener('abort', () => answer(failed('cancelled')));
        }),
    },
    () => undefined,
    () => clock.now,
  );
  const last = () => openings.at(-1) ?? expect.unreachable();
  return { desk, openings, last, clock };
}

const catalog = (): Catalog => ({ packages: [], others: [], problems: [] });
const known = (value: Catalog, digest: string): OpenedInWorker => ({
  fact: { state: 'known', value, at: 0 },
  code: '',
  digest,
});
const failed = (reason: string): OpenedInWorker => ({
  fact: { state: 'failed', reason },
  code: 'unreachable',
  digest: '',
});

describe('the catalogs of a server', () => {
  it('are asked for again after a while: what failed soon, what is open later', async () => {
    const { desk, openings, last, clock } = deskWith();
    const news: string[] = [];
    const first = desk.whenOpen('docker://registry.example/a:v1');
    last().answer(failed('nobody answers'));
    await first;
    desk.onNews((place) => news.push(place));
    clock.now = 59_000;
    desk.ask('docker://registry.example/a:v1');
    expect(openings).toHaveLength(1);
    clock.now = 60_000;
    // What is known of it stays until there is an answer, and the same answer is no news.
    expect(desk.ask('docker://registry.example/a:v1').fact).toMatchObject({ state: 'failed' });
    expect(openings).toHaveLength(2);
    last().answer(failed('nobody answers'));
    await desk.whenOpen('docker://registry.example/a:v1');
    expect(news).toEqual([]);

    clock.now = 120_000;
    desk.ask('docker://registry.example/a:v1');
    last().answer(known(catalog(), 'sha256:1'));
    expect((await desk.whenOpen('docker://registry.example/a:v1')).fact.state).toBe('known');
    expect(news).toEqual(['docker://registry.example/a:v1']);
    clock.now = 700_000;
    desk.ask('docker://registry.example/a:v1');
    expect(openings).toHaveLength(3);
    clock.now = 720_000;
    desk.ask('docker://registry.example/a:v1');
    expect(openings).toHaveLength(4);
    // An outage tells nothing of a catalog that is open.
    last().answer(failed('nobody answers'));
    expect((await desk.whenOpen('docker://registry.example/a:v1')).fact.state).toBe('known');
    expect(news).toHaveLength(1);
  });

  it('are not asked for again where they are named by digest', async () => {
    const { desk, openings, last, clock } = deskWith();
    const place = `docker://registry.example/a@sha256:${'1'.repeat(64)}`;
    const first = desk.whenOpen(place);
    last().answer(known(catalog(), 'sha256:1'));
    await first;
    clock.now = 1e12;
    desk.ask(place);
    expect(openings).toHaveLength(1);
  });

  it('tell how far they are read, and the packages that are seen first', async () => {
    const { desk, last } = deskWith();
    const news: string[] = [];
    desk.onNews((place) => news.push(place));
    const open = desk.whenOpen('oci:///a');
    last().options.onProgress?.(3, 10);
    last().options.onPackages?.([{ name: 'one', defaultChannel: 'stable' }]);
    expect(desk.peek('oci:///a')).toMatchObject({
      fact: { state: 'pending' },
      progress: { read: 3, of: 10 },
      early: [{ name: 'one' }],
    });
    last().answer(known(catalog(), 'sha256:1'));
    expect(await open).toMatchObject({ fact: { state: 'known' }, early: [] });
    expect(news).toEqual(['oci:///a', 'oci:///a', 'oci:///a']);
  });

  it('keep a failure until somebody asks again', async () => {
    const { desk, openings, last } = deskWith();
    const first = desk.whenOpen('/folder', '/store');
    last().answer(failed('no route'));
    expect(await first).toMatchObject({ fact: { state: 'failed', reason: 'no route' }, code: 'unreachable' });
    expect(desk.ask('/folder').fact.state).toBe('failed');
    expect(openings).toHaveLength(1);
    const second = desk.refresh('/folder', '/store');
    expect(desk.peek('/folder')?.fact.state).toBe('pending');
    last().answer(known(catalog(), 'sha256:1'));
    expect((await second).fact.state).toBe('known');
    expect(openings.map(({ text, options }) => [text, options.storeFolder])).toEqual([
      ['/folder', '/store'],
      ['/folder', '/store'],
    ]);
  });

  it('show what is known while they are looked at again, and stay the same object where nothing has moved', async () => {
    const { desk, last } = deskWith();
    const [one, same, other] = [catalog(), catalog(), catalog()];
    const open = desk.whenOpen('oci:///a');
    last().answer(known(one, 'sha256:1'));
    await open;
    const again = desk.refresh('oci:///a');
    expect(desk.peek('oci:///a')?.fact).toMatchObject({ value: one });
    last().answer(known(same, 'sha256:1'));
    const { fact } = await again;
    expect(fact.state === 'known' && fact.value).toBe(one);
    const moved = desk.refresh('oci:///a');
    last().answer(known(other, 'sha256:2'));
    const { fact: now } = await moved;
    expect(now.state === 'known' && now.value).toBe(other);
  });

  it('stay where they cannot be looked at again, with the reason until they can', async () => {
    const { desk, last } = deskWith();
    const one = catalog();
    const open = desk.whenOpen('oci:///a');
    last().answer(known(one, 'sha256:1'));
    await open;
    const again = desk.refresh('oci:///a');
    last().answer(failed('no route'));
    expect(await again).toMatchObject({ fact: { state: 'known' }, outage: 'no route' });
    expect(desk.ask('oci:///a').fact).toMatchObject({ value: one });
    const better = desk.refresh('oci:///a');
    last().answer(known(catalog(), 'sha256:1'));
    const { fact, outage } = await better;
    expect(fact.state === 'known' && fact.value).toBe(one);
    expect(outage).toBeUndefined();
  });

  it('are opened anew after somebody cancelled', async () => {
    const { desk, openings, last } = deskWith();
    const open = desk.whenOpen('oci:///a');
    desk.forget('oci:///a');
    expect(last().options.signal?.aborted).toBe(true);
    expect(await open).toMatchObject({ code: 'cancelled' });
    expect(desk.peek('oci:///a')).toBeUndefined();
    expect(desk.ask('oci:///a').fact.state).toBe('pending');
    expect(openings).toHaveLength(2);
  });
});

describe('more catalogs than are kept', () => {
  const places = Array.from({ length: 30 }, (_, at) => `oci:///${at}`);

  /** Files that name catalogs are held to them, all in turn, whenever anything is known of any. */
  async function settled(refuses: (place: string) => boolean = () => false) {
    let time = 1_000;
    const openings: string[] = [];
    const desk = catalogDesk(
      {
        open: async (text) => {
          openings.push(text);
          return refuses(text) ? failed('no route') : known(catalog(), `sha256:${text}`);
        },
      },
      () => undefined,
      () => time,
    );
    let isDue = true;
    desk.onNews(() => {
      isDue = true;
    });
    const settle = async () => {
      for (let round = 0; round < 500 && isDue; round++) {
        isDue = false;
        for (const place of places) desk.ask(place);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return places.filter((place) => desk.peek(place)?.fact.state === 'known').length;
    };
    const later = async (milliseconds: number) => {
      time += milliseconds;
      isDue = true;
    };
    return { desk, openings, settle, later, kept: await settle() };
  }

  it('are each opened once, and the last ones say why they are not kept', async () => {
    const { desk, openings, kept } = await settled();
    expect(kept).toBe(20);
    expect(openings).toHaveLength(30);
    expect(desk.ask('oci:///29')).toMatchObject({
      fact: {
        state: 'failed',
        reason: expect.stringMatching(/^20 catalogs are in use already; oci:\/\/\/29/),
      },
    });
  });

  it('take turns when they are not asked for any more, and come to rest again', async () => {
    const { desk, openings, settle, later } = await settled();
    await later(120_000);
    expect(await settle()).toBe(20);
    const before = openings.length;
    expect(before).toBeLessThan(100);
    await later(1_000);
    await settle();
    expect(openings).toHaveLength(before);
    expect(desk.ask('oci:///0').fact.state).not.toBe('pending');
  });

  it('give way to one that a person asks for', async () => {
    const { desk } = await settled();
    expect((await desk.whenOpen('oci:///29')).fact.state).toBe('known');
    expect((await desk.whenOpen('oci:///more')).fact.state).toBe('known');
  });

  it('that cannot be opened take nobody’s place, and are asked for once', async () => {
    const { openings, kept } = await settled((place) => Number(place.slice('oci:///'.length)) < 25);
    expect(kept).toBe(5);
    expect(openings).toHaveLength(30);
  });
});

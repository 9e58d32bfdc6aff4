import { describe, expect, it } from 'vitest';
import { catalogDesk } from '../../../server/src/access/catalogDesk.ts';
import type { OpenedInWorker, OpeningOptions } from '../../../server/src/access/workerCatalogs.ts';
import type { Catalog } from '../../../server/src/catalog/model.ts';

/** A worker whose answers the test gives. */
function deskWith() {
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
      close: async () => {},
    },
    () => undefined,
  );
  const last = () => openings.at(-1) ?? expect.unreachable();
  return { desk, openings, last };
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

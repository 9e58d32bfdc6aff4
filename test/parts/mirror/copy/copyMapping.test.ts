import { beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../../server/src/base/errors.ts';
import { type ImageReference, parseReference } from '../../../../server/src/documents/imageReference.ts';
import { splitLines } from '../../../../server/src/documents/lines.ts';
import { parseMapping } from '../../../../server/src/documents/mapping.ts';
import { mappingRefusals } from '../../../../server/src/documents/mappingRefusals.ts';
import { isInRegistry } from '../../../../server/src/documents/transport.ts';
import { copyImages } from '../../../../server/src/mirror/copy/copyImages.ts';
import { copyMapping } from '../../../../server/src/mirror/copy/copyMapping.ts';
import type { RunEvent } from '../../../../server/src/mirror/copy/events.ts';
import { multiArchImage, testImage } from '../../../support/images.ts';
import { MemoryPlace } from '../../../support/memoryStore.ts';

let source: MemoryPlace;
let destination: MemoryPlace;
let events: RunEvent[];
let stop: AbortController;

beforeEach(() => {
  source = new MemoryPlace('s.test');
  destination = new MemoryPlace('d.test');
  events = [];
  stop = new AbortController();
});

function open(reference: ImageReference) {
  if (!isInRegistry(reference)) {
    throw new UserError('unsupportedPlace', `${reference.transport}:// is not supported`);
  }
  const place = [source, destination].find(({ host }) => host === reference.registry);
  if (place === undefined) throw new Error(`no ${reference.registry}`);
  return place.store(reference.repository);
}

const documentOf = (text: string) => parseMapping(splitLines(text));

function copy(text: string, parallelImages = 4) {
  return copyMapping(documentOf(text), {
    openSource: open,
    openDestination: open,
    parallelImages,
    parallelLayers: 6,
    signal: stop.signal,
    listener: (event) => events.push(event),
  });
}

/** `LINE RESULT DESTINATION`, sorted by line. */
function results(): string[] {
  return events
    .flatMap((event) =>
      'image' in event
        ? [`${event.image.place?.line} ${event.type.slice(5)} ${event.image.destination}`]
        : [],
    )
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

it('tells a place that names many images together when nothing else is left', async () => {
  const images = Array.from({ length: 5 }, (_, n) => testImage({ seed: String(n) }));
  for (const [n, image] of images.entries()) source.add(`a${n}`, 'v1', image);
  let name = () => {};
  const named = new Promise<void>((resolve) => {
    name = resolve;
  });
  destination.before = ({ what }) => (what === 'putManifest' ? named : undefined);
  const waiting = () => destination.done('putBlob').length;
  let toldAt: number | undefined;
  const openDestination = (reference: ImageReference) =>
    Object.assign(open(reference), {
      writesInGroups: true,
      nameAtOnce: () => {
        toldAt ??= waiting();
        name();
      },
    });
  const text = images.map((_, n) => `s.test/a${n}:v1=d.test/a${n}:v1`).join('\n');
  const { copied } = await copyMapping(documentOf(text), {
    openSource: open,
    openDestination,
    parallelImages: 2,
    parallelLayers: 6,
    signal: stop.signal,
    listener: () => {},
  });
  expect(copied).toBe(5);
  expect(toldAt).toBe(waiting());
});

describe('destinations', () => {
  it('take the tag of their source, or are by digest only', async () => {
    const image = testImage();
    source.add('a/b', 'v1', image);
    const { digest } = image.manifest;
    await copy(
      `s.test/a/b:v1=d.test/tagged\ns.test/a/b@${digest}=d.test/digest\ns.test/a/b:v1=d.test/other:v2`,
    );
    expect([...destination.content('tagged').tags]).toEqual([['v1', digest]]);
    expect([...destination.content('digest').tags]).toEqual([]);
    expect(destination.content('digest').manifests.has(digest)).toBe(true);
    expect([...destination.content('other').tags]).toEqual([['v2', digest]]);
    expect(results()).toEqual([
      '1 Copied d.test/tagged:v1',
      '2 Copied d.test/digest',
      '3 Copied d.test/other:v2',
    ]);
  });

  it('can be several for one source', async () => {
    source.add('a/b', 'v1', multiArchImage());
    const summary = await copy('s.test/a/b:v1 d.test/one:v1 d.test/two:v2 # both');
    expect(summary).toMatchObject({ copied: 2, failed: 0 });
    expect(results()).toEqual(['1 Copied d.test/one:v1', '1 Copied d.test/two:v2']);
    expect(new Set(source.done('getBlob')).size).toBe(source.done('getBlob').length);
  });
});

describe('a source that stands for several tags', () => {
  beforeEach(() => {
    for (const tag of ['v1.0', 'v1.1', 'v2.0', 'latest']) source.add('a/b', tag, testImage({ seed: tag }));
  });

  it('is all tags when it names none', async () => {
    expect(await copy('s.test/a/b=d.test/x')).toMatchObject({ copied: 4 });
    expect([...destination.content('x').tags.keys()].sort()).toEqual(['latest', 'v1.0', 'v1.1', 'v2.0']);
    expect(events[0]).toEqual({ type: 'planned', images: 4 });
  });

  it('is those that match a pattern', async () => {
    await copy('s.test/a/b:v1.*=d.test/x');
    expect([...destination.content('x').tags.keys()].sort()).toEqual(['v1.0', 'v1.1']);
  });

  it('fails when nothing matches', async () => {
    expect(await copy('s.test/a/b:v9.*=d.test/x\ns.test/a/b:v1.0=d.test/y')).toMatchObject({
      copied: 1,
      failed: 1,
    });
    const failed = events.find((event) => event.type === 'imageFailed');
    expect(failed?.error.line).toBe(
      'source: s.test/a/b has no tag like v9.*; check the name, or take the image out of the mapping',
    );
  });

  it('does not write over what another line brings', async () => {
    source.add('c', 'v1.0', testImage({ seed: 'c' }));
    source.add('d', 'v2.0', testImage({ seed: 'd' }));
    await copy('s.test/a/b=d.test/x\ns.test/c:v1.0=d.test/x:v1.0\ns.test/d=d.test/x');
    expect(results().sort()).toEqual([
      '1 Copied d.test/x:latest',
      '1 Copied d.test/x:v1.1',
      '1 Copied d.test/x:v2.0',
      '1 Failed d.test/x:v1.0',
      '2 Copied d.test/x:v1.0',
      '3 Failed d.test/x:v2.0',
    ]);
    expect(destination.content('x').tags.get('v1.0')).toBe(testImage({ seed: 'c' }).manifest.digest);
  });
});

describe('a line that fails', () => {
  it('does not stop the others', async () => {
    for (const n of [1, 2, 3]) source.add(`a${n}`, 'v1', testImage({ seed: String(n) }));
    const summary = await copy(
      ['s.test/a1:v1=d.test/a1:v1', 's.test/a2:v9=d.test/a2:v9', 's.test/a3:v1=d.test/a3:v1'].join('\n'),
    );
    expect(summary).toMatchObject({ copied: 2, skipped: 0, failed: 1, stopped: 0 });
    expect(results()).toEqual(['1 Copied d.test/a1:v1', '2 Failed d.test/a2:v9', '3 Copied d.test/a3:v1']);
  });

  it('is one with a place that cannot be reached this way', async () => {
    source.add('a', 'v1', testImage());
    await copy(
      'file://x/a:v1=d.test/a:v1\ns.test/a:v1=file://x/a:v1\ns.test/a:v1=s3://h/r/b/a:v1\ns.test/a:v1=d.test/b:v1',
    );
    expect(results().map((line) => line.slice(0, 8))).toEqual([
      '1 Failed',
      '2 Failed',
      '3 Failed',
      '4 Copied',
    ]);
    const errors = events.flatMap((event) => (event.type === 'imageFailed' ? [event.error] : []));
    expect(errors.map(({ side }) => side)).toEqual(['source', 'destination', 'destination']);
  });

  it('is a defect when it was not thrown for users', async () => {
    source.add('a', 'v1', testImage());
    source.before = () => {
      throw new TypeError('x is undefined');
    };
    await copy('s.test/a:v1=d.test/a:v1');
    const failed = events.find((event) => event.type === 'imageFailed');
    expect(failed?.error.line).toBe('an error in operator-mirror itself: x is undefined; please report it');
  });
});

describe('a file that oc image mirror refuses', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const cases = [
    ['no pair', 's.test/a:v1', '1:1 mapping/syntax'],
    ['an upper-case name', '# c\ns.test/A:v1=d.test/a:v1', '2:8 mapping/syntax'],
    ['a destination by digest', `s.test/a@${digest}=d.test/a@${digest}`, '1:90 mapping/destination-digest'],
    [
      'one destination twice',
      's.test/a:v1=d.test/a:v1\n\ns.test/b:v1=d.test/a',
      '3:13 mapping/duplicate-destination',
    ],
    [
      'one destination twice on a line',
      's.test/a:v1 d.test/a:v1 d.test/a',
      '1:25 mapping/duplicate-destination',
    ],
  ] as const;
  it.each(cases)('%s', async (_name, text, problem) => {
    const refusals = mappingRefusals(documentOf(text));
    expect(refusals.map(({ line, span, code }) => `${line + 1}:${span.start + 1} ${code}`)).toEqual([
      problem,
    ]);
    await expect(copy(text)).rejects.toMatchObject({ code: 'badMapping' });
    expect([...source.log, ...destination.log, ...events]).toEqual([]);
  });

  it('no image at all', async () => {
    expect(mappingRefusals(documentOf('# nothing\n'))).toEqual([]);
    await expect(copy('# nothing\n')).rejects.toMatchObject({ code: 'badMapping' });
  });
});

describe('a run', () => {
  const lines = Array.from({ length: 60 }, (_, n) => `s.test/a${n}:v1=d.test/a${n % 7}:t${n}`);
  const fill = () => {
    for (const n of lines.keys()) {
      source.add(
        `a${n}`,
        'v1',
        n % 5 === 0 ? multiArchImage({ seed: String(n) }) : testImage({ seed: String(n) }),
      );
    }
  };

  it('moves nothing the second time', async () => {
    fill();
    const first = await copy(lines.join('\n'));
    expect(first).toMatchObject({ copied: 60, skipped: 0 });
    expect(first.blobs.bytes).toBeGreaterThan(0);
    const puts = destination.done('putManifest').length + destination.done('putBlob').length;
    const second = await copy(lines.join('\n'));
    expect(second).toMatchObject({ copied: 0, skipped: 60, blobs: { moved: 0, bytes: 0 } });
    expect(destination.done('putManifest').length + destination.done('putBlob').length).toBe(puts);
  });

  it('copies so many images at the same time, and no more', async () => {
    fill();
    let now = 0;
    let most = 0;
    destination.before = async ({ what }) => {
      if (what !== 'resolveTag') return;
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 1));
      now--;
    };
    await copy(lines.join('\n'), 3);
    expect(most).toBe(3);
  });

  it('stops when it is told to, and says what was not done', async () => {
    fill();
    let written = 0;
    destination.before = ({ what }) => {
      if (what === 'putManifest' && ++written === 30)
        stop.abort(new UserError('cancelled', 'stopped by SIGINT'));
    };
    const summary = await copy(lines.join('\n'));
    expect(summary.copied).toBeGreaterThan(5);
    expect(summary.failed).toBe(0);
    expect(summary.copied + summary.stopped).toBe(60);
    const after = destination.log.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(destination.log.length).toBe(after);
    // Whatever was tagged is whole.
    const again = await copyAgain(lines.join('\n'));
    expect(again.copied + again.skipped).toBe(60);
    expect(again.skipped).toBeGreaterThanOrEqual(summary.copied);
  });

  it('stops while it still lists tags', async () => {
    fill();
    source.before = ({ what }) => {
      if (what === 'listTags') stop.abort(new UserError('cancelled', 'stopped by SIGINT'));
    };
    expect(await copy('s.test/a1=d.test/x\ns.test/a2:v1=d.test/y:v1')).toMatchObject({
      stopped: 2,
      failed: 0,
    });
    expect(destination.log).toEqual([]);
  });

  function copyAgain(text: string) {
    stop = new AbortController();
    destination.before = () => {};
    return copy(text);
  }
});

describe('a plan that comes from no file', () => {
  const image = (text: string): ImageReference => {
    const parsed = parseReference(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.reference;
  };

  it('is copied by the names of its images', async () => {
    for (const tag of ['v1', 'v2']) source.add('a/b', tag, testImage({ seed: tag }));
    const summary = await copyImages(
      [
        { source: image('s.test/a/b:v1'), destination: image('d.test/x') },
        { source: image('s.test/a/b'), tagPattern: '*', destination: image('d.test/x') },
        { source: image('s.test/none:v1'), destination: image('d.test/none:v1') },
      ],
      {
        openSource: open,
        openDestination: open,
        parallelImages: 2,
        parallelLayers: 2,
        signal: stop.signal,
        listener: (event) => events.push(event),
      },
    );
    expect(summary).toMatchObject({ copied: 2, failed: 2 });
    expect([...destination.content('x').tags.keys()].sort()).toEqual(['v1', 'v2']);
    const images = events.flatMap((event) => ('image' in event ? [event.image] : []));
    expect(images.map(({ source: from, destination: to, place }) => [from, to, place]).sort()).toEqual([
      ['s.test/a/b:v1', 'd.test/x:v1', undefined],
      ['s.test/a/b:v1', 'd.test/x:v1', undefined],
      ['s.test/a/b:v2', 'd.test/x:v2', undefined],
      ['s.test/none:v1', 'd.test/none:v1', undefined],
    ]);
    const errors = events.flatMap((event) => (event.type === 'imageFailed' ? [event.error.line] : []));
    expect(errors.join('\n')).toContain('this destination is taken by s.test/a/b:v1');
  });
});

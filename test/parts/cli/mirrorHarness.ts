import { afterEach, beforeEach } from 'vitest';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import type { Put } from '../../support/mirrorCatalog.ts';
import { CommandLine } from './copyHarness.ts';

/** Two registries and a command line between them. */
class MirrorLab {
  readonly source: FakeRegistry;
  readonly destination: FakeRegistry;
  readonly line = new CommandLine();

  constructor(source: FakeRegistry, destination: FakeRegistry) {
    this.source = source;
    this.destination = destination;
  }
}

/** What each test of a file mirrors with: it has registries and a folder of its own, which are gone after it. */
export function mirrorLab() {
  let lab: MirrorLab;
  beforeEach(async () => {
    lab = new MirrorLab(...(await Promise.all([FakeRegistry.start(), FakeRegistry.start()])));
  });
  afterEach(async () => {
    lab.line.remove();
    await Promise.all([lab.source.stop(), lab.destination.stop()]);
  });
  return {
    get source() {
      return lab.source;
    },
    get destination() {
      return lab.destination;
    },
    get line() {
      return lab.line;
    },
    /** Puts an image into the first registry. */
    put: ((repository, tag, image) => lab.source.add(repository, tag, image)) satisfies Put as Put,
    /** A place in the second registry. */
    to: (namespace = 'm') => `docker://${lab.destination.host}/${namespace}`,
  };
}

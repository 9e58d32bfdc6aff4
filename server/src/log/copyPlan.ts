import type { LogLine } from './logLine.ts';

/** What the plan and the progress of an `oc` run say, which is the truth where its messages are silent. */
export interface CopyPlan {
  /** Images of the plan by what they are called at the destination, `HOST/REPOSITORY:TAG`. */
  readonly planned: ReadonlyMap<string, readonly PlannedImage[]>;
  /** Source repositories → where the plan brings them to, `HOST/REPOSITORY` or `file://REPOSITORY`. */
  readonly destinations: ReadonlyMap<string, ReadonlySet<string>>;
  /** `DIGEST HOST/REPOSITORY:TAG` of everything that was reported as written. */
  readonly written: ReadonlySet<string>;
  /** `HOST/REPOSITORY:TAG` → the digest that was written there, the last where there are several. */
  readonly digests: ReadonlyMap<string, string>;
  /** True when anything was uploaded, mounted or written. */
  readonly started: boolean;
  /** True when the run says that it is through with copying. */
  readonly completed: boolean;
  /** The last line that says so, or that the manifests are written; counted like the lines that were read. */
  readonly through: number | undefined;
  readonly dryRun: boolean;
  /** True when images go to files. */
  readonly toFiles: boolean;
  /** True when images come from files. */
  readonly fromFiles: boolean;
  /** The folder of `wrote mirroring manifests to`. */
  readonly manifests: string | undefined;
}

export interface PlannedImage {
  readonly digest: string;
  /** The line of the plan; counted like the lines that were read. */
  readonly line: number;
}

const host = /^(<dir>|s3:\/\/|[\w.[\]:-]+\/)$/;
const repository = /^ {2}([a-z0-9][\w./-]*)$/;
const blob = /^ {6}(\S+) sha256:[0-9a-f]{64} \S+$/;
const manifest = /^ {6}(sha256:[0-9a-f]{64}) -> (\S.*)$/;
const writtenLine = /^(sha256:[0-9a-f]{64}) (\S+)$/;

/** Reads the lines of one run, of which the first is number `start`. */
export function readCopyPlan(lines: readonly LogLine[], start: number): CopyPlan {
  const planned = new Map<string, PlannedImage[]>();
  const destinations = new Map<string, Set<string>>();
  const written = new Set<string>();
  const digests = new Map<string, string>();
  const found = {
    started: false,
    completed: false,
    through: undefined as number | undefined,
    dryRun: false,
    toFiles: false,
    fromFiles: false,
    manifests: undefined as string | undefined,
  };
  let place: string | undefined;
  let target: string | undefined;
  for (const [number, { text, body }] of lines.entries()) {
    const line = text.trimEnd();
    if (line.startsWith('  ')) {
      if (place === undefined) continue;
      const name = repository.exec(line)?.[1];
      if (name !== undefined) {
        target = `${place}${name}`;
        continue;
      }
      const source = blob.exec(line)?.[1];
      if (target !== undefined && source !== undefined) {
        addTo(destinations, source, target);
        found.fromFiles ||= source.startsWith('file://');
      }
      const [, digest, tags] = manifest.exec(line) ?? [];
      if (target === undefined || digest === undefined) continue;
      for (const tag of tags?.split(/[\s,]+/) ?? []) {
        const name = `${target}:${tag}`;
        const image = { digest, line: start + number };
        const others = planned.get(name);
        if (others === undefined) planned.set(name, [image]);
        else others.push(image);
      }
      continue;
    }
    const heading = host.exec(line)?.[1];
    if (heading !== undefined) {
      place = heading === '<dir>' ? 'file://' : heading;
      target = undefined;
      found.toFiles ||= heading === '<dir>';
      continue;
    }
    const [, digest, reference] = writtenLine.exec(body) ?? [];
    if (digest !== undefined && reference !== undefined) {
      written.add(`${digest} ${reference}`);
      digests.set(reference, digest);
      found.started = true;
      found.toFiles ||= reference.startsWith('file://');
    } else if (body.startsWith('uploading: ') || body.startsWith('mounted: ')) {
      found.started = true;
      found.toFiles ||= body.includes(': file://');
    } else if (body.startsWith('no digest mapping available for file://')) {
      found.fromFiles = true;
    } else if (body.startsWith('info: Mirroring completed in ')) {
      found.completed = true;
      found.through = start + number;
    } else if (body.startsWith('info: Dry run complete')) {
      found.dryRun = true;
    } else if (body.startsWith('wrote mirroring manifests to ')) {
      found.through = start + number;
      found.manifests = body.slice('wrote mirroring manifests to '.length).trim();
    }
  }
  return { planned, destinations, written, digests, ...found };
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}

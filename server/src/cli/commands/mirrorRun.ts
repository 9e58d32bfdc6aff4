import { resolve } from 'node:path';
import type { Registries } from '../../access/registries.ts';
import { messageOf } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import type { ImageReference } from '../../documents/imageReference.ts';
import type { RunEvent } from '../../mirror/copy/events.ts';
import type { ManifestOptions, Manifests } from '../../mirror/manifests/manifestFiles.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { chosenImages, leftImages } from '../../mirror/run/leftImages.ts';
import type { MirrorResult } from '../../mirror/run/mirrorResult.ts';
import { failureOf } from '../../mirror/run/planCopies.ts';
import { type ProvenBefore, provenBefore } from '../../mirror/run/provenBefore.ts';
import { type MirrorOptions, type MirrorRun, runMirror } from '../../mirror/run/runMirror.ts';
import type { HeldRun } from '../../mirror/run/runState.ts';
import { imagesOfRun } from '../../mirror/run/shard.ts';
import { missingSignatures } from '../../mirror/signatures/signatureSummary.ts';
import type { JournalFacts } from '../../runs/journal.ts';
import { exitCodes, type Terminal, tell } from '../command.ts';
import { KeptProgress } from '../keptProgress.ts';
import type { Values } from '../options.ts';
import { openProgress } from '../progress.ts';
import { stoppedLine, summaryFields, summaryLine } from './copyReport.ts';
import { catalogAtSource } from './mirrorCatalogs.ts';
import { type WrittenManifests, writeManifests } from './mirrorManifests.ts';
import type { mirrorOptions } from './mirrorOptions.ts';
import {
  countsOf,
  endLines,
  hasAllImages,
  isComplete,
  MirrorLines,
  mirrorJson,
  missingLines,
  offeredCatalogs,
} from './mirrorReport.ts';
import { shardLines } from './mirrorShard.ts';
import { signatureLines, signatureProblems } from './signaturesReport.ts';

/** What a run works with. */
export interface Means {
  readonly kept: JournalFacts;
  readonly state: HeldRun;
  readonly registries: Registries;
  /** How the files for the cluster are written. */
  readonly manifests: ManifestOptions;
}

/**
 * Runs a plan from its first request to its report.
 * @returns one of `exitCodes`
 * @throws UserError `unwritable`, and for what cannot be used at all
 */
export async function mirrored(
  plan: MirrorPlan,
  { kept, state, registries: { openSource, openDestination }, manifests }: Means,
  values: Values<typeof mirrorOptions>,
  terminal: Terminal,
): Promise<number> {
  const { signal, stderr, stdout } = terminal;
  const { dir, format, parallelImages, parallelLayers, incomplete, shard, checkAll, only } = values;
  await state.keepPlan(plan);
  const { name, destination } = plan;
  state.note({ event: 'planned', images: plan.images.length, name, destination });
  const own = imagesOfRun(plan, shard);
  const { chosen } = chosenImages(own, only);
  const left = only.length === 0 ? undefined : leftImages(own, chosen, kept);
  for (const [{ source, destination }, { error }] of left ?? []) {
    if (error !== undefined) state.note({ event: 'failed', source, destination, ...error });
  }
  const start = performance.now();
  const lines = new MirrorLines();
  const toDestination = (reference: ImageReference) => openDestination(reference, dir);
  const proven = checkAll ? new Map<string, string>() : kept.proven;
  const before = await provenBefore(plan, proven, toDestination, signal);
  if (before.lost !== undefined) {
    const { destination } = before.lost;
    tell(
      terminal,
      'mirror',
      t('{0} is not there any more, so the destination is asked for all images', destination),
    );
  }
  const progress = openProgress(values, terminal, [new KeptProgress((now) => state.keepProgress(now))]);
  let end: Readonly<Record<string, unknown>> | undefined;
  let written: WrittenManifests | undefined;
  let run: MirrorRun;
  let reason: string | undefined;
  try {
    run = await runMirror(plan, {
      openSource: (reference) => openSource(reference, dir),
      openDestination: toDestination,
      parallelImages,
      parallelLayers,
      signal,
      incomplete,
      shard,
      left,
      wasProven: (image) => before.images.has(image) && !chosen.has(image),
      openCatalog: (catalog) => catalogAtSource(catalog, openSource, values, terminal),
      signatures: values.noSignatures ? undefined : signaturesOf(before, values, kept, state),
      madeBefore: (destination) => (checkAll ? undefined : kept.made.get(destination)),
      onMade: (made) => state.note({ event: 'catalog', ...made }),
      now: () => new Date(),
      listener: (event) => {
        progress.follow(event);
        note(event, kept, state);
        const said = lines.linesFor(event);
        if (said.stderr !== '') progress.aside(() => stderr.write(said.stderr));
        if (said.stdout !== '' && format === 'text') progress.aside(() => stdout.write(said.stdout));
      },
    });
    end = summaryFields(countsOf(run));
    reason = signal.aborted ? messageOf(signal.reason) : undefined;
    if (reason === undefined) await state.keepResult(run.result);
    if (reason === undefined && run.others === undefined) {
      written = await writeManifests(dir, run.result, manifests);
      end = { ...end, manifests: resolve(written.folder) };
    }
  } finally {
    progress.end(end);
  }
  const time = new Date().toISOString();
  const { result, others } = run;
  const isDone = isComplete(result) && others?.error === undefined;
  const complete = isDone && others === undefined;
  const { blobs, ...images } = countsOf(run);
  const came = { time, counts: images, bytes: blobs.bytes };
  if (reason !== undefined) state.note({ event: 'stopped', ...came });
  else {
    for (const offered of offeredCatalogs(result)) state.note({ event: 'offered', ...offered });
    const manifests = written && resolve(written.folder);
    const { sets, offers }: Partial<Manifests> = written?.manifests ?? {};
    const unsigned = missingSignatures(result.signatures);
    const beside = { manifests, sets, offers, awaited: others?.awaited, unsigned };
    state.note({ event: 'end', complete, ...came, ...beside });
  }
  const counts = { ...images, blobs };
  if (reason === undefined) stderr.write(missingLines(result) + problemsOf(result));
  else tell(terminal, 'mirror', stoppedLine(counts, reason));
  if (format === 'json') stdout.write(mirrorJson(run, written?.folder));
  else {
    stdout.write(summaryLine(counts, performance.now() - start, reason));
    if (result.signatures !== undefined) stdout.write(signatureLines(result.signatures));
    if (written !== undefined) stdout.write(endLines(result, written));
  }
  if (shard !== undefined && others !== undefined && reason === undefined) {
    for (const line of shardLines(shard, others, hasAllImages(result))) tell(terminal, 'mirror', line);
  }
  return isDone ? exitCodes.done : exitCodes.incomplete;
}

function problemsOf({ signatures }: MirrorResult): string {
  return signatures === undefined ? '' : signatureProblems(signatures);
}

/** What earlier runs found beside images at their sources is not asked for again, where the image is still known to be proven. */
function signaturesOf(
  before: ProvenBefore,
  { checkAll }: Values<typeof mirrorOptions>,
  { signatures }: JournalFacts,
  state: HeldRun,
): MirrorOptions['signatures'] {
  const isKnown = !checkAll && before.lost === undefined;
  return {
    foundBefore: ({ destination, digest }) => {
      const known = isKnown ? signatures.get(destination) : undefined;
      return known?.digest === digest ? known.found : undefined;
    },
    onLooked: ({ destination, digest }, found) => {
      const known = signatures.get(destination);
      if (known?.digest === digest && known.found === found) return;
      state.note({ event: 'signatures', destination, digest, found });
    },
  };
}

/** Writes into the journal what another run of the command has to know. */
function note(event: RunEvent, { proven }: JournalFacts, state: HeldRun): void {
  if (event.type === 'imageCopied' || event.type === 'imageSkipped') {
    const { digest, image } = event;
    if (proven.get(image.destination) === digest) return;
    state.note({ event: 'image', destination: image.destination, digest });
  } else if (event.type === 'imageFailed') {
    const { source, destination } = event.image;
    state.note({ event: 'failed', source, destination, ...failureOf(event.error) });
  }
}

import { lineRange, type Position } from '../base/range.ts';
import { isInRegistry } from '../documents/transport.ts';
import { type AnalysisContext, findingsOf, fixesOf } from '../rules/analysis.ts';
import { copiesOf } from '../workspace/copies.ts';
import type { OfferedFix } from './codeActions.ts';
import { imageAt } from './imageAt.ts';

/** Fixes of another file than the one that they are offered in. */
export interface FixesElsewhere {
  /** The file whose findings they repair. */
  readonly path: string;
  readonly offered: readonly OfferedFix[];
}

/** Findings that say of an image which is copied that nodes do not look for it there. */
const redirectCodes = /^mapping\/(?:tag-only|tag-pull|not-mirrored)$/;

/**
 * What helps a pod whose image nodes would ask the internet for: where a mapping.txt copies the image to a mirror, the
 * fixes of that line which make or change a mirror set or a MachineConfig. Nothing for an image that comes to the mirror
 * anyway, and nothing in files of ours: these have findings of their own.
 */
export function fixesForImage(
  context: AnalysisContext,
  path: string,
  position: Position,
): FixesElsewhere | undefined {
  const { snapshot } = context;
  const file = snapshot.files.get(path);
  const image = file?.content.type === 'yaml' ? imageAt(file, position) : undefined;
  if (image?.role !== 'image' || !isInRegistry(image.reference)) return undefined;
  const { registry } = image.reference;
  const [copy] = copiesOf(snapshot, image.reference);
  const mapping = copy && snapshot.files.get(copy.path);
  if (copy === undefined || mapping === undefined) return undefined;
  const line = lineRange(copy.line, 0, Number.MAX_SAFE_INTEGER);
  const findings = findingsOf(mapping, context)
    .within(line)
    .filter(({ code }) => redirectCodes.test(code));
  const offered = findings.flatMap((finding) =>
    fixesOf(finding, mapping, context)
      .filter(({ others, awaits }) => others !== undefined && awaits === undefined)
      // Where nothing but the pod tells the registry, it is no guess which one is meant.
      .filter(({ id }) => copy.certain || id.endsWith(` ${registry}`))
      .map((fix) => ({ finding, fix })),
  );
  return { path: copy.path, offered };
}

import type { Lines } from '../documents/lines.ts';

/** Above the command that brings files into a registry `oc` prints this line. */
const heading = 'To upload local images to a registry, run:';

/**
 * The command with which it goes on, as `oc adm catalog mirror` prints it once images are in files:
 * `oc adm catalog mirror file://… REGISTRY/REPOSITORY`. The last one where there are several.
 */
export function nextCommandOf(lines: Lines): string | undefined {
  const at = lines.findLastIndex((line) => line.trim() === heading);
  if (at === -1) return undefined;
  const command = lines.slice(at + 1, at + 4).find((line) => line.trim() !== '');
  return command?.trim().startsWith('oc ') === true ? command.trim() : undefined;
}

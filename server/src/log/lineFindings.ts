import { t } from '../base/sentences.ts';
import { paragraph } from '../base/words.ts';
import { catalogRepositories, withoutVersion } from './catalogIndex.ts';
import { explainedLine } from './explainedLine.ts';
import type { ExplainedLine } from './logDocument.ts';
import type { LogLine } from './logLine.ts';
import { type FoundLine, lastLine, type RunContext } from './runContext.ts';

/** Each line of a run with what it means in this run. */
export function explainLines(context: RunContext): ExplainedLine[] {
  const { section, plan, found } = context;
  const tagged = found.flatMap(({ code, image }) =>
    code === 'oc/no-digest-mapping' && image !== undefined ? [image] : [],
  );
  const isCatalog = catalogRepositories(section.command, plan.manifests, tagged);
  const last = lastLine(context);
  const pulled = pulledImages(context.lines);
  const damage = damagedBlobs(found);
  const ended = found.some(({ effect }) => effect === 'ended');
  return withoutHeadings(found).map((line) => {
    const { code, severity, image, effect } = line;
    const { cause, fix } = (code === 'oc/damaged-blob' && damage.get(line.groups.blob ?? '')) || line;
    const explained = { ...explainedLine(line, line.line), cause, fix };
    if (code === 'oc/no-digest-mapping' && image !== undefined && isCatalog(withoutVersion(image))) {
      const { fixByVersion: _, ...rest } = explained;
      return {
        ...rest,
        severity: 'hint',
        cause: t(
          'This is the index image of the catalog itself. It is mirrored by tag, so the mirror sets have no entry for it. That is right: the CatalogSource names it directly at its new place.',
        ),
        fix: t('Nothing.'),
      };
    }
    if (code === 'oc/errors-during-mirroring' && ended) {
      return { ...explained, cause: t('Images failed. oc went on until another error ended it.') };
    }
    // What no table knows ends the command if nothing comes behind it, and else concerns an image.
    if (line.undecided === true && severity === 'error') {
      return { ...explained, effect: line.line === last ? 'ended' : 'lost' };
    }
    if (code.startsWith('pull/') && effect !== undefined && image !== undefined && pulled.has(image)) {
      return {
        ...explained,
        severity: 'information',
        effect: undefined,
        fix: t('Nothing: a later pull of the same image succeeded.'),
      };
    }
    // Why the pods of the operator did not start is said by the pull that failed.
    if (code === 'olm/deployment-timeout' && found.some((other) => other.effect === 'unpulled')) {
      return { ...explained, effect: undefined };
    }
    // An event without an image may be of one that was pulled later.
    if (code === 'pull/back-off' && image === undefined && pulled.size > 0) {
      return { ...explained, effect: undefined };
    }
    return explained;
  });
}

/** Lines that oc-mirror v1 puts above whatever error ends a step say nothing where that error is there too. */
function withoutHeadings(found: readonly FoundLine[]): readonly FoundLine[] {
  return found.filter(
    ({ code, line }) =>
      code !== 'oc-mirror/invalid-catalog' ||
      !found.some((other) => other.line > line && other.severity === 'error'),
  );
}

/** What the sizes of a damaged layer tell, for every line about that layer. */
function damagedBlobs(
  found: readonly FoundLine[],
): ReadonlyMap<string, { readonly cause: string; readonly fix: string }> {
  const damage = new Map<string, { cause: string; fix: string }>();
  for (const { code, groups, fix } of found) {
    const { blob, had, wrote } = groups;
    if (code !== 'oc/damaged-blob' || blob === undefined || had === undefined || wrote === undefined)
      continue;
    const how =
      Number(wrote) > Number(had)
        ? t(
            'Two processes wrote it to the files at once (images of two registries in one path, or two oc processes), so it is damaged there.',
          )
        : t('It is cut off there.');
    const cause = paragraph([
      t('The layer {0} should have {1} bytes, and the source gave {2}.', blob, had, wrote),
      how,
      t('The image is not whole at the destination.'),
    ]);
    damage.set(blob, { cause, fix });
  }
  return damage;
}

function pulledImages(lines: readonly LogLine[]): ReadonlySet<string> {
  const images = new Set<string>();
  for (const { body } of lines) {
    const image = /Successfully pulled image "([^"\s]+)"/.exec(body)?.[1];
    if (image !== undefined) images.add(image);
  }
  return images;
}

import { t } from '../base/sentences.ts';
import { paragraph } from '../base/words.ts';
import { withoutVersion } from './catalogIndex.ts';
import type { CopyPlan } from './copyPlan.ts';
import { explainLines } from './lineFindings.ts';
import type { ExplainedLine } from './logDocument.ts';
import { lastLine, type RunContext } from './runContext.ts';

/** The lines of a run with their meaning in it, and what only all of them together tell. */
export function explainRun(context: RunContext): ExplainedLine[] {
  const own = explainLines(context);
  const together = [
    ...collidingTags(context),
    ...lostTags(context),
    ...unwritten(context),
    ...oneArchitecture(context),
  ];
  const lines = [...own, ...together];
  return [...lines, ...manifestsNote(context, lines)];
}

/** People leave out the middle of a log; then what is not there proves nothing. */
export function isWhole({ lines, plan }: RunContext): boolean {
  return plan.planned.size > 0 && !lines.some(({ body }) => /^(?:\.{2,}|…)$/.test(body));
}

/** Two digests in the plan that go to one tag. */
function collidingTags({ plan }: RunContext): ExplainedLine[] {
  return [...plan.planned].flatMap(([image, [first, ...others]]) =>
    others
      .filter(({ digest }) => digest !== first?.digest)
      .map(
        ({ line }): ExplainedLine => ({
          line,
          code: 'oc/tag-collision',
          severity: 'error',
          image,
          effect: plan.dryRun ? undefined : 'lost',
          cause: t(
            'Two different images go to this one destination. They are of two registries, or their paths became the same when they were shortened. Only the last one written stays, and oc does not say so.',
          ),
          fix: t(
            'Give one of them another destination in mapping.txt, and copy that line alone. operator-mirror check shows the lines (mapping/duplicate-destination).',
          ),
        }),
      ),
  );
}

/** Tags that the catalog names and the plan does not: another tag has the same digest, and oc writes one of them. */
function lostTags(context: RunContext): ExplainedLine[] {
  const { plan, found, earlierTags } = context;
  if (!isWhole(context)) return [];
  const reported = new Set(
    found.filter(({ code }) => code !== 'oc/no-digest-mapping').map(({ image }) => image),
  );
  const lost = new Map<string, ExplainedLine>();
  for (const { code, image, line } of [...earlierTags, ...found]) {
    if (code !== 'oc/no-digest-mapping' || image === undefined || reported.has(image)) continue;
    const repository = withoutVersion(image);
    const tag = image.slice(repository.length + 1);
    const destinations = plan.destinations.get(repository);
    if (destinations === undefined || tag === '' || lost.has(image)) continue;
    if ([...destinations].some((destination) => plan.planned.has(`${destination}:${tag}`))) continue;
    lost.set(image, tagLost(line, image, withFiles(plan)));
  }
  return [...lost.values()];
}

/** A line about a tag that a run does not even plan to write; `files` where the run copies to files or from them. */
export function tagLost(line: number, image: string, files: boolean): ExplainedLine {
  return {
    line,
    code: 'oc/tag-lost',
    severity: 'error',
    image,
    effect: 'lost',
    cause: t(
      'This tag is in mapping.txt, but the run did not plan to write it. Another tag of the repository has the same digest, and oc writes one tag of each digest only. The destination does not have this tag.',
    ),
    fix: files
      ? t('Copy this line of mapping.txt alone: oc image mirror --filter-by-os=.* SOURCE DESTINATION.')
      : t('Copy it with operator-mirror copy -f mapping.txt, which writes every line.'),
  };
}

/** Images of the plan that the run does not report as written, and no error of the run explains. */
function unwritten(context: RunContext): ExplainedLine[] {
  const { plan, found } = context;
  if (!isWhole(context) || plan.dryRun || !plan.started) return [];
  const reported = new Set(found.map(({ image }) => image));
  const missing = [...plan.planned].flatMap(([image, copies]): ExplainedLine[] => {
    const [first] = copies;
    if (first === undefined || reported.has(image)) return [];
    if (copies.some(({ digest }) => plan.written.has(`${digest} ${image}`))) return [];
    return [
      {
        line: first.line,
        code: 'oc/not-written',
        severity: 'error',
        image,
        effect: 'lost',
        cause: t('The run planned to write this image, but does not report that it did.'),
        fix: withFiles(plan)
          ? t('Run the same command again. It skips what is already there.')
          : t(
              'Run the same command again. It skips what is already there. operator-mirror copy -f mapping.txt does that too.',
            ),
      },
    ];
  });
  if (plan.completed || missing.length === 0) return missing;
  const ended = found.some(({ effect }) => effect === 'ended');
  return ended ? missing : [...missing, interrupted(context, missing.length)];
}

function interrupted(context: RunContext, count: number): ExplainedLine {
  const { plan, followed } = context;
  const end = followed
    ? t('The command was stopped while it copied.')
    : t('The log ends while images are copied. The command was stopped, or it still runs.');
  return {
    line: lastLine(context),
    code: 'oc/interrupted',
    severity: 'error',
    image: undefined,
    effect: 'lost',
    cause: paragraph([
      end,
      unreported(plan.planned.size, count),
      t('mapping.txt and the mirror sets are not written.'),
    ]),
    fix: t(
      'Run the same command again. It skips the layers that are already there. A layer that was half copied starts again from its beginning.',
    ),
  };
}

function unreported(planned: number, missing: number): string {
  if (planned === 1) return t('The plan has 1 image, and it is not reported as written.');
  return missing === 1
    ? t('The plan has {0} images, and 1 of them is not reported as written.', planned)
    : t('The plan has {0} images, and {1} of them are not reported as written.', planned, missing);
}

/** `oc image mirror` copies one image of each manifest list unless it is told otherwise. */
function oneArchitecture(context: RunContext): ExplainedLine[] {
  const { section, lines, plan } = context;
  if (!isImageMirror(context) || plan.dryRun || !plan.started) return [];
  const asked = /\s--filter-by-os[=\s]/.test(section.command);
  return lines.flatMap(({ body }, number): ExplainedLine[] => {
    const chosen = /^Chose (\S+) manifest from the manifest list\./.exec(body)?.[1];
    if (chosen === undefined) return [];
    return [
      {
        line: section.start + number,
        code: 'oc/one-architecture',
        severity: 'warning',
        image: undefined,
        effect: asked ? undefined : 'lost',
        cause: t(
          'oc image mirror copied {0} only, out of a manifest list. So the image has another digest at the destination. Pulls by the digest that the catalog names fail.',
          chosen,
        ),
        fix: withFiles(plan)
          ? t(
              'Copy the whole lists: run oc image mirror again with --filter-by-os=.* or --keep-manifest-list.',
            )
          : t(
              'Copy the whole lists: run oc image mirror again with --filter-by-os=.* or --keep-manifest-list. operator-mirror copy -f mapping.txt always copies whole lists.',
            ),
      },
    ];
  });
}

/** Where no command is shown: `oc adm catalog mirror` chooses an image of the catalog alone, and says that it reads it. */
function isImageMirror({ action, section, tool, lines }: RunContext): boolean {
  if (section.command !== '') return action === 'image-mirror';
  return tool === 'oc' && !lines.some(({ body }) => readsCatalog.test(body));
}

const readsCatalog = /^using \w[\w ]{0,40} path mapping: |^src image has index label for /;

/** What the line about the manifests means after a run that lost images, or that copied none. */
function manifestsNote(context: RunContext, lines: readonly ExplainedLine[]): ExplainedLine[] {
  const { plan, section } = context;
  const at = context.lines.findIndex(({ body }) => body.startsWith('wrote mirroring manifests to '));
  // Without a database mapping.txt is empty.
  if (at === -1 || lines.some(({ code }) => code === 'oc/no-database')) return [];
  const note = {
    line: section.start + at,
    severity: 'information',
    image: undefined,
    effect: undefined,
  } as const;
  if (lines.some(({ effect }) => effect === 'lost')) {
    return [
      {
        ...note,
        code: 'oc/manifests-name-all',
        cause: t('The files that this run wrote name the failed images too.'),
        fix: plan.toFiles
          ? t(
              'Run the same command again. Before you carry the files on, run operator-mirror check FOLDER, which lists the images that v2 lacks.',
            )
          : plan.fromFiles
            ? t('Run the same command again before you apply any of these files.')
            : t(
                'Before you apply any of these files, copy what is missing: operator-mirror copy -f {0}/mapping.txt.',
                plan.manifests ?? '',
              ),
      },
    ];
  }
  if (plan.completed || plan.dryRun || !saysAll(context)) return [];
  return [
    {
      ...note,
      code: 'oc/nothing-copied',
      cause: t('This run wrote the manifests and copied nothing, as with --manifests-only.'),
      fix: withFiles(plan)
        ? t('Run the command again without --manifests-only.')
        : t(
            'Run the command again without --manifests-only. Or copy the images with operator-mirror copy -f {0}/mapping.txt.',
            plan.manifests ?? '',
          ),
    },
  ];
}

/** True when v2 is on one side: `operator-mirror copy` goes from registry to registry. */
function withFiles({ toFiles, fromFiles }: CopyPlan): boolean {
  return toFiles || fromFiles;
}

/** True when the log has the run from its beginning. */
function saysAll({ section, lines }: RunContext): boolean {
  return (
    section.command.includes('--manifests-only') ||
    lines.some(({ body }) => /^using (?:database|index) path mapping: /.test(body))
  );
}

import { z } from 'zod';
import { isDigest } from '../../base/digest.ts';
import { parsedJson } from '../../base/json.ts';
import { t } from '../../base/sentences.ts';
import { planSchema } from '../plan/planFile.ts';
import type { MirrorResult } from '../run/mirrorResult.ts';

export type ReadResult =
  | { readonly ok: true; readonly result: MirrorResult }
  | { readonly ok: false; readonly problem: string };

/** The file that keeps the result of a run, from which the others can be written again. */
export const reportName = 'report.json';

/** The result as the text of a `report.json`. The same result is the same text. */
export function resultText(result: MirrorResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

const many = 200_000;
const words = z.string().max(10_000);
const name = z.string().max(1000);
const digest = z.string().refine(isDigest);
const failure = z.object({
  code: name,
  message: words,
  side: z.enum(['source', 'destination']).optional(),
  nextStep: words.optional(),
});
const dropped = z.object({ package: name, name, missing: z.array(name).max(many) });

const resultSchema = z
  .object({
    version: z.literal(1),
    plan: planSchema,
    started: z.iso.datetime(),
    finished: z.iso.datetime(),
    images: z
      .array(
        z.object({
          result: z.enum(['copied', 'skipped', 'failed', 'stopped']),
          digest: digest.optional(),
          error: failure.optional(),
        }),
      )
      .max(many),
    catalogs: z
      .array(
        z.object({
          digest: digest.optional(),
          dropped: z.array(dropped).max(many),
          error: failure.optional(),
        }),
      )
      .max(1000),
    signatures: z
      .object({
        copied: z.int().nonnegative(),
        skipped: z.int().nonnegative(),
        failed: z.array(z.object({ image: name, name, error: failure })).max(many),
        absent: z.array(name).max(many),
        unknown: z.array(z.object({ image: name, error: failure })).max(many),
      })
      .optional(),
  })
  .refine(({ plan, images }) => images.length === plan.images.length, { path: ['images'] })
  .refine(({ plan, catalogs }) => catalogs.length === plan.catalogs.length, { path: ['catalogs'] });

/** Reads what `resultText` wrote. Whoever wrote the file, it is checked; never throws. */
export function readResult(text: string): ReadResult {
  const json = parsedJson(text);
  if (typeof json !== 'object' || json === null || !('version' in json) || !('plan' in json)) {
    return { ok: false, problem: t('it is no report of a mirror run') };
  }
  if (json.version !== 1) {
    return { ok: false, problem: t('it is a report of another version of operator-mirror') };
  }
  const parsed = resultSchema.safeParse(json);
  if (parsed.success) return { ok: true, result: parsed.data };
  const path = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  return { ok: false, problem: t('{0} is not what a report has there', path) };
}

import * as z from 'zod';
import { isDigest } from '../../base/digest.ts';
import { parsedJson } from '../../base/json.ts';
import { t } from '../../base/sentences.ts';
import { parseReference } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import { imageRoles, type MirrorPlan, namings } from './mirrorPlan.ts';

export type ReadPlan =
  | { readonly ok: true; readonly plan: MirrorPlan }
  | { readonly ok: false; readonly problem: string };

/** The plan as the text of a file. The same plan is the same text. */
export function planText(plan: MirrorPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

// More than any catalog has, and little enough to be held in memory.
const many = 200_000;
const name = z.string().min(1).max(1000);
const names = z.array(name).max(many);
const digest = z.string().refine(isDigest);
const bytes = z.int().min(0);
const reference = name.refine((text) => parseReference(text).ok);
const placed = name.refine((text) => parsePlaced(text).ok);

const word = z.string().max(1000).optional();
const channel = z.object({ name: z.string().max(1000), minVersion: word, maxVersion: word });
const selection = z.object({
  full: z.boolean(),
  packages: z
    .array(
      channel.extend({
        defaultChannel: word,
        channels: z.array(channel).max(many).optional(),
        bundles: names.optional(),
      }),
    )
    .max(many),
});

/** Of a plan as JSON, for whatever holds one. */
export const planSchema = z.object({
  version: z.literal(1),
  name,
  destination: z.string().max(1000),
  naming: z.enum(namings).optional(),
  catalogs: z
    .array(
      z.object({
        source: name,
        image: reference,
        digest: z.string().max(1000),
        name: name.optional(),
        destination: placed,
        imageDigest: digest.optional(),
        packages: names.optional(),
        selection: selection.optional(),
        bundles: z.array(z.object({ name, package: z.string().max(1000), images: names })).max(many),
      }),
    )
    .max(1000),
  images: z
    .array(
      z.object({
        source: placed,
        originals: names.optional(),
        digest: digest.optional(),
        name: name.optional(),
        destination: placed,
        role: z.enum(imageRoles),
        reason: names,
        bytes: bytes.optional(),
      }),
    )
    .max(many),
  uniqueBytes: bytes.optional(),
  archiveSize: bytes.optional(),
  collisions: z.array(z.object({ destination: placed, sources: names })).max(many),
  refused: z
    .array(z.object({ image: z.string().max(10_000), reason: names, problem: z.string().max(10_000) }))
    .max(many),
});

/** Reads what `planText` wrote. Whoever wrote the file, it is checked; never throws. */
export function readPlan(text: string): ReadPlan {
  const json = parsedJson(text);
  if (typeof json !== 'object' || json === null || !('version' in json)) {
    return { ok: false, problem: t('it is no plan') };
  }
  if (json.version !== 1) {
    return { ok: false, problem: t('it is a plan of another version of operator-mirror') };
  }
  const parsed = planSchema.safeParse(json);
  if (parsed.success) return { ok: true, plan: parsed.data };
  const path = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  return { ok: false, problem: t('{0} is not what a plan has there', path) };
}

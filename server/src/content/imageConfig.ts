import * as z from 'zod';
import { jsonIn } from '../base/json.ts';
import type { Platform } from './descriptor.ts';

/** What an image says of itself. https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  /** Undefined for content that is no container image, such as a Helm chart. */
  readonly platform: Platform | undefined;
  /** RFC 3339. */
  readonly created: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** Bytes of the largest config that is read; real ones have some ten thousand. */
export const largestConfig = 16 * 1024 * 1024;

const text = z.string().min(1).optional().catch(undefined);
const configBlob = z.object({
  os: text,
  architecture: text,
  variant: text,
  created: text,
  config: z
    .object({ Labels: z.record(z.string(), z.unknown()).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
});

/** Never throws: a config that is no JSON says nothing. */
export function parseConfig(bytes: Uint8Array): ImageConfig {
  const parsed = configBlob.safeParse(jsonIn(bytes));
  if (!parsed.success) return { platform: undefined, created: undefined, labels: {} };
  const { os, architecture, variant, created, config } = parsed.data;
  const labels = Object.entries(config?.Labels ?? {}).filter(
    (label): label is [string, string] => typeof label[1] === 'string',
  );
  const platform = os === undefined || architecture === undefined ? undefined : { os, architecture, variant };
  return { platform, created, labels: Object.fromEntries(labels) };
}

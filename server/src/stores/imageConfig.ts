import type { Readable } from 'node:stream';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import type { Platform } from '../content/descriptor.ts';
import type { Descriptor, ImageStore } from './imageStore.ts';

/** What an image says of itself. https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  /** Undefined for content that is no container image, such as a Helm chart. */
  readonly platform: Platform | undefined;
  /** RFC 3339. */
  readonly created: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** Bytes of the largest config that is read; real ones have some ten thousand. */
const largestConfig = 16 * 1024 * 1024;

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

/**
 * Reads the config of an image. What is not as it should be is left out.
 * @throws UserError
 */
export async function readConfig(
  store: ImageStore,
  config: Descriptor,
  signal: AbortSignal,
): Promise<ImageConfig> {
  if (config.size > largestConfig) {
    throw new UserError(
      'tooLarge',
      `${store.name}@${config.digest}: a config of ${config.size} bytes is none`,
      {
        nextStep: 'check the reference: this may be no container image',
      },
    );
  }
  return parseConfig(await collect(await store.getBlob(config, signal)));
}

/** Never throws: a config that is no JSON says nothing. */
export function parseConfig(bytes: Uint8Array): ImageConfig {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    value = undefined;
  }
  const parsed = configBlob.safeParse(value);
  if (!parsed.success) return { platform: undefined, created: undefined, labels: {} };
  const { os, architecture, variant, created, config } = parsed.data;
  const labels = Object.entries(config?.Labels ?? {}).filter(
    (label): label is [string, string] => typeof label[1] === 'string',
  );
  const platform = os === undefined || architecture === undefined ? undefined : { os, architecture, variant };
  return { platform, created, labels: Object.fromEntries(labels) };
}

/** `os/architecture[/variant]`. */
export function platformName({ os, architecture, variant }: Platform): string {
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

import { headerOf } from './answer.ts';
import type { Transport } from './transport.ts';
import { locationOf, type UploadContext } from './uploadSession.ts';

/** How far an upload has come. */
export interface Standing {
  /** Where it goes on. */
  readonly location: URL;
  /** Bytes that the registry has. */
  readonly offset: number;
}

/**
 * Asks how much a registry has of an upload that was interrupted; undefined where it has nothing, does not say, or does not know the
 * upload any more, as docker-registry, which goes on behind whole parts only.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks
 * @param size bytes of the whole
 */
export async function standingOf(
  transport: Transport,
  context: UploadContext,
  location: URL,
  size: number,
  signal: AbortSignal,
): Promise<Standing | undefined> {
  try {
    const answer = await transport.exchange(
      { ...context, times: 0, method: 'GET', target: location },
      signal,
    );
    if (answer.status !== 204) return undefined;
    const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(headerOf(answer.headers, 'range') ?? '')?.[1];
    const offset = Number(last) + 1;
    // Registries write `0-0` for nothing, too.
    if (!(offset > 1 && offset <= size)) return undefined;
    const next = headerOf(answer.headers, 'location') === undefined ? location : locationOf(answer, context);
    return { location: next, offset };
  } catch {
    // Whoever starts over finds out what is wrong.
    signal.throwIfAborted();
    return undefined;
  }
}

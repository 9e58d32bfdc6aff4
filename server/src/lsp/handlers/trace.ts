import { imageInText } from '../../documents/imageInText.ts';
import { formatReference, type ImageReference, parseReference } from '../../documents/imageReference.ts';
import type { MappingPair } from '../../documents/mapping.ts';
import { imageAt } from '../../features/imageAt.ts';
import { type TraceAnswer, type TraceQuestion, traceRequest } from '../../protocol.ts';
import { originalsOf } from '../../workspace/redirects.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { trace } from '../../workspace/trace.ts';
import { traceText } from '../../workspace/traceText.ts';
import type { Handler, Session } from '../session.ts';
import { keyOf, pathOf } from '../uri.ts';

/** Where nodes pull an image from: the one under a cursor, or the one in a text. */
export const traceHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    session.connection.onRequest(
      traceRequest,
      async (question: TraceQuestion): Promise<TraceAnswer | null> => {
        await session.scanned();
        const image = imageOf(question, session);
        if (image === undefined) return null;
        const { snapshot, settings } = session.context();
        const traced = trace({ snapshot, settings, show: (path) => pathOf(path) ?? path }, image);
        return { image: formatReference(traced.image), report: traceText(traced) };
      },
    );
  },
};

function imageOf({ uri, position, text }: TraceQuestion, { workspace }: Session): ImageReference | undefined {
  if (text !== undefined) return imageInText(text);
  const { snapshot } = workspace;
  const file = uri === undefined ? undefined : snapshot.files.get(keyOf(uri));
  const found = file === undefined || position === undefined ? undefined : imageAt(file, position);
  if (found === undefined || !('reference' in found)) return undefined;
  // Pods know the image of a line by its source, wherever in the line somebody points at.
  const image = 'pair' in found ? sourceOf(found.pair, snapshot) : found.reference;
  return image?.transport === 'registry' ? image : undefined;
}

/** After a `file://` hop the source is what the first hop says that it was. */
function sourceOf(pair: MappingPair, { provenance }: Snapshot): ImageReference | undefined {
  const { parsed, tagPattern } = pair.source;
  if (!parsed.ok || tagPattern !== undefined) return undefined;
  const { reference } = parsed;
  if (reference.transport !== 'file') return reference;
  const [repository, ...others] = originalsOf(pair, provenance);
  const original = repository === undefined || others.length > 0 ? undefined : parseReference(repository);
  return original?.ok ? { ...original.reference, tag: reference.tag, digest: reference.digest } : undefined;
}

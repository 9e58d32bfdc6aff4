import { imageInText } from '../../documents/imageInText.ts';
import { formatReference, type ImageReference } from '../../documents/imageReference.ts';
import { imageAt } from '../../features/imageAt.ts';
import { type TraceAnswer, type TraceQuestion, traceRequest } from '../../protocol.ts';
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
  const file = uri === undefined ? undefined : workspace.snapshot.files.get(keyOf(uri));
  const found = file === undefined || position === undefined ? undefined : imageAt(file, position);
  return found !== undefined && 'reference' in found && found.reference.transport === 'registry'
    ? found.reference
    : undefined;
}

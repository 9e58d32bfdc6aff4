import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { lastComponent } from '../../base/paths.ts';
import { t } from '../../base/sentences.ts';
import { oneLine } from '../../base/words.ts';
import { imageInText } from '../../documents/imageInText.ts';
import { formatReference, type ImageReference, parseReference } from '../../documents/imageReference.ts';
import type { MappingPair } from '../../documents/mappingLine.ts';
import { refusedImage } from '../../documents/refusedImage.ts';
import { isAtHop, isInRegistry } from '../../documents/transport.ts';
import { imageAt } from '../../features/imageAt.ts';
import type { ImageQuestion } from '../../protocol/files.ts';
import type { SuggestedManifest, TraceAnswer, TraceQuestion } from '../../protocol/trace.ts';
import type { Remedy } from '../../pulls/remedy.ts';
import { withResults } from '../../pulls/trace.ts';
import { traceTitle } from '../../pulls/traceText.ts';
import type { EndpointResult, Trace } from '../../pulls/traceTypes.ts';
import type { Fact } from '../../workspace/facts.ts';
import { originalsOf } from '../../workspace/originals.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { trace } from '../../workspace/trace.ts';
import { onAsked } from '../peer.ts';
import { placeIn } from '../placeIn.ts';
import type { Handler, Session } from '../session.ts';
import { ShownFiles } from '../shownFiles.ts';
import { keyOf } from '../uri.ts';
import { resolvePatience } from './patience.ts';

/** Where nodes pull an image from: the one under a cursor, or the one in a text. */
export const traceHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    const { connection } = session;
    onAsked(connection, 'operatorMirror/namedImage', async (question) => {
      await session.scanned();
      const image = imageOf(question, session);
      // A single word is a name that somebody may have typed, but nothing to find in a clipboard.
      return image === undefined || image.registry === '' ? null : formatReference(image);
    });
    onAsked(connection, 'operatorMirror/trace', async (question, signal) => {
      await session.scanned();
      const image = imageOf(question, session);
      if (image === undefined) return nothingFor(question);
      const { snapshot, settings } = session.context();
      const files = new ShownFiles();
      const traced = trace({ snapshot, settings, show: files.show }, image);
      const mayAsk = session.settings.isOnline;
      const asked =
        mayAsk && question.ask === true ? await ask(traced, session, signal) : { traced, reasons: [] };
      return toAnswer(asked, files, mayAsk);
    });
  },
};

/** What a person typed and nodes refuse is answered with the reason; a place or a text without an image with nothing. */
function nothingFor({ text }: TraceQuestion): null {
  const refused = text === undefined ? undefined : refusedImage(text);
  if (refused === undefined) return null;
  const { image, problem, instead } = refused;
  throw new ResponseError(
    LSPErrorCodes.RequestFailed,
    t('Nodes refuse the image "{0}": {1}. Write it as {2}.', oneLine(image).slice(0, 200), problem, instead),
  );
}

function imageOf({ uri, position, text }: ImageQuestion, { workspace }: Session): ImageReference | undefined {
  if (text !== undefined) return imageInText(text);
  const { snapshot } = workspace;
  const file = uri === undefined ? undefined : snapshot.files.get(keyOf(uri));
  const found =
    file === undefined || position === undefined ? undefined : imageAt(file, placeIn(file, position));
  if (found === undefined || !('reference' in found)) return undefined;
  // Pods know the image of a line by its source, wherever in the line somebody points at.
  const image = 'pair' in found ? sourceOf(found.pair, snapshot) : found.reference;
  return image !== undefined && isInRegistry(image) ? image : undefined;
}

/** After a `file://` hop the source is what the first hop says that it was. */
function sourceOf(pair: MappingPair, { provenance }: Snapshot): ImageReference | undefined {
  const { parsed, tagPattern } = pair.source;
  if (!parsed.ok || tagPattern !== undefined) return undefined;
  const { reference } = parsed;
  if (!isAtHop(reference)) return reference;
  const [repository, ...others] = originalsOf(pair, provenance);
  const original = repository === undefined || others.length > 0 ? undefined : parseReference(repository);
  return original?.ok ? { ...original.reference, tag: reference.tag, digest: reference.digest } : undefined;
}

interface Asked {
  readonly traced: Trace;
  /** Of each place that was asked in vain: why. */
  readonly reasons: readonly (string | undefined)[];
}

/** Asks all places at once. What nobody could find out stays untested: this machine is no node. */
async function ask(traced: Trace, { settings }: Session, signal: AbortSignal): Promise<Asked> {
  const facts = await Promise.all(
    traced.endpoints.map(({ reference }) =>
      settings.facts.whenKnown(reference, resolvePatience, undefined, signal),
    ),
  );
  return {
    traced: withResults(traced, facts.map(resultOf)),
    reasons: facts.map((fact) => (fact.state === 'failed' ? fact.reason : undefined)),
  };
}

function resultOf({ state }: Fact<unknown>): EndpointResult {
  return state === 'known' ? 'found' : state === 'missing' ? 'missing' : 'untested';
}

function toAnswer({ traced, reasons }: Asked, files: ShownFiles, mayAsk: boolean): TraceAnswer {
  const { image, verdict, explanation, endpoints, rules, unrelated, remedy } = traced;
  return {
    image: formatReference(image),
    verdict,
    headline: traceTitle(traced),
    sentences: explanation,
    places: endpoints.map(({ reference, from, result, insecure }, index) => {
      const reason = result === 'untested' ? reasons[index] : undefined;
      return {
        image: formatReference(reference),
        from,
        ...(insecure ? { insecure } : {}),
        result,
        ...(reason === undefined ? {} : { reason }),
      };
    }),
    rules: rules.map(({ file, line, kind, source, matched, reason }) => ({
      path: file,
      ...(line === undefined ? {} : { line }),
      kind,
      source,
      matched,
      reason,
    })),
    unrelated,
    ...(remedy === undefined ? {} : { manifest: toManifest(remedy) }),
    mayAsk,
    files: files.named(),
  };
}

/** Called as `oc` calls its own files, with what it is for behind the kind. */
function toManifest({ kind, source, mirrors, yaml }: Remedy): SuggestedManifest {
  const name = lastComponent(source).replaceAll(/[^\w.-]+/g, '-');
  const fileName = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}-${name}.yaml`;
  return { kind, fileName, mirrors, text: yaml };
}

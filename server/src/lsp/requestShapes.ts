import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import * as z from 'zod';
import { t } from '../base/sentences.ts';
import type { Requests } from '../protocol/requests.ts';

/** The requests of our own that `peer.onAsked` answers; that of LSP has its own parameters. */
export type OwnRequest = Exclude<keyof Requests, 'workspace/executeCommand'>;

/**
 * What a request was asked with, once it is known to be of the shape that the protocol says: a client of somebody else may send
 * anything. Fields that no shape names are left out.
 * @throws ResponseError `InvalidParams` that names the first parameter which is missing or of another kind
 */
export function paramsOf<Name extends OwnRequest>(name: Name, params: unknown): Requests[Name]['params'] {
  shapes ??= makeShapes();
  const read = shapes[name].safeParse(params);
  if (read.success) return read.data;
  const parameter = read.error.issues[0]?.path.join('.') ?? '';
  throw new ResponseError(
    ErrorCodes.InvalidParams,
    parameter === ''
      ? t('{0} was asked without an object of parameters', name)
      : t('{0} was asked with a parameter {1} that is missing or of another kind', name, parameter),
  );
}

type Shapes = { readonly [Name in OwnRequest]: z.ZodType<Requests[Name]['params']> };

/** Made with the first request: nobody waits for them while a file is opened. */
let shapes: Shapes | undefined;

function makeShapes(): Shapes {
  const text = z.string();
  const maybeText = z.exactOptional(text);
  const maybeTrue = z.exactOptional(z.boolean());
  const count = z.int().nonnegative();
  const position = z.object({ line: count, character: count });
  const image = { uri: maybeText, position: z.exactOptional(position), text: maybeText };
  const catalog = { catalog: text };
  const ofPackage = { ...catalog, package: text };
  const chosenPackage = z.object({
    name: text,
    defaultChannel: text.optional(),
    channels: z
      .array(z.object({ name: text, minVersion: text.optional(), maxVersion: text.optional() }))
      .optional(),
  });
  const chosen = z.array(z.object({ ...catalog, as: maybeText, packages: z.array(chosenPackage) }));

  return {
    'operatorMirror/explainLog': z.object({ text }),
    'operatorMirror/namedImage': z.object(image),
    'operatorMirror/trace': z.object({ ...image, ask: maybeTrue }),
    'operatorMirror/selectedBundles': z.object({ uri: text, position, ask: maybeTrue }),
    'operatorMirror/filesFor': z.object({ use: z.enum(['mapping', 'imageSet', 'mirrorSet']) }),
    'operatorMirror/mirrorPlaces': z.object({}),
    'operatorMirror/placeProblem': z.object({ text }),
    'operatorMirror/forecast': z.object({
      uri: text,
      current: z.exactOptional(z.object({ path: text, text })),
    }),
    'operatorMirror/operator': z.object({ ...ofPackage, version: maybeText, channel: maybeText }),
    'operatorMirror/upgradePath': z.object({ ...ofPackage, channel: text, versions: z.tuple([text, text]) }),
    'operatorMirror/compareCatalogs': z.object({ before: text, after: text }),
    'operatorMirror/checkLogin': z.object({ registry: text, username: text, password: text }),
    'operatorMirror/registries': z.object({}),
    'operatorMirror/askRegistry': z.object({ host: text }),
    'operatorMirror/catalogs': z.object({ added: z.array(text) }),
    'operatorMirror/catalogContent': z.object({ ...catalog, do: z.exactOptional(z.enum(['again', 'stop'])) }),
    'operatorMirror/catalogChannels': z.object({ ...ofPackage, chosen: z.exactOptional(chosenPackage) }),
    'operatorMirror/catalogImages': z.object({ ...ofPackage, bundle: text }),
    'operatorMirror/catalogTooltip': z.object({
      ...catalog,
      package: maybeText,
      channel: maybeText,
      bundle: maybeText,
      image: maybeText,
    }),
    'operatorMirror/searchCatalogs': z.object({ query: text, catalogs: z.array(text) }),
    'operatorMirror/choose': z.object({
      ...ofPackage,
      channel: maybeText,
      bundle: maybeText,
      on: z.boolean(),
      before: z.exactOptional(chosenPackage),
    }),
    'operatorMirror/chosen': z.object({ chosen, ask: maybeTrue }),
    'operatorMirror/runs': z.object({ others: z.array(text), search: maybeTrue }),
    'operatorMirror/runParts': z.object({ run: text, path: z.array(text), from: count }),
    'operatorMirror/runCommand': z.object({ run: text, only: z.exactOptional(z.array(text)) }),
    'operatorMirror/verifyCommand': z.object({ run: text }),
    'operatorMirror/runBases': z.object({ arguments: z.array(text), folder: text }),
    'operatorMirror/imageSetText': z.object({ chosen }),
    'operatorMirror/imageSetEdits': z.object({ uri: text, chosen }),
  };
}

import type { InitializeParams } from 'vscode-languageserver';
import * as z from 'zod';
import type { EditorCredential } from '../protocol/logins.ts';

const folder = z.looseObject({ uri: z.string(), name: z.string().catch('') });

const options = z.looseObject({
  // A client that has a notion of trust, and says it in a way that nobody understands, has not granted any.
  workspaceTrusted: z.boolean().optional().catch(false),
  storagePath: z.string().optional().catch(undefined),
  clientCommands: z.array(z.string()).optional().catch(undefined),
});

const initialize = z.looseObject({
  // The library ends the server when no process with this number runs.
  processId: z.int().positive().nullable().catch(null),
  rootUri: z.string().nullable().catch(null),
  locale: z.string().optional().catch(undefined),
  capabilities: z.looseObject({}).catch({}),
  workspaceFolders: listOf(folder).nullish().catch(undefined),
  initializationOptions: options.catch({}).optional(),
});

/**
 * The parameters of `initialize` as far as they are what LSP says; what is not counts as left out, so that a client
 * with one mistake still gets a server. Settings among the options are read elsewhere. Undefined for no object.
 */
export function readInitialize(params: unknown): InitializeParams | undefined {
  const read = initialize.safeParse(params);
  return read.success ? (read.data as unknown as InitializeParams) : undefined;
}

const credential = z.object({ registry: z.string(), username: z.string(), password: z.string() });

/** The logins that an editor hands over; what is none is left out. */
export function readCredentials(params: unknown): readonly EditorCredential[] {
  return listOf(credential).catch([]).parse(params);
}

/** A list of which only what fits is taken. */
function listOf<Shape extends z.ZodType>(shape: Shape) {
  return z.array(z.unknown()).transform((items) =>
    items.flatMap((item): z.output<Shape>[] => {
      const read = shape.safeParse(item);
      return read.success ? [read.data] : [];
    }),
  );
}

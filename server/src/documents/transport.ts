import { type Sentence, sentence, t } from '../base/sentences.ts';

/**
 * How a reference says where its images are. What is told apart by it anywhere is a field of `transports`, or a switch over
 * all of them, so that a new one does not compile before each place has an answer.
 * - `registry`: a registry, `HOST/NAMESPACE/NAME`; `docker://` in front is what tools of containers/image write
 * - `file`: the `v2/` folder that `oc` writes and reads
 * - `s3`: a bucket, which `oc` writes to
 * - `oci`: an OCI image layout, which oc-mirror and skopeo read and write, see `layoutReference`
 */
export type Transport = 'registry' | 'file' | 's3' | 'oci';

/** Whatever has a transport: an image reference. */
export interface Transported {
  readonly transport: Transport;
}

interface Traits {
  /** What stands before a reference. */
  readonly prefix: string;
  /** What other tools write before it. */
  readonly foreignPrefix: string | undefined;
  /** True where `oc` reads the prefix, so that `parseReference` does. */
  readonly ofOc: boolean;
  /** True where one slash behind the prefix means nothing: `file:///x` and `file://x` are the same place. */
  readonly dropsSlash: boolean;
  /** The components that a reference must have for `oc`, and how it is written. */
  readonly least: { readonly components: number; readonly form: string } | undefined;
  /** True where container engines pull from it: it has a host, mirrors and Docker's defaults. */
  readonly pulled: boolean;
  /** True for a folder of this machine: it is near the document that names it, and is read without a network. */
  readonly onDisk: boolean;
  /** True for a stop on the way that forgets which registries its images came from. */
  readonly hop: boolean;
  /** True where an image has its whole original reference for a name, in a place that holds images of any repository. */
  readonly keepsReferences: boolean;
  /** Who has the images, in a word; undefined where the host says it. */
  readonly holder: string | undefined;
  /** Why nobody can be asked what is there: of the image `{0}`, and alone. */
  readonly unaskable: { readonly reason: Sentence; readonly sentence: Sentence } | undefined;
}

const transports: Readonly<Record<Transport, Traits>> = {
  registry: {
    prefix: '',
    foreignPrefix: 'docker://',
    ofOc: true,
    dropsSlash: false,
    least: undefined,
    pulled: true,
    onDisk: false,
    hop: false,
    keepsReferences: false,
    holder: undefined,
    unaskable: undefined,
  },
  file: {
    prefix: 'file://',
    foreignPrefix: undefined,
    ofOc: true,
    dropsSlash: true,
    least: undefined,
    pulled: false,
    onDisk: true,
    hop: true,
    keepsReferences: false,
    holder: 'v2/',
    unaskable: undefined,
  },
  s3: {
    prefix: 's3://',
    foreignPrefix: undefined,
    ofOc: true,
    dropsSlash: false,
    least: { components: 3, form: 's3://HOST/REGION/BUCKET/IMAGE' },
    pulled: false,
    onDisk: false,
    hop: false,
    keepsReferences: false,
    holder: undefined,
    unaskable: {
      reason: sentence('{0} is in an S3 bucket, which cannot be asked'),
      sentence: sentence('An S3 bucket, which cannot be asked from here.'),
    },
  },
  oci: {
    prefix: 'oci://',
    foreignPrefix: 'oci://',
    ofOc: false,
    dropsSlash: false,
    least: undefined,
    pulled: false,
    onDisk: true,
    hop: false,
    keepsReferences: true,
    holder: sentence('the OCI layout'),
    unaskable: {
      reason: sentence('{0} is in an OCI layout, of which only the catalog is read'),
      sentence: sentence('An OCI image layout: its catalog is read, and nothing else of it is looked up.'),
    },
  },
};

const all = Object.keys(transports) as Transport[];
/** Those that a text may begin with for `oc`; all else names a registry. */
const prefixedOfOc = all.filter(
  (transport) => transports[transport].ofOc && transports[transport].prefix !== '',
);
const foreign = all.flatMap((transport) => {
  const prefix = transports[transport].foreignPrefix;
  return prefix === undefined ? [] : [{ transport, prefix }];
});

const foreignPrefix = foreign.map(({ prefix }) => prefix).join('|');
/** Asked of each argument of a mapping.txt, nearly all of which begin with none. */
const anyForeign = new RegExp(`^(?:${foreignPrefix})`);
const foreignAnywhere = new RegExp(foreignPrefix);

const plain = { transport: 'registry', start: 0 } as const;

/** The transport that `oc` reads in a text, and where the rest begins. */
export function transportOf(text: string): { readonly transport: Transport; readonly start: number } {
  for (const transport of prefixedOfOc) {
    const { prefix, dropsSlash } = transports[transport];
    if (!text.startsWith(prefix)) continue;
    const slash = dropsSlash && text.charAt(prefix.length) === '/' ? 1 : 0;
    return { transport, start: prefix.length + slash };
  }
  return plain;
}

/** The transport of containers/image that a text begins with and `oc` does not know, such as `docker://`. */
export function foreignTransportOf(
  text: string,
): { readonly transport: Transport; readonly prefix: string } | undefined {
  return anyForeign.test(text) ? foreign.find(({ prefix }) => text.startsWith(prefix)) : undefined;
}

/** True where such a transport is anywhere in a text: a line without it has no argument that begins with one. */
export function mentionsForeignTransport(text: string): boolean {
  return foreignAnywhere.test(text);
}

/** What stands before a reference: `file://`, nothing for a registry. */
export function prefixOf({ transport }: Transported): string {
  return transports[transport].prefix;
}

/** True for an image in a registry, from where nodes and container engines pull. */
export function isInRegistry({ transport }: Transported): boolean {
  return transports[transport].pulled;
}

/** True for an image in a folder of this machine, which is looked for near the document that names it. */
export function isOnDisk({ transport }: Transported): boolean {
  return transports[transport].onDisk;
}

/** True for an image at a stop on its way, such as `file://`, that forgets which registry it came from. */
export function isAtHop({ transport }: Transported): boolean {
  return transports[transport].hop;
}

/** True for an image in a layout, which names it by its whole original reference. */
export function keepsReferences({ transport }: Transported): boolean {
  return transports[transport].keepsReferences;
}

/** Who has the images, in a word; undefined where the host says it. */
export function holderOf({ transport }: Transported): string | undefined {
  const { holder } = transports[transport];
  return holder && t(holder);
}

/** Why nobody can be asked what is at a place; undefined where somebody can. */
export function unaskable({ transport }: Transported): Traits['unaskable'] {
  return transports[transport].unaskable;
}

/** What `oc` wants a reference to have at least. */
export function leastOf({ transport }: Transported): Traits['least'] {
  return transports[transport].least;
}

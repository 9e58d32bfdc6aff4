import { UserError } from '../base/errors.ts';
import { type Sentence, sentence, t } from '../base/sentences.ts';
import type { Tool, ToolCommand } from './toolCommand.ts';

/** What a step may be told besides what it works on. Paths are as the tool is to see them. */
export interface StepOptions {
  readonly authFile?: string | undefined;
  /** Registries that may go without TLS, or with a certificate that nobody can verify. */
  readonly insecure: readonly string[];
  /** How many components the names of repositories may have at the destination. */
  readonly maxComponents: number;
  /** The platform of the index image that is read, as `oc` takes it: a regular expression over OS/ARCH. */
  readonly indexFilterByOs: string;
  /** The packages that stay. */
  readonly packages: readonly string[];
  /** The mapping.txt. */
  readonly mapping?: string | undefined;
  /** The ImageSetConfiguration. */
  readonly imageSet?: string | undefined;
  /** Where `oc` is to write its manifests; a folder of its own choice where nothing is said. */
  readonly toManifests?: string | undefined;
  /** True for the manifests alone: no image is copied. */
  readonly manifestsOnly: boolean;
  /** The folder that oc-mirror brought images to before, from which they go on. */
  readonly from?: string | undefined;
  /** Where oc-mirror keeps what it works with, when images go from a registry to a registry. */
  readonly workspace: string;
}

/** One step of the way that people go by hand. */
export interface Step {
  readonly name: string;
  readonly tool: Tool;
  /** What stands behind the name, as usages show it. */
  readonly usage: string;
  readonly summary: Sentence;
  /** @throws UserError `usage` for operands that are none, and for what is missing */
  make(operands: readonly string[], options: StepOptions): ToolCommand;
}

/**
 * The steps in the order in which they are gone. Each has the flags without which it loses something or stops: the auth file,
 * whole manifest lists, the platform of the index, the switch for registries without TLS.
 */
export const steps: readonly Step[] = [
  {
    name: 'podman-login',
    tool: 'podman',
    usage: 'HOST',
    summary: sentence('log in to a registry, for podman, opm and skopeo'),
    make(operands, options) {
      const [host = ''] = exactly(operands, 'HOST');
      return toolCommand('podman', [
        'login',
        ...authOf(options),
        ...tlsOf([host], options, 'tls-verify'),
        host,
      ]);
    },
  },
  {
    name: 'grpcurl-list-packages',
    tool: 'grpcurl',
    usage: '[HOST:PORT]',
    summary: sentence('list the packages of a catalog that is served (localhost:50051)'),
    make(operands) {
      const [address = 'localhost:50051', ...more] = operands;
      if (more.length > 0) throw tooMuch('HOST:PORT');
      return toolCommand('grpcurl', ['-plaintext', word(address), 'api.Registry/ListPackages']);
    },
  },
  {
    name: 'opm-index-prune',
    tool: 'opm',
    usage: 'CATALOG IMAGE',
    summary: sentence(
      'make an index image that has only the packages of --packages; opm needs podman for it',
    ),
    make(operands, { packages, authFile, insecure }) {
      const [catalog = '', image = ''] = exactly(operands, 'CATALOG', 'IMAGE');
      if (packages.length === 0)
        throw missing('--packages', t('name the packages that stay: --packages A,B'));
      const words = ['index', 'prune', '-f', catalog, '-p', packages.join(','), '-t', image];
      const skip = [catalog, image].some((one) => insecure.includes(hostOf(one)));
      // opm has no flag for it: it is podman that logs in.
      const environment: Record<string, string> =
        authFile === undefined ? {} : { REGISTRY_AUTH_FILE: authFile };
      return toolCommand('opm', [...words, ...(skip ? ['--skip-tls'] : [])], environment);
    },
  },
  {
    name: 'podman-push',
    tool: 'podman',
    usage: 'IMAGE',
    summary: sentence('push an image that podman has'),
    make(operands, options) {
      const [image = ''] = exactly(operands, 'IMAGE');
      return toolCommand('podman', [
        'push',
        ...authOf(options),
        ...tlsOf([image], options, 'tls-verify'),
        image,
      ]);
    },
  },
  {
    name: 'skopeo-copy',
    tool: 'skopeo',
    usage: 'IMAGE IMAGE',
    summary: sentence('copy one image for all its platforms, with its digests'),
    make(operands, options) {
      const [source = '', destination = ''] = exactly(operands, 'IMAGE', 'IMAGE');
      return toolCommand('skopeo', [
        'copy',
        // Without it only the image of this machine's platform is copied, under another digest.
        '--all',
        '--preserve-digests',
        ...authOf(options),
        ...tlsOf([source], options, 'src-tls-verify'),
        ...tlsOf([destination], options, 'dest-tls-verify'),
        withTransport(source),
        withTransport(destination),
      ]);
    },
  },
  {
    name: 'oc-catalog-mirror',
    tool: 'oc',
    usage: 'CATALOG DEST',
    summary: sentence('mirror all that a catalog names: oc adm catalog mirror'),
    make(operands, options) {
      const [catalog = '', destination = ''] = exactly(operands, 'CATALOG', 'DEST');
      const { maxComponents, indexFilterByOs, toManifests, manifestsOnly } = options;
      return toolCommand('oc', [
        ...['adm', 'catalog', 'mirror', ...ocOptions(options)],
        `--max-components=${maxComponents}`,
        // What is read from files has been chosen when it was written.
        ...(catalog.startsWith('file://') ? [] : [`--index-filter-by-os=${indexFilterByOs}`]),
        ...(toManifests === undefined ? [] : [`--to-manifests=${toManifests}`]),
        ...(manifestsOnly ? ['--manifests-only'] : []),
        catalog,
        destination,
      ]);
    },
  },
  {
    name: 'oc-image-mirror',
    tool: 'oc',
    usage: '-f FILE',
    summary: sentence('copy the images of a mapping.txt: oc image mirror'),
    make(operands, options) {
      const { mapping } = options;
      if (operands.length > 0) throw tooMuch('-f FILE');
      if (mapping === undefined) throw missing('-f FILE', t('name the mapping.txt'));
      // Without the filter oc takes one image out of each manifest list, under another digest.
      const whole = ['--filter-by-os=.*', '--continue-on-error=true'];
      return toolCommand('oc', ['image', 'mirror', ...ocOptions(options), ...whole, '-f', mapping]);
    },
  },
  {
    name: 'oc-mirror',
    tool: 'oc-mirror',
    usage: '-c IMAGESET DEST',
    summary: sentence('mirror what an ImageSetConfiguration selects: oc-mirror, version 2'),
    make(operands, options) {
      const [given = ''] = exactly(operands, 'DEST');
      const { imageSet, from, workspace } = options;
      if (imageSet === undefined) throw missing('-c IMAGESET', t('name the ImageSetConfiguration'));
      const destination = given.startsWith('file://') ? given : withTransport(given);
      const kept =
        from !== undefined
          ? ['--from', asFiles(from)]
          : destination.startsWith('file://')
            ? []
            : ['--workspace', asFiles(workspace)];
      const others = options.insecure.filter((host) => host !== hostOf(destination));
      return toolCommand('oc-mirror', [
        ...['--v2', '-c', imageSet, ...kept, ...authOf(options)],
        ...(others.length > 0 ? ['--src-tls-verify=false'] : []),
        ...tlsOf([destination], options, 'dest-tls-verify'),
        destination,
      ]);
    },
  },
];

/** The step of a name. */
export function stepNamed(name: string): Step | undefined {
  return steps.find((step) => step.name === name);
}

function toolCommand(
  tool: Tool,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ToolCommand {
  return { tool, program: tool, words, environment };
}

/** `--authfile FILE`, as the tools of containers take it. */
function authOf({ authFile }: StepOptions): string[] {
  return authFile === undefined ? [] : [`--authfile=${authFile}`];
}

/** `oc` has one switch for all registries that it meets. */
function ocOptions({ authFile, insecure }: StepOptions): string[] {
  return [
    ...(authFile === undefined ? [] : [`--registry-config=${authFile}`]),
    ...(insecure.length > 0 ? ['--insecure'] : []),
  ];
}

/** `--OPTION=false` where one of the images is in a registry that may go without TLS. */
function tlsOf(images: readonly string[], { insecure }: StepOptions, option: string): string[] {
  return images.some((image) => insecure.includes(hostOf(image))) ? [`--${option}=false`] : [];
}

function hostOf(image: string): string {
  return image.replace(/^docker:\/\//, '').split('/', 1)[0] ?? '';
}

/** A registry without a transport is one: tools of containers want `docker://` before it. */
function withTransport(image: string): string {
  const isPlain = !/^[a-z-]+:\/\/|^(?:oci|dir|docker-archive|oci-archive|docker-daemon):/.test(image);
  const isLayout = image.startsWith('oci://');
  return isPlain ? `docker://${image}` : isLayout ? image.replace('oci://', 'oci:') : image;
}

function asFiles(folder: string): string {
  return folder.startsWith('file://') ? folder : `file://${folder}`;
}

/** @throws UserError `usage` unless there is a word for each name */
function exactly(given: readonly string[], ...names: readonly string[]): readonly string[] {
  const lacking = names[given.length];
  if (lacking !== undefined) throw missing(lacking, t('a step needs {0}', names.join(' ')));
  if (given.length > names.length) throw tooMuch(names.join(' '));
  return given.map(word);
}

/** What begins with a dash would be an option for the tool, and never what somebody names. */
function word(text: string): string {
  if (text !== '' && !text.startsWith('-')) return text;
  throw new UserError('usage', t('"{0}" is no name', text), {
    nextStep: t('name an image, a registry or a place'),
  });
}

function missing(what: string, nextStep: string): UserError {
  return new UserError('usage', t('{0} is missing', what), { nextStep });
}

function tooMuch(takes: string): UserError {
  return new UserError('usage', t('there is more than {0}', takes), {
    nextStep: t('see operator-mirror {0} --help', 'run'),
  });
}

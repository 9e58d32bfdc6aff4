import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExampleRegistry } from '../../scripts/lib/exampleRegistry.mjs';
import { copyExamples } from '../../scripts/lib/examples.mjs';
import { type Registry, startRegistry } from '../../scripts/lib/registry.mjs';

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** A copy of examples/ beside the registry that it names, and an empty registry to copy images to. */
export class ExampleWorkspace {
  /** The copied folder. */
  readonly folder: string;
  /** Holds the images that the examples name, under `localhost:PORT` of its own. */
  readonly registry: Registry;
  /** Empty at first. */
  readonly destination: Registry;
  readonly #parent: string;

  private constructor(parent: string, registry: Registry, destination: Registry) {
    this.#parent = parent;
    this.folder = join(parent, 'examples');
    this.registry = registry;
    this.destination = destination;
    copyExamples(this.folder, registry.port);
  }

  static async create(): Promise<ExampleWorkspace> {
    const registry = await startExampleRegistry({ port: 0 });
    const destination = await startRegistry();
    return new ExampleWorkspace(await mkdtemp(join(tmpdir(), 'om-examples-')), registry, destination);
  }

  /** A file as it is on disk. */
  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8');
  }

  /** Changes a file on disk. */
  async edit(path: string, change: (text: string) => string): Promise<void> {
    await writeFile(join(this.folder, path), change(await this.read(path)));
  }

  async stop(): Promise<void> {
    await Promise.all([this.registry.stop(), this.destination.stop()]);
    await rm(this.#parent, { recursive: true, force: true });
  }
}

/** The digest that a registry has for a tag or digest, or undefined. */
export async function digestAt(
  host: string,
  repository: string,
  reference: string,
): Promise<string | undefined> {
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`, {
    method: 'HEAD',
    headers: { accept: manifestTypes },
  });
  return response.ok ? (response.headers.get('docker-content-digest') ?? undefined) : undefined;
}

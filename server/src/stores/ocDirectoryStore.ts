import { OcDirectory } from './ocDirectory.ts';
import { undefinedWhenDamaged } from './storeErrors.ts';

/**
 * A repository in a `v2/` folder as the end of a copy. A tag whose image is not whole, down to the sizes of its layers, counts
 * as not there, whatever the link says, so that a copy brings what is missing and mends what is damaged.
 */
export class OcDirectoryStore extends OcDirectory {
  override async resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    await this.clean();
    const digest = await super.resolveTag(tag, signal).catch(undefinedWhenDamaged);
    return digest !== undefined && (await this.hasManifest(digest, signal)) ? digest : undefined;
  }
}

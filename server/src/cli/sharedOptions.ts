import { sentence } from '../base/sentences.ts';
import { usualRetries } from '../registry/options.ts';
import { count, flag, hosts, oneOf, text, type Values } from './options.ts';

/** How registries are reached, for every command that may ask some. */
export const registryOptions = {
  offline: flag({ help: sentence('contact nothing') }),
  authfile: text({ value: 'FILE', help: sentence('credentials, in the format of docker and podman') }),
  registriesConf: text({ value: 'FILE', help: sentence('registries.conf to use') }),
  caFile: text({ value: 'FILE', help: sentence('PEM file with certificate authorities to trust') }),
  insecure: hosts({
    help: sentence(
      'allow plain HTTP, and certificates that cannot be verified, for this registry (repeatable)',
    ),
  }),
};

export const retryOption = {
  retryTimes: count({
    default: usualRetries,
    least: 0,
    help: sentence('how often a request that fails for the moment is repeated ({default})'),
  }),
};

/** How images are copied, for every command that copies some. */
export const copyOptions = {
  // Like oc, which looks and writes nowhere else.
  dir: text({
    value: 'FOLDER',
    default: '.',
    help: sentence('what holds the v2/ of file:// images, or will hold it (the current folder)'),
  }),
  parallelImages: count({
    default: 48,
    help: sentence('images that are copied at the same time at most ({default})'),
  }),
  parallelLayers: count({
    default: 24,
    help: sentence(
      'layers that are moved at the same time at most ({default}); fewer where a registry is slow',
    ),
  }),
};

/** For the commands that bring what images have beside them. */
export const signaturesOption = {
  noSignatures: flag({
    help: sentence('leave the signatures, attestations and bills of materials of images where they are'),
  }),
};

export const formatOption = {
  format: oneOf(['text', 'json'], { help: sentence('how the result is printed ({default})') }),
};

/** What a command that declares `registryOptions` and `retryOption` gets of them. */
export type RegistryValues = Values<typeof registryOptions & typeof retryOption>;

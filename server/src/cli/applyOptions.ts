import { sentence } from '../base/sentences.ts';
import { confirmOption } from './confirm.ts';
import { clusterCommandOptions } from './openCluster.ts';
import { flag } from './options.ts';
import { registryOptions } from './sharedOptions.ts';

const { offline: _, ...reached } = registryOptions;

/** How a folder is applied. */
export const applyOptions = {
  ...confirmOption,
  dryRun: flag({ help: sentence('show what would be done, with a dry run by the API server, and stop') }),
  noWait: flag({ help: sentence('do not follow the nodes afterwards') }),
  addPullSecret: flag({
    help: sentence(
      'add the logins of this machine for the mirrors to the global pull secret, where it has none',
    ),
  }),
  addTrustedCa: flag({
    help: sentence(
      'add the authorities that this machine trusts for the mirrors to additionalTrustedCA, where they are missing',
    ),
  }),
  ...reached,
  ...clusterCommandOptions,
};

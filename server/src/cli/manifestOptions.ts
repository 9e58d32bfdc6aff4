import { UserError } from '../base/errors.ts';
import { sentence, t } from '../base/sentences.ts';
import { isResourceName } from '../documents/naming.ts';
import { findConfiguration } from '../files/configuration.ts';
import type { ManifestOptions } from '../mirror/manifests/manifestFiles.ts';
import { mirrorScopes } from '../mirror/manifests/scopedEntries.ts';
import { versionOfSetting, versionOfText } from '../workspace/clusterVersion.ts';
import { defaultSettings } from '../workspace/settings.ts';
import { oneOf, text, texts, type Values } from './options.ts';

/** How files for the cluster are written, for every command that writes some. */
export const manifestOptions = {
  scope: oneOf(mirrorScopes, {
    help: sentence(
      'what an entry of a mirror set stands for, where that is right for all of its images ({default})',
    ),
  }),
  clusterVersion: text({
    value: 'MAJOR.MINOR',
    help: sentence(
      'the OpenShift version, which decides about the kinds of objects: what .operator-mirror.yaml or the tag of the catalog says, or a current one',
    ),
  }),
  secret: texts({
    value: 'NAME',
    help: sentence('a pull secret in openshift-marketplace for the CatalogSources (repeatable)'),
  }),
};

/**
 * What the options say, and where they say nothing the configuration of a folder.
 * @throws UserError `usage`
 */
export async function readManifestOptions(
  { scope, clusterVersion, secret }: Values<typeof manifestOptions>,
  folder: string,
): Promise<ManifestOptions> {
  const bad = secret.find((name) => !isResourceName(name));
  if (bad !== undefined) {
    throw new UserError('usage', t('--secret {0} is no name of a secret', bad), {
      nextStep: t('name a secret in openshift-marketplace'),
    });
  }
  const version =
    clusterVersion === undefined ? await configuredVersion(folder) : versionOfText(clusterVersion);
  if (clusterVersion !== undefined && version === undefined) {
    throw new UserError('usage', t('--cluster-version {0} is no version', clusterVersion), {
      nextStep: t('write it as 4.18'),
    });
  }
  return { scope, secrets: secret, clusterVersion: version };
}

async function configuredVersion(folder: string): Promise<string | undefined> {
  const { settings } = await findConfiguration(folder);
  return versionOfSetting({ ...defaultSettings, ...settings });
}

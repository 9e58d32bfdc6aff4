import { t } from '../base/sentences.ts';
import { oneLine } from '../base/words.ts';
import type { CatalogBundle } from './model.ts';
import { fieldsOf, itemsOf, parsedJson, textOf } from './values.ts';

/** For which clusters a bundle is, in whole sentences: what it says of Kubernetes, of OpenShift, and of the newest OpenShift. */
export function clusterRequirements({ about, properties }: CatalogBundle): string[] {
  const minimum = oneLine(about?.minKubeVersion ?? '');
  const openShift = openShiftOf(minimum);
  const versions = oneLine(about?.annotations.get('com.redhat.openshift.versions') ?? '');
  const stated = properties.find(({ type }) => type === maxOpenShift)?.value;
  const maximum =
    stated === undefined
      ? maximumInAnnotation(about?.annotations.get('olm.properties') ?? '')
      : versionIn(parsedJson(stated));
  return [
    ...(minimum === ''
      ? []
      : openShift === undefined
        ? [t('Kubernetes {0} or newer', minimum)]
        : [t('Kubernetes {0} or newer, as in OpenShift {1}', minimum, openShift)]),
    ...(versions === '' ? [] : [openShiftVersions(versions)]),
    ...(maximum === '' ? [] : [t('OpenShift {0} or older: it holds up the upgrade to a newer one', maximum)]),
  ];
}

const maxOpenShift = 'olm.maxOpenShiftVersion';

/** `v4.8` means it and newer ones, `=v4.8` it alone, `v4.8-v4.10` a range; others are told as they are. */
function openShiftVersions(text: string): string {
  const [, only] = /^=v?(4\.\d{1,3})$/.exec(text) ?? [];
  if (only !== undefined) return t('OpenShift {0} only', only);
  const [, oldest, newest] = /^v?(4\.\d{1,3})-v?(4\.\d{1,3})$/.exec(text) ?? [];
  if (oldest !== undefined && newest !== undefined) return t('OpenShift {0} to {1}', oldest, newest);
  const [, from] = /^v?(4\.\d{1,3})$/.exec(text) ?? [];
  return from === undefined ? t('OpenShift versions {0}', text) : t('OpenShift {0} or newer', from);
}

/** The first OpenShift with a version of Kubernetes; from 4.3 on their minor versions keep their distance. */
function openShiftOf(kubernetes: string): string | undefined {
  const [, minor] = /^v?1\.(\d{1,3})(?:\.|$)/.exec(kubernetes) ?? [];
  const number = Number(minor);
  return minor === undefined || number < 16 ? undefined : `4.${number - 13}`;
}

/** The ClusterServiceVersion states properties as JSON in an annotation. */
function maximumInAnnotation(text: string): string {
  const property = itemsOf(parsedJson(text)).find((one) => textOf(fieldsOf(one)?.type) === maxOpenShift);
  return property === undefined ? '' : versionIn(fieldsOf(property)?.value);
}

function versionIn(value: unknown): string {
  return oneLine(typeof value === 'number' ? String(value) : textOf(value));
}

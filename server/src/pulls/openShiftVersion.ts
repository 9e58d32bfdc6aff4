import { t } from '../base/sentences.ts';

/**
 * True unless the version says that ImageDigestMirrorSet and ImageTagMirrorSet do not exist there yet: both came
 * with OpenShift 4.13. Before it ImageContentSourcePolicy is all there is, and pulls by tag are redirected by a
 * drop-in for registries.conf alone.
 * https://docs.redhat.com/en/documentation/openshift_container_platform/4.13/html/images/image-configuration
 */
export function hasTagMirrorSets(version: string | undefined): boolean {
  return version === undefined || !isBefore(version, '4.13');
}

/** What pods that pull an image by tag need, so that their pulls come to the mirror. */
export function remedyForTagPulls(version: string | undefined): string {
  return hasTagMirrorSets(version)
    ? t('an ImageTagMirrorSet')
    : t('a registries.conf drop-in written by a MachineConfig');
}

/** True when one `MAJOR.MINOR` is older than another. */
export function isBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major === otherMajor ? minor < otherMinor : major < otherMajor;
}

/**
 * True for the versions from 4.8 to 4.10, whose nodes drain for a safe change too where registries.conf has another
 * registry that is not for pulls by digest only. Fixed in 4.11.
 * https://bugzilla.redhat.com/show_bug.cgi?id=2056442, machine-config-operator#3144
 */
export function mayDrainAnyway(version: string | undefined): boolean {
  return version !== undefined && !isBefore(version, '4.8') && isBefore(version, '4.11');
}

import { t } from '../../base/sentences.ts';
import { printable } from '../../base/words.ts';
import type { MirrorResult } from '../../mirror/run/mirrorResult.ts';
import { groupedByCause } from '../../runs/failureGroups.ts';
import { failureLine } from './failureLine.ts';

type Signatures = NonNullable<MirrorResult['signatures']>;

/** Names that a list in a terminal has room for; JSON and the report have them all. */
const mostNames = 5;

/** What came of signatures and attestations, for stdout: what was brought, and how many images have none. */
export function signatureLines({ copied, skipped, absent }: Signatures): string {
  const brought = copied + skipped;
  const lines = [
    ...(brought === 0
      ? []
      : [
          brought === 1
            ? t('1 signature or attestation is with its image')
            : t('{0} signatures and attestations are with their images', brought),
        ]),
    ...(absent.length === 0
      ? []
      : [
          absent.length === 1
            ? t('1 image has no signature or attestation')
            : t('{0} images have no signature or attestation', absent.length),
        ]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What is wrong with signatures and attestations, by cause, for stderr; the images themselves are there. */
export function signatureProblems({ failed, unknown }: Signatures): string {
  const lines = [
    ...groupedByCause(
      failed.map(({ image, name, error }) => {
        return { image: { source: name, destination: image }, name, error, message: error.message };
      }),
    ).flatMap((group) => {
      const words = failureLine(group[0]?.error ?? nothing);
      return [
        group.length === 1
          ? t('1 signature or attestation failed: {0}', words)
          : t('{0} signatures and attestations failed, the first one with: {1}', group.length, words),
        ...shortened(group.map(({ name }) => name)),
      ];
    }),
    ...groupedByCause(
      unknown.map(({ image, error }) => {
        return { image: { source: image, destination: '' }, error, message: error.message };
      }),
    ).flatMap((group) => {
      const words = failureLine(group[0]?.error ?? nothing);
      return [
        group.length === 1
          ? t('nobody could say whether 1 image has signatures: {0}', words)
          : t('nobody could say whether {0} images have signatures: {1}', group.length, words),
        ...shortened(group.map(({ image }) => image.source)),
      ];
    }),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

const nothing = { code: '', message: '' };

function shortened(names: readonly string[]): string[] {
  const shown = names.slice(0, mostNames).map((name) => `  ${name}`);
  const more = names.length - mostNames;
  return more > 0 ? [...shown, `  ${t('and {0} more', more)}`] : shown;
}

/** As commands give it in JSON: users' scripts depend on every name here. */
export function signaturesJson({ copied, skipped, failed, absent, unknown }: Signatures): object {
  return {
    copied,
    skipped,
    failed: failed.map(({ image, name, error }) => ({ image, name, error: failureLine(error) })),
    absent,
    unknown: unknown.map(({ image, error }) => ({ image, error: failureLine(error) })),
  };
}

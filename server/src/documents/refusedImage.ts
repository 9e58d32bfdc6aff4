import { sentence, t } from '../base/sentences.ts';
import { imageInText, imageNamedIn } from './imageInText.ts';
import { formatReference } from './imageReference.ts';
import { parsePullSpec } from './pullSpec.ts';
import { hasTemplate } from './template.ts';

/** What looks like the image that a text is about and is none that nodes take. */
export interface RefusedImage {
  readonly image: string;
  /** Why nodes refuse it, in words without a final dot. */
  readonly problem: string;
  /** How it is written instead: the image itself where that is clear, else the form that images have. */
  readonly instead: string;
}

/** The form that images have, for people who are asked for one. */
export const imageForm = sentence('HOST/NAMESPACE/NAME:TAG or HOST/NAMESPACE/NAME@DIGEST');

/**
 * Why there is no image in a text that seems to name one: capital letters, a scheme, half a digest, the ID of an image.
 * Undefined where there is an image (`imageInText`), and where nothing looks like one.
 */
export function refusedImage(text: string): RefusedImage | undefined {
  const image = imageInText(text) === undefined ? imageNamedIn(text) : undefined;
  if (image === undefined || image === '') return undefined;
  if (hasTemplate(image))
    return { image, problem: t('it holds a template, which is filled in later'), instead: t(imageForm) };
  const parsed = parsePullSpec(image);
  if (parsed.ok) return undefined;
  const instead = /^[0-9a-f]{64}$/.test(image) ? `HOST/NAMESPACE/NAME@sha256:${image}` : repaired(image);
  return { image, problem: parsed.problem, instead: instead ?? t(imageForm) };
}

/** Without a scheme, without an empty tag, and with a name in lower case; undefined where that is no image either. */
function repaired(text: string): string | undefined {
  const bare = text.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\//, '').replace(/[:@/]+$/, '');
  const version = /(?::[^:/@]*)?(?:@.*)?$/.exec(bare)?.[0] ?? '';
  const name = bare.slice(0, bare.length - version.length);
  const parsed = parsePullSpec(`${name.toLowerCase()}${version}`);
  return parsed.ok ? formatReference(parsed.reference) : undefined;
}

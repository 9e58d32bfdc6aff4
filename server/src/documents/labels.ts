import { t } from '../base/sentences.ts';
import { isResourceName } from './naming.ts';

const longest = 63;

/** Why the API server refuses a value of a label; undefined when it does not. The value may be empty. */
export function labelValueProblem(value: string): string | undefined {
  return value === '' ? undefined : wordProblem(value);
}

/**
 * Why the API server refuses the name of a label, an annotation or a finalizer; undefined when it does not. It is
 * `[PREFIX/]NAME`, the prefix a DNS subdomain.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function qualifiedNameProblem(name: string): string | undefined {
  const slash = name.indexOf('/');
  if (slash !== -1 && !isResourceName(name.slice(0, slash)))
    return t('before the slash stands a domain in lower case, such as example.com');
  if (name.includes('/', slash + 1) && slash !== -1) return t('one slash is allowed, behind a domain');
  const word = name.slice(slash + 1);
  return word === '' ? t('it is empty') : wordProblem(word);
}

function wordProblem(word: string): string | undefined {
  if (word.length > longest) return t('{0} characters are the most', longest);
  return /^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/.test(word)
    ? undefined
    : t('letters, digits, "-", "_" and "." are allowed, a letter or digit at both ends');
}

import { extname } from 'node:path';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { isJsonManifest } from '../documents/jsonManifest.ts';
import { splitLines, withoutMark } from '../documents/lines.ts';
import { parseMapping } from '../documents/mapping.ts';
import type { FileContent } from '../documents/workspaceFile.ts';
import { mentionsResource, parseYaml } from '../documents/yamlFile.ts';
import { decodeText, type Encoding, encodingOf } from './encoding.ts';
import type { FileType, FoundFile } from './find.ts';
import { longestFile, notUtf8, readBytes } from './textFile.ts';

/** Bytes of JSON that was not named itself: lists of mirror sets have a few MiB, and catalogs hundreds. */
const longestJson = 16 * 1024 * 1024;

/** A file of ours as it is on disk. */
export interface LoadedFile {
  readonly content: FileContent;
  /** With its byte order mark. */
  readonly text: string;
  readonly bytes: Buffer;
  /** What is wrong with it although it could be read; a person should know. */
  readonly problem: UserError | undefined;
}

/**
 * Reads a file that was found or named, and parses it. Undefined when it is none of ours, which is cheap to say of big
 * files of something else.
 *
 * @throws UserError `unreadable`, `outside`, `too-large`; `not-utf8` for one of ours in UTF-16
 */
export async function loadFile(found: FoundFile): Promise<LoadedFile | undefined> {
  const isJson = !found.named && extname(found.path).toLowerCase() === '.json';
  const bytes = await readBytes(found.path, {
    most: isJson ? longestJson : longestFile,
    inside: found.inside,
  }).catch((error: unknown) => {
    if (isJson && error instanceof UserError && error.code === 'too-large') return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  const encoding = encodingOf(bytes);
  const isPlain = encoding === 'utf-8' || encoding === '8-bit';
  const text = isPlain ? bytes.toString('utf8') : decodeText(bytes);
  const isCandidate = isJson
    ? isJsonManifest(withoutMark(text))
    : found.type === 'mapping' || mentionsResource(text);
  if (!isCandidate) return undefined;
  if (!isPlain) throw otherEncoding(found.path, encoding);
  const content = parseText(text, found.type);
  if (!isRecognised(content)) return undefined;
  // Tools read a mapping byte by byte, and nothing but its comments can be beyond ASCII.
  const problem = encoding === '8-bit' && found.type === 'yaml' ? notUtf8(found.path) : undefined;
  return { content, text, bytes, problem };
}

/** As `loadFile`, for an editor, which reads text in other encodings too: the content alone. */
export async function loadContent(found: FoundFile): Promise<FileContent | undefined> {
  try {
    return (await loadFile(found))?.content;
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'not-utf8') throw error;
    return parseText(decodeText(await readBytes(found.path, { inside: found.inside })), found.type);
  }
}

/** Parses a text as what it is to be read as. Never throws. */
export function parseText(text: string, type: FileType): FileContent {
  const lines = splitLines(withoutMark(text));
  return type === 'mapping' ? { type, mapping: parseMapping(lines) } : { type, yaml: parseYaml(lines) };
}

/** True for a file that is ours: a mapping, YAML with a resource of ours in it, or a kustomization, which names patches. */
export function isRecognised(content: FileContent): boolean {
  return isChecked(content) || (content.type === 'yaml' && content.yaml.patches.length > 0);
}

/** True for a file that rules look at. */
export function isChecked(content: FileContent): boolean {
  return content.type === 'mapping' || content.yaml.resources.length > 0;
}

function otherEncoding(path: string, encoding: Encoding): UserError {
  if (encoding === 'binary') {
    return new UserError('not-utf8', t('{0} is no text: there are zero bytes in it', path), {
      nextStep: t('save it as UTF-8, then run this again'),
    });
  }
  return new UserError('not-utf8', t('{0} is written in UTF-16', path), {
    nextStep: t('save it as UTF-8 (in PowerShell with `Out-File -Encoding utf8`), then run this again'),
  });
}

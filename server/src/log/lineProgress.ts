import type { LogLine } from './logLine.ts';

/** What a line tells of how far its command is; what it does not tell is left out. */
export interface LineProgress {
  /** So many images more are planned. */
  readonly planned?: number;
  /** So many images are planned in all. */
  readonly total?: number;
  /** An image is finished: what it is called. */
  readonly done?: string;
}

/** `oc`: an image of its plan with its tags, and an image that is written. */
const planned = /^ {6}sha256:[0-9a-f]{64} -> (\S.*)$/;
const written = /^sha256:[0-9a-f]{64} (\S+)$/;
/** oc-mirror v2: how many there are, and each that it is through with. Its spinners count by themselves. */
const toCopy = /images to copy (\d{1,7})\b/;
const copied = /^Success copying (?:docker:\/\/)?(\S+)/;
const spun = /^[✓✗]\s+(?:(\d{1,7})\/(\d{1,7}) : )?\([^)]{0,40}\)\s+(?:docker:\/\/)?(\S+)/;
/** skopeo: an image of a list. */
const ofList = /^Copying image (sha256:[0-9a-f]{64}) \((\d{1,7})\/(\d{1,7})\)$/;
const nothing: LineProgress = {};

/** What one line of `oc`, oc-mirror or skopeo tells of the progress. Linear in the line. */
export function progressOf({ text, body }: LogLine): LineProgress {
  const tags = planned.exec(text.trimEnd())?.[1];
  if (tags !== undefined) return { planned: tags.split(/[\s,]+/).length };
  const done = written.exec(body)?.[1] ?? copied.exec(body)?.[1];
  if (done !== undefined) return { done };
  const total = toCopy.exec(body)?.[1];
  if (total !== undefined) return { total: Number(total) };
  const [, , ofAll, image] = spun.exec(body) ?? [];
  if (image !== undefined) return { done: image, ...(ofAll !== undefined && { total: Number(ofAll) }) };
  const [, digest, , all] = ofList.exec(body) ?? [];
  return digest === undefined ? nothing : { done: digest, total: Number(all) };
}

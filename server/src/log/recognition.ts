import { commonLines } from './commonLines.ts';
import type { LogLine } from './logLine.ts';
import { nodeLines } from './nodeLines.ts';
import { ocImageLines } from './ocImageLines.ts';
import { ocMirror1Lines } from './ocMirror1Lines.ts';
import { ocMirror2Lines } from './ocMirror2Lines.ts';
import { ocMirror2Results } from './ocMirror2Results.ts';
import { ocMirror2Usage } from './ocMirror2Usage.ts';
import { ocRunLines } from './ocRunLines.ts';
import { ocServerLines } from './ocServerLines.ts';
import { olmLines } from './olmLines.ts';
import { olmStatusLines } from './olmStatusLines.ts';
import { opmLines } from './opmLines.ts';
import { type LogPattern, type Recognised, recognise } from './pattern.ts';
import { explainPull } from './pullFailure.ts';
import { pullLines } from './pullLines.ts';
import type { Requester } from './reason.ts';
import { isOfNode, requesterOf } from './requester.ts';
import { type LogSection, toolOf } from './runs.ts';
import { explainByCause } from './trailingCause.ts';
import { unknownLine } from './unknownLines.ts';

const patterns: readonly LogPattern[] = [
  ...ocImageLines,
  ...ocRunLines,
  ...ocServerLines,
  ...ocMirror1Lines,
  ...ocMirror2Results,
  ...ocMirror2Lines,
  ...ocMirror2Usage,
  ...opmLines,
  ...olmLines,
  ...nodeLines,
  ...pullLines,
  ...olmStatusLines,
  ...commonLines,
];

/** What nodes and pods say: they do not mirror, though their words may be those of tools that do. */
const nodePatterns: readonly LogPattern[] = [
  ...ocRunLines,
  ...ocServerLines,
  ...opmLines,
  ...olmLines,
  ...nodeLines,
  ...pullLines,
  ...olmStatusLines,
  ...commonLines,
];

/** Progress, which needs no explanation and is most of a log. */
const progress = /^(?:uploading|mounted): |^(?:\S+ )?sha256:[0-9a-f]{64}(?: |$)/;

/** What `oc` prints when all goes well. */
const plainOc =
  /^(?:uploading|mounted): \S+ sha256:|^src image has index label for |^using (?:database|index) path mapping: |^wrote mirroring manifests to |^info: (?:Planning|Mirroring) completed in |^sha256:[0-9a-f]{64} (?:file:\/\/|[\w.-]+[.:])\S*\//;

/** True for a line that only a run of `oc` that goes well prints. */
export function isPlainOc({ body }: LogLine): boolean {
  return plainOc.test(body);
}

/** What each line means, by its number; the sections are the runs, which say who printed it. */
export function recogniseLines(
  lines: readonly LogLine[],
  sections: readonly LogSection[],
): (Recognised | undefined)[] {
  const found: (Recognised | undefined)[] = new Array<Recognised | undefined>(lines.length).fill(undefined);
  let done = 0;
  const between = (end: number) => {
    // Text between the blocks of notes is nobody's output: each line there speaks for itself.
    for (; done < end; done++) {
      const line = lines[done];
      if (line === undefined) continue;
      const requester = isOfNode(line) ? 'node' : 'bastion';
      found[done] = recogniseLine(lines, done, { requester, family: undefined, start: done });
    }
  };
  for (const section of sections) {
    between(section.start);
    const own = lines.slice(section.start, section.end);
    const requester = requesterOf(section, own);
    const family = familyOfSection(section, own);
    for (; done < section.end; done++) {
      found[done] = recogniseLine(lines, done, { requester, family, start: section.start });
    }
  }
  between(lines.length);
  return found;
}

/** What one line means while its command still runs, so that nobody knows what comes behind it. */
export function recogniseNow(lines: readonly LogLine[], at: number, tool: string): Recognised | undefined {
  return recogniseLine(lines, at, { requester: 'bastion', family: families[tool], start: 0 });
}

/** What a run tells of each of its lines. */
interface Speaker {
  readonly requester: Requester;
  readonly family: string | undefined;
  /** The first line of the run. */
  readonly start: number;
}

function recogniseLine(lines: readonly LogLine[], at: number, section: Speaker): Recognised | undefined {
  const line = lines[at];
  if (line === undefined || line.body === '' || progress.test(line.body)) return undefined;
  const whole = withAnswers(line, lines, at);
  const speaker = speakerOf(line, section);
  const own = speaker.requester === 'node' ? nodePatterns : patterns;
  const known =
    recognise(whole, own, speaker.requester) ??
    // Journals quote errors in errors, each time with one more escape.
    (line.body.includes('\\"') ? recognise(withoutEscapes(whole), own, speaker.requester) : undefined);
  if (known !== undefined) return ofNode(explainedPull(known));
  if (line.level === 'info') return undefined;
  const family = familyOf(line, speaker);
  const caused = explainByCause(whole, {
    family: family ?? 'pull',
    requester: speaker.requester,
    imageBefore: (version) => imageBefore(lines, at, speaker.start, version),
  });
  if (caused !== undefined && isAboutImages(whole, caused)) {
    const explained = explainedPull(caused);
    return line.level === 'warning' ? { ...explained, severity: 'warning', effect: undefined } : explained;
  }
  return unknownLine(line, family, speaker.requester);
}

/** People put events of nodes and the output of tools into one text: a line that tells whose it is is believed. */
function speakerOf(line: LogLine, section: Speaker): Speaker {
  if (isOfNode(line)) return { ...section, requester: 'node' };
  return line.logger === 'oc-mirror' ? { ...section, requester: 'bastion' } : section;
}

function withoutEscapes(line: LogLine): LogLine {
  return { ...line, body: line.body.replace(/\\{1,16}"/g, '"') };
}

function explainedPull(line: Recognised): Recognised {
  return line.code.startsWith('pull/') ? explainPull(line) : line;
}

/** What a node could not pull ends no command, and says nothing of what a mirror run did. */
function ofNode(line: Recognised): Recognised {
  const pulls = line.code.startsWith('pull/') && line.requester === 'node';
  return pulls && (line.effect === 'ended' || line.effect === 'lost')
    ? { ...line, effect: 'unpulled' }
    : line;
}

/** Journals of nodes have many errors that are not about images. */
function isAboutImages({ body }: LogLine, { requester, image }: Recognised): boolean {
  if (requester === 'bastion') return true;
  return image !== undefined && /\b(?:image|pull(?:ing)?|manifest|registry)\b/i.test(body);
}

const answer =
  /^(?:denied|unauthorized|toomanyrequests|name unknown|manifest unknown|name invalid|unsupported)\b/;
/** More than a registry ever says at once. */
const mostAnswers = 5;

/** A registry may say several things at once: then `errors:` ends the line, and they stand below it. */
function withAnswers(line: LogLine, lines: readonly LogLine[], at: number): LogLine {
  if (!line.body.endsWith(': errors:')) return line;
  const answers: string[] = [];
  for (const { body } of lines.slice(at + 1, at + 1 + mostAnswers)) {
    if (!answer.test(body)) break;
    answers.push(body);
  }
  return answers.length === 0 ? line : { ...line, body: `${line.body} ${answers.join('; ')}` };
}

const families: Readonly<Record<string, string>> = {
  oc: 'oc',
  'oc-mirror': 'oc-mirror',
  opm: 'opm',
  podman: 'pull',
  skopeo: 'pull',
  docker: 'pull',
  buildah: 'pull',
  crictl: 'pull',
};

/** The first half of the codes of a run's tool, by its command, else by what its other lines are of. */
function familyOfSection({ command }: LogSection, lines: readonly LogLine[]): string | undefined {
  if (command !== '') return families[toolOf(command).tool];
  if (lines.some(({ logger }) => logger === 'oc-mirror')) return 'oc-mirror';
  if (lines.some(({ body, logger }) => logger === 'logrus' && ofOlm.test(body))) return 'olm';
  if (lines.some(({ body, logger }) => logger === 'logrus' && ofOpm.test(body))) return 'opm';
  return lines.some(({ body }) =>
    /^(?:Trying to pull |Getting image source|Copying (?:blob|config) )/.test(body),
  )
    ? 'pull'
    : undefined;
}

const ofOlm =
  /\b(?:catalogsources?|installplans?|clusterserviceversions?|queueinformer\w*|subscriptions?|registry server)\b/i;
const ofOpm =
  /\berror resolving name\b|\bbundles="?\[|\bbuilding the index|\bconfigs=|\bindex image\b|rendering|pogreb|serving registry/i;

function familyOf({ body, logger, text }: LogLine, { family }: Speaker): string | undefined {
  if (family !== undefined) return family;
  if (logger === 'oc-mirror') return 'oc-mirror';
  if (/^(?:error|warning): /.test(body)) return 'oc';
  if (logger === 'klog') return ofOlm.test(body) ? 'olm' : 'oc';
  if (ofOpm.test(body)) return 'opm';
  // The installer of OpenShift leaves out the time.
  if (logger === 'logrus') return ofOlm.test(body) ? 'olm' : text.startsWith('level=') ? undefined : 'opm';
  return undefined;
}

/** How far back an image is looked for: a tool names it when it begins with it. */
const mostLinesBack = 20;

/** The image that lines before name last; of a version, where that is known. */
function imageBefore(
  lines: readonly LogLine[],
  at: number,
  start: number,
  version: string | undefined,
): string | undefined {
  for (let before = at - 1; before >= Math.max(start, at - mostLinesBack); before--) {
    for (const word of (lines[before]?.body ?? '').slice(0, 4000).split(/[\s"'[\],]+/)) {
      if (
        word.length > 600 ||
        !/^[\w-]+(?:[.:][\w.-]+)+\/\S*[:@][\w.:-]+$/.test(word.replace('docker://', ''))
      )
        continue;
      const image = word.replace('docker://', '').replace(/:$/, '');
      if (version === undefined || image.endsWith(`:${version}`) || image.endsWith(`@${version}`))
        return image;
    }
  }
  return undefined;
}

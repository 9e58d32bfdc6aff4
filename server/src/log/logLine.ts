/** One line of a log, freed of what tools and collectors put in front of it. */
export interface LogLine {
  /** As it stands in the file. */
  readonly text: string;
  /** What was said: without escape codes, time stamps, levels and the quotes of logrus. */
  readonly body: string;
  /** The level that the logger gave it, where it gave one. */
  readonly level: 'error' | 'warning' | 'info' | undefined;
  /** The logger by its form; undefined for plain output. */
  readonly logger: 'klog' | 'logrus' | 'oc-mirror' | undefined;
  /** The program that a journal names in front of it, such as `crio`. */
  readonly program?: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes of terminals begin with one.
const escapeCodes = /\u001b\[[?0-9;]{0,20}[A-Za-z]/g;
const isoTime =
  /^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?: [+-]\d{4})?:?\s{1,8}/;
const syslog =
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? \S{1,255} ([^\s:[]{1,255})(?:\[[^\s:]{1,255})?: /;
/** A journal as `oc adm node-logs` and `journalctl -o short-iso` print it, behind the time. */
const isoJournal = /^\S{1,255} ([a-z][\w.-]{1,60})\[\d{1,10}\]: /;
/** The log of a container as nodes and collectors keep it, and marks of build servers. */
const collectors = /^(?:std(?:err|out) [FP] |##\[error\]|\[[a-z0-9][\w./ -]{0,100}\] (?=\S)|::error::)/;
const klog = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{1,9} {1,9}\d{1,9} [^\s\]]{1,255}\] /;
/** logrus on a terminal. */
const terminalLevel = /^(FATA|ERRO|WARN|INFO|DEBU)\[[^\s\]]{4,40}\] /;
const bracketLevel = /^\[(TRACE|DEBUG|INFO|WARN|WARNING|ERROR)\]\s{0,8}:?\s{0,8}/;
const logrusLevel = /\blevel="?([a-z]{4,7})"? (?:[a-z]{1,20}=\S{1,200} ){0,3}msg=/;
/** Also what YAML puts in front of the output of a tool, as Ansible shows it. */
const leading = /^\s{0,200}(?:- |(?:stderr|stdout|msg): (?=\S))?(['"]?)/;

const levels: Readonly<Record<string, LogLine['level']>> = {
  I: 'info',
  W: 'warning',
  E: 'error',
  F: 'error',
  TRACE: 'info',
  DEBUG: 'info',
  INFO: 'info',
  FATA: 'error',
  ERRO: 'error',
  DEBU: 'info',
  WARN: 'warning',
  WARNING: 'warning',
  ERROR: 'error',
  trace: 'info',
  debug: 'info',
  info: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  fatal: 'error',
  panic: 'error',
};

/** Most of a log: the plan's layers and what is uploaded, which have nothing in front. */
const plain = /^(?: {6}|uploading: |mounted: |sha256:)\S/;

/** Reads one line, in time linear in its length. */
export function parseLogLine(text: string): LogLine {
  if (plain.test(text)) return { text, body: text.trim(), level: undefined, logger: undefined };
  let body = text.includes('\u001b') ? text.replace(escapeCodes, '') : text;
  const [before = '', quote = ''] = leading.exec(body) ?? [];
  body = body.slice(before.length - (before.trim() === quote ? quote.length : 0)).trimEnd();
  if (quote !== '' && before.trim() !== quote && body.endsWith(quote)) body = body.slice(0, -1);
  const journal = syslog.exec(body);
  if (journal !== null) return ofProgram(text, body.slice(journal[0].length), journal[1]);
  const said = body.replace(isoTime, '');
  const isoJournalLine = said === body ? null : isoJournal.exec(said);
  if (isoJournalLine !== null)
    return ofProgram(text, said.slice(isoJournalLine[0].length), isoJournalLine[1]);
  return parseMessage(text, said.replace(collectors, ''));
}

function ofProgram(text: string, message: string, program: string | undefined): LogLine {
  return { ...parseMessage(text, message), program: program ?? '' };
}

/** What a logger says, without its level. */
function parseMessage(text: string, body: string): LogLine {
  const ofKlog = klog.exec(body);
  if (ofKlog !== null)
    return { text, body: body.slice(ofKlog[0].length), level: levels[ofKlog[1] ?? ''], logger: 'klog' };
  const bracket = bracketLevel.exec(body);
  if (bracket !== null) {
    return {
      text,
      body: body.slice(bracket[0].length),
      level: levels[bracket[1] ?? ''],
      logger: 'oc-mirror',
    };
  }
  const terminal = terminalLevel.exec(body);
  if (terminal !== null) {
    const message = body.slice(terminal[0].length);
    return { text, body: message, level: levels[terminal[1] ?? ''], logger: 'logrus' };
  }
  const logrus = body.startsWith('time=') || body.startsWith('level=') ? logrusLevel.exec(body) : null;
  if (logrus !== null) {
    const message = messageOf(body.slice(logrus.index + logrus[0].length));
    return { text, body: message, level: levels[logrus[1] ?? ''], logger: 'logrus' };
  }
  return { text, body, level: undefined, logger: undefined };
}

/** The value of logrus' `msg=`, with what stands behind it when it has no quotes. */
function messageOf(text: string): string {
  if (!text.startsWith('"')) return text;
  let message = '';
  for (let at = 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') return `${message}${text.slice(at + 1)}`;
    if (character === '\\') {
      at++;
      const escaped = text.charAt(at);
      message += escaped === 'n' ? ' ' : escaped === 't' ? ' ' : escaped;
    } else {
      message += character;
    }
  }
  return message;
}

import { t } from '../base/sentences.ts';
import type { Command } from './command.ts';
import { aboutCommand, exitCodesHelp, languageHelp, optionRows, purpose, usageOf } from './help.ts';

/** The manual page, in the macros of man: https://man7.org/linux/man-pages/man7/man.7.html */
export function manPage(commands: readonly Command[]): string {
  const parts = [
    '.TH OPERATOR-MIRROR 1 "" "Operator Mirror" "User Commands"',
    `.SH ${escaped(t('NAME'))}`,
    `operator-mirror \\- ${escaped(purpose().replace(/[.。]$/, ''))}`,
    `.SH ${escaped(t('SYNOPSIS'))}`,
    commands.map((command) => bold(usageOf(command))).join('\n.br\n'),
    `.SH ${escaped(t('COMMANDS'))}`,
    ...commands.flatMap(commandPart),
    `.SH ${escaped(t('EXIT STATUS'))}`,
    escaped(exitCodesHelp()),
    `.SH ${escaped(t('LANGUAGE'))}`,
    escaped(languageHelp()),
  ];
  return `${parts.join('\n')}\n`;
}

function commandPart(command: Command): string[] {
  return [
    `.SS ${escaped(command.name)}`,
    escaped(aboutCommand(command)),
    ...optionRows(command).map(
      ({ short, long, help }) =>
        `.TP\n${bold(short === undefined ? long : `${short}, ${long}`)}\n${escaped(help)}`,
    ),
  ];
}

function bold(text: string): string {
  return `.B ${escaped(text)}`;
}

/** A line of text in which nothing is a request or an escape, and whose hyphens can be copied into a shell. */
function escaped(text: string): string {
  return (
    text
      .replaceAll('\\', '\\e')
      .replaceAll('-', '\\-')
      // Any troff knows a character by its number, whatever encoding it reads.
      .replaceAll(/[^ -~\n]/gu, (character) => `\\[u${hexadecimal(character)}]`)
      .replaceAll(/^(?=[.'])/gm, '\\&')
  );
}

function hexadecimal(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

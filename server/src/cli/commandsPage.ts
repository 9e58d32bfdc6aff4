import { paragraph } from '../base/words.ts';
import type { Command } from './command.ts';
import { aboutCommand, exitCodesHelp, languageHelp, optionRows, usageOf } from './help.ts';

/** The page of the documentation that has all commands with their options, in Markdown: what `--help` says of each. */
export function commandsPage(commands: readonly Command[]): string {
  const parts = [
    '# operator-mirror',
    paragraph([exitCodesHelp(), escaped(languageHelp())]),
    commands.map(({ name }) => `[${name}](#${name})`).join(' · '),
    ...commands.flatMap(commandPart),
  ];
  return `${parts.join('\n\n')}\n`;
}

function commandPart(command: Command): string[] {
  const rows = optionRows(command).map(
    ({ short, long, help }) =>
      `| ${code(short === undefined ? long : `${short}, ${long}`)} | ${cell(help)} |`,
  );
  return [
    `## ${command.name}`,
    `\`\`\`text\n${usageOf(command)}\n\`\`\``,
    escaped(aboutCommand(command)),
    ['| | |', '| --- | --- |', ...rows].join('\n'),
  ];
}

/** Text in a cell of a table that is no Markdown of its own. */
function cell(text: string): string {
  return escaped(text).replaceAll('|', '\\|');
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** Placeholders such as `<folder>` would be tags of HTML, and globs emphasis. */
function escaped(text: string): string {
  return text.replaceAll(/[*<_`]/g, '\\$&');
}

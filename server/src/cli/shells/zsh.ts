import { languages } from '../../base/languages.ts';
import { t } from '../../base/sentences.ts';
import type { Command } from '../command.ts';
import { languageOption } from '../language.ts';
import { type Completed, completedOperands, completedOptions } from './completed.ts';

/**
 * A script by which zsh completes the command line: for a file `_operator-mirror` in a folder of `fpath`, or to be read at start.
 * @param globals what may stand in the place of a command, such as `--version`
 */
export function zshCompletion(commands: readonly Command[], globals: readonly string[]): string {
  const named = commands.map(({ name, summary }) => quoted(`${name}:${t(summary)}`));
  const cases = commands.map((command) => `        ${command.name})\n${specifications(command)} ;;`);
  return `#compdef operator-mirror
# Lets zsh complete operator-mirror. Made by: operator-mirror completion zsh
_operator_mirror() {
  local curcontext=$curcontext state line
  local -a commands=(
    ${named.join('\n    ')}
  )
  _arguments -C '1: :->command' '*:: :->words'
  case $state in
    command)
      _describe -t commands command commands
      compadd -- ${globals.join(' ')} ;;
    words)
      case $words[1] in
        help) _describe -t commands command commands ;;
${cases.join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _operator-mirror ]]; then
  _operator_mirror "$@"
else
  compdef _operator_mirror 'operator-mirror'
fi
`;
}

/** A call of `_arguments`: https://zsh.sourceforge.io/Doc/Release/Completion-System.html#Completion-Functions */
function specifications(command: Command): string {
  const options = completedOptions(command).flatMap(({ spellings, option, value }) => {
    const help = t(option.help, { default: option.default }).replaceAll(/[[\]\\]/g, '\\$&');
    const others = option.repeatable ? '*' : spellings.length > 1 ? `(${spellings.join(' ')})` : '';
    return spellings.map((spelling) => {
      const isLong = spelling.startsWith('--');
      const joint = value === undefined || !isLong ? '' : option.bare === undefined ? '=' : '=-';
      const argument =
        value === undefined
          ? ''
          : `${option.bare === undefined ? ':' : '::'}${option.value}:${action(value)}`;
      return `${others}${spelling}${joint}[${help}]${argument}`;
    });
  });
  const { words, others } = completedOperands(command);
  const operands = [
    ...(words.length === 0 ? [] : [`1:${words.join('|')}:${action(words)}`]),
    `*:${command.operands.usage === '' ? ' ' : 'operand'}:${action(others)}`,
  ];
  const all = [...options, languageSpecification, '(- *)--help', ...operands].map(quoted);
  return `          _arguments \\\n            ${all.join(' \\\n            ')}`;
}

const languageSpecification = `${languageOption}=:LANG:(${languages.join(' ')})`;

function action(completed: Completed): string {
  if (completed === 'files') return '_files';
  if (completed === 'folders') return '_files -/';
  return completed === 'nothing' ? ' ' : `(${completed.join(' ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

import { languages } from '../../base/languages.ts';
import type { Command } from '../command.ts';
import { languageOption } from '../language.ts';
import { type Completed, completedOperands, completedOptions } from './completed.ts';

/**
 * A script by which bash completes the command line. It needs no package of the system's, and starts no program.
 * @param globals what may stand in the place of a command, such as `--version`
 */
export function bashCompletion(commands: readonly Command[], globals: readonly string[]): string {
  const names = commands.map(({ name }) => name);
  return `# Lets bash complete operator-mirror. Made by: operator-mirror completion bash
_operator_mirror() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]}
  # Bash takes --format=json for three words.
  if [[ $word == = ]]; then
    word= before+==
  elif [[ $before == = ]]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}=
  fi
  local kind= words=
  if ((COMP_CWORD == 1)); then
    words=${quoted([...names, ...globals])}
  else
    case "$command $before" in
${[...commands.flatMap(valueCases), languageCase].join('\n')}
    esac
    [[ $kind$words ]] || case $command in
      help) words=${quoted(names)} ;;
${commands.map(commandCase).join('\n')}
    esac
  fi
  COMPREPLY=()
  case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    *) [[ $words ]] && COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -F _operator_mirror operator-mirror
`;
}

/** What stands behind an option that takes a value. */
function valueCases(command: Command): string[] {
  return completedOptions(command).flatMap(({ spellings, option, value }) => {
    if (value === undefined) return [];
    const patterns = spellings.flatMap((spelling) => [
      // What may stand alone has its value behind a = only.
      ...(option.bare === undefined ? [`'${command.name} ${spelling}'`] : []),
      ...(spelling.startsWith('--') ? [`'${command.name} ${spelling}='`] : []),
    ]);
    return [`      ${patterns.join(' | ')}) ${assignment(value)} ;;`];
  });
}

const languageCase = `      *' ${languageOption}' | *' ${languageOption}=') ${assignment(languages)} ;;`;

function commandCase(command: Command): string {
  const options = completedOptions(command).flatMap(({ spellings, option, value }) => {
    const withValue = option.bare !== undefined && Array.isArray(value) ? value : [];
    return [...spellings, ...withValue.map((word) => `${spellings[0]}=${word}`)];
  });
  const { words, others } = completedOperands(command);
  const first = words.length === 0 ? '' : `elif ((COMP_CWORD == 2)); then ${assignment(words)}; `;
  return `      ${command.name}) if [[ $word == -* ]]; then ${assignment([...options, languageOption, '--help'])}; ${first}else ${assignment(others)}; fi ;;`;
}

function assignment(completed: Completed): string {
  return typeof completed === 'string' ? `kind=${completed}` : `words=${quoted(completed)}`;
}

function quoted(words: readonly string[]): string {
  return `'${words.join(' ')}'`;
}

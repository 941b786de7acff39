import type { Command, Option } from './command.ts';
import { globalOptions } from './options.ts';

/**
 * A script for each shell, written from the declarations and complete in itself: completing a word starts no glistio.
 */
export const completionScripts: Readonly<Record<'bash' | 'zsh' | 'fish', (commands: readonly Command[]) => string>> = {
  bash: forBash,
  zsh: forZsh,
  fish: forFish,
};

type NamedOption = Option & { readonly name: string };

function optionsOf(command: Command | undefined): NamedOption[] {
  return Object.entries<Option>({ ...command?.options, ...globalOptions }).map(([name, option]) => ({
    name,
    ...option,
  }));
}

function wordsOf({ name, alias }: NamedOption): string[] {
  const long = name === 'color' ? ['--color', '--no-color'] : [`--${name}`];
  return alias ? [...long, `-${alias}`] : long;
}

function forBash(commands: readonly Command[]): string {
  const longestFirst = [...commands].sort((a, b) => b.name.length - a.name.length);
  const words = longestFirst.map((command) => {
    const offered = [...optionsOf(command).flatMap(wordsOf), ...nextWords(command, commands)].join(' ');
    return `    '${command.name} '*) command='${command.name}' words='${offered}' ;;`;
  });
  const values = commands.flatMap((command) =>
    optionsOf(command)
      .filter(({ kind }) => kind !== 'flag')
      .map(
        (option) =>
          `    ${wordsOf(option)
            .map((word) => `'${command.name}:${word}'`)
            .join('|')}) ${bashValue(option)}; return ;;`,
      ),
  );
  const first = [...new Set(commands.map(({ name }) => name.split(' ')[0])), ...optionsOf(undefined).flatMap(wordsOf)];
  return `# bash completion for glistio
_glistio() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='${first.join(' ')}'
  case "\${COMP_WORDS[*]:1:COMP_CWORD-1} " in
${words.join('\n')}
  esac
  case "$command:$before" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _glistio glistio
`;
}

function bashValue({ choices, completes }: Option): string {
  if (choices) return `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$word"))`;
  if (completes) return `compopt -o filenames; COMPREPLY=($(compgen ${completes === 'file' ? '-f' : '-d'} -- "$word"))`;
  return 'COMPREPLY=()';
}

function forZsh(commands: readonly Command[]): string {
  const cases = [...commands]
    .sort((a, b) => b.name.length - a.name.length)
    .map((command) => {
      const specs = optionsOf(command).flatMap((option) =>
        wordsOf(option).map((word) => `      ${quote(zshOption(word, option))}`),
      );
      const skipped = command.name.split(' ').length;
      const positionals = (command.positionals ?? []).map(
        ({ name, summary, choices }, index) =>
          `      ${quote(`${index + skipped + 1}:${summary || name}:${choices ? `(${choices.join(' ')})` : ''}`)}`,
      );
      return `    '${command.name}'*) _arguments \\\n${[...specs, ...positionals, `      '*: :'`].join(' \\\n')} ;;`;
    });
  const names = commands.map(({ name, summary }) => `      ${quote(`${name.split(' ')[0]}:${summary}`)}`);
  return `#compdef glistio
_glistio() {
  case "\${words[2,CURRENT-1]}" in
${cases.join('\n')}
    *)
      local -a names=(
${[...new Set(names)].join('\n')}
      )
      _describe command names ;;
  esac
}
if [ "$funcstack[1]" = _glistio ]; then _glistio "$@"; else compdef _glistio glistio; fi
`;
}

function zshOption(word: string, { kind, summary, value, choices, completes }: Option): string {
  const many = kind === 'texts' ? '*' : '';
  const text = summary.replace(/[[\]:]/g, '\\$&');
  if (kind === 'flag') return `${word}[${text}]`;
  const action = choices ? `(${choices.join(' ')})` : completes === 'file' ? '_files' : completes ? '_files -/' : '';
  return `${many}${word}[${text}]:${value ?? 'value'}:${action}`;
}

function forFish(commands: readonly Command[]): string {
  const first = [...new Set(commands.map(({ name }) => name.split(' ')[0] as string))];
  const lines = ['# fish completion for glistio', 'complete -c glistio -f'];
  for (const name of first) {
    const summary = commands.find((command) => command.name === name)?.summary ?? '';
    lines.push(`complete -c glistio -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`);
  }
  for (const option of optionsOf(undefined)) lines.push(`complete -c glistio ${fishOption(option)}`);
  for (const command of commands) {
    const condition = quote(
      command.name
        .split(' ')
        .map((word) => `__fish_seen_subcommand_from ${word}`)
        .join('; and '),
    );
    for (const [name, option] of Object.entries(command.options))
      lines.push(`complete -c glistio -n ${condition} ${fishOption({ name, ...option })}`);
    for (const choice of nextWords(command, commands)) lines.push(`complete -c glistio -n ${condition} -a ${choice}`);
  }
  return `${lines.join('\n')}\n`;
}

function fishOption({ name, alias, kind, summary, choices, completes }: NamedOption): string {
  const values = choices ? ` -x -a ${quote(choices.join(' '))}` : completes ? ' -r -F' : kind === 'flag' ? '' : ' -x';
  return `-l ${name}${alias ? ` -s ${alias}` : ''}${values} -d ${quote(summary)}`;
}

/** What may stand behind a command: the choices of its arguments, and the second words of commands that begin with it. */
function nextWords({ name, positionals = [] }: Command, commands: readonly Command[]): string[] {
  const longer = commands
    .filter((other) => other.name.startsWith(`${name} `))
    .map((other) => other.name.slice(name.length + 1));
  return [...longer, ...positionals.flatMap(({ choices }) => choices ?? [])];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

import yargs, { type Options as YargsOptions } from 'yargs';
import type { Command, Option } from './command.ts';
import { globalOptions } from './options.ts';

/** The help text of one command or of glistio as a whole, laid out by yargs from the declarations. */
export async function formatHelp(
  command: Command | undefined,
  commands: readonly Command[],
  width: number,
): Promise<string> {
  const cli = yargs([])
    .scriptName('glistio')
    .locale('en')
    .help(false)
    .version(false)
    .wrap(Math.min(width, 120))
    .updateStrings({ 'Positionals:': 'Arguments:' });
  if (command) {
    const positionals = command.positionals ?? [];
    const usage = positionals
      .map(({ name, optional, many }) => `${optional ? `[${name}` : name}${many ? '…' : ''}${optional ? ']' : ''}`)
      .join(' ');
    cli.usage(`glistio ${command.name} [options]${usage ? ` ${usage}` : ''}\n\n${command.summary}`);
    for (const { name, summary, choices } of positionals)
      cli.positional(name, { describe: summary, type: 'string', ...(choices ? { choices } : {}) });
    for (const [name, option] of Object.entries<Option>(command.options))
      cli.option(name, forYargs(option, option.group ?? 'Options:'));
    for (const [line, summary] of Object.entries(command.examples)) cli.example(line, summary);
  } else {
    cli.usage(
      'glistio <command> [options]\n\nSee what Gloo’s gateway proxies will look like, and whether mTLS will work, before anything is installed.',
    );
    for (const { name, summary } of commands) cli.command(name, summary);
    for (const { examples } of commands)
      for (const [line, summary] of Object.entries(examples).slice(0, 1)) cli.example(line, summary);
    cli.epilogue(
      'Exit codes: 0 done, 1 findings (invalid values, differences), 2 it could not be done.\nMore: glistio <command> --help',
    );
  }
  for (const [name, option] of Object.entries<Option>(globalOptions)) cli.option(name, forYargs(option, 'Everywhere:'));
  return `${await cli.getHelp()}\n`;
}

function forYargs(option: Option, group: string): YargsOptions {
  return {
    ...(option.kind === 'flag' ? { type: 'boolean' } : {}),
    describe: option.value ? `${option.summary} [${option.value}]` : option.summary,
    group,
    ...(option.alias ? { alias: option.alias } : {}),
    ...(option.choices ? { choices: option.choices } : {}),
    ...(option.fallback ? { default: option.fallback } : {}),
  };
}

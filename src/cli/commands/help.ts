import { lines, shown } from '../../printable.ts';
import { defineCommand } from '../command.ts';
import { findCommand, unknownCommand } from '../parse.ts';

export const helpCommand = defineCommand({
  name: 'help',
  summary: 'Show help for a command, or for all of them',
  positionals: [{ name: 'COMMAND', summary: 'The command, in one word or two', optional: true, many: true }],
  options: {},
  readsSettings: false,
  examples: { 'glistio help render': 'The same as glistio render --help' },
  async run(_, { io, commands, positionals }) {
    const { formatHelp } = await import('../help.ts');
    const command = findCommand(positionals, commands);
    if (command === undefined && positionals.length > 0) throw unknownCommand(positionals, commands);
    io.stdout(lines(await formatHelp(command, commands, io.width)));
    return 'done';
  },
});

export const versionCommand = defineCommand({
  name: 'version',
  summary: 'Print the version of glistio; glistio releases lists the chart’s',
  options: {},
  readsSettings: false,
  examples: { 'glistio version': 'The same as glistio --version' },
  async run(_, { io }) {
    const own = await import('../version.ts');
    io.stdout(shown`${own.version}\n`);
    return 'done';
  },
});

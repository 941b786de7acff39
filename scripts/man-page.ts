/** Writes dist/glistio.1, the man page of all commands, from the same declarations as help and completion. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Command, Option, Options } from '../src/cli/command.ts';
import { commands } from '../src/cli/commands/all.ts';
import { globalOptions } from '../src/cli/options.ts';
import { version } from '../src/cli/version.ts';

const declared = commands.flatMap(({ options }) => Object.entries<Option>(options));
/** By name, what several commands declare: described once, not for each of them. */
const shared: Options = Object.fromEntries(
  declared
    .filter(([, option]) => declared.filter(([, other]) => other === option).length > 1)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);

export function manPage(): string {
  return [
    `.TH GLISTIO 1 "" "glistio ${version}" "User Commands"`,
    '.SH NAME',
    'glistio \\- say what the gateway proxies of Gloo will look like under Istio mTLS',
    '.SH SYNOPSIS',
    '.B glistio',
    '.I command',
    '[options] [arguments]',
    '.SH OPTIONS OF EVERY COMMAND',
    ...optionsIn(globalOptions),
    '.SH OPTIONS OF SEVERAL COMMANDS',
    ...optionsIn(shared),
    '.SH COMMANDS',
    ...commands.flatMap(commandIn),
    '.SH EXIT STATUS',
    '.TP\n.B 0\nDone, and nothing found.',
    '.TP\n.B 1\nFindings: errors in the values, differences, Upstreams whose requests are refused.',
    '.TP\n.B 2\nIt could not be done.',
    '.SH FILES',
    '.TP\n.I .glistio.yaml',
    text('Settings: the nearest in the working directory or above it, up to the top of the repository.'),
    '',
  ].join('\n');
}

function commandIn({ name, summary, positionals = [], options, examples }: Command): string[] {
  const usage = positionals.map(
    (one) => `${one.optional ? `[${one.name}` : one.name}${one.many ? '…' : ''}${one.optional ? ']' : ''}`,
  );
  const own = Object.entries(options).filter(([name, option]) => shared[name] !== option);
  const others = Object.entries(options).filter(([name, option]) => shared[name] === option);
  return [
    `.SS glistio ${text([name, '[options]', ...usage].join(' '))}`,
    `${text(summary)}.`,
    ...positionals.flatMap((one) => ['.TP', `.I ${text(one.name)}`, text(one.summary)]),
    ...optionsIn(Object.fromEntries(own)),
    ...(others.length === 0
      ? []
      : ['.PP', `Of the options of several commands: ${others.map(([name]) => bold(`--${name}`)).join(', ')}`]),
    ...Object.entries(examples).flatMap(([line, does]) => [
      '.PP',
      `${text(does)}:`,
      '.PP',
      '.RS',
      '.nf',
      text(line),
      '.fi',
      '.RE',
    ]),
  ];
}

function optionsIn(options: Options): string[] {
  return Object.entries<Option>(options).flatMap(([name, { alias, value, summary, choices, fallback }]) => {
    const words = [...(alias === undefined ? [] : [`-${alias}`]), `--${name}`].map(bold);
    const notes = [
      ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
      ...(fallback === undefined ? [] : [`default: ${fallback}`]),
    ];
    return [
      '.TP',
      `${words.join(', ')}${value === undefined ? '' : ` \\fI${text(value)}\\fR`}`,
      text(`${summary}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`),
    ];
  });
}

function bold(word: string): string {
  return `\\fB${text(word)}\\fR`;
}

/**
 * Escapes text for roff: a line that begins with a dot or an apostrophe would be a request, and - would be a hyphen.
 */
function text(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync('dist/glistio.1', manPage());

import { parseArgs } from 'node:util';
import { CannotDo } from '../outcome.ts';
import { closest } from '../schema/check-closest.ts';
import { lookupTable } from '../value.ts';
import type { Command, Option, Options, ParsedArgs } from './command.ts';
import { meantOption, withBareValues, withChartVersion } from './habits.ts';
import { globalOptions } from './options.ts';

export interface Request {
  readonly command: Command | undefined;
  readonly args: ParsedArgs;
  readonly positionals: readonly string[];
  readonly quiet: boolean;
  readonly color: boolean | undefined;
  readonly help: boolean;
  readonly version: boolean;
  readonly config: string | undefined;
  readonly showConfig: boolean;
}

/**
 * Turns argv into a request, from the declarations alone. Node's own parser splits the words the way Helm and kubectl
 * users expect (`-ojson`, `-f=x`, `--set a=b`, `--`); yargs is loaded only to print help, because loading it takes
 * longer than rendering.
 */
export function parseArguments(argv: readonly string[], commands: readonly Command[]): Request {
  const leading = leadingWords(argv, commands);
  const command = findCommand(leading, commands);
  argv = withBareValues(withChartVersion(argv, command), command);
  const asksForHelp = argv.includes('--help') || argv.includes('-h');
  if (command === undefined && leading.length > 0 && !asksForHelp) throw unknownCommand(leading, commands);
  const options: Options = { ...command?.options, ...globalOptions };
  const given = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of tokensOf(argv, options)) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, text } = readToken(token, options, command);
    given.set(name, [...(given.get(name) ?? []), text]);
  }
  const flag = (name: string): boolean | undefined =>
    given.has(name) ? given.get(name)?.at(-1) === 'true' : undefined;
  const positionals = words.slice(command ? command.name.split(' ').length : 0);
  const help = flag('help') === true;
  const version = flag('version') === true;
  const showConfig = flag('show-config') === true;
  if (!help && !version && !showConfig) checkPositionals(positionals, command, commands);
  const args = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, readOption(name, option, given.get(name) ?? [])]),
  );
  const config = given.get('config')?.at(-1);
  const quiet = flag('quiet') === true;
  return { command, args, positionals, quiet, color: flag('color'), help, version, config, showConfig };
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

function tokensOf(argv: readonly string[], options: Options): readonly Token[] {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { kind, alias }]) => [
      name,
      { type: kind === 'flag' ? ('boolean' as const) : ('string' as const), ...(alias ? { short: alias } : {}) },
    ]),
  );
  return parseArgs({ args: [...argv], options: config, strict: false, tokens: true }).tokens;
}

/**
 * The words that hold the command's name. It nearly always comes first, and then nothing has to be parsed to find it.
 */
function leadingWords(argv: readonly string[], commands: readonly Command[]): readonly string[] {
  const first = commands.filter(({ name }) => name === argv[0] || name.startsWith(`${argv[0]} `));
  if (first.length === 1) return argv;
  const everyOption: Options = Object.assign({}, ...commands.map(({ options }) => options), globalOptions);
  return tokensOf(argv, everyOption).flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
}

/** The command whose words come first; the longest name wins. */
export function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands
    .filter(({ name }) => name.split(' ').every((part, index) => words[index] === part))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

function readToken(
  token: Token & { kind: 'option' },
  options: Options,
  command: Command | undefined,
): { name: string; text: string } {
  const { rawName, value } = token;
  const negated = token.name.startsWith('no-') && options[token.name.slice(3)]?.kind === 'flag';
  const name = negated ? token.name.slice(3) : token.name;
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  const help = `see glistio ${command ? `${command.name} ` : ''}--help`;
  if (!option) {
    const meant = rawName.startsWith('--') ? meantOption(name, options) : undefined;
    const hint = meant ? `did you mean ${meant}?` : help;
    throw new CannotDo(`unknown option ${rawName}`, hint);
  }
  if (option.kind === 'flag') {
    const text = value ?? 'true';
    if (text !== 'true' && text !== 'false') throw new CannotDo(`${rawName} takes no value, not even "${text}"`);
    return { name, text: String((text === 'true') !== negated) };
  }
  // In `-f --strict` the file was probably forgotten; `-f=--strict` still names a file.
  const isForgotten = value === undefined || (token.inlineValue === false && /^-./.test(value));
  if (isForgotten) throw new CannotDo(`${rawName} needs a value (${option.value ?? 'TEXT'})`, help);
  // Node keeps the `=` of `-f=x`; Helm and kubectl drop it.
  return { name, text: !rawName.startsWith('--') && token.inlineValue ? value.replace(/^=/, '') : value };
}

function readOption(name: string, option: Option, texts: readonly string[]): ParsedArgs[string] {
  if (option.kind === 'flag') return texts.at(-1) === 'true';
  if (option.kind === 'texts') return texts;
  const text = texts.at(-1) ?? option.fallback;
  if (text !== undefined && option.choices && !option.choices.includes(text)) {
    throw new CannotDo(`--${name} cannot be "${text}"`, `choose one of: ${option.choices.join(', ')}`);
  }
  return text;
}

function checkPositionals(given: readonly string[], command: Command | undefined, commands: readonly Command[]): void {
  if (!command) {
    if (given.length > 0) throw unknownCommand(given, commands);
    return;
  }
  const help = `see glistio ${command.name} --help`;
  const declared = command.positionals ?? [];
  const extra = declared.at(-1)?.many ? undefined : given[declared.length];
  if (extra !== undefined) {
    const longer = closest(`${command.name} ${given[0]}`, longerThan(command.name, commands))?.word;
    const advice = 'values' in command.options ? `give files of values with -f ${extra}` : help;
    throw new CannotDo(`unexpected "${extra}"`, longer === undefined ? advice : `did you mean ${longer}?`);
  }
  declared.forEach(({ name, optional, choices }, index) => {
    const word = given[index];
    if (word === undefined && !optional) throw new CannotDo(`${name} is missing`, help);
    if (word !== undefined && choices && !choices.includes(word)) {
      throw new CannotDo(`${name} cannot be "${word}"`, `choose one of: ${choices.join(', ')}`);
    }
  });
}

/** The option's name in related tools. */
const otherNames: Readonly<Record<string, string>> = lookupTable({
  template: 'render',
  lint: 'validate',
  verify: 'validate',
  analyze: 'check',
  docs: 'values',
});

/** Why the words do not name a command, with the command that was probably meant. */
export function unknownCommand([word = '', second = '']: readonly string[], commands: readonly Command[]): CannotDo {
  const names = commands.map(({ name }) => name);
  const group = longerThan(word, commands);
  const inGroup = closest(`${word} ${second}`, group)?.word;
  if (group.length > 0 && inGroup === undefined)
    return new CannotDo(`"${word}" needs a second word`, `one of: ${group.join(', ')}`);
  const other = otherNames[word];
  const meant = inGroup ?? other ?? closest(word, names)?.word;
  return new CannotDo(`unknown command "${word}"`, meant ? `did you mean ${meant}?` : 'see glistio --help');
}

/** The commands with names of more than one word. */
function longerThan(name: string, commands: readonly Command[]): string[] {
  return commands.map((command) => command.name).filter((other) => other.startsWith(`${name} `));
}

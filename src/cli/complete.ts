/**
 * What a shell may offer for the word being typed. The scripts of `completion` ask `glistio __complete SHELL WORD…`.
 */
import type { Io } from '../node/io.ts';
import { lines, type Printable, shown } from '../printable.ts';
import type { Command, Option, Options, Positional } from './command.ts';
import { type Candidate, candidatesOf } from './complete-values.ts';
import { globalOptions } from './options.ts';
import { findCommand } from './parse.ts';

/** What the shell completes by itself, or the list it is given. */
export interface Completion {
  readonly kind: 'file' | 'directory' | 'words';
  readonly candidates: readonly Candidate[];
}

/** The words of a command line up to and including the one being typed, unparsed. */
interface Typed {
  readonly command: Command | undefined;
  readonly positionals: readonly string[];
  /** Values of options, for the completions that depend on them. */
  readonly given: ReadonlyMap<string, string>;
  /** The option whose value comes next. */
  readonly waiting: (Option & { readonly name: string }) | undefined;
  readonly onlyPositionals: boolean;
}

/** The candidates for the last word. */
export async function complete(words: readonly string[], commands: readonly Command[], io: Io): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const typed = readTyped(words.slice(0, -1), commands);
  const options = optionsOf(typed.command, commands);
  if (typed.waiting !== undefined) return await ofValue(typed.waiting, current, typed, io);
  const [, name = ''] = /^--([\w-]+)=/.exec(current) ?? [];
  const option = typed.onlyPositionals ? undefined : options[name];
  if (option !== undefined && option.kind !== 'flag') {
    const start = `--${name}=`;
    const { kind, candidates } = await ofValue(option, current.slice(start.length), typed, io);
    return { kind, candidates: candidates.map((one) => ({ ...one, word: `${start}${one.word}` })) };
  }
  if (current.startsWith('-') && !typed.onlyPositionals) return fitting(current, optionWords(options));
  return await ofPositional(current, typed, commands, io);
}

function optionsOf(command: Command | undefined, commands: readonly Command[]): Options {
  const own: Options = command?.options ?? Object.assign({}, ...commands.map((one) => one.options));
  return { ...own, ...globalOptions };
}

function readTyped(words: readonly string[], commands: readonly Command[]): Typed {
  const positionals: string[] = [];
  const given = new Map<string, string>();
  let waiting: Typed['waiting'];
  let onlyPositionals = false;
  for (const word of words) {
    if (waiting !== undefined) {
      given.set(waiting.name, word);
      waiting = undefined;
    } else if (word === '--') onlyPositionals = true;
    else if (onlyPositionals || !word.startsWith('-') || word === '-') positionals.push(word);
    else {
      const [, name = '', value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
      // The same name may mean something else to another command.
      const options = optionsOf(findCommand(positionals, commands), commands);
      const found = word.startsWith('--')
        ? ([name, options[name]] as const)
        : Object.entries(options).find(([, { alias }]) => alias === name);
      if (found?.[1] === undefined || found[1].kind === 'flag') continue;
      if (value === undefined) waiting = { ...found[1], name: found[0] };
      else given.set(found[0], value);
    }
  }
  const command = findCommand(positionals, commands);
  return { command, positionals, given, waiting, onlyPositionals };
}

function optionWords(options: Options): Candidate[] {
  return Object.entries<Option>(options).flatMap(([name, { alias, summary }]) => [
    { word: `--${name}`, summary },
    ...(name === 'color' ? [{ word: '--no-color', summary }] : []),
    ...(alias === undefined ? [] : [{ word: `-${alias}`, summary }]),
  ]);
}

async function ofPositional(
  current: string,
  { command, positionals, given }: Typed,
  commands: readonly Command[],
  io: Io,
): Promise<Completion> {
  const words = nextWords(positionals, commands);
  if (command === undefined) return fitting(current, words);
  const declared = command.positionals ?? [];
  const own = positionals.slice(command.name.split(' ').length);
  const next = declared[own.length] ?? (declared.at(-1)?.many === true ? declared.at(-1) : undefined);
  const further = own.length === 0 ? words : [];
  const found = next === undefined ? fitting(current, []) : await ofValue(next, current, { given }, io);
  const candidates = [...fitting(current, further).candidates, ...found.candidates];
  return { kind: candidates.length > 0 ? 'words' : found.kind, candidates };
}

/** The next words in the names of commands. */
function nextWords(positionals: readonly string[], commands: readonly Command[]): Candidate[] {
  const start = positionals.map((word) => `${word} `).join('');
  const found = new Map<string, Candidate>();
  for (const { name, summary } of commands) {
    if (!name.startsWith(start)) continue;
    const word = name.slice(start.length).split(' ')[0] ?? '';
    const isWhole = name === `${start}${word}`;
    if (isWhole || !found.has(word)) found.set(word, isWhole ? { word, summary } : { word });
  }
  return [...found.values()];
}

async function ofValue(
  { choices, completes }: Pick<Option | Positional, 'choices' | 'completes'>,
  current: string,
  { given }: Pick<Typed, 'given'>,
  io: Io,
): Promise<Completion> {
  if (choices !== undefined)
    return fitting(
      current,
      choices.map((word) => ({ word })),
    );
  if (completes === 'file' || completes === 'directory') return { kind: completes, candidates: [] };
  if (completes === undefined) return fitting(current, []);
  const found = fitting(current, await candidatesOf(completes, current, given, io));
  return completes === 'value' && found.candidates.length === 0 ? { ...found, kind: 'file' } : found;
}

function fitting(current: string, candidates: readonly Candidate[]): Completion {
  return { kind: 'words', candidates: candidates.filter(({ word }) => word !== '' && word.startsWith(current)) };
}

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/**
 * The answer to a script: the kind of completion in the first line, then one candidate per line in the shell's own
 * format.
 */
export async function answerShell([shell = '', ...given]: readonly string[], commands: readonly Command[], io: Io) {
  // Windows drops empty arguments, and bash splits words at = and :.
  const words =
    shell === 'powershell'
      ? given.map((word) => word.slice(1))
      : shell === 'bash'
        ? joined(given).map(unquoted)
        : given;
  const { kind, candidates } = await complete(words, commands, io);
  const current = words.at(-1) ?? '';
  const start = shell === 'bash' ? Math.max(current.lastIndexOf('='), current.lastIndexOf(':')) + 1 : 0;
  const isUnfinished = candidates.length > 0 && candidates.every((one) => one.isUnfinished === true);
  io.stdout(lines(`${isUnfinished ? 'unfinished' : kind}\n`));
  for (const { word, summary } of candidates) io.stdout(lineFor(shell, word.slice(start), summary));
}

/** The first part of a summary is enough beside a word. */
function lineFor(shell: string, word: string, summary = ''): Printable {
  const [first = ''] = summary.split(/[;:(]/);
  const text = first.trim();
  // zsh would treat an empty description as one that all such words share, and print it.
  if (shell === 'zsh') return shown`${word.replaceAll(':', '\\:')}${text === '' ? '' : `:${text}`}\n`;
  return shown`${word}\t${text}\n`;
}

/** A word without its quotes and backslashes: bash gives it as it was typed. */
function unquoted(word: string): string {
  return word.replaceAll(/\\(.)|['"]/gs, '$1');
}

function joined(words: readonly string[]): string[] {
  const whole: string[] = [];
  for (const [index, word] of words.entries()) {
    const isBreak = /^[=:]+$/.test(word) || /^[=:]+$/.test(words[index - 1] ?? '');
    if (isBreak && whole.length > 0) whole.push(`${whole.pop()}${word}`);
    else whole.push(word);
  }
  return whole;
}

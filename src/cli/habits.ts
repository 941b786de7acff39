/** What users of Helm and kubectl write, in glistio's own words. */
import { CannotDo } from '../outcome.ts';
import type { Command } from './command.ts';
import { globalOptions } from './options.ts';

/**
 * Helm's `--version V` behind a command is the version of the chart. Alone, or behind a command and nothing else, it asks for
 * glistio's own. Anything between would print a number into a pipeline, so it is refused.
 */
export function withChartVersion(argv: readonly string[], command: Command | undefined): readonly string[] {
  const at = ownWords(argv).findIndex((word) => word === '--version' || word.startsWith('--version='));
  if (at < 0 || isAlone(argv, command)) return argv;
  const start = argv.indexOf(command?.name.split(' ')[0] ?? '');
  if (command === undefined || at < start)
    throw new CannotDo(
      '--version stands in front of a command',
      'glistio --version alone prints glistio’s; glistio render --version 1.17 takes that release of the chart',
    );
  if (!('chart-version' in command.options)) throw new CannotDo(...withoutChart(command));
  return argv.map((word, index) => (index === at ? `--chart-${word.slice(2)}` : word));
}

/** What stands in front of `--`. */
function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end < 0 ? argv : argv.slice(0, end);
}

function isAlone(argv: readonly string[], command: Command | undefined): boolean {
  const words = command?.name.split(' ') ?? [];
  const global = Object.keys(globalOptions).flatMap((name) => [`--${name}`, `--${name}=true`, `--no-${name}`]);
  return argv.every((word) => ['-q', '-h', ...global, ...words].includes(word));
}

function withoutChart({ name, options }: Command): [message: string, hint: string] {
  const hint =
    'gloo-version' in options ? '--gloo-version is Gloo’s version' : 'glistio --version prints glistio’s own';
  return [`glistio ${name} takes no version of the chart`, hint];
}

/**
 * Options such as kubectl's `--dry-run` take a value behind `=`, and no word after it: that is a file, as a rule. One of their
 * own choices is taken all the same.
 */
export function withBareValues(argv: readonly string[], command: Command | undefined): readonly string[] {
  const end = ownWords(argv).length;
  return argv.map((word, index) => {
    const option = word.startsWith('--') && index < end ? command?.options[word.slice(2)] : undefined;
    if (option?.bare === undefined || option.choices?.includes(argv[index + 1] ?? '') === true) return word;
    return `${word}=${option.bare}`;
  });
}

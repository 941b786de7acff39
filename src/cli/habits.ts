/** Habits of Helm and kubectl users, translated into glistio's options. */
import { CannotDo } from '../outcome.ts';
import { closest } from '../schema/check-closest.ts';
import { lookupTable } from '../value.ts';
import type { Command } from './command.ts';
import { globalOptions } from './options.ts';

/**
 * Helm's `--version V` after a command means the version of the chart. Alone, or after a command and nothing else, it
 * asks for glistio's own version. In between it would print a number into a pipeline, so it is refused.
 */
export function withChartVersion(argv: readonly string[], command: Command | undefined): readonly string[] {
  const at = ownWords(argv).findIndex((word) => word === '--version' || word.startsWith('--version='));
  if (at < 0 || isAlone(argv, command)) return argv;
  const start = argv.indexOf(command?.name.split(' ')[0] ?? '');
  if (command === undefined || at < start)
    throw new CannotDo(
      '--version must come after the command',
      'glistio --version alone prints glistio’s version; glistio render --version 1.17 uses that release of the chart',
    );
  if (!('chart-version' in command.options)) throw new CannotDo(...withoutChart(command));
  return argv.map((word, index) => (index === at ? `--chart-${word.slice(2)}` : word));
}

/** Names of these options in other tools, too different from them to be recognised as misspellings. */
const otherNames = lookupTable<readonly string[]>({
  release: ['chart-version', 'release-name'],
  'gloo-version': ['chart-version'],
  'chart-version': ['gloo-version'],
  istio: ['istio-version'],
  kube: ['kube-version'],
  format: ['output'],
});

/** What an unknown option may have meant, such as `--chart-version or --release-name`. */
export function meantOption(name: string, options: object): string | undefined {
  const others = otherNames[name]?.filter((other) => Object.hasOwn(options, other)) ?? [];
  const meant = others.length > 0 ? others : [closest(name, Object.keys(options))?.word ?? []].flat();
  return meant.length > 0 ? meant.map((other) => `--${other}`).join(' or ') : undefined;
}

/** The words before `--`. */
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
  return [`glistio ${name} does not take a version of the chart`, hint];
}

/**
 * Options such as kubectl's `--dry-run` take a value after `=` but not as the next word, which is usually a file.
 * One of the option's choices is accepted there, however.
 */
export function withBareValues(argv: readonly string[], command: Command | undefined): readonly string[] {
  const end = ownWords(argv).length;
  return argv.map((word, index) => {
    const option = word.startsWith('--') && index < end ? command?.options[word.slice(2)] : undefined;
    if (option?.bare === undefined || option.choices?.includes(argv[index + 1] ?? '') === true) return word;
    return `${word}=${option.bare}`;
  });
}

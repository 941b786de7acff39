/** What a user has to write instead of a value, in the form in which they gave it: in a file, in an option, as an object. */
import type { Layers } from '../helm/layered.ts';
import { typedValue } from '../helm/set.ts';
import { shellWord } from '../helm/set-text.ts';
import type { Winner } from '../helm/winner.ts';
import { type FoundProblem, formatPath, type MeantValue, type Path, parsePath } from '../problem.ts';
import { fieldsAt } from '../schema/fields-at.ts';
import { isMap, jsonText, type Value } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import { writeScalar } from '../yaml/write.ts';

/** The hint of a problem, for the layer that set its value and with the paths that the user writes. */
export function hintAsGiven(
  found: FoundProblem,
  winner: Winner | undefined,
  { asWritten }: Pick<Layers, 'asWritten'>,
): string | undefined {
  const { code, hint, meant = [] } = found;
  const path = asWritten(parsePath(found.path ?? ''));
  // A file of a ConfigMap has a dot in its name.
  const advice = code === 'wrong-type' && (hint === undefined || path.at(-2) === 'data') ? winner : undefined;
  const better = advice && hintOfArgument(advice, path);
  if (better !== undefined || hint === undefined) return better;
  return meant.reduce(
    (text: string | undefined, one, index) =>
      text?.replace(`{${index}}`, () =>
        'at' in one ? elsewhere(one.value, winner, asWritten(one.at)) : written(one, winner, path),
      ),
    hint,
  );
}

/** How `--set` reads a map in braces and a key with dots, and what was probably meant. */
function hintOfArgument({ layer, path: at, written: text = '' }: Winner, path: Path): string | undefined {
  if (layer.kind === 'file' || layer.kind === 'object') return undefined;
  const inner = layer.paths.findLastIndex((one) => one.length > at.length && at.every((step, i) => step === one[i]));
  const rest = layer.paths[inner]?.slice(at.length - 1);
  if (rest?.every((step) => typeof step === 'string')) {
    const value = layer.texts[inner] ?? '';
    const key = formatPath([...path.slice(0, -1), rest.join('.')]);
    return `Put a backslash before each dot of the key: --${layer.kind} ${shellWord(`${key}=${value}`)}.`;
  }
  const value = /^\s*\{/.test(text) ? readYaml({ name: 'value', text }).value : null;
  // {a,b} is a list in Helm, and a map without values in YAML.
  return isMap(value) && !Object.values(value).includes(null)
    ? `Give the map as JSON: ${argument(path, value)}.`
    : undefined;
}

/** A setting in a hint, as in a file. */
const setting =
  /\b([Ss])et ([\w.]+): (null|\{[^{}]*\}|"[^"]*"|[\w/:-](?:[\w./:-]*[\w/-])?)(?: on (?:it|the proxy))?(?=[.,;]?(?: |$))/g;

/** The same hint with its settings as options, for a value that was given with one. */
export function settingsAsGiven(hint: string, path: Path, winner: Winner | undefined, { asWritten }: Layers): string {
  if (!isArgument(winner)) return hint;
  return hint.replace(setting, (whole, first: string, words: string, text: string) => {
    const target = homeOf(parsePath(words), path);
    const { value, problems } = readYaml({ name: '', text });
    if (target === undefined || problems.length > 0) return whole;
    return `${first === 'S' ? 'Use' : 'use'} ${argument(asWritten(target), value)}`;
  });
}

/** Where a path in a hint starts: at the root, the proxy, or a parent of the problem's path. */
export function homeOf(steps: Path, path: Path): Path | undefined {
  const tries = path.map((_, index) => path.slice(0, path.length - index));
  // Every base is tried, because the hint may refer to a proxy that the problem does not name.
  const all = [...tries, [], ['gatewayProxies', 'gatewayProxy']].map((base) => [...base, ...steps]);
  return all.find((one) => fieldsAt(one).length > 0);
}

/** Whether a `--set` option or its like set a value. */
export function isArgument(winner: Winner | undefined): boolean {
  return winner !== undefined && winner.layer.kind !== 'file' && winner.layer.kind !== 'object';
}

/** The value for another path than the problem's. */
function elsewhere(value: Value, winner: Winner | undefined, path: Path): string {
  if (isArgument(winner)) return argument(path, value);
  return `${formatPath(path)}: ${typeof value === 'object' ? jsonText(value) : scalarInYaml(value)}`;
}

function written(meant: MeantValue, winner: Winner | undefined, path: Path): string {
  if ('asString' in meant) {
    const text = winner?.written ?? String(meant.asString);
    if (meant.isBare === true) return written({ value: JSON.stringify(text) }, winner, path);
    if (isArgument(winner)) return argument(path, text);
    return /^['"]/.test(text) ? text : JSON.stringify(text);
  }
  const { value } = meant;
  if (isArgument(winner)) return argument(path, value);
  const key = path.at(-1);
  const text = winner?.layer.kind === 'object' || typeof value === 'object' ? jsonText(value) : scalarInYaml(value);
  return typeof key === 'string' ? `${/^[\w./-]+$/.test(key) ? key : JSON.stringify(key)}: ${text}` : text;
}

/** A scalar for a file, with its own double quotes kept readable. */
function scalarInYaml(value: Value): string {
  const isQuoted = typeof value === 'string' && value.includes('"') && !/['\\\n]/.test(value) && value === value.trim();
  return isQuoted ? `'${value}'` : writeScalar(value);
}

/** An option that sets a value at a path, for a POSIX shell. */
function argument(path: Path, value: Value): string {
  const text = formatPath(path);
  if (typeof value === 'object' && value !== null) return option('set-json', text, jsonText(value));
  if (typeof value !== 'string') return option('set', text, String(value));
  if (/[,{}[\]\\]/.test(value)) return option('set-literal', text, value);
  return option(typedValue(value) === value ? 'set' : 'set-string', text, value);
}

function option(name: string, path: string, value: string): string {
  return `--${name} ${shellWord(`${path}=${value}`)}`;
}

/** What a user has to write in the place of a value, in the way in which they gave it: in a file, in an option, as an object. */
import { typedValue } from '../helm/set.ts';
import type { Winner } from '../helm/winner.ts';
import { type FoundProblem, formatPath, type MeantValue, type Path } from '../problem.ts';
import type { Value } from '../value.ts';
import { writeScalar } from '../yaml/write.ts';

/** The hint of a problem for the layer that gave its value, under the path that the user writes. */
export function hintAsGiven({ hint, meant = [] }: FoundProblem, winner: Winner | undefined, path: Path): string | undefined {
  return meant.reduce((text: string | undefined, one, index) => text?.replace(`{${index}}`, () => written(one, winner, path)), hint);
}

function written(meant: MeantValue, winner: Winner | undefined, path: Path): string {
  const layer = winner?.layer;
  const isArgument = layer !== undefined && layer.kind !== 'file' && layer.kind !== 'object';
  const value = meant === 'asString' ? (winner?.written ?? '') : meant.value;
  if (isArgument) return argument(path, value);
  if (meant === 'asString') return JSON.stringify(value);
  const key = path.at(-1);
  const text = layer?.kind === 'object' || typeof value === 'object' ? JSON.stringify(value) : scalarInYaml(value);
  return typeof key === 'string' ? `${/^[\w./-]+$/.test(key) ? key : JSON.stringify(key)}: ${text}` : text;
}

/** A scalar for a file, its own double quotes readable. */
function scalarInYaml(value: Value): string {
  const isQuoted = typeof value === 'string' && /^[^'\\\n]*"[^'\\\n]*$/.test(value) && value === value.trim();
  return isQuoted ? `'${value}'` : writeScalar(value);
}

/** An option that gives a value to a path, for a POSIX shell. */
export function argument(path: Path, value: Value): string {
  const text = formatPath(path);
  if (typeof value === 'object' && value !== null) return option('set-json', text, JSON.stringify(value));
  if (typeof value !== 'string') return option('set', text, String(value));
  if (/[,{}[\]\\]/.test(value)) return option('set-literal', text, value);
  return option(typedValue(value) === value ? 'set' : 'set-string', text, value);
}

function option(name: string, path: string, value: string): string {
  const word = `${path}=${value}`;
  return `--${name} ${/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`}`;
}

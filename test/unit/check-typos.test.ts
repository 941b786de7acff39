import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOf } from '../../src/chart/chart.ts';
import { formatPath, type Path } from '../../src/problem.ts';
import { fieldIn, type ValueFields, type ValueType, valuesModel } from '../../src/schema/values-model.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { validateValues } from '../../src/verbs/validate.ts';
import { valueProblems } from '../support/value-problems.ts';

const sample = ['1.5.0-beta25', '1.8.0', '1.12.30', '1.17.0', '1.22.1'];

/** Every path of a release whose last step is a key of the chart. */
function* pathsOf(fields: ValueFields, path: Path, index: number): Generator<Path> {
  for (const key of fields.keys()) {
    const field = fieldIn(fields, key, index);
    if (field === undefined) continue;
    yield [...path, key];
    yield* pathsIn(field.type, [...path, key], index);
  }
}

function* pathsIn(type: ValueType, path: Path, index: number): Generator<Path> {
  if (type.kind === 'object' || type.kind === 'kubernetes') yield* pathsOf(type.fields, path, index);
  else if (type.kind === 'map') yield* pathsIn(type.of, [...path, 'edge'], index);
  else if (type.kind === 'list') yield* pathsIn(type.of, [...path, 0], index);
}

function nested(path: Path, value: Value): ValueMap {
  return path.reduceRight<Value>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  ) as ValueMap;
}

/** Pseudorandom numbers that are the same every time. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Typo = (word: string, random: (below: number) => number) => string;
const letters = 'abcdefghijklmnopqrstuvwxyz';
const typos: Readonly<Record<string, Typo>> = {
  dropped: (word, random) => cut(word, random(word.length), 1, ''),
  doubled: (word, random) => {
    const at = random(word.length);
    return cut(word, at, 0, word[at] ?? '');
  },
  inserted: (word, random) => cut(word, random(word.length + 1), 0, letters[random(26)] ?? ''),
  replaced: (word, random) => cut(word, random(word.length), 1, letters[random(26)] ?? ''),
  swapped: (word, random) => {
    const at = random(word.length - 1);
    return cut(word, at, 2, `${word[at + 1]}${word[at]}`);
  },
  otherCase: (word, random) => {
    const at = random(word.length);
    const letter = word[at] ?? '';
    return cut(word, at, 1, letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());
  },
};

function cut(word: string, at: number, count: number, put: string): string {
  return word.slice(0, at) + put + word.slice(at + count);
}

test('a one-letter typo in any path is found, and the right name suggested', (context) => {
  const random = seeded(7);
  let turn = 0;
  let made = 0;
  let found = 0;
  const wrong: string[] = [];
  for (const release of sample) {
    const chart = chartOf(release);
    for (const path of pathsOf(valuesModel(), [], chart.index)) {
      turn++;
      const word = String(path.at(-1));
      const beside = new Set(siblings(path, chart.index));
      for (const [number, [name, typo]] of Object.entries(typos).entries()) {
        // Half of them for each path, the other half for the next.
        if ((number + turn) % 2 === 0) continue;
        const typed = typo(word, random);
        if (typed === word || typed === '' || beside.has(typed)) continue;
        const wanted = formatPath(path);
        const problem = valueProblems(nested([...path.slice(0, -1), typed], true), chart).find(
          ({ at }) => at === 'key',
        );
        // Nothing looks into a value that no template reads.
        if (problem?.code === 'ignored-value') continue;
        made++;
        // `true` does not fit every value, and then the right name is only named, or shown with a value that fits.
        const [meant] = problem?.meant ?? [];
        const shown = meant !== undefined && 'at' in meant ? formatPath(meant.at) : undefined;
        const named = problem?.suggestion ?? shown ?? /^The chart has (\S+) for it, /.exec(problem?.hint ?? '')?.[1];
        if (problem?.path === formatPath([...path.slice(0, -1), typed]) && named === wanted) found++;
        else wrong.push(`${release} ${name} ${wanted}: ${typed} → ${named}`);
      }
    }
  }
  const rate = (100 * found) / made;
  context.diagnostic(`${found} of ${made} typos named (${rate.toFixed(2)} %)`);
  for (const line of wrong.slice(0, 20)) context.diagnostic(line);
  assert.ok(rate >= 98, `only ${rate.toFixed(2)} %`);
});

function siblings(path: Path, index: number): Iterable<string> {
  let fields: ValueFields = valuesModel();
  for (const step of path.slice(0, -1)) {
    let type: ValueType | undefined = typeof step === 'string' ? fieldIn(fields, step, index)?.type : undefined;
    while (type?.kind === 'map' || type?.kind === 'list') type = type.of;
    if (type?.kind === 'object' || type?.kind === 'kubernetes') fields = type.fields;
  }
  return fields.keys();
}

test('a typo is located to the line and column of its key', () => {
  const random = seeded(11);
  const chart = chartOf('1.22.1');
  const paths = [...pathsOf(valuesModel(), [], chart.index)].filter((_, index) => index % 4 === 0);
  let asked = 0;
  for (const path of paths) {
    const word = String(path.at(-1));
    const typed = typos['swapped']?.(word, random) ?? word;
    if (typed === word || new Set(siblings(path, chart.index)).has(typed)) continue;
    const wrong = [...path.slice(0, -1), typed];
    const { text, line, column } = asYaml(wrong);
    const found = validateValues({ values: [{ name: 'v.yaml', text }], chartVersion: chart.release }).problems;
    if (found.some(({ code }) => code === 'ignored-value')) continue;
    asked++;
    const place = found.find(({ path: at }) => at === formatPath(wrong));
    assert.deepEqual([place?.file, place?.line, place?.column], ['v.yaml', line, column], text);
  }
  assert.ok(asked > 200);
});

/** A path as block YAML, one step per line, and the place of its last key. */
function asYaml(path: Path): { readonly text: string; readonly line: number; readonly column: number } {
  const lines: string[] = [];
  let indent = 0;
  let dash = '';
  for (const step of path) {
    if (step === 0) dash = '- ';
    else {
      lines.push(`${' '.repeat(indent)}${dash}${step}:`);
      indent += 2 + dash.length;
      dash = '';
    }
  }
  const last = lines.at(-1) ?? '';
  return { text: `${lines.join('\n')} true\n`, line: lines.length, column: last.search(/[^ -]/) + 1 };
}

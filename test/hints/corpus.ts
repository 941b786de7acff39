/** Faulty inputs: those of the examples, scenarios and reports, and wrong values generated from the model. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { includes } from '../../src/chart/range.ts';
import { releaseIndex } from '../../src/chart/releases.ts';
import type { ValidateOptions } from '../../src/index.ts';
import { fieldIn, type ValueFields, type ValueType, valuesModel } from '../../src/schema/values-model.ts';
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { exampleCodes, exampleFolder, readExample } from '../support/rule-examples.ts';
import { readScenario, sectionOf, sectionsOf } from '../support/scenario.ts';
import { readCommandLine } from '../support/shell-words.ts';

export interface Input {
  /** Its origin. */
  readonly from: string;
  readonly options: ValidateOptions;
}

/** `wrong` tells whether to include wrong values of every kind. */
export function* corpus({ wrong = true } = {}): Generator<Input> {
  yield* examples();
  yield* ruleCases();
  yield* scenarios();
  yield* reports();
  if (wrong) yield* wrongValues();
}

const file = (text: string, name = 'values.yaml'): { name: string; text: string } => ({ name, text });

function* examples(): Generator<Input> {
  for (const code of exampleCodes()) {
    const { fails } = readExample(code);
    yield { from: `rule ${code}`, options: { values: [file(fails.values)], chartVersion: fails.release, lint: true } };
  }
}

function* ruleCases(): Generator<Input> {
  const folder = `${exampleFolder}/cases`;
  for (const name of readdirSync(folder)) {
    const { value } = readYaml({ name, text: readFileSync(`${folder}/${name}`, 'utf8') });
    const cases = isMap(value) && isList(value['cases']) ? value['cases'] : [];
    const usual = isMap(value) ? value['release'] : undefined;
    for (const [index, one] of cases.entries()) {
      if (!isMap(one)) continue;
      const release = String(one['release'] ?? usual ?? '');
      const options = { values: [file(String(one['values']))], chartVersion: release, lint: true };
      yield { from: `${name} ${index}`, options };
    }
  }
}

export const setOptions = {
  '--set': 'set',
  '--set-string': 'setString',
  '--set-json': 'setJson',
  '--set-literal': 'setLiteral',
} as const;

/** The values of a command line of glistio render or validate; undefined for any other command. */
function optionsOf(line: string, files: Readonly<Record<string, string>>): ValidateOptions | undefined {
  if (!/(^|\s)glistio (render|validate)( |$)/.test(line)) return undefined;
  const { argv: words } = readCommandLine(line);
  const options: Record<string, unknown> & { values: { name: string; text: string }[] } = { values: [] };
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? '';
    const next = words[at + 1] ?? '';
    const list = setOptions[word as keyof typeof setOptions];
    if (list !== undefined) options[list] = [...((options[list] as string[] | undefined) ?? []), next];
    else if (word === '--chart-version') options['chartVersion'] = next;
    else if (word === '-n' || word === '--namespace') options['namespace'] = next;
    else if (word === '--partial-of') options['partialOf'] = [next];
    else if (word === '--lint') options['lint'] = true;
    if (/^(-f|-o|-n|-s|--(set.*|values|chart-version|namespace|partial-of|output|show-only))$/.test(word)) at++;
    const text = files[word.startsWith('-') ? next : word];
    if (text !== undefined) options.values.push(file(text, word.startsWith('-') ? next : word));
  }
  return options;
}

function* scenarios(): Generator<Input> {
  for (const name of readdirSync('test/scenarios').filter((one) => one.endsWith('.scenario'))) {
    const scenario = readScenario(`test/scenarios/${name}`);
    const files = { ...sectionsOf(scenario, 'file'), '-': sectionOf(scenario, 'stdin') ?? '' };
    const options = optionsOf((sectionOf(scenario, 'command') ?? '').trim(), files);
    if (options !== undefined) yield { from: name, options };
  }
}

const reportsFile = new URL('../../../shared/cases/reports.jsonl', import.meta.url);
export const hasReports = existsSync(reportsFile);

interface Report {
  readonly id: string;
  readonly commands: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

function readReports(): Report[] {
  if (!hasReports) return [];
  const lines = readFileSync(reportsFile, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Report);
}

/** The public reports that ask what is wrong with values. */
export function* reports(): Generator<Input> {
  for (const { id, commands, files } of readReports()) {
    for (const command of commands) {
      const options = optionsOf(command, files);
      if (options !== undefined) yield { from: `${id}: ${command}`, options };
    }
  }
}

const wrongScalars: readonly Value[] = [
  'text',
  'true',
  'false',
  'no',
  7,
  '7',
  1.5,
  true,
  -1,
  1e6,
  null,
  [],
  ['x'],
  { a: 1 },
  '"7"',
  'a: b',
  ' x ',
  '~',
  `$${'{NAME}'}`,
];
const releasesTried = ['1.5.0', '1.12.30', '1.17.3', '1.22.1'];

/** For every value of a release: wrong values, and misspelled names. */
function* wrongValues(): Generator<Input> {
  let turn = 0;
  for (const [at, release] of releasesTried.entries()) {
    for (const [index, path] of [...pathsOf(valuesModel(), [], releaseIndex(release))].entries()) {
      // Adjacent releases are similar: each tests every other value, alternating.
      if ((index + at) % 2 === 1) continue;
      const value = wrongScalars[turn++ % wrongScalars.length] ?? null;
      yield { from: `${release} ${path.join('/')}`, options: { values: [nested(path, value)], chartVersion: release } };
    }
  }
}

function* pathsOf(
  fields: ValueFields,
  path: readonly (string | number)[],
  index: number,
): Generator<(string | number)[]> {
  for (const key of fields.keys()) {
    const field = fieldIn(fields, key, index);
    if (field === undefined || includes(field.ignored ?? [], index)) continue;
    yield [...path, key];
    yield* pathsIn(field.type, [...path, key], index);
  }
}

function* pathsIn(type: ValueType, path: readonly (string | number)[], index: number): Generator<(string | number)[]> {
  if (type.kind === 'object' || type.kind === 'kubernetes') yield* pathsOf(type.fields, path, index);
  else if (type.kind === 'map')
    yield* pathsIn(type.of, [...path, path.at(-1) === 'gatewayProxies' ? 'gatewayProxy' : 'edge'], index);
  else if (type.kind === 'list') yield* pathsIn(type.of, [...path, 0], index);
}

function nested(path: readonly (string | number)[], value: Value): ValueMap {
  return path.reduceRight<Value>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  ) as ValueMap;
}

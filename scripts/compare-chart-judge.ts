/** The result of comparing one case. */
import { spawnSync } from 'node:child_process';
import { renderGatewayProxies, validateValues } from '../src/index.ts';
import type { Problem } from '../src/problem.ts';
import { deviationIds } from '../src/proxy/deviation.ts';
import { isList, isMap, type Value, type ValueMap } from '../src/value.ts';
import { comparable, differences, identity } from '../test/parity/canonical.ts';
import { withoutNulls } from '../test/parity/kubernetes.ts';
import type { Answer, Case } from '../test/parity/suite.ts';
import { faultsOf, general } from './compare-chart-faults.ts';

export interface GivenCase extends Case {
  readonly set?: readonly string[];
}

export interface Comparison {
  readonly kind:
    | 'equal'
    /** Null on one side equals absent on the other: Kubernetes and Envoy see no difference. */
    | 'equal except for null'
    /**
     * If an override of the ConfigMap is merged, go-yaml breaks some of Go's null strings across lines, so that Helm
     * does not find them.
     */
    | 'different in <no value>, and said'
    /** The chart's output is accepted: glistio is wrong. */
    | 'DIFFERENT'
    | 'REFUSED BY GLISTIO ONLY'
    | 'THROWN'
    /** Helm fails, or the chart's output is rejected, and no deviation covers it. */
    | 'HELM FAILS WITHOUT A WORD'
    | 'DIFFERENT WITHOUT A WORD'
    /** A deviation is reported, but Helm's output is the same. */
    | 'EQUAL, YET WARNED'
    /** Kubernetes or Envoy reject both outputs, and validate does not report it. */
    | 'REFUSED WITHOUT A WORD'
    | 'different, chart is refused'
    | 'both refused'
    | 'Helm fails, glistio renders'
    | 'Helm fails, glistio refuses';
  /** One line per difference, with generalized paths. */
  readonly details: readonly string[];
}

const codesOfDeviations: ReadonlySet<string> = new Set(deviationIds());

/** A placeholder takes the place of the deviation at the same value, and says that the install fails. */
function isDeviation({ code, message }: Problem): boolean {
  return (
    codesOfDeviations.has(code) ||
    (code === 'unsubstituted-variable' && message.endsWith('As it is, the install fails.'))
  );
}

export function compareCase(given: GivenCase, answer: Answer, release: string): Comparison {
  const values = given.files.map((text, index) => ({ name: `values-${index}.yaml`, text }));
  const { namespace, release: releaseName, set = [] } = given;
  try {
    const { manifests, problems } = renderGatewayProxies({
      values,
      set,
      chartVersion: release,
      namespace,
      releaseName,
      objects: 'workloads',
    });
    const errors = problems.filter(({ severity }) => severity === 'error');
    const deviations = problems.filter(isDeviation).map(({ code }) => code);
    const refusals = errors.map(({ code, path = '', message }) => `${code} ${general(path)}: ${message}`);
    if (answer.error !== undefined) {
      const details = [general(answer.error).slice(-170), ...refusals.slice(0, 1)];
      if (errors.length > 0) return { kind: 'Helm fails, glistio refuses', details };
      return { kind: deviations.length > 0 ? 'Helm fails, glistio renders' : 'HELM FAILS WITHOUT A WORD', details };
    }
    // The Helm program has already parsed YAML in a ConfigMap; parsing again would turn a string into a number.
    const theirs = inOrder(answer.objects ?? []);
    // A value that the Helm program parsed may not have been a string.
    const isNoText = given.files.some((text) => /"envoy\.yaml": [^"]/.test(text));
    const faults = [...(isNoText ? ['envoy.yaml is not a string'] : []), ...theirs.flatMap(faultsOf)];
    if (errors.length > 0) {
      return {
        kind: faults.length > 0 ? 'both refused' : 'REFUSED BY GLISTIO ONLY',
        details: [...refusals, ...faults.slice(0, 1)],
      };
    }
    const ours = inOrder(manifests.map(({ object }) => comparable(object))).map((object, index) =>
      readAsFar(object, theirs[index]),
    );
    const found = differences(theirs, ours);
    const isSilent = (): boolean => {
      const told = validateValues({ values, set, chartVersion: release, namespace, releaseName }).problems;
      return told.every(({ severity }) => severity === 'info');
    };
    if (found.length === 0 && faults.length > 0 && deviations.length === 0 && isSilent())
      return { kind: 'REFUSED WITHOUT A WORD', details: faults.slice(0, 2) };
    if (found.length === 0)
      return deviations.length === 0 || faults.length > 0
        ? { kind: 'equal', details: [] }
        : { kind: 'EQUAL, YET WARNED', details: [...new Set(deviations)] };
    const isOfNoValue = problems.some(({ message }) => message.includes('<no value>'));
    const kind = isEqualBut(withoutNulls, theirs, ours)
      ? 'equal except for null'
      : isOfNoValue && isEqualBut(withoutNoValue, theirs, ours)
        ? 'different in <no value>, and said'
        : faults.length === 0
          ? 'DIFFERENT'
          : deviations.length > 0 || isOfNoValue
            ? 'different, chart is refused'
            : 'DIFFERENT WITHOUT A WORD';
    return {
      kind,
      details: [...found.slice(0, 2).map(general), ...faults.slice(0, 1).map((fault) => `because ${fault}`)],
    };
  } catch (error) {
    return { kind: 'THROWN', details: [String(error instanceof Error ? error.stack : error).slice(0, 300)] };
  }
}

/** Where the program has parsed no more than the first value of a file, for go-yaml looks no further: that. */
function readAsFar(object: ValueMap, theirs: ValueMap | undefined): ValueMap {
  const [ours, read] = [object['data'] ?? null, theirs?.['data'] ?? null];
  if (object['kind'] !== 'ConfigMap' || !isMap(ours) || !isMap(read)) return object;
  const start = (text: Value, part: Value = null): Value =>
    typeof text === 'string' &&
    typeof part === 'string' &&
    [part, JSON.stringify(part), `'${part}'`].some((written) => text.startsWith(written))
      ? part
      : text;
  const data = Object.entries(ours).map(([name, text]) => [
    name,
    /\.yaml$/.test(name) ? start(text, read[name]) : text,
  ]);
  return { ...object, data: Object.fromEntries(data) as ValueMap };
}

function isEqualBut(leftOut: (value: Value) => Value, chart: Value, ours: Value): boolean {
  return differences(leftOut(chart), leftOut(ours)).length === 0;
}

/** Removes the word with the blanks around it from strings, and strings that become empty. */
function withoutNoValue(value: Value): Value {
  if (typeof value === 'string') return value.replaceAll('<no value>', '').replace(/\s+/g, ' ').trim() || null;
  if (isList(value)) return value.map(withoutNoValue);
  return isMap(value)
    ? withoutNulls(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutNoValue(item)])))
    : value;
}

function inOrder(objects: readonly ValueMap[]): ValueMap[] {
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...objects].sort((a, b) => order(identity(a), identity(b)));
}

/** What real Helm renders for cases, one at a time. */
export function askHelm(program: string, folder: string, cases: readonly GivenCase[]): readonly Answer[] {
  const input = cases.map((given) => `${JSON.stringify(given)}\n`).join('');
  const { status, stdout, stderr } = spawnSync(program, ['render', folder], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Answer);
}

/** What comparing one case comes to. */
import { spawnSync } from 'node:child_process';
import { renderGatewayProxies, validateValues } from '../src/index.ts';
import { deviationIds } from '../src/proxy/deviation.ts';
import { isList, isMap, type Value, type ValueMap } from '../src/value.ts';
import { comparable, differences, identity } from '../test/parity/canonical.ts';
import { envoyErrors } from '../test/parity/envoy.ts';
import { kubernetesErrors } from '../test/parity/kubernetes.ts';
import type { Answer, Case } from '../test/parity/suite.ts';

export interface GivenCase extends Case {
  readonly set?: readonly string[];
}

export interface Comparison {
  readonly kind:
    | 'equal'
    /** The chart's output is accepted: glistio is wrong. */
    | 'DIFFERENT'
    | 'REFUSED BY GLISTIO ONLY'
    | 'THROWN'
    /** Helm fails, or what the chart gives is refused, and no deviation says so. */
    | 'HELM FAILS WITHOUT A WORD'
    | 'DIFFERENT WITHOUT A WORD'
    /** A deviation is named, but Helm gives the same. */
    | 'EQUAL, YET WARNED'
    /** Kubernetes or Envoy refuse what the chart gives. */
    /** Kubernetes or Envoy refuse what both give, and validate has no word about it. */
    | 'REFUSED WITHOUT A WORD'
    | 'different, chart is refused'
    | 'both refused'
    | 'Helm fails, glistio renders'
    | 'Helm fails, glistio refuses';
  /** A line for each difference, the places in it made general. */
  readonly details: readonly string[];
}

const codesOfDeviations: ReadonlySet<string> = new Set(deviationIds());

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
    const deviations = problems.filter(({ code }) => codesOfDeviations.has(code)).map(({ code }) => code);
    const refusals = errors.map(({ code, path = '', message }) => `${code} ${general(path)}: ${message}`);
    if (answer.error !== undefined) {
      const details = [general(answer.error).slice(-170), ...refusals.slice(0, 1)];
      if (errors.length > 0) return { kind: 'Helm fails, glistio refuses', details };
      return { kind: deviations.length > 0 ? 'Helm fails, glistio renders' : 'HELM FAILS WITHOUT A WORD', details };
    }
    const theirs = inOrder(answer.objects ?? []);
    const faults = theirs.flatMap(faultsOf);
    if (errors.length > 0) {
      return {
        kind: faults.length > 0 ? 'both refused' : 'REFUSED BY GLISTIO ONLY',
        details: [...refusals, ...faults.slice(0, 1)],
      };
    }
    const found = differences(theirs, inOrder(manifests.map(({ object }) => object)));
    const isSilent = (): boolean => {
      const told = validateValues({ values, set, chartVersion: release, namespace, releaseName }).problems;
      return told.every(({ severity }) => severity === 'info');
    };
    if (found.length === 0 && faults.length > 0 && deviations.length === 0 && isSilent())
      return { kind: 'REFUSED WITHOUT A WORD', details: faults.slice(0, 2) };
    if (found.length === 0)
      return deviations.length === 0
        ? { kind: 'equal', details: [] }
        : { kind: 'EQUAL, YET WARNED', details: [...new Set(deviations), ...faults.slice(0, 1)] };
    const kind =
      faults.length === 0
        ? 'DIFFERENT'
        : deviations.length > 0
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

function inOrder(objects: readonly ValueMap[]): ValueMap[] {
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return objects.map(comparable).sort((a, b) => order(identity(a), identity(b)));
}

/** Why Kubernetes or Envoy would refuse an object. */
export function faultsOf(object: ValueMap): string[] {
  const data = object['kind'] === 'ConfigMap' ? object['data'] : undefined;
  const config = isMap(data) ? data['envoy.yaml'] : undefined;
  const unreadable = typeof config === 'string' ? ['envoy.yaml is no YAML'] : [];
  // An extension that is not known here may well be known to Envoy.
  const wrong = isMap(config) ? envoyErrors(config).filter((error) => !error.includes('is unknown')) : [];
  return [...kubernetesErrors(object), ...unreadable, ...wrong, ...beyondTypes(object)].map(general);
}

/** What the API server and Envoy refuse though the types are right: a port out of range, a constraint without its key, a list in Envoy's runtime. */
function beyondTypes(value: Value, path = ''): string[] {
  if (isList(value)) {
    const inRuntime = /overload\.global_downstream_max_connections$|healthy_panic_threshold\.value$/.test(path);
    return inRuntime ? [`${path}: a list`] : value.flatMap((item, index) => beyondTypes(item, `${path}[${index}]`));
  }
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${path}.${key}`;
    if (/\.(labels|nodeSelector)$/.test(path) && !/^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/.test(String(item ?? '')))
      return [`${path}: no label`];
    if (path === '.metadata' && key === 'namespace' && !/^[a-z0-9-]{1,63}$/.test(String(item ?? 'x')))
      return [`${at}: no name`];
    if (key === '@type' && !String(item).includes('/')) return [`${at}: no type`];
    if (/^(containerPort|hostPort)$/.test(key) && (Number(item) > 65535 || Number(item) < (key === 'hostPort' ? 0 : 1)))
      return [`${at}: out of range`];
    if (
      /\.(requests|limits)$/.test(path) &&
      typeof item === 'string' &&
      !/^[+-]?[\d.]+([eE][+-]?\d+|[numkMGTPE]i?)?$/.test(item)
    )
      return [`${at}: no quantity`];
    if (/topologySpreadConstraints\[\d+\]$/.test(path) && !('topologyKey' in value)) return [`${path}: no topologyKey`];
    return beyondTypes(item, at);
  });
}

/** A place without what differs from case to case: positions, names of proxies, line numbers. */
function general(text: string): string {
  return text
    .replace(/gatewayProxies\.[\w-]+/g, 'gatewayProxies.NAME')
    .replace(/\[\d+\]|\/\d+(?=\/|:)/g, '[]')
    .replace(/line \d+/g, 'line N')
    .replace(/:\d+:\d+/g, ':L')
    .replaceAll('\n', ' ');
}

/** What real Helm answers to cases, one after the other. */
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

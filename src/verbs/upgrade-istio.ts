import type { Chart } from '../chart/chart.ts';
import { truthy } from '../go/template.ts';
import { doubtfulIstioTag, istioReleasesBetween } from '../istio/istio-tags.ts';
import { parseImage } from '../objects/image-reference.ts';
import {
  compareIstio,
  type IstioVersion,
  istioFeatures,
  istioOf,
  parseIstioVersion,
} from '../objects/istio-version.ts';
import { isIstioAgent } from '../objects/sidecars.ts';
import { formatPath, hasErrors, type Path, type Problem, type Severity } from '../problem.ts';
import {
  compareText,
  defined,
  isMap,
  listOf,
  mapAt,
  textOf,
  type Value,
  type ValueMap,
  valueAt,
  withValueAt,
} from '../value.ts';
import { prepare, type RequestOptions } from './prepare.ts';
import { validateValues } from './validate.ts';

/** What another version of Istio changes for the gateway proxies, and the first version with the change. */
interface IstioChange {
  readonly version: string;
  /** A behaviour of Istio by the name of its row in schema/istio.yaml, or the code of a rule. */
  readonly name: string;
  readonly what: string;
  /** Whether it applies from then on, or no longer does. */
  readonly isNew: boolean;
  /** For rules: the severity, and the value. */
  readonly severity?: Severity;
  readonly path?: string;
  /** What to do about it. */
  readonly hint?: string;
}

interface ValueEdit {
  readonly path: string;
  readonly before?: Value;
  /** Omitted if the value must be removed. */
  readonly after?: Value;
}

export interface IstioUpgrade {
  readonly from: string;
  readonly to: string;
  readonly chartVersion: string;
  readonly changes: readonly IstioChange[];
  /** The values that must be set for the sidecars. */
  readonly values: readonly ValueEdit[];
  readonly problems: readonly Problem[];
}

/**
 * The changes for values when the mesh and its sidecars go from one version of Istio to another: what Istio does
 * differently, and what the rules find or no longer find, each with the version that introduced it, after which the
 * state no longer changes. Never throws.
 */
export function upgradeIstio(options: RequestOptions, from: string, to: string): IstioUpgrade {
  const failed = (problems: readonly Problem[], chartVersion = ''): IstioUpgrade => ({
    ...{ from, to, chartVersion, changes: [], values: [], problems },
  });
  const [first, last] = [parseIstioVersion(from), parseIstioVersion(to)];
  const doubts = [from, to].flatMap((one) => doubtfulIstioTag(one, 'The version of Istio', 'error'));
  if (first === undefined || last === undefined || hasErrors(doubts)) return failed(doubts.length > 0 ? doubts : [bad]);
  const prepared = prepare(options);
  if (!('chart' in prepared)) return failed(prepared.problems);
  if (hasErrors(prepared.problems)) return failed(prepared.problems, prepared.chart.release);
  const { chart, layers } = prepared;
  const way = wayBetween(first, last);
  const judge = judgeOf(layers.values, chart);
  const edits = editsOf(layers.values, chart, to);
  const own = listOf(valueAt(layers.values, 'global', 'istioSDS', 'customSidecars'));
  const isFixed = wantsSidecars(layers.values) && own.length === 0 && !chart.has('sidecarImageValue');
  const missing = isFixed ? [withoutValue(chart)] : [];
  return {
    ...{
      from,
      to,
      chartVersion: chart.release,
      values: edits.map((edit) => shownEdit({ ...edit, path: layers.asWritten(edit.path) })),
      problems: [...doubts, ...missing],
    },
    changes: [...behaviours(way), ...findings(way, judge)].sort(
      (a, b) => rank(way, a) - rank(way, b) || compareText(a.name, b.name),
    ),
  };
}

const bad: Problem = {
  code: 'bad-option',
  severity: 'error',
  message: 'The versions of Istio must be complete.',
  hint: 'write both as 1.22.3',
};

/** Both versions, and all known ones between them. */
function wayBetween(from: IstioVersion, to: IstioVersion): readonly IstioVersion[] {
  const between = istioReleasesBetween(from, to).filter(
    (one) => ![from, to].some((end) => compareIstio(one, end) === 0),
  );
  return compareIstio(from, to) === 0 ? [from] : [from, ...between, to];
}

const textOfVersion = (version: IstioVersion): string => version.join('.');

function rank(way: readonly IstioVersion[], { version }: IstioChange): number {
  return way.findIndex((one) => textOfVersion(one) === version);
}

/** The version from which on the final state no longer changes; undefined if it is also the initial state. */
function turnOf(way: readonly IstioVersion[], holds: (version: IstioVersion) => boolean): IstioVersion | undefined {
  const [first] = way;
  const last = way.at(-1);
  if (first === undefined || last === undefined || holds(first) === holds(last)) return undefined;
  return way[way.findLastIndex((version) => holds(version) !== holds(last)) + 1];
}

function behaviours(way: readonly IstioVersion[]): IstioChange[] {
  return istioFeatures().flatMap(({ name, what }) => {
    const turn = turnOf(way, (version) => istioOf(version).has(name));
    return turn === undefined ? [] : [{ version: textOfVersion(turn), name, what, isNew: istioOf(turn).has(name) }];
  });
}

type Judge = (version: IstioVersion) => ReadonlyMap<string, Problem>;

/** The findings for the values with the sidecars, and the mesh, of a version. */
function judgeOf(given: ValueMap, chart: Chart): Judge {
  const known = new Map<string, ReadonlyMap<string, Problem>>();
  return (version) => {
    const istioVersion = textOfVersion(version);
    const found = known.get(istioVersion);
    if (found !== undefined) return found;
    const values = editsOf(given, chart, istioVersion).reduce<Value>(
      (changed, { path, after }) => withValueAt(changed, path, after),
      given,
    );
    const { problems } = validateValues({
      ...{ values: [isMap(values) ? values : {}], chartVersion: chart.release, istioVersion },
    });
    const answer = new Map(problems.map((one) => [`${one.severity} ${one.code} ${one.path ?? ''}`, one]));
    known.set(istioVersion, answer);
    return answer;
  };
}

function findings(way: readonly IstioVersion[], judge: Judge): IstioChange[] {
  const [first, last] = [way[0], way.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [before, after] = [judge(first), judge(last)];
  return [...new Map([...before, ...after])].flatMap(([key, { code, severity, path, message, hint }]) => {
    const isNew = after.has(key);
    const differs = way.findLastIndex((version) => judge(version).has(key) !== isNew);
    const turn = way[differs + 1];
    // What is found at both ends but not between them has another cause in the end.
    if (differs < 0 || turn === undefined) return [];
    const where = { ...defined({ path }), ...(isNew && hint !== undefined ? { hint } : {}) };
    return [{ version: textOfVersion(turn), name: code, what: message, isNew, severity, ...where }];
  });
}

interface Edit {
  readonly path: Path;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

const shownEdit = ({ path, before, after }: Edit): ValueEdit => ({
  path: formatPath(path),
  ...defined({ before, after }),
});

function wantsSidecars(given: ValueMap): boolean {
  return ['istioSDS', 'istioIntegration'].some((key) => truthy(valueAt(given, 'global', key, 'enabled')));
}

/**
 * The values that set the sidecars' version: the user's own images, else the chart's value, and the one for Kubernetes
 * Gateways.
 */
function editsOf(given: ValueMap, chart: Chart, version: string): readonly Edit[] {
  if (!wantsSidecars(given)) return [];
  const own: Path = ['global', 'istioSDS', 'customSidecars'];
  const sidecars = listOf(valueAt(given, ...own));
  const images = sidecars.flatMap((one, index): Edit[] => {
    const image = isMap(one) && isIstioAgent(one) ? textOf(one['image']) : undefined;
    if (image === undefined) return [];
    const { base, tag } = parseImage(image);
    return [{ path: [...own, index, 'image'], before: image, after: `${base}:${likeTag(tag, version)}` }];
  });
  const holders: Path[] = [
    ...(sidecars.length === 0 && chart.has('sidecarImageValue') ? [['global', 'glooMtls', 'istioProxy', 'image']] : []),
    ...(isMap(valueAt(given, ...kubeImage)) ? [kubeImage] : []),
  ];
  const tags = holders.flatMap((path): Edit[] => {
    const { tag, digest } = mapAt(given, ...path.map(String));
    const after = likeTag(textOf(tag), version);
    const gone: Edit[] = digest === undefined ? [] : [{ path: [...path, 'digest'], before: digest, after: undefined }];
    return [{ path: [...path, 'tag'], before: tag, after }, ...gone];
  });
  return [...images, ...tags].filter(({ before, after }) => before !== after);
}

const kubeImage: Path = [
  ...['kubeGateway', 'gatewayParameters', 'glooGateway', 'istio', 'istioProxyContainer', 'image'],
];

/** The version as a tag of the same variant (`-distroless`). */
function likeTag(tag: string | undefined, version: string): string {
  const variant = /-(?:distroless|debug)$/.exec(tag ?? '')?.[0] ?? '';
  return version.endsWith(variant) ? version : `${version}${variant}`;
}

function withoutValue(chart: Chart): Problem {
  return {
    code: 'sidecar-version-fixed',
    severity: 'warning',
    path: 'global.istioSDS.enabled',
    message: `Chart ${chart.release} has no value for the version of its own sidecar, so no value was changed.`,
    hint: 'write the sidecar under global.istioSDS.customSidecars, or use a release with global.glooMtls.istioProxy.image',
  };
}

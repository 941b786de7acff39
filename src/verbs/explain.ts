import type { Chart } from '../chart/chart.ts';
import { secretsIn } from '../diff/redact.ts';
import { hideInProblems } from '../diff/secret-messages.ts';
import { type Baseline, baselineOf, hindrancesTo, sizeOfDrawn, switchesAmong } from '../explain/effect.ts';
import {
  type ExplainedFeature,
  type ExplainedObject,
  explainedFeature,
  explainedObjects,
  featuresOf,
  type Maker,
  meets,
  partWriter,
} from '../explain/map.ts';
import { otherValues, sampleName } from '../explain/other-values.ts';
import { type ExplainedValue, explainedValue, tryValue } from '../explain/value.ts';
import { fieldOfValue, type ValuePath, valuePathsOf } from '../explain/value-paths.ts';
import { hasErrors, type Path, type Problem, parsePath, sortProblems } from '../problem.ts';
import { decide } from '../proxy/decide.ts';
import { companionsOf } from '../proxy/objects/companions.ts';
import { proxiesOf } from '../proxy/proxies.ts';
import { isMap, valueAt, withValueAt } from '../value.ts';
import { counted } from '../words.ts';
import type { KubeInput } from './decide-kube.ts';
import { drawAll } from './draw-all.ts';
import { explainingKube, type KubeExplaining } from './explain-kube.ts';
import { type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';

export interface ExplainOptions extends RequestOptions, Partial<KubeInput> {
  /** Only these values and their contents; the causes of lines are not computed then. All values by default. */
  readonly paths?: readonly string[];
}

/** The map between values and the objects that they produce. */
export interface ValueMapping {
  /**
   * In the order of the chart's own list, for each proxy; after them what the release does not know, and with Gateways
   * the fields of these and of their parameters (`GatewayParameters/NAMESPACE/NAME.spec…`).
   */
  readonly values: readonly ExplainedValue[];
  /** The features of the chart that show in these objects; with `paths`, in the parts that these values affect. */
  readonly features: readonly ExplainedFeature[];
  /** In the order of `render`; then parts of the objects around the proxies. Empty if `paths` are given. */
  readonly objects: readonly ExplainedObject[];
  readonly problems: readonly Problem[];
  /** The release that was rendered; empty when none was found. */
  readonly chartVersion: string;
  readonly notes?: readonly string[];
}

/**
 * Which value, default and feature of the chart affects which part of which object, and the cause of each line: found
 * by rendering once more for each value with a different one, and without it. A value that nothing reads is not tried.
 * With Gateways the objects are those that the control plane deploys for them. Never throws for bad input.
 */
export function explain(options: ExplainOptions = {}): ValueMapping {
  const prepared = prepare(options);
  const nothing = { values: [], features: [], objects: [], chartVersion: '' };
  if (!('chart' in prepared)) return { ...nothing, problems: prepared.problems };
  const { chart, layers, values, release } = prepared;
  const { gateways, ...others } = options;
  // With Gateways, it is expected that the chart itself may have no proxies.
  const isNews = ({ code }: Problem): boolean => gateways === undefined || code !== 'no-proxy-rendered';
  const problems = hideInProblems(
    sortProblems(prepared.problems.filter(isNews).map((problem) => placed(problem, layers))),
    layers.values,
  );
  const notes = prepared.notes.length === 0 ? {} : { notes: prepared.notes };
  const kube = gateways === undefined ? undefined : explainingKube(prepared, { ...others, gateways });
  const baseline = hasErrors(prepared.problems)
    ? undefined
    : baselineOf(kube?.values ?? values, chart, kube?.draw ?? drawAll(release));
  if (baseline === undefined) {
    const refused = hasErrors(problems) ? problems : [...problems, ...(kube?.problems ?? refusals(prepared))];
    return { ...nothing, chartVersion: chart.release, problems: refused, ...notes };
  }
  const { untried, ...mapping } = mappingOf(prepared, baseline, { asked: options.paths, kube });
  const all = untried === 0 ? problems : [...problems, notTried(untried)];
  return { ...mapping, problems: all, chartVersion: chart.release, ...notes };
}

/** The most characters that are rendered in total, with one to three renderings per value. */
const mostRendered = 40_000_000;
/** Up to this number of values may take longer. */
const fewValues = 12;

function mappingOf(
  prepared: Prepared,
  baseline: Baseline,
  { asked, kube }: { readonly asked: readonly string[] | undefined; readonly kube: KubeExplaining | undefined },
): Pick<ValueMapping, 'values' | 'features' | 'objects'> & { readonly untried: number } {
  const { chart, values, layers } = prepared;
  const all = [...valuePathsOf(values, layers.values, chart), ...(kube?.paths ?? [])];
  const chosen = asked === undefined ? all : asked.flatMap((text) => within(parsePath(text), all, chart));
  const most = Math.max(20, Math.floor(mostRendered / sizeOfDrawn(baseline)));
  const read = chosen.filter(({ path }) => baseline.wasRead(path));
  const late = new Set(read.slice(most));
  const tried = chosen.map((one) => (late.has(one) ? { at: one, parts: undefined } : tryValue(one, baseline)));
  const write = partWriter();
  const secrets = new Set(secretsIn(layers.values));
  let hindrances: ReturnType<typeof hindrancesTo> | undefined;
  const hindrancesOf = (one: ValuePath) => {
    hindrances ??= hindrancesTo(baseline, switchesAmong(all, baseline.values, { ...layers.values, ...kube?.objects }), {
      most: 250,
      inPairs: chosen.length <= fewValues,
    });
    return hindrances(one);
  };
  const explained = tried.map((one) => {
    const ofObject = kube?.explained(one, write, secrets);
    if (ofObject !== undefined) return ofObject;
    const isAsked = asked !== undefined || valueAt(layers.values, ...one.at.path) !== undefined;
    const refused = one.parts === undefined && !late.has(one.at) ? refusalOf(one.at, prepared) : undefined;
    const why = refused === undefined ? {} : { why: refused };
    return { ...explainedValue(one, prepared, { write, secrets, ...(isAsked ? { hindrancesOf } : {}) }), ...why };
  });
  const asksFor = new Set(tried.flatMap(({ parts }) => parts ?? []));
  const found = asked === undefined || asksFor.size > 0 ? featuresOf(baseline, most) : [];
  const features = found.filter(
    ({ parts }) => asked === undefined || parts.some((part) => [...asksFor].some((own) => meets(part, own))),
  );
  const makers: Maker[] = [
    ...tried.map(({ parts }, index) => ({ cause: { value: explained[index]?.path ?? '' }, parts: parts ?? [] })),
    ...features.map(({ name, parts }) => ({ cause: { feature: name }, parts })),
  ];
  return {
    untried: late.size,
    values: explained,
    features: features.map((one) => explainedFeature(one, chart, write)),
    objects: asked === undefined ? explainedObjects(baseline.drawn, makers) : [],
  };
}

/** With very many proxies, or huge files among the values. */
function notTried(count: number): Problem {
  return {
    code: 'not-explained',
    severity: 'warning',
    message: `These values affect so much that ${counted(count, 'value')} of them ${count === 1 ? 'was' : 'were'} not tried.`,
    hint: 'Ask for single values.',
  };
}

/** A value, or all values in a map that the chart knows; an unknown path counts as a value. */
function within(path: Path, all: readonly ValuePath[], chart: Chart): ValuePath[] {
  const inside = all.filter((one) => path.every((step, index) => step === one.path[index]));
  return inside.length > 0 ? inside : [{ path, field: fieldOfValue(path, chart.index) }];
}

/** Why the chart accepts no other value. */
function refusalOf({ path, field }: ValuePath, prepared: Prepared): string | undefined {
  const { some, choices } = otherValues(field, valueAt(prepared.values, ...path));
  const found = [...some, ...choices].flatMap((value) => {
    const values = withValueAt(prepared.values, path, value);
    if (!isMap(values)) return [];
    const { proxies, problems } = proxiesOf(values, prepared.chart, prepared.release);
    return [...problems, ...refusals({ ...prepared, values, proxies })];
  });
  const errors = found.filter(({ severity, message }) => severity === 'error' && !message.includes(sampleName));
  return hideInProblems(errors.slice(0, 1), prepared.layers.values)[0]?.message.replace(/\.$/, '');
}

/** Why nothing is rendered. */
function refusals({ proxies, values, chart, release, layers }: Prepared): Problem[] {
  const found = [
    ...proxies.flatMap((proxy) => decide(proxy).problems),
    ...companionsOf(values, chart, release).problems,
  ];
  return found.map((problem) => placed(problem, layers));
}

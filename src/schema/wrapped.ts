/**
 * Values that clearly belong to a chart that wraps Gloo's: Helm passes none of them to Gloo's chart as they are, so
 * rendering them unchanged would render the defaults.
 */
import type { Chart } from '../chart/chart.ts';
import type { Layers } from '../helm/layered.ts';
import { formatPath, type Path, type Problem } from '../problem.ts';
import { getEntry, isMap, mapAt, type ValueMap, valueAt } from '../value.ts';
import { fieldIn, valuesModel } from './values-model.ts';

/** Values that gloo-ee's chart has and Gloo's does not, from public sources: its chart itself is not public. */
const enterpriseKeys = ['license_key', 'license_secret_name', 'create_license_secret', 'gloo-fed', 'glooFed'];
const enterpriseParts = [
  'observability',
  'prometheus',
  'grafana',
  'rateLimit',
  'extAuth',
  'redis',
  'devPortal',
  'gloo-portal',
];

/** What gloo-ee has under `global.extensions`; the values of Gloo's own chart may have anything there. */
const enterpriseExtensions = ['extAuth', 'rateLimit', 'caching', 'glooRedis', 'dataPlanePerProxy'];

/** Top-level keys of Gloo's values that other charts hardly ever have at the top level. */
const telling = ['gatewayProxies', 'kubeGateway'];

/** The argument for the option, if values are those of a wrapping chart. */
interface Wrapped {
  /** The path of Gloo's own values. */
  readonly where: Path;
  /** The key that gives it away. */
  readonly evidence: Path;
}

/** The problem with values of a wrapping chart that were not declared as such; undefined for others. */
export function findWrapped(layers: Layers, chart: Chart): Problem | undefined {
  const { values, prefix } = layers;
  if (prefix.length > 0) return undefined;
  const found = nestedIn(values, chart) ?? enterpriseIn(values);
  return found === undefined ? undefined : problemOf(found, layers);
}

/** A map that holds top-level keys of Gloo's values: under `gloo`, under another name, or two levels down. */
function nestedIn(values: ValueMap, chart: Chart): Wrapped | undefined {
  const own = getEntry(values, 'gloo');
  const sign = isMap(own) ? signIn(own, chart) : undefined;
  if (sign !== undefined) return { where: ['gloo'], evidence: ['gloo', sign] };
  const isPlain = telling.some((key) => key in values);
  if (isPlain) return undefined;
  for (const [key, inner] of Object.entries(values)) {
    // The name of a chart has no spaces.
    if (!isMap(inner) || key === 'global' || key.includes(' ')) continue;
    const direct = telling.find((one) => isMap(inner[one]));
    if (direct !== undefined && (key === 'gloo' || !valuesModel().has(key)))
      return { where: [key], evidence: [key, direct] };
    for (const [name, deeper] of Object.entries(inner)) {
      const deep = isMap(deeper) ? telling.find((one) => isMap(deeper[one])) : undefined;
      if (deep !== undefined) return { where: [key, name], evidence: [key, name, deep] };
    }
  }
  return undefined;
}

/** A key within `gloo` that Gloo's chart has at the top level and not there. */
function signIn(gloo: ValueMap, chart: Chart): string | undefined {
  const model = valuesModel();
  const within = fieldIn(model, 'gloo', chart.index)?.type;
  const fields = within?.kind === 'object' ? within.fields : undefined;
  const isElsewhere = (key: string): boolean => model.has(key) && fields?.has(key) !== true;
  const signs = Object.keys(gloo).filter((key) => isElsewhere(key) || enterpriseKeys.includes(key));
  return signs.find((key) => telling.includes(key)) ?? signs[0];
}

/** The top-level keys of gloo-ee; there Gloo's values would be under `gloo`, and may be missing altogether. */
function enterpriseIn(values: ValueMap): Wrapped | undefined {
  const key = enterpriseKeys.find((one) => one in values);
  if (key !== undefined) return { where: ['gloo'], evidence: [key] };
  const parts = enterpriseParts.filter((one) => one in values && !valuesModel().has(one));
  const evidence = parts[0] === undefined ? ['global', 'extensions'] : [parts[0]];
  const extensions = mapAt(values, 'global', 'extensions');
  if (parts[0] === undefined && !enterpriseExtensions.some((one) => one in extensions)) return undefined;
  const isPlain = Object.keys(values).some((one) => one !== 'global' && one !== 'gloo' && valuesModel().has(one));
  return isPlain ? undefined : { where: ['gloo'], evidence };
}

function problemOf({ where, evidence }: Wrapped, layers: Layers): Problem {
  const name = formatPath(where);
  const isEnterprise = name === 'gloo';
  const chart = isEnterprise ? "a chart that wraps Gloo's, such as gloo-ee" : "a chart that wraps Gloo's";
  const loose = telling.filter((key) => key in layers.values);
  const astray = loose.length === 0 ? '' : ` What is outside, ${loose.join(' and ')}, has no effect there.`;
  return {
    code: 'values-of-wrapping-chart',
    severity: 'error',
    message: `${formatPath(evidence)} is laid out for ${chart}: there Gloo's own values belong under ${name}.${astray}`,
    path: formatPath(evidence),
    ...placeOf(evidence, layers),
    hint: `Use --partial-of ${name}, and set the release of Gloo inside with --chart-version; --wrapper-values takes the values.yaml of that chart.`,
  };
}

/**
 * Gloo's own layout with a part that only gloo-ee reads: the values are Gloo's, but the user has the wrong chart in
 * mind.
 */
export function findMisplaced({ values, prefix, ...layers }: Layers): Problem | undefined {
  if (prefix.length > 0) return undefined;
  const extensions = valueAt(values, 'global', 'extensions');
  if (!isMap(extensions) || Object.keys(extensions).length === 0 || !('gatewayProxies' in values)) return undefined;
  const path = ['global', 'extensions'];
  return {
    code: 'value-of-wrapping-chart',
    severity: 'warning',
    message:
      'global.extensions belongs to gloo-ee, whose values must have gatewayProxies under gloo: with gloo-ee this one has no effect.',
    path: formatPath(path),
    ...placeOf(path, layers),
    hint: "For gloo-ee move gatewayProxies under gloo and use --partial-of gloo; for Gloo's own chart remove global.extensions.",
  };
}

function placeOf(path: Path, layers: Pick<Layers, 'winner'>): Partial<Problem> {
  const winner = layers.winner(path, 'key');
  return winner === undefined ? {} : { file: winner.layer.name, ...winner.place };
}

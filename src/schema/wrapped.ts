/**
 * Values that are plainly those of a chart around Gloo's: Helm gives nothing of them to Gloo's chart where they stand, so that a
 * rendering of them as they are would be one of the defaults.
 */
import type { Chart } from '../chart/chart.ts';
import type { Layers } from '../helm/layered.ts';
import { formatPath, type Path, type Problem } from '../problem.ts';
import { getEntry, isMap, type ValueMap, valueAt } from '../value.ts';
import { fieldIn, valuesModel } from './values-model.ts';

/** Values that gloo-ee's chart has and Gloo's has not, by what is public of them: its chart itself is not. */
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

/** Keys that stand at the top of Gloo's values and hardly ever at that of another chart's. */
const telling = ['gatewayProxies', 'kubeGateway'];

/** What the option is to be told, where values are those of a wrapping chart. */
interface Wrapped {
  /** Where Gloo's own values stand. */
  readonly where: Path;
  /** The key that shows it. */
  readonly evidence: Path;
}

/** The one problem with values of a wrapping chart that nobody said are such; undefined for others. */
export function findWrapped(layers: Layers, chart: Chart): Problem | undefined {
  const { values, prefix } = layers;
  if (prefix.length > 0) return undefined;
  const found = nestedIn(values, chart) ?? enterpriseIn(values);
  return found === undefined ? undefined : problemOf(found, layers);
}

/** A map that holds what stands at the top of Gloo's values: under `gloo`, under another name, or two levels down. */
function nestedIn(values: ValueMap, chart: Chart): Wrapped | undefined {
  const own = getEntry(values, 'gloo');
  const sign = isMap(own) ? signIn(own, chart) : undefined;
  if (sign !== undefined) return { where: ['gloo'], evidence: ['gloo', sign] };
  const isPlain = telling.some((key) => key in values);
  if (isPlain) return undefined;
  for (const [key, inner] of Object.entries(values)) {
    if (!isMap(inner) || key === 'global') continue;
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

/** A key within `gloo` that Gloo's chart has at its top and not there. */
function signIn(gloo: ValueMap, chart: Chart): string | undefined {
  const model = valuesModel();
  const within = fieldIn(model, 'gloo', chart.index)?.type;
  const fields = within?.kind === 'object' ? within.fields : undefined;
  const isElsewhere = (key: string): boolean => model.has(key) && fields?.has(key) !== true;
  const signs = Object.keys(gloo).filter((key) => isElsewhere(key) || enterpriseKeys.includes(key));
  return signs.find((key) => telling.includes(key)) ?? signs[0];
}

/** What gloo-ee has at its top; Gloo's values would stand under `gloo` there, and may all be absent. */
function enterpriseIn(values: ValueMap): Wrapped | undefined {
  const key = enterpriseKeys.find((one) => one in values);
  if (key !== undefined) return { where: ['gloo'], evidence: [key] };
  const parts = enterpriseParts.filter((one) => one in values && !valuesModel().has(one));
  const evidence = parts[0] === undefined ? ['global', 'extensions'] : [parts[0]];
  if (parts[0] === undefined && !isMap(valueAt(values, ...evidence))) return undefined;
  const isPlain = Object.keys(values).some((one) => one !== 'global' && one !== 'gloo' && valuesModel().has(one));
  return isPlain ? undefined : { where: ['gloo'], evidence };
}

function problemOf({ where, evidence }: Wrapped, layers: Layers): Problem {
  const name = formatPath(where);
  const isEnterprise = name === 'gloo';
  const chart = isEnterprise ? "a chart that wraps Gloo's, such as gloo-ee" : "a chart that wraps Gloo's";
  const loose = telling.filter((key) => key in layers.values);
  const astray = loose.length === 0 ? '' : ` What stands outside, ${loose.join(' and ')}, does nothing there.`;
  return {
    code: 'values-of-wrapping-chart',
    severity: 'error',
    message: `${formatPath(evidence)} is laid out for ${chart}: there Gloo's own values stand under ${name}.${astray}`,
    path: formatPath(evidence),
    ...placeOf(evidence, layers),
    hint: `Say --partial-of ${name}, and the release of Gloo within with --chart-version; --wrapper-values takes the values.yaml of that chart.`,
  };
}

/** Gloo's own layout with a part that only gloo-ee reads: the values are Gloo's, but somebody meant another chart. */
export function findMisplaced({ values, prefix, ...layers }: Layers): Problem | undefined {
  if (prefix.length > 0) return undefined;
  const extensions = valueAt(values, 'global', 'extensions');
  if (!isMap(extensions) || Object.keys(extensions).length === 0 || !('gatewayProxies' in values)) return undefined;
  const path = ['global', 'extensions'];
  return {
    code: 'value-of-wrapping-chart',
    severity: 'warning',
    message:
      'global.extensions belongs to gloo-ee, and in its values gatewayProxies must stand under gloo: with gloo-ee this one does nothing.',
    path: formatPath(path),
    ...placeOf(path, layers),
    hint: "For gloo-ee move gatewayProxies under gloo and say --partial-of gloo; for Gloo's own chart remove global.extensions.",
  };
}

function placeOf(path: Path, layers: Pick<Layers, 'winner'>): Partial<Problem> {
  const winner = layers.winner(path, 'key');
  return winner === undefined ? {} : { file: winner.layer.name, ...winner.place };
}

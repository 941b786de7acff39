import { labelValueFault } from '../../apiserver/names.ts';
import type { Chart } from '../../chart/chart.ts';
import { printed, truthy } from '../../go/template.ts';
import { described, wrongType } from '../../schema/check-words.ts';
import { isList, isMap, listOf, mapOf, type Value, valueAt } from '../../value.ts';
import { readBare } from '../../yaml/bare.ts';
import { addProblem, deviate, has, mapIn, report, type Scope } from '../scope.ts';

/**
 * Finds values that the chart prints without quotes into its Settings: some are not valid YAML there, others arrive as
 * another type, which the API server refuses. Source: 18-settings.yaml.
 */
export function findInSettings(values: Scope, chart: Chart): void {
  const settings = mapIn(values, 'settings');
  if (!has(settings, 'create')) return;
  const isMutual = truthy(valueAt(values.map, 'global', 'glooMtls', 'enabled'));
  const find = (scope: Scope, key: string, wanted: Wanted, ...field: readonly string[]): void =>
    findPrinted(scope, key, { value: scope.map[key] ?? null, wanted, isTyped: isTyped(settings, field, chart) });
  if (has(settings, 'writeNamespace')) find(settings, 'writeNamespace', 'a string', 'discoveryNamespace');
  if (has(settings, 'enableRestEds') && (!isMutual || chart.has('restEdsWithGlooMtls')))
    find(settings, 'enableRestEds', 'true or false', 'gloo', 'enableRestEds');
  const mesh = mapIn(mapIn(values, 'global'), 'istioIntegration');
  const usual = mapOf(valueAt(chart.defaults(), 'global', 'istioIntegration'));
  for (const key of ['appendXForwardedHost', 'enableAutoMtls'])
    if (key in usual) find(mesh, key, 'true or false', 'gloo', 'istioOptions', key);
  const watched = listOf(settings.map['watchNamespaces']);
  if (!has(settings, 'singleNamespace'))
    watched.forEach((value, index) => {
      const scope = { ...settings, path: [...settings.path, 'watchNamespaces', index] };
      const printing = { value, wanted: 'a string', isTyped: isTyped(settings, ['watchNamespaces'], chart) } as const;
      // A list or map is found with the values' types.
      if (!isList(value) && !isMap(value)) findPrinted(scope, undefined, printing);
    });
  findValidation(values, chart, has(settings, 'kubeResourceOverride'));
}

type Wanted = 'a string' | 'true or false';

/** Whether the API server knows the field, and no override replaces it. */
function isTyped(settings: Scope, field: readonly string[], chart: Chart): boolean {
  const replaced = valueAt(settings.map, 'kubeResourceOverride', 'spec', ...field);
  return chart.has('gatewaySchema') && replaced === undefined;
}

function findPrinted(
  scope: Scope,
  key: string | undefined,
  { value, wanted, isTyped }: { readonly value: Value; readonly wanted: Wanted; readonly isTyped: boolean },
): void {
  const read = readBare(printed(value));
  const name = key ?? scope.path.at(-1) ?? '';
  const words = { key: typeof name === 'number' ? `Item ${name}` : name, value: described(value) };
  if (read === undefined) deviate(scope, 'bare-text-breaks-yaml', key, words);
  // The API server drops a field that is null, but refuses an item of a list.
  else if (!isTyped || (read === null && key !== undefined)) return;
  else if (typeof read === (wanted === 'a string' ? 'string' : 'boolean')) return;
  else {
    const [hint, meant] = ['Put quotes into the value: {0}.', [{ value: JSON.stringify(printed(value)) }]];
    const message = `${wrongType(name, wanted, value)} The API server refuses it.`;
    if (wanted === 'true or false') addProblem(scope, 'error', { code: 'wrong-type', message }, key);
    else if (typeof value === 'string') deviate(scope, 'bare-text-read-as-another-type', key, words, meant);
    else addProblem(scope, 'error', { code: 'wrong-type', message, hint, meant }, key);
  }
}

/** Finds a revision of Istio that cannot be a label, where the chart labels discovery's pod or the Namespace with it. */
export function findRevision(values: Scope, chart: Chart): void {
  const mesh = mapIn(mapIn(values, 'global'), 'istioIntegration');
  const isWritten =
    (has(mesh, 'whitelistDiscovery') && has(mapIn(values, 'discovery'), 'enabled')) ||
    (has(mesh, 'labelInstallNamespace') && has(mapIn(values, 'namespace'), 'create'));
  const key = 'istioSidecarRevTag';
  if (!isWritten || !chart.has('sidecarRevision') || !has(mesh, key)) return;
  const value = mesh.map[key] ?? null;
  const read = readBare(printed(value));
  const fault = typeof read === 'string' ? labelValueFault(read) : undefined;
  if (fault === undefined) findPrinted(mesh, key, { value, wanted: 'a string', isTyped: true });
  else report(mesh, 'invalid-label', key, `${key} is not valid as a label: ${fault}`);
}

/** What merges an override into the Settings leaves the quotes out. */
function findValidation(values: Scope, chart: Chart, isMerged: boolean): void {
  const isBare = chart.has('bareValidationAddress') || (chart.has('resourceOverride') && isMerged);
  if (!isBare || !truthy(valueAt(values.map, 'gateway', 'validation', 'enabled'))) return;
  const pod = mapIn(mapIn(values, 'gloo'), 'deployment');
  const value = pod.map['validationPort'] ?? null;
  if (readBare(`gloo:${printed(value)}`) === undefined)
    deviate(pod, 'bare-text-breaks-yaml', 'validationPort', {
      key: 'validationPort',
      value: described(printed(value)),
    });
}

import { diffManifests } from '../diff/diff.ts';
import type { DiffReport } from '../diff/report.ts';
import { truthy } from '../go/template.ts';
import { hasErrors, type Problem } from '../problem.ts';
import { isMap, mapAt, type OpenMap, setEntry, type Value, type ValueMap, valueAt } from '../value.ts';
import { editYaml } from '../yaml/edit.ts';
import { readYaml, type Source } from '../yaml/read.ts';
import { settingsOf } from './control-plane.ts';
import { prepare, type RequestOptions } from './prepare.ts';
import { renderGatewayProxies } from './render.ts';

/** Values that were moved from `istioSDS.enabled` to `istioIntegration.enabled`. */
export interface IntegrationUpgrade {
  /** The resulting file; empty if it cannot be changed. */
  readonly text: string;
  /** Whether everything that did not change is still written as before. */
  readonly isKept: boolean;
  readonly chartVersion: string;
  /** The differences in the proxies, of which there must be none. */
  readonly proof: DiffReport | undefined;
  /** Gloo's Settings for Istio, before and after. */
  readonly settings: readonly [before: ValueMap, after: ValueMap];
  readonly problems: readonly Problem[];
}

/**
 * Moves a values file from `global.istioSDS.enabled` to `global.istioIntegration.enabled`, which newer releases
 * require: the text is edited byte for byte, `customSidecars` stay, and both texts are rendered to prove that the
 * proxies are equal. A file that is already converted stays as it is. Never throws.
 */
export function upgradeToIntegration(source: Source, options: Omit<RequestOptions, 'values'>): IntegrationUpgrade {
  const before = prepare({ ...options, values: [source] });
  const failed = (problems: readonly Problem[], chartVersion = ''): IntegrationUpgrade => ({
    ...{ text: '', isKept: false, chartVersion, proof: undefined, settings: [{}, {}], problems },
  });
  if (!('chart' in before) || hasErrors(before.problems)) return failed(before.problems);
  const { chart } = before;
  const { value } = readYaml(source);
  const refused = refusal(value, chart.release, chart.has('istioIntegrationCluster'));
  if (refused !== undefined || !isMap(value)) return failed(refused === undefined ? [] : [refused], chart.release);
  const isThere = !isOn(value, 'istioSDS');
  const { text, isKept } = isThere ? { text: source.text, isKept: true } : editYaml(source.text, movedValues(value));
  const after = prepare({ ...options, values: [{ name: source.name, text }] });
  const render = (one: string) => renderGatewayProxies({ ...options, values: [{ name: source.name, text: one }] });
  const [old, fresh] = [render(source.text), render(text)];
  const errors = [old, fresh].flatMap(({ problems }) => problems.filter(({ severity }) => severity === 'error'));
  if (!('chart' in after) || errors.length > 0) return failed(errors, chart.release);
  const istioOf = ({ values, release }: typeof before): ValueMap =>
    mapAt(settingsOf({ values, chart, namespace: release.namespace }), 'spec', 'gloo', 'istioOptions');
  return {
    ...{ text, isKept, chartVersion: chart.release, settings: [istioOf(before), istioOf(after)], problems: [] },
    proof: diffManifests(old.manifests, fresh.manifests),
  };
}

function isOn(values: ValueMap, name: string): boolean {
  return truthy(valueAt(values, 'global', name, 'enabled'));
}

function refusal(value: Value | undefined, release: string, isKnown: boolean): Problem | undefined {
  const about = { code: 'nothing-to-move', severity: 'error', path: 'global.istioSDS.enabled' } as const;
  if (!isKnown)
    return {
      ...about,
      message: `In chart ${release}, istioIntegration.enabled does not do what istioSDS.enabled does.`,
      hint: 'name 1.17.0-rc3 or a newer release with --chart-version',
    };
  if (isMap(value) && (isOn(value, 'istioSDS') || isOn(value, 'istioIntegration'))) return undefined;
  return { ...about, message: 'global.istioSDS.enabled is not on in this file, so there is nothing to move.' };
}

function movedValues(values: ValueMap): ValueMap {
  const global: OpenMap = { ...mapAt(values, 'global') };
  const { enabled: _, ...sds } = mapAt(values, 'global', 'istioSDS');
  if (Object.keys(sds).length === 0) delete global['istioSDS'];
  else setEntry(global, 'istioSDS', sds);
  setEntry(global, 'istioIntegration', { ...mapAt(values, 'global', 'istioIntegration'), enabled: true });
  return { ...values, global };
}

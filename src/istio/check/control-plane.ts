import { type KubeObject, nameOf } from '../../objects/object.ts';
import { containersOf, variableOf } from '../../objects/workload.ts';
import { mapAt, type ValueMap } from '../../value.ts';
import { type ControlPlaneEnv, controlPlaneEnv } from '../gloo/control-plane.ts';
import type { Gloo } from '../gloo/release.ts';
import type { World } from './world.ts';

/** The configuration of Gloo's control plane. */
export interface ControlPlaneForm {
  /** The `spec` of the Settings. */
  readonly settings: ValueMap;
  readonly env: ControlPlaneEnv;
}

/** The possible states of Gloo's control plane; more than one if something in `missing` would decide. */
export interface ControlPlane {
  readonly forms: readonly ControlPlaneForm[];
  readonly missing: string | undefined;
}

/** `followsPods`: the endpoints are pods even with a sidecar on the gateway. */
export function controlPlaneOf(world: World, gloo: Gloo, followsPods: boolean): ControlPlane {
  const settings = settingsOf(world, gloo);
  const variables = variablesOf(world, gloo);
  const forms = settings.forms.flatMap((spec) =>
    variables.forms.map((env): ControlPlaneForm => {
      const known = controlPlaneEnv(env);
      return {
        settings: withIntegration(spec, env, gloo),
        env: followsPods ? { ...known, hasSidecar: false } : known,
      };
    }),
  );
  // With auto mTLS off, no variable affects what is sent.
  const isAsked = forms.some(({ settings: spec }) => mapAt(spec, 'gloo', 'istioOptions')['enableAutoMtls'] === true);
  const missing = [settings.missing, isAsked ? variables.missing : undefined].filter((one) => one !== undefined);
  return {
    forms: isAsked ? forms : forms.slice(0, settings.forms.length),
    missing: missing.length === 0 ? undefined : missing.join('; '),
  };
}

/** Something with several possible forms, of which `missing` would decide. */
interface Open {
  readonly forms: readonly ValueMap[];
  readonly missing: string | undefined;
}

function settingsOf(world: World, gloo: Gloo): Open {
  const name = 'default';
  const own = world.find('Settings', world.glooNamespace, name) ?? onlySettings(world);
  if (own !== undefined) return { forms: [mapAt(own.object, 'spec')], missing: undefined };
  if (!gloo.has('autoMtls') || world.hasAll('Settings')) return { forms: [{}], missing: undefined };
  const on: ValueMap = { gloo: { istioOptions: { enableAutoMtls: true, enableIntegration: true } } };
  const missing = `Settings ${world.glooNamespace}/${name} (whether auto mTLS is on), or the values of Gloo's chart`;
  return { forms: [{}, on], missing };
}

/**
 * Gloo reads the Settings of this name in its own namespace; if that namespace is unknown, those of another one may be
 * meant.
 */
function onlySettings(world: World): KubeObject | undefined {
  const all = world.of('Settings').filter(({ object }) => nameOf(object) === 'default');
  return all.length === 1 ? all[0] : undefined;
}

/** How Gloo knew whether its proxies have an SDS server before the Settings had a field for it. */
const integrationVariable = 'GG_EXPERIMENTAL_ISTIO_MTLS_SDS_ENABLED';

/** What the environment of the control plane sets about Istio; an unknown variable may be "true" or unset. */
function variablesOf(world: World, gloo: Gloo): Open {
  const asked = [
    ...(gloo.has('sidecarEndpoints') ? ['ENABLE_ISTIO_SIDECAR_ON_GATEWAY', 'ENABLE_ISTIO_INTEGRATION'] : []),
    ...(gloo.has('autoMtlsBySettings') ? [] : [integrationVariable]),
  ];
  const deployment = world.find('Deployment', world.glooNamespace, 'gloo');
  const container = containersOf(deployment?.object).find(({ name }) => name === 'gloo');
  const found = asked.map((name) => ({ name, ...variableOf(container ?? {}, name) }));
  // If all Deployments are known, Gloo's was merely omitted, and nothing enables its sidecar.
  const isLeftOut = container === undefined && world.hasAll('Deployment');
  const isOpen = (name: string): boolean => container === undefined && (!isLeftOut || name === integrationVariable);
  let forms: readonly ValueMap[] = [{}];
  const open: string[] = [];
  for (const one of found) {
    if (one.isOpen || isOpen(one.name)) {
      open.push(one.name);
      forms = forms.flatMap((form) => [form, { ...form, [one.name]: 'true' }]);
    } else if (one.value !== undefined) forms = forms.map((form) => ({ ...form, [one.name]: one.value ?? '' }));
  }
  const missing = `Deployment ${world.glooNamespace}/gloo (the value of ${open.join(' and ')} in its container gloo)`;
  return { forms, missing: open.length === 0 ? undefined : missing };
}

function withIntegration(spec: ValueMap, variables: ValueMap, gloo: Gloo): ValueMap {
  if (!gloo.has('autoMtls') || gloo.has('autoMtlsBySettings')) return spec;
  const options = {
    ...mapAt(spec, 'gloo', 'istioOptions'),
    enableIntegration: variables[integrationVariable] === 'true',
  };
  return { ...spec, gloo: { ...mapAt(spec, 'gloo'), istioOptions: options } };
}

import { type KubeObject, nameOf } from '../../objects/object.ts';
import { mapAt, mapsIn, textOf, type ValueMap } from '../../value.ts';
import { type ControlPlaneEnv, controlPlaneEnv } from '../gloo/control-plane.ts';
import type { Gloo } from '../gloo/release.ts';
import type { GatewayProxy } from './proxies.ts';
import type { World } from './world.ts';

/** What Gloo's control plane goes by: its Settings, as they may be, and its environment. */
export interface ControlPlane {
  /** The `spec` of the Settings; more than one where `missing` would decide. */
  readonly settings: readonly ValueMap[];
  readonly missing: string | undefined;
  readonly source: KubeObject | undefined;
  readonly env: ControlPlaneEnv;
}

export function controlPlaneOf(world: World, gloo: Gloo, proxies: readonly GatewayProxy[]): ControlPlane {
  const variables = variablesOf(world);
  const env = controlPlaneEnv(variables);
  const name = 'default';
  const own = world.find('Settings', world.glooNamespace, name) ?? onlySettings(world);
  if (own !== undefined) {
    const spec = mapAt(own.object, 'spec');
    return { settings: [withIntegration(spec, variables, gloo, proxies)], missing: undefined, source: own, env };
  }
  const isIrrelevant = !gloo.has('autoMtls') || world.hasAll('Settings');
  const on: ValueMap = { gloo: { istioOptions: { enableAutoMtls: true, enableIntegration: true } } };
  return {
    settings: isIrrelevant ? [{}] : [{}, on],
    missing: `Settings ${world.glooNamespace}/${name} (whether auto mTLS is on), or the values of Gloo's chart`,
    source: undefined,
    env,
  };
}

/** Gloo reads its own namespace's Settings of this name; where that namespace was not said, those of another one may be meant. */
function onlySettings(world: World): KubeObject | undefined {
  const all = world.of('Settings').filter(({ object }) => nameOf(object) === 'default');
  return all.length === 1 ? all[0] : undefined;
}

function variablesOf(world: World): ValueMap {
  const gloo = world.find('Deployment', world.glooNamespace, 'gloo');
  const containers = mapsIn(mapAt(gloo?.object ?? {}, 'spec', 'template', 'spec')['containers']);
  const container = containers.find((one) => one['name'] === 'gloo');
  return Object.fromEntries(
    mapsIn(container?.['env']).map(({ name, value }) => [textOf(name) ?? '', textOf(value) ?? '']),
  );
}

/** Before the Settings had a field for it, the integration was what the environment says of the SDS server. */
function withIntegration(spec: ValueMap, variables: ValueMap, gloo: Gloo, proxies: readonly GatewayProxy[]): ValueMap {
  if (!gloo.has('autoMtls') || gloo.has('autoMtlsBySettings')) return spec;
  const asked = variables['GG_EXPERIMENTAL_ISTIO_MTLS_SDS_ENABLED'];
  const enableIntegration =
    asked === undefined ? proxies.some(({ clusters }) => clusters?.has('gateway_proxy_sds')) : asked === 'true';
  const options = mapAt(spec, 'gloo', 'istioOptions');
  return { ...spec, gloo: { ...mapAt(spec, 'gloo'), istioOptions: { ...options, enableIntegration } } };
}

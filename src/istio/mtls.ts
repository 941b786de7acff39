import { sdsCluster } from '../objects/bootstrap.ts';
import { isKubeProxy, isWorkload } from '../objects/gateway-proxies.ts';
import { matchesLabels } from '../objects/label-selector.ts';
import { type Change, changeManifests, type ManifestPlan } from '../objects/manifests.ts';
import { describeObject, type KubeObject, namespaceOf } from '../objects/object.ts';
import { isSdsServer, sdsAddress } from '../objects/sidecars.ts';
import { containersOf } from '../objects/workload.ts';
import type { Problem } from '../problem.ts';
import { equal, isMap, mapAt, textOf, type Value, type ValueMap } from '../value.ts';
import type { Source } from '../yaml/read.ts';

/** Which Upstreams to work on: by name, by labels, or all of them. */
export interface UpstreamSelection {
  readonly upstreams?: readonly string[] | undefined;
  /** Labels that an Upstream must all have. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  readonly all?: boolean | undefined;
  readonly namespace?: string | undefined;
}

export interface EnableMtlsOptions extends UpstreamSelection {
  /** Replaces an sslConfig of another kind. */
  readonly force?: boolean | undefined;
}

/** The sslConfig that makes an Upstream use the mesh's certificates from the sds container in Envoy's own pod. */
export const meshSslConfig: ValueMap = {
  alpnProtocols: ['istio'],
  sds: {
    certificatesSecretName: 'istio_server_cert',
    clusterName: sdsCluster,
    targetUri: `${sdsAddress.host}:${sdsAddress.port}`,
    validationContextName: 'istio_validation_context',
  },
};

/** Manifests whose chosen Upstreams present the mesh's certificates. Those that already do are left unchanged. */
export function enableMtls(sources: readonly Source[], options: EnableMtlsOptions): Change {
  return changeManifests(sources, (objects) => planEnableMtls(objects, options));
}

/** The effect of enabling on each object, without any text. */
export function planEnableMtls(objects: readonly KubeObject[], options: EnableMtlsOptions): ManifestPlan {
  const { chosen, problems } = chooseUpstreams(objects, options);
  const plan = planEnabling(chosen, options);
  const without = plan.changes.size === 0 ? [] : objects.filter(isWithoutSds).map(withoutCertificates);
  return { ...plan, problems: [...problems, ...plan.problems, ...without] };
}

/** A proxy of a Gateway that has no SDS server, and gets none by injecting. */
function isWithoutSds({ object }: KubeObject): boolean {
  return isWorkload(object) && isKubeProxy(object) && !containersOf(object).some(isSdsServer);
}

function withoutCertificates(workload: KubeObject): Problem {
  return workload.problem({
    code: 'written-by-controller',
    severity: 'warning',
    message: `${describeObject(workload.object)} is written by Gloo's control plane, without the sds container: it gets no certificate for these Upstreams, and its requests to them fail.`,
    hint: 'set global.istioIntegration.enabled, which adds its sidecars',
  });
}

/** Manifests whose chosen Upstreams no longer have the sslConfig of enableMtls. Any other sslConfig stays. */
export function disableMtls(sources: readonly Source[], options: UpstreamSelection): Change {
  return changeManifests(sources, (objects) => planDisableMtls(objects, options));
}

/** The effect of disabling on the chosen Upstreams, without any text. */
export function planDisableMtls(objects: readonly KubeObject[], options: UpstreamSelection): ManifestPlan {
  const { chosen, problems } = chooseUpstreams(objects, options);
  const isNamed = (options.upstreams ?? []).length > 0;
  const plan = planDisabling(chosen, isNamed);
  return { ...plan, problems: [...problems, ...plan.problems] };
}

function chooseUpstreams(
  objects: readonly KubeObject[],
  { upstreams = [], selector, all = false, namespace }: UpstreamSelection,
): { readonly chosen: readonly KubeObject[]; readonly problems: readonly Problem[] } {
  const candidates = objects.filter(
    ({ object }) =>
      object['kind'] === 'Upstream' &&
      (namespace === undefined || [undefined, namespace].includes(namespaceOf(object))),
  );
  const nameOf = ({ object }: KubeObject): string => textOf(mapAt(object, 'metadata')['name']) ?? '';
  const fits = ({ object }: KubeObject): boolean =>
    selector !== undefined && matchesLabels(selector, mapAt(object, 'metadata', 'labels'));
  const named = new Set(upstreams);
  const chosen = candidates.filter((upstream) => all || fits(upstream) || named.has(nameOf(upstream)));
  const known = candidates.map(nameOf);
  const names = new Set(known);
  const problems = upstreams
    .filter((name) => !names.has(name))
    .map(
      (name): Problem => ({
        code: 'unknown-upstream',
        severity: 'error',
        message: `There is no Upstream ${name} in the input.`,
        hint: known.length === 0 ? 'the input has no Upstreams' : `it has ${known.slice(0, 10).join(', ')}`,
      }),
    );
  if (chosen.length === 0 && upstreams.length === 0) {
    const isAsked = all || selector !== undefined;
    const message = isAsked ? 'No Upstream of the input is selected, so nothing is changed.' : 'No Upstream is named.';
    return { chosen, problems: [{ code: 'no-upstream', severity: isAsked ? 'warning' : 'error', message }] };
  }
  return { chosen, problems };
}

function planEnabling(chosen: readonly KubeObject[], { force = false }: EnableMtlsOptions): ManifestPlan {
  const changes = new Map<KubeObject, ValueMap>();
  const problems: Problem[] = [];
  for (const upstream of chosen) {
    const spec = mapAt(upstream.object, 'spec');
    const before = spec['sslConfig'] ?? null;
    if (equal(before, meshSslConfig)) continue;
    if (before === null || force || isMisspelt(before)) {
      changes.set(upstream, { ...upstream.object, spec: { ...spec, sslConfig: meshSslConfig } });
    } else problems.push(otherConfig(upstream, before, 'use --force to replace it'));
  }
  return { changes, problems };
}

/** An Upstream that presents no certificate. */
export function withoutSslConfig(upstream: ValueMap): ValueMap {
  const { sslConfig: _, ...spec } = mapAt(upstream, 'spec');
  return { ...upstream, spec };
}

/** The effect of disabling on each Upstream; `isNamed` means that the user chose exactly these. */
function planDisabling(chosen: readonly KubeObject[], isNamed: boolean): ManifestPlan {
  const changes = new Map<KubeObject, ValueMap>();
  const problems: Problem[] = [];
  for (const upstream of chosen) {
    const { sslConfig = null } = mapAt(upstream.object, 'spec');
    if (sslConfig === null) {
      if (isNamed) problems.push(nothingThere(upstream));
    } else if (isMeshConfig(sslConfig)) changes.set(upstream, withoutSslConfig(upstream.object));
    else if (isNamed)
      problems.push(
        otherConfig(upstream, sslConfig, 'remove it by hand if it is not wanted, or leave the Upstream out'),
      );
  }
  return { changes, problems };
}

function nothingThere(upstream: KubeObject): Problem {
  return upstream.problem({
    code: 'no-ssl-config',
    severity: 'warning',
    message: `${describeObject(upstream.object)} has no sslConfig, so there is nothing to remove.`,
  });
}

function otherConfig(upstream: KubeObject, config: Value, hint: string): Problem {
  const shown = JSON.stringify(config);
  return upstream.problem(
    {
      code: 'other-ssl-config',
      severity: 'error',
      message: `${describeObject(upstream.object)} has a different sslConfig: ${shown}`,
      hint,
    },
    ['spec', 'sslConfig'],
  );
}

/** glooctl 1.5.0-beta24 and beta25 wrote this address with a typo, which Envoy cannot reach. */
function isMisspelt(config: Value): boolean {
  if (!isMap(config) || !isMap(config['sds'])) return false;
  const misspelt = { ...config, sds: { ...config['sds'], targetUri: `${sdsAddress.host}:${sdsAddress.port}` } };
  return config['sds']['targetUri'] === '127.0.01:8234' && equal(misspelt, meshSslConfig);
}

function isMeshConfig(config: Value): boolean {
  return equal(config, meshSslConfig) || isMisspelt(config);
}

/** Whether an Upstream gets its certificates from the SDS cluster, which is Gloo's default if none is named. */
export function pointsAtSds(upstream: ValueMap): boolean {
  const sds = mapAt(upstream, 'spec', 'sslConfig')['sds'];
  return isMap(sds) && [undefined, '', sdsCluster].includes(sds['clusterName'] as string | undefined);
}

import { isKubeProxy, isWorkload } from '../objects/gateway-proxies.ts';
import { isTag } from '../objects/image-reference.ts';
import { addressFault, defaultIstiod } from '../objects/istiod-address.ts';
import { type Change, changeManifests, type ManifestPlan } from '../objects/manifests.ts';
import { describeObject, type KubeObject } from '../objects/object.ts';
import type { Problem } from '../problem.ts';
import { equal, isMap, type ValueMap } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { withCluster } from './bootstrap.ts';
import { findMeshOnGateway } from './gateway-surroundings.ts';
import { type InjectOptions, injectWorkload } from './inject-workload.ts';
import { findProxies, type ProxySelection } from './proxies.ts';
import { glooVersionOf, istioIn } from './versions.ts';

/**
 * Manifests with the sds and istio-proxy containers, their volumes and the SDS cluster on every gateway proxy. Existing
 * parts are kept and completed; running it again changes nothing. If there is an error, nothing is changed at all.
 */
export function injectSidecars(sources: readonly Source[], options: InjectOptions = {}): Change {
  return changeManifests(sources, (objects) => planInjection(objects, options));
}

/** The effect of injecting on each object, without any text. */
export function planInjection(objects: readonly KubeObject[], options: InjectOptions): ManifestPlan {
  const changes = new Map<KubeObject, ValueMap>();
  const problems: Problem[] = [...refuseTags(options), ...refuseAddress(options)];
  const notes: string[] = [];
  const { workloads, configMaps, orphans, unmounted } = findProxies(objects, options);
  const deployed = objects.filter(({ object }) => isWorkload(object) && isKubeProxy(object));
  problems.push(...deployed.map(leftToController));
  if (workloads.length === 0 && configMaps.length === 0 && deployed.length === 0) problems.push(noProxy(options));
  const istio = istioIn(objects, {
    namespace: options.istioNamespace ?? 'istio-system',
    revision: options.istioRevision,
  });
  if (workloads.length > 0 && options.istioVersion === undefined) problems.push(...istio.problems);
  for (const workload of workloads) {
    const gloo = glooVersionOf(workload, objects, options.glooVersion);
    const injected = injectWorkload(workload, { gloo, istio }, options);
    if (!equal(injected.object, workload.object)) changes.set(workload, injected.object);
    problems.push(...injected.problems, ...findMeshOnGateway(workload, objects));
    notes.push(...injected.notes);
  }
  for (const configMap of configMaps) {
    const next = changeBootstrapOf(configMap, withCluster, problems);
    if (next !== undefined) changes.set(configMap, next);
  }
  for (const { workload, configMap } of orphans) {
    problems.push(
      workload.problem({
        code: 'no-config-map',
        severity: 'warning',
        message: `The ConfigMap ${configMap} with Envoy's bootstrap is not in the input, so it did not get the SDS cluster.`,
        hint: 'add its file too; without the cluster Envoy gets no certificates',
      }),
    );
  }
  for (const configMap of unmounted) {
    problems.push(
      configMap.problem({
        code: 'no-workload',
        severity: 'warning',
        message: `No Deployment or DaemonSet in the input mounts ${describeObject(configMap.object)}, so no sidecars were added for it.`,
        hint: 'add its file too; without the sidecars the SDS cluster serves no certificates',
      }),
    );
  }
  if (changes.size > 0 && istio.version !== undefined && options.istioVersion === undefined) {
    notes.push(`Istio ${istio.version.version}, found in ${istio.version.from}`);
  }
  return { changes, problems, notes };
}

export type { InjectOptions } from './inject-workload.ts';

function refuseTags({ glooVersion, istioVersion, images }: InjectOptions): Problem[] {
  const given = [
    ['--gloo-version', glooVersion],
    ['--istio-version', istioVersion],
  ] as const;
  const bad = given.filter(([, tag]) => tag !== undefined && !isTag(tag));
  const strangers = Object.keys(images ?? {}).filter((name) => name !== 'sds' && name !== 'istio-proxy');
  return [
    ...bad.map(([option, tag]) => `${option} is the tag of an image, but "${tag}" is not a valid tag.`),
    ...strangers.map((name) => `--image is for the containers sds and istio-proxy, not for "${name}".`),
  ].map((message) => ({
    code: 'bad-version',
    severity: 'error',
    message,
    hint: 'write a version such as 1.17.0, or a complete image as in --image sds=registry.example/sds:1.17.0',
  }));
}

/** Istio's agent does not start with such an address; `glooctl` takes it. */
function refuseAddress({ istioDiscoveryAddress: address }: InjectOptions): Problem[] {
  const fault = address === undefined ? undefined : addressFault(address);
  if (fault === undefined) return [];
  const message = `--istio-discovery-address is ${address}, ${fault}: istio-proxy would exit at once.`;
  return [
    {
      code: 'istiod-address',
      severity: 'error',
      message,
      hint: `write host and port, as in ${defaultIstiod}`,
    },
  ];
}

/** The problem with a proxy that Gloo's control plane writes: it would undo every change. */
export function leftToController(workload: KubeObject): Problem {
  return workload.problem({
    code: 'written-by-controller',
    severity: 'warning',
    message: `${describeObject(workload.object)} is written by Gloo's control plane, which would undo the change, so it is left unchanged.`,
    hint: 'configure its sidecars with global.istioIntegration.enabled, and with istio and sdsContainer of its GatewayParameters',
  });
}

/** The problem when there is nothing to do: a typo in a name is an error, an input without proxies is not. */
export function noProxy({ proxy, namespace }: ProxySelection): Problem {
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return proxy === undefined
    ? {
        code: 'no-proxy',
        severity: 'warning',
        message: `There is no gateway proxy${where} in the input, so nothing is changed.`,
        hint: 'a proxy is a Deployment or DaemonSet with the label gloo: gateway-proxy and a volume envoy-config',
      }
    : {
        code: 'unknown-proxy',
        severity: 'error',
        message: `There is no gateway proxy ${proxy}${where} in the input.`,
        hint: 'use the name of its Deployment or DaemonSet',
      };
}

/** A ConfigMap with its bootstrap changed; undefined if nothing changes or it cannot be changed. */
export function changeBootstrapOf(
  configMap: KubeObject,
  change: typeof withCluster,
  problems: Problem[],
): ValueMap | undefined {
  const data = configMap.object['data'];
  const text = isMap(data) ? data['envoy.yaml'] : undefined;
  if (!isMap(data) || typeof text !== 'string') {
    problems.push(
      configMap.problem(
        {
          code: 'no-bootstrap',
          severity: 'error',
          message: `${describeObject(configMap.object)} has no envoy.yaml with an Envoy bootstrap.`,
          hint: 'the key must be envoy.yaml and its value a string',
        },
        ['data'],
      ),
    );
    return undefined;
  }
  const changed = change(text);
  if ('refused' in changed) {
    problems.push(configMap.problem({ ...changed.refused, severity: 'error' }, ['data', 'envoy.yaml']));
    return undefined;
  }
  if (!changed.isKept) {
    const message = "Envoy's bootstrap could not be changed in place, so it is rewritten without its comments.";
    problems.push(configMap.problem({ code: 'layout-lost', severity: 'warning', message }, ['data', 'envoy.yaml']));
  }
  return changed.text === text ? undefined : { ...configMap.object, data: { ...data, 'envoy.yaml': changed.text } };
}

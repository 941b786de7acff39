/** The parts of objects that the values for Istio and mTLS change beside the proxies. */
import { readYaml } from '../../src/yaml/read.ts';

// biome-ignore lint/suspicious/noExplicitAny: recordings are read as the recorder wrote them
type Json = any;

const meshKeys = /^(?:sidecar\.istio\.io\/inject|istio\.io\/rev|istio-injection)$/;
const meshVariables = /^(?:(?:GG_EXPERIMENTAL_)?ISTIO_MTLS_SDS_ENABLED|ENABLE_ISTIO_.*|GLOO_MTLS_SDS_ENABLED)$/;
const mutualVolumes = /^(?:gloo-mtls-certs|envoy-sidecar-config)$/;

/** Sorts keys. */
function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, canonical(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The parts of the recorded objects that concern Istio and mTLS, one line each; of ours all parts that the recordings
 * contain.
 */
export function summary(objects: readonly Json[], hasMounts: boolean): string[] {
  const about = (map: Json) => Object.entries(map ?? {}).filter(([key]) => meshKeys.test(key));
  const ofPod = ({ metadata = {} }: Json) => [about(metadata.labels), about(metadata.annotations)];
  return objects
    .flatMap((object): Json[] => {
      const { kind, metadata = {} } = object;
      const spec = object.spec ?? {};
      const name = [object.apiVersion, kind, metadata.name, metadata.namespace];
      if (kind === 'Namespace') return [[name, about(metadata.labels)]];
      if (kind === 'Settings') {
        const { xdsBindAddr, restXdsBindAddr, enableRestEds, istioOptions } = spec.gloo ?? {};
        const options = Object.entries(istioOptions ?? {}).sort();
        return [[name, xdsBindAddr, restXdsBindAddr, String(enableRestEds), options]];
      }
      if (kind === 'Job') return [[name, ofPod(spec.template ?? {})]];
      if (kind === 'CronJob') return [[name, ofPod(spec.jobTemplate?.spec?.template ?? {})]];
      if (kind === 'ConfigMap')
        return metadata.name === 'envoy-sidecar-config' ? [[name, metadata.labels, parsed(object.data)]] : [];
      if (kind !== 'Deployment') return [];
      const pod = ofPod(spec.template ?? {});
      const { containers = [], volumes = [] } = spec.template?.spec ?? {};
      // An override may rename it.
      const isGloo = metadata.name === 'gloo' || containers.some((one: Json) => one.name === 'gloo');
      if (!isGloo || metadata.name === 'gateway' || metadata.name === 'discovery') return [[name, pod]];
      const mutual = volumes.filter((one: Json) => mutualVolumes.test(one.name));
      return [
        [name, pod, containers.map((one: Json) => (one.name === 'gloo' ? ownPart(one, hasMounts) : one)), mutual],
      ];
    })
    .map((one) => JSON.stringify(canonical(one)))
    .sort();
}

/** The recordings contain the entries of the sidecar's configuration parsed. */
function parsed(data: Json): Json {
  const entries = Object.entries(data ?? {});
  return entries.map(([key, text]) => [key, typeof text === 'string' ? readYaml({ name: key, text }).value : text]);
}

/** Of Gloo's own container what mTLS changes: the probes, ports of its own and in some releases the mounts. */
function ownPart(
  { name, env = [], ports = [], readinessProbe, livenessProbe, volumeMounts }: Json,
  hasMounts: boolean,
): Json {
  const mesh = env.filter((variable: Json) => meshVariables.test(variable.name));
  return [
    name,
    mesh,
    ports.filter((port: Json) => /-xds$/.test(port.name)),
    readinessProbe,
    livenessProbe,
    hasMounts && volumeMounts,
  ];
}

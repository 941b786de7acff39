import { certificateWriting, isWithoutEnvoy, userOf } from '../objects/istio-agent.ts';
import { isSdsServer, sdsAddress } from '../objects/sidecars.ts';
import type { Path } from '../problem.ts';
import { isList, type Value, valueAt } from '../value.ts';
import { type Agent, agentsOf } from './agent.ts';
import type { RuleMatch } from './match.ts';
import { envOf, isMountedAt, type Pod, type PodContainer, sdsClusterOf, servesIstio } from './pod.ts';
import type { RuleChecks } from './rule.ts';

const customSidecars: Path = ['global', 'istioSDS', 'customSidecars'];

/** How certificates get from the Istio sidecar to the SDS server. */
export const certificateRules = {
  'certificates-never-written': function* ({ pods, given }) {
    for (const pod of pods) yield* unwritten(pod, valueAt(given, ...customSidecars) ?? null);
  },
  'sidecars-without-sds': function* ({ given, tls, chart }) {
    const sidecars = valueAt(given, ...customSidecars);
    if (tls.istio || !isList(sidecars) || sidecars.length === 0) return;
    const newer = chart.has('istioIntegrationSidecars');
    yield {
      path: customSidecars,
      at: 'key',
      message: 'These sidecars are ignored, because no value enables Istio’s certificates.',
      hint: `Set ${newer ? 'global.istioIntegration.enabled' : 'global.istioSDS.enabled'}: true, or remove them.`,
    };
  },
  'empty-custom-sidecars': function* ({ given, tls }) {
    const sidecars = valueAt(given, ...customSidecars);
    if (!tls.istio || !isList(sidecars) || sidecars.length > 0) return;
    yield {
      path: customSidecars,
      at: 'key',
      message: 'An empty list does not remove the sidecar: the chart adds its own istio-proxy.',
      hint: 'Remove it, or add a sidecar to the list.',
    };
  },
  'certificates-unreadable': function* ({ pods }) {
    for (const pod of pods) {
      const sds = pod.containers.find(({ role }) => role === 'sds');
      for (const { container, has, istio } of agentsOf(pod)) {
        const isStrict = has('ownerOnlyCertificates');
        if (sds === undefined || !isStrict || envOf(container, 'OUTPUT_CERTS') === undefined) continue;
        const [writer, reader] = [userOf(pod.spec, container.value) ?? 1337, userOf(pod.spec, sds.value)];
        if (reader === null || reader === 0 || reader === writer) continue;
        yield {
          path: container.imagePath,
          message: `${istio} writes key.pem for user ${writer} only, but sds runs as user ${reader} and cannot read the certificates.`,
          hint: `Use Istio 1.9.4 or newer, or let ${container.name} run as user ${reader}.`,
        };
      }
    }
  },
  'istio-ca-not-mounted': function* ({ pods }) {
    for (const pod of pods) {
      for (const { container, istio } of agentsOf(pod)) {
        const provider = envOf(container, 'PILOT_CERT_PROVIDER');
        const isIstiod = (provider?.value ?? 'istiod') === 'istiod';
        if (!isIstiod || isMountedAt(container, '/var/run/secrets/istio')) continue;
        yield {
          path: provider?.path ?? container.path,
          message: `${container.name} has no root certificate to verify istiod with, so ${istio} refuses every connection to it.`,
          hint: 'Mount the volume istiod-ca-cert at /var/run/secrets/istio.',
        };
      }
    }
  },
  'bootstrap-without-sds-cluster': function* ({ tls, pods }) {
    if (!tls.cluster) return;
    for (const { name, bootstrap: printed, containers, proxy } of pods) {
      const isWanted = proxy !== undefined || containers.some(({ role }) => role === 'sds');
      if (printed?.isOwn !== true || !isWanted) continue;
      // A missing envoy.yaml is another rule's error.
      if (typeof printed.data['envoy.yaml'] !== 'string' || sdsClusterOf(printed) !== undefined) continue;
      yield {
        path: [...printed.path, 'envoy.yaml'],
        at: 'key',
        message: `The bootstrap of ${name} has no cluster gateway_proxy_sds, so Envoy cannot ask the sds container for certificates.`,
        hint: 'Copy the cluster from what `glistio render` prints without this envoy.yaml.',
      };
    }
  },
  'sds-cluster-without-server': function* ({ pods }) {
    for (const { name, bootstrap, containers } of pods) {
      const cluster = bootstrap?.isOwn === true ? sdsClusterOf(bootstrap) : undefined;
      if (bootstrap === undefined || cluster === undefined || containers.some(({ value }) => isSdsServer(value)))
        continue;
      if (!JSON.stringify(cluster).includes(`"${sdsAddress.host}"`)) continue;
      yield {
        path: [...bootstrap.path, 'envoy.yaml'],
        at: 'key',
        message: `The bootstrap of ${name} has the cluster gateway_proxy_sds, but no container of the pod is its SDS server.`,
        hint: 'Set global.istioIntegration.enabled or global.istioSDS.enabled: true, or remove the cluster.',
      };
    }
  },
  'workload-sockets-not-mounted': function* ({ pods, chart }) {
    for (const pod of pods) {
      for (const { container, has, istio } of agentsOf(pod)) {
        if (!has('workloadSockets') || container.role === 'istio-proxy') continue;
        // Without Envoy no process requests secrets over a socket, so none is created.
        if (isWithoutEnvoy(container.value, has)) continue;
        if (isMountedAt(container, '/var/run/secrets/workload-spiffe-uds')) continue;
        yield {
          path: [...container.path, 'volumeMounts'],
          at: 'key',
          message: `${container.name} has no volume for its socket, which ${istio} must then create in the image’s own file system.`,
          hint: chart.has('workloadSockets')
            ? 'Mount the volume workload-socket at /var/run/secrets/workload-spiffe-uds.'
            : 'Add an emptyDir under extraVolumes and mount it at /var/run/secrets/workload-spiffe-uds.',
        };
      }
    }
  },
} satisfies RuleChecks;

function* unwritten(pod: Pod, custom: Value): Iterable<RuleMatch> {
  if (!servesIstio(pod)) return;
  const writers = pod.containers.filter(({ role }) => role !== 'init' && role !== 'sds' && role !== 'proxy');
  const sds = pod.containers.find(({ role }) => role === 'sds')?.value;
  const mayWrite = ({ value }: PodContainer): boolean => {
    const { folder, to } = certificateWriting(value, sds);
    return to === 'server' || (to === 'open' && folder === '');
  };
  if (writers.some(mayWrite)) return;
  const waiting = 'so the sds container never finds them and keeps crashing.';
  const agents: readonly Agent[] = agentsOf(pod);
  const hint = 'Set OUTPUT_CERTS to /etc/istio-certs and mount the volume istio-certs there.';
  for (const { container } of agents) {
    const output = envOf(container, 'OUTPUT_CERTS');
    yield output === undefined
      ? { path: container.path, message: `${container.name} never writes its certificates, ${waiting}`, hint }
      : {
          path: output.path,
          message: `${container.name} writes its certificates to ${output.value || 'nowhere'}, where the volume istio-certs is not mounted, ${waiting}`,
          hint,
        };
  }
  if (agents.length > 0) return;
  const path = custom === null ? pod.path : customSidecars;
  const inOne = 'In one of them set OUTPUT_CERTS to /etc/istio-certs and mount the volume istio-certs there.';
  yield { path, at: 'key', message: `No sidecar writes the mesh’s certificates, ${waiting}`, hint: inOne };
}

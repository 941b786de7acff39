import { truthy } from '../go/template.ts';
import { parseImage } from '../objects/image-reference.ts';
import { istiodAsked, isWithoutEnvoy, losesRotation, userOf } from '../objects/istio-agent.ts';
import { isProxyConfigField, readProxyConfig } from '../objects/proxy-config.ts';
import type { Path } from '../problem.ts';
import { textOf, valueAt } from '../value.ts';
import { type Agent, allAgents, discoveriesOf } from './agent.ts';
import { isOutsideSupport, sendsUpstreamAlpn, supportedIstio } from './istio-support.ts';
import { switchedOnAt } from './istio-version.ts';
import { envOf, isMountedAt, type Pod, type PodContainer, servesIstio } from './pod.ts';
import type { RuleChecks, Subject } from './rule.ts';

/**
 * What the Istio agent of each version does in the pod of a gateway proxy, and which versions of Istio and Gloo go
 * together.
 */
export const meshRules = {
  'certificates-not-rotated': function* (subject) {
    for (const agent of allAgents(subject)) {
      const { container, pod, istio } = agent;
      if (!losesRotation(container.value, agent.has) || envOf(container, 'OUTPUT_CERTS') === undefined) continue;
      // Istio 1.6.9 refuses proxies that do not name their cluster.
      const isNamed = envOf(container, 'ISTIO_META_CLUSTER_ID') !== undefined;
      const identified = isNamed ? '' : ', and set ISTIO_META_CLUSTER_ID, which it requires';
      yield {
        path: imageOf(subject, pod, container),
        message: `${istio} writes its certificates only once: a day later they have expired, and every mTLS request is refused.`,
        hint: agent.has('rotationNotWritten') ? `Use Istio 1.6.9 or newer${identified}.` : 'Use Istio 1.14 or newer.',
      };
    }
  },
  'istio-outside-gloo-range': function* (subject) {
    const { chart, mesh } = subject;
    const range = supportedIstio(chart.release)?.join(' to ') ?? '';
    for (const { container, pod, version, istio } of allAgents(subject)) {
      if (version === undefined || isOutsideSupport(chart.release, version[1]) !== true) continue;
      const isDefault = container.role === 'istio-proxy' && pod.proxy !== undefined && !isChosenImage(subject);
      yield {
        path: imageOf(subject, pod, container),
        severity: isDefault ? 'info' : 'warning',
        message: `Gloo ${chart.release} supports Istio ${range}, but ${isDefault ? 'its chart’s own sidecar' : container.name} has ${istio}.`,
        hint: 'Choose versions that Gloo supports together, or test this pair yourself.',
      };
    }
    const version = mesh?.version;
    if (version === undefined || isOutsideSupport(chart.release, version[1]) !== true) return;
    yield {
      path: meshPath(subject),
      message: `Gloo ${chart.release} supports Istio ${range}, but the mesh is Istio ${version.join('.')}.`,
      hint: 'Choose versions that Gloo supports together, or test this pair yourself.',
    };
  },
  'sidecar-and-istiod-differ': function* (subject) {
    const wanted = subject.mesh?.version;
    if (wanted === undefined) return;
    for (const { container, pod, version, istio } of allAgents(subject)) {
      const behind = version === undefined ? 0 : wanted[1] - version[1];
      if (behind === 0 || behind === 1) continue;
      yield {
        path: imageOf(subject, pod, container),
        message: `${container.name} has ${istio}, which is ${behind < 0 ? 'newer than' : `${behind} minor versions behind`} the mesh’s Istio ${wanted.join('.')}.`,
        hint: `Use proxyv2 of Istio ${wanted.join('.')}.`,
      };
    }
  },
  'other-istiod': function* (subject) {
    const service = subject.mesh?.service;
    if (service === undefined) return;
    for (const agent of allAgents(subject)) {
      const found = askedOf(agent);
      const [name, namespace] = found.address.split('.', 2);
      const isNamed = service.namespace === undefined || namespace === service.namespace;
      if (name === service.name && isNamed) continue;
      const address = `${service.name}.${service.namespace ?? 'istio-system'}.svc:15012`;
      yield {
        path: addressPath(subject, agent, found.path),
        message: `${agent.container.name} contacts ${found.address}, but the mesh’s istiod is ${address}.`,
        hint: `Set the address to ${address}.`,
      };
    }
  },
  'ca-configmap-missing': function* (subject) {
    const found = subject.mesh?.withoutRoot;
    const mounts = subject.pods.flatMap(({ volumes }) =>
      volumes.map(({ value }) => valueAt(value, 'configMap', 'name')),
    );
    if (found === undefined || !mounts.includes('istio-ca-root-cert')) return;
    yield {
      path: meshPath(subject),
      severity: found.isSure ? 'warning' : 'info',
      message: found.text,
      hint: 'Label the namespace to match a discoverySelector, or add a selector for it.',
    };
  },
  'alpn-not-sent': function* (subject) {
    if (sendsUpstreamAlpn(subject.chart) || !subject.pods.some(servesIstio)) return;
    yield {
      path: meshPath(subject),
      message: `Gloo ${subject.chart.release} drops the ALPN of Upstreams’ mTLS, which PERMISSIVE pods then refuse; STRICT ones accept it.`,
      hint: 'Use a later patch of the line (1.5.20, 1.6.24, 1.7.3, 1.8.0), or make the policy STRICT.',
    };
  },
  'config-path-not-writable': function* (subject) {
    for (const { pod, container, has } of allAgents(subject)) {
      if (isWithoutEnvoy(container.value, has) || container.role === 'istio-proxy') continue;
      if (isMountedAt(container, '/etc/istio/proxy')) continue;
      const user = userOf(pod.spec, container.value);
      const isReadOnly = container.securityContext.value['readOnlyRootFilesystem'] === true;
      if (!isReadOnly && (user === null || user === 0)) continue;
      yield {
        path: container.path,
        message: `${container.name} runs Envoy but cannot write its configuration: nothing is mounted at /etc/istio/proxy, and ${isReadOnly ? 'its file system is read-only' : 'it is not root'}.`,
        hint: 'Mount the volume istio-envoy at /etc/istio/proxy.',
      };
    }
  },
  'proxy-config-unknown-field': function* (subject) {
    for (const { container } of allAgents(subject)) {
      const config = envOf(container, 'PROXY_CONFIG');
      const fields = config === undefined ? {} : (readProxyConfig(config.value) ?? {});
      for (const name of Object.keys(fields)) {
        if (config === undefined || isProxyConfigField(name)) continue;
        yield {
          path: config.path,
          message: `PROXY_CONFIG of ${container.name} has the field ${name}, which Istio does not know and ignores.`,
          hint: /^discovery/i.test(name)
            ? 'The field is called discoveryAddress.'
            : 'Remove it, or use the spelling of Istio’s ProxyConfig.',
        };
      }
    }
  },
  'sds-binds-loopback': function* (subject) {
    for (const pod of subject.pods) {
      const sds = pod.containers.find(({ role }) => role === 'sds');
      const probe = sds?.probes.find(({ value }) => valueAt(value, 'tcpSocket', 'port') !== undefined);
      const tag = parseImage(sds?.image ?? '').tag ?? '';
      const minor = /^v?1\.(\d{1,3})\./.exec(tag)?.[1];
      if (sds === undefined || probe === undefined || minor === undefined || Number(minor) >= 12) continue;
      yield {
        path: sds.imagePath,
        message: `The sds image of Gloo ${tag} only listens on 127.0.0.1, where the kubelet’s probe cannot reach it: the pod never becomes ready.`,
        hint: `Use the sds image of Gloo ${subject.chart.release}.`,
      };
    }
  },
} satisfies RuleChecks;

/** Where the image of a sidecar is set; if it is not set, where the chart's own is requested. */
function imageOf(subject: Subject, pod: Pod, { role, imagePath }: PodContainer): Path {
  if (role !== 'istio-proxy' || pod.proxy === undefined) return imagePath;
  return isChosenImage(subject) ? ['global', 'glooMtls', 'istioProxy', 'image', 'tag'] : switchedOnAt(subject);
}

/** Where the integration with the mesh is requested; for manifests, the proxy. */
function meshPath(subject: Subject): Path {
  const pod = subject.pods.find(servesIstio) ?? subject.pods[0];
  return pod === undefined || pod.proxy !== undefined ? switchedOnAt(subject) : pod.path;
}

function isChosenImage({ given }: Subject): boolean {
  return textOf(valueAt(given, 'global', 'glooMtls', 'istioProxy', 'image', 'tag')) !== undefined;
}

/** The istiod that signs the certificates of an agent, and where that is said. */
function askedOf(agent: Agent): { readonly address: string; readonly path: Path | undefined } {
  const found = discoveriesOf(agent);
  const said = found.find(({ from }) => from === 'CA_ADDR') ?? found.find(({ from }) => from === 'PROXY_CONFIG');
  return { address: istiodAsked(agent.container.value).signing, path: said?.path };
}

/** The chart's own sidecar is requested in one place, and its address is set in another if the values set it. */
function addressPath(subject: Subject, { pod, container }: Agent, found: Path | undefined): Path {
  if (container.role !== 'istio-proxy' || pod.proxy === undefined) return found ?? container.path;
  if (found === undefined) return switchedOnAt(subject);
  const inherited: Path = ['gatewayProxies', 'gatewayProxy', ...found.slice(2)];
  const isGiven = [found, inherited].some((path) => truthy(valueAt(subject.given, ...path)));
  return isGiven ? found : switchedOnAt(subject);
}

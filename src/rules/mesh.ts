import { defaultIstiod } from '../objects/istiod-address.ts';
import { discoveryAddressIn, isProxyConfigField, readProxyConfig } from '../objects/proxy-config.ts';
import { textOf, valueAt } from '../value.ts';
import { type Agent, isAtLeast, readImage } from './agent.ts';
import { allAgents, isMountedAt } from './certificates.ts';
import { isOutsideSupport, sendsUpstreamAlpn, supportedIstio } from './istio-support.ts';
import { switchedOnAt } from './istio-version.ts';
import type { RuleMatch } from './match.ts';
import { envOf, type Pod, type PodContainer, servesIstio } from './pod.ts';
import type { Rule, Subject } from './rule.ts';

/**
 * What the Istio agent of each version does in the pod of a gateway proxy, and which versions of Istio and Gloo go
 * together.
 */
export const meshRules: readonly Rule[] = [
  {
    code: 'certificates-not-rotated',
    severity: 'warning',
    summary: 'This version of Istio writes certificates to files once, and not again when they are renewed.',
    help:
      'From Istio 1.11 to 1.13 an agent without Envoy (`DISABLE_ENVOY`) writes the files of `OUTPUT_CERTS` when it starts, and never renews ' +
      'them; the agents of 1.6.1 to 1.6.8 do the same while their token is valid. mTLS works at first and is refused when the certificate ' +
      'expires, after 24 hours by default. Restarting the pods only helps for another day.',
    *find(subject) {
      for (const { container, pod, version, istio } of allAgents(subject)) {
        const isOld = isAtLeast(version, 1, 6, 1) && !isAtLeast(version, 1, 6, 9);
        const isAlone = envOf(container, 'DISABLE_ENVOY')?.value === 'true';
        const isMiddle = isAlone && isAtLeast(version, 1, 11) && !isAtLeast(version, 1, 14);
        if ((!isOld && !isMiddle) || envOf(container, 'OUTPUT_CERTS') === undefined) continue;
        yield {
          path: imageOf(subject, pod, container),
          message: `${istio} writes its certificates only once: a day later they have expired, and every mTLS request is refused.`,
          hint: isOld ? 'Use Istio 1.6.9 or newer.' : 'Use Istio 1.14 or newer.',
        };
      }
    },
  },
  {
    code: 'istio-outside-gloo-range',
    severity: 'warning',
    summary: 'A version of Istio that Gloo does not list for its release.',
    help:
      'Gloo’s documentation lists the versions of Istio that each release line is tested with. Other versions may work, ' +
      'but are not supported. In several releases the chart’s own sidecar is not on the list (`info`); set its `tag`. The same is reported ' +
      'for the mesh if `--istio-version` or an istiod shows its version.',
    *find(subject) {
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
  },
  {
    code: 'sidecar-and-istiod-differ',
    severity: 'warning',
    summary: 'The sidecar is newer than istiod, or older than Istio supports.',
    help:
      'Istio supports sidecars that are at most one minor version older than istiod, and no newer ones. The version of istiod comes from ' +
      '`--istio-version`, or from its Deployment in `--istiod FILE`.',
    *find(subject) {
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
  },
  {
    code: 'other-istiod',
    severity: 'warning',
    summary: 'The sidecar contacts a different istiod from the mesh’s.',
    help:
      'The Service of an istiod with a revision is `istiod-<revision>`, without one `istiod`, both in Istio’s namespace. A sidecar that contacts ' +
      'another name never gets a certificate. The istiod comes from `--istio-revision`, or from its Deployment in `--istiod FILE`.',
    *find(subject) {
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
  },
  {
    code: 'ca-configmap-missing',
    severity: 'warning',
    summary: 'The mesh does not put its root certificate into Gloo’s namespace.',
    help:
      'From Istio 1.22 on (1.16 to 1.21 with `ENABLE_ENHANCED_RESOURCE_SCOPING`) istiod creates the ConfigMap `istio-ca-root-cert` only in the ' +
      'namespaces that `discoverySelectors` of its mesh configuration select. Pods that mount it elsewhere never start. This is found if ' +
      '`--istiod FILE` has the ConfigMap `istio` beside istiod’s Deployment; the Namespace in the same file provides the labels.',
    *find(subject) {
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
  },
  {
    code: 'alpn-not-sent',
    severity: 'info',
    summary: 'This release of Gloo drops the ALPN of an Upstream’s `sslConfig`.',
    help:
      'PERMISSIVE sidecars recognise the mesh’s mTLS by the ALPN `istio`. Gloo 1.5.0-beta25 to 1.5.19, 1.6.0 to 1.6.23, 1.7.0 to 1.7.2 and the betas of ' +
      '1.8 up to beta8 do not send the `alpnProtocols` of an `sslConfig` with `sds`, so that requests to pods with a declared HTTP port are closed ' +
      'while the mode is PERMISSIVE, and work once it is STRICT (solo-io/gloo#4647).',
    *find(subject) {
      if (sendsUpstreamAlpn(subject.chart) || !subject.pods.some(servesIstio)) return;
      yield {
        path: meshPath(subject),
        message: `Gloo ${subject.chart.release} drops the ALPN of Upstreams’ mTLS, which PERMISSIVE pods then refuse; STRICT ones accept it.`,
        hint: 'Use a later patch of the line (1.5.20, 1.6.24, 1.7.3, 1.8.0), or make the policy STRICT.',
      };
    },
  },
  {
    code: 'config-path-not-writable',
    severity: 'warning',
    summary: 'A sidecar that runs Envoy cannot write Envoy’s configuration.',
    help:
      'Unless it runs without Envoy (`DISABLE_ENVOY`, from Istio 1.11 on) the agent writes Envoy’s bootstrap to `/etc/istio/proxy`, a folder that the image ' +
      'does not have. Without root, or with a read-only root file system, it cannot be created, and the container exits. The chart’s own ' +
      'sidecar mounts the emptyDir `istio-envoy` there.',
    *find(subject) {
      for (const { pod, container, version } of allAgents(subject)) {
        const isAlone = isAtLeast(version, 1, 11) && envOf(container, 'DISABLE_ENVOY')?.value === 'true';
        if (isAlone || container.role === 'istio-proxy' || isMountedAt(container, '/etc/istio/proxy')) continue;
        const { value } = container.securityContext;
        const user = value['runAsUser'] ?? pod.securityContext['runAsUser'];
        const isReadOnly = value['readOnlyRootFilesystem'] === true;
        if (!isReadOnly && (user === undefined || user === null || user === 0)) continue;
        yield {
          path: container.path,
          message: `${container.name} runs Envoy but cannot write its configuration: nothing is mounted at /etc/istio/proxy, and ${isReadOnly ? 'its file system is read-only' : 'it is not root'}.`,
          hint: 'Mount the volume istio-envoy at /etc/istio/proxy.',
        };
      }
    },
  },
  {
    code: 'proxy-config-unknown-field',
    severity: 'warning',
    summary: 'A field of `PROXY_CONFIG` that Istio does not have.',
    help:
      'The agent silently ignores fields of `PROXY_CONFIG` that it does not know: a `discoveryAdress` with one d leaves the ' +
      'sidecar at its default istiod. The fields are those of Istio’s ProxyConfig, in lower camel case or with underscores.',
    *find(subject) {
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
  },
  {
    code: 'sds-binds-loopback',
    severity: 'warning',
    summary: 'A probe for an SDS server that only listens inside the pod.',
    help:
      'Gloo’s SDS server listens on 127.0.0.1 up to Gloo 1.11, and on every address from 1.12 on, where the chart also adds a probe for the ' +
      'kubelet. With an older image of `sds` under a newer chart the probe never gets an answer and the pod never becomes ready.',
    *find(subject) {
      for (const pod of subject.pods) {
        const sds = pod.containers.find(({ role }) => role === 'sds');
        const probe = sds?.probes.find(({ value }) => valueAt(value, 'tcpSocket', 'port') !== undefined);
        const tag = readImage(sds?.image ?? '').tag ?? '';
        const minor = /^v?1\.(\d{1,3})\./.exec(tag)?.[1];
        if (sds === undefined || probe === undefined || minor === undefined || Number(minor) >= 12) continue;
        yield {
          path: sds.imagePath,
          message: `The sds image of Gloo ${tag} only listens on 127.0.0.1, where the kubelet’s probe cannot reach it: the pod never becomes ready.`,
          hint: 'Use the sds image of the chart’s own release.',
        };
      }
    },
  },
];

/** Where the image of a sidecar is set; if it is not set, where the chart's own is requested. */
function imageOf(subject: Subject, pod: Pod, { role, imagePath }: PodContainer): RuleMatch['path'] {
  if (role !== 'istio-proxy' || pod.proxy === undefined) return imagePath;
  return isChosenImage(subject) ? ['global', 'glooMtls', 'istioProxy', 'image', 'tag'] : switchedOnAt(subject);
}

/** Where the integration with the mesh is requested; for manifests, the proxy. */
function meshPath(subject: Subject): RuleMatch['path'] {
  const pod = subject.pods.find(servesIstio) ?? subject.pods[0];
  return pod === undefined || pod.proxy !== undefined ? switchedOnAt(subject) : pod.path;
}

function isChosenImage({ given }: Subject): boolean {
  return textOf(valueAt(given, 'global', 'glooMtls', 'istioProxy', 'image', 'tag')) !== undefined;
}

/** The istiod that signs the certificates of an agent. */
function askedOf({ container }: Agent): { readonly address: string; readonly path: RuleMatch['path'] | undefined } {
  const ca = envOf(container, 'CA_ADDR');
  if (ca !== undefined && ca.value !== '') return { address: ca.value, path: ca.path };
  const config = envOf(container, 'PROXY_CONFIG');
  const address = config && discoveryAddressIn(config.value);
  return {
    address: address ?? defaultIstiod,
    path: address === undefined ? undefined : config?.path,
  };
}

/** The chart's own sidecar is requested in one place, and its address is set in another if the values set it. */
function addressPath(
  subject: Subject,
  { pod, container }: Agent,
  found: RuleMatch['path'] | undefined,
): RuleMatch['path'] {
  if (container.role !== 'istio-proxy' || pod.proxy === undefined) return found ?? container.path;
  const own = valueAt(pod.proxy.spec.map, 'istioSpiffeCertProviderAddress');
  return typeof own === 'string' && own !== '' && found !== undefined ? found : switchedOnAt(subject);
}

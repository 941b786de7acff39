import { truthy } from '../go/template.ts';
import { isImage, parseImage } from '../objects/image-reference.ts';
import { defaultIstiod } from '../objects/istiod-address.ts';
import { proxyConfigFault } from '../objects/proxy-config.ts';
import type { Path } from '../problem.ts';
import { valueAt } from '../value.ts';
import { listed } from '../words.ts';
import { type Agent, allAgents, argsPath, argumentOf, discoveriesOf } from './agent.ts';
import type { RuleMatch } from './match.ts';
import { envOf } from './pod.ts';
import type { RuleChecks, Subject } from './rule.ts';

/** The Istio sidecar's version, compared with its settings. */
export const istioVersionRules = {
  'stale-istio-proxy': function* (subject) {
    for (const { container, version } of allAgents(subject)) {
      if (container.role !== 'istio-proxy' || version === undefined || isChosen(subject)) continue;
      const [major, minor] = version;
      yield {
        path: switchedOnAt(subject),
        message: `The default sidecar of chart ${subject.chart.release} is Istio ${version.join('.')}, which only suits a mesh of Istio ${major}.${minor} or ${major}.${minor + 1}.`,
        hint: subject.chart.has('sidecarImageValue')
          ? 'Set global.glooMtls.istioProxy.image.tag to the version of your mesh.'
          : 'For another mesh write the sidecar under global.istioSDS.customSidecars, with the image of that version.',
      };
    }
  },
  'not-proxyv2': function* (subject) {
    for (const { container } of allAgents(subject)) {
      const { name } = parseImage(container.image);
      if (!isImage(container.image) || /pilot-agent|istio-?proxy|proxy_?v2/.test(name)) continue;
      yield {
        path: container.imagePath,
        message: `${container.image} does not look like Istio’s proxyv2: without Istio’s agent nothing fetches certificates.`,
        hint: 'Use docker.io/istio/proxyv2 in the version of your mesh, or a copy of it.',
      };
    }
  },
  'cluster-id-missing': function* (subject) {
    for (const { container, pod, version, has, istio } of allAgents(subject)) {
      const id = envOf(container, 'ISTIO_META_CLUSTER_ID');
      if (version === undefined || id?.isOpen || (id !== undefined && id.value !== '')) continue;
      const isOwn = container.role === 'istio-proxy' && pod.proxy !== undefined;
      const path = isOwn ? switchedOnAt(subject) : (id?.path ?? container.path);
      const isRefused = has('emptyClusterIdRefused');
      if (!isRefused && !has('unknownClusterIdRefused')) continue;
      yield {
        path,
        severity: isRefused ? 'warning' : 'info',
        message: isRefused
          ? `${container.name} lacks ISTIO_META_CLUSTER_ID, without which istiod refuses the proxy of ${istio}, and no certificate is requested.`
          : `${container.name} lacks ISTIO_META_CLUSTER_ID, so istiod assumes that the proxy belongs to its own cluster.`,
        hint: 'Set ISTIO_META_CLUSTER_ID to the mesh’s name for this cluster: Kubernetes, unless the mesh was installed with a different one.',
      };
    }
  },
  'ignored-arguments': function* (subject) {
    for (const agent of allAgents(subject)) yield* ignoredArguments(agent);
  },
  'discovery-istio-pilot': function* (subject) {
    for (const agent of allAgents(subject)) {
      if (agent.version !== undefined && !agent.has('argumentsIgnored')) continue;
      for (const { address, path, from } of discoveriesOf(agent)) {
        if (!address.startsWith('istio-pilot.')) continue;
        yield {
          path,
          message: `${from} of ${agent.container.name} is ${address}, but Istio 1.6 removed the Service istio-pilot: the sidecar never reaches istiod.`,
          hint: `Use ${address.replace('istio-pilot.', 'istiod.')}, or istiod-<revision> where Istio has a revision.`,
        };
      }
    }
  },
  'discovery-mismatch': function* (subject) {
    for (const agent of allAgents(subject)) {
      const found = discoveriesOf(agent);
      const ca = found.find(({ from }) => from === 'CA_ADDR');
      const config = found.find(({ from }) => from !== 'CA_ADDR');
      // Before the chart had a value for it, the address of its own sidecar could not be changed.
      const configured = config?.address ?? (agent.container.role === 'istio-proxy' ? ca?.address : defaultIstiod);
      if (ca === undefined || configured === undefined || !isOtherIstiod(ca.address, configured)) continue;
      yield {
        path: (config ?? ca).path,
        message: `${agent.container.name} gets its configuration from ${configured} but its certificates from ${ca.address}.`,
        hint: 'Set both to the same istiod, unless certificates come from another authority on purpose.',
      };
    }
  },
  'revision-not-in-address': function* (subject) {
    const revision = valueAt(subject.given, 'global', 'istioIntegration', 'istioSidecarRevTag');
    if (typeof revision !== 'string' || revision === '') return;
    for (const agent of allAgents(subject)) {
      const config = discoveriesOf(agent).find(({ from }) => from !== 'CA_ADDR');
      if (!(config?.address ?? defaultIstiod).startsWith('istiod.')) continue;
      yield {
        path: ['global', 'istioIntegration', 'istioSidecarRevTag'],
        message: `Istio’s revision is ${revision}, but ${agent.container.name} contacts ${config?.address ?? defaultIstiod}, which is not an istiod with a revision.`,
        hint: `If ${revision} is a revision rather than a tag, and the mesh has no other, set istioDiscoveryAddress: istiod-${revision}.istio-system.svc:15012 on the proxy.`,
      };
    }
  },
  'invalid-proxy-config': function* (subject) {
    for (const { container } of allAgents(subject)) {
      const config = envOf(container, 'PROXY_CONFIG');
      const fault = config === undefined ? undefined : proxyConfigFault(config.value);
      if (config === undefined || fault === undefined) continue;
      yield {
        path: config.path,
        message: `PROXY_CONFIG of ${container.name} ${fault}, so Istio’s agent does not start.`,
        hint: fault.includes('(')
          ? 'Give the field the type that it has in Istio’s ProxyConfig; in proxyMetadata, quote numbers and true.'
          : `Write it as {"discoveryAddress": "${defaultIstiod}"}.`,
      };
    }
  },
} satisfies RuleChecks;

/** Whether the user chose the version of the chart's own sidecar. */
function isChosen({ given }: Subject): boolean {
  return ['tag', 'digest'].some((key) => truthy(valueAt(given, 'global', 'glooMtls', 'istioProxy', 'image', key)));
}

/** The value that adds the sidecars. */
export function switchedOnAt({ values }: Subject): Path {
  const holder = truthy(valueAt(values, 'global', 'istioSDS', 'enabled')) ? 'istioSDS' : 'istioIntegration';
  return ['global', holder, 'enabled'];
}

const ignoredSince16 = [
  ...[
    'discoveryAddress',
    'configPath',
    'binaryPath',
    'connectTimeout',
    'proxyAdminPort',
    'statusPort',
    'drainDuration',
  ],
  ...['parentShutdownDuration', 'controlPlaneAuthPolicy', 'dnsRefreshRate', 'controlPlaneBootstrap'],
];

function* ignoredArguments(agent: Agent): Iterable<RuleMatch> {
  const { container, has, istio } = agent;
  // The arguments of the chart's own sidecar cannot be changed.
  if (container.role === 'istio-proxy' || !has('argumentsIgnored')) return;
  const ignored = [...ignoredSince16, ...(has('trustDomainArgumentIgnored') ? ['trust-domain'] : [])];
  const given = ignored.filter((name) => argumentOf(container, name) !== undefined);
  if (given.length === 0) return;
  const path = argsPath(container);
  const address = argumentOf(container, 'discoveryAddress');
  const config = discoveriesOf(agent).find(({ from }) => from === 'PROXY_CONFIG');
  const effective = config?.address ?? defaultIstiod;
  if (address !== undefined && isOtherIstiod(address.replace(/^istio-pilot\./, 'istiod.'), effective)) {
    const meant = address.replace(/^istio-pilot\./, 'istiod.');
    const signing = discoveriesOf(agent).find(({ from }) => from === 'CA_ADDR')?.address;
    const signsElsewhere = signing !== undefined && signing !== meant;
    yield {
      path,
      severity: 'warning',
      message: `${istio} ignores --discoveryAddress ${address}: ${container.name} talks to ${effective}.`,
      hint: `Set the variable PROXY_CONFIG to {"discoveryAddress": "${meant}"}${signsElsewhere ? `, and CA_ADDR to ${meant}` : ''}.`,
    };
    return;
  }
  const domain = argumentOf(container, 'trust-domain');
  const known = envOf(container, 'TRUST_DOMAIN')?.value ?? 'cluster.local';
  if (given.includes('trust-domain') && domain !== known) {
    yield {
      path,
      severity: 'warning',
      message: `${istio} ignores --trust-domain ${domain}: ${container.name} asks for a certificate in ${known}.`,
      hint: `Set the variable TRUST_DOMAIN to ${domain}.`,
    };
    return;
  }
  yield {
    path,
    at: 'key',
    message: `${istio} ignores ${listed(
      given.map((name) => `--${name}`),
      'and',
    )}.`,
    hint: 'Remove them.',
  };
}

/**
 * Whether two addresses of Istio's Services refer to different ones; the cluster's domain and the port do not matter.
 */
function isOtherIstiod(a: string, b: string): boolean {
  const service = (address: string): string => {
    const host = address.replace(/:\d+$/, '');
    return host.slice(0, /\.svc(?:\.|$)/.exec(host)?.index);
  };
  const isService = (address: string): boolean => /^istiod[^.]*\./.test(address);
  return isService(a) && isService(b) && service(a) !== service(b);
}

import { sprint, truthy } from '../go/template.ts';
import type { Value, ValueList, ValueMap } from '../value.ts';
import { isMap } from '../value.ts';
import { readBare } from '../yaml/bare.ts';
import { maps, printedBlock } from './blocks.ts';
import { type Image, imageOf, pullSecretOf } from './image.ts';
import { type MutualTls, mutualTlsOf, objectLabels, type Proxy } from './proxies.ts';
import { type EnvoyContainer, proxyContainer } from './proxy-container.ts';
import { quotedMap } from './quoted-map.ts';
import { text, whole } from './read.ts';
import { readRunOn } from './run-on.ts';
import { deviate, has, inside, insideIfGiven, mapIn, report, reportWrongType, type Scope } from './scope.ts';
import { behindPodContext, podSecurityContext } from './security.ts';
import {
  customSidecars,
  type IstioProxyContainer,
  istioProxyContainer,
  type SdsContainer,
  sdsContainer,
} from './sidecars.ts';

/** The Deployment or DaemonSet of one proxy. What is undefined is omitted. */
export interface Workload {
  readonly kind: 'Deployment' | 'DaemonSet';
  readonly name: string;
  readonly namespace: string | null;
  readonly labels: ValueMap;
  readonly replicas: { readonly value: number | null } | undefined;
  readonly podLabels: ValueMap;
  readonly podAnnotations: ValueMap | undefined;
  /** Whether an annotation holds the checksum of the rendered ConfigMap. */
  readonly hasConfigChecksum: boolean;
  readonly securityContext: ValueMap | undefined;
  readonly affinity: ValueMap | undefined;
  readonly topologySpreadConstraints: ValueList | undefined;
  readonly pullSecret: { readonly value: string | null } | undefined;
  readonly host: { readonly network: boolean } | undefined;
  readonly nodeName: { readonly value: string | null } | undefined;
  readonly priorityClassName: { readonly value: string | null } | undefined;
  readonly nodeSelector: ValueMap | undefined;
  readonly tolerations: ValueList | undefined;
  readonly terminationGracePeriodSeconds: { readonly value: number | null } | undefined;
  readonly initContainers: ValueList | undefined;
  readonly extraContainers: ValueList | undefined;
  readonly envoy: EnvoyContainer;
  readonly sds: SdsContainer | undefined;
  readonly istioProxy: IstioProxyContainer | undefined;
  readonly customSidecars: ValueList | undefined;
  readonly configMapName: string;
  readonly mutualTls: MutualTls;
  readonly workloadSockets: boolean;
  readonly extraVolumes: ValueList | undefined;
}

/** The workload of an enabled proxy. Source: 7-gateway-proxy-deployment.yaml. */
export function workloadOf(proxy: Proxy): Workload {
  const { context, name, pod, spec } = proxy;
  const { chart, global } = context;
  refuseHelperTemplates(spec);
  const kind = kindOf(proxy);
  const deployment = kind.deployment;
  const wasm = chart.has('wasmImage') && has(inside(global, 'wasm'), 'enabled');
  const image: Image = imageOf(pod, 'image', global, chart, wasm);
  const extra = chart.has('extraContainers');
  const isEnd = spec.isMerged !== true;
  const pullSecret = pullSecretOf(pod, global);
  findMisplaced(proxy, kind.hostPort, pullSecret !== undefined);
  return {
    kind: deployment === undefined ? 'DaemonSet' : 'Deployment',
    name,
    namespace: proxy.printedNamespace,
    labels: objectLabels(proxy),
    replicas:
      deployment !== undefined && has(deployment, 'replicas') ? { value: whole(deployment, 'replicas') } : undefined,
    podLabels: podLabels(proxy),
    podAnnotations: podAnnotations(proxy),
    hasConfigChecksum: chart.has('configChecksum'),
    securityContext: readRunOn(pod, 'podSecurityContext', podSecurityContext(pod, { chart, global }), {
      text: behindPodContext(spec, chart, deployment !== undefined),
    }),
    affinity: deployment === undefined ? undefined : affinityOf(proxy),
    topologySpreadConstraints:
      deployment === undefined || !chart.has('topologySpread')
        ? undefined
        : maps(spec, 'topologySpreadConstraints', 'constraints', 'fields'),
    pullSecret,
    host: kind.hostPort ? { network: kind.hostNetwork } : undefined,
    nodeName: has(pod, 'nodeName') ? { value: text(pod, 'nodeName') } : undefined,
    priorityClassName:
      deployment !== undefined && chart.has('priorityClass') && has(deployment, 'priorityClassName')
        ? { value: text(deployment, 'priorityClassName') }
        : undefined,
    nodeSelector: quotedMap(pod, 'nodeSelector'),
    tolerations: maps(pod, 'tolerations', 'tolerations', 'fields'),
    terminationGracePeriodSeconds: has(pod, 'terminationGracePeriodSeconds')
      ? { value: whole(pod, 'terminationGracePeriodSeconds') }
      : undefined,
    initContainers: extra ? maps(pod, 'extraInitContainers', 'containers', 'fields') : undefined,
    extraContainers: extra ? maps(pod, 'extraContainers', 'containers', 'items') : undefined,
    envoy: proxyContainer(proxy, image, { deployment, hostPort: kind.hostPort }),
    sds: sdsContainer(proxy),
    istioProxy: istioProxyContainer(proxy),
    customSidecars: customSidecars(proxy),
    configMapName: `${name}-envoy-config`,
    mutualTls: mutualTlsOf(context),
    workloadSockets: chart.has('workloadSockets'),
    extraVolumes: chart.has('extraVolumes')
      ? readRunOn(spec, 'extraVolumes', maps(spec, 'extraVolumes', 'volumes', isEnd ? 'end' : 'fields'), {
          text: ' ',
          isEnd,
        })
      : undefined,
  };
}

/** Until the chart wrote them before the containers, some fields of the pod were between sds and Istio's sidecars. */
function findMisplaced({ pod, spec, context }: Proxy, hostPort: boolean, hasPullSecret: boolean): void {
  if (!mutualTlsOf(context).istio) return;
  const keys = ['nodeName', 'nodeSelector', 'tolerations', 'terminationGracePeriodSeconds'];
  const given = keys.filter((key) => has(pod, key));
  const [first] = given;
  const named = [...(hostPort ? ['kind.daemonSet.hostPort'] : []), ...given].join(', ');
  if (hostPort)
    deviate(mapIn(mapIn(spec, 'kind'), 'daemonSet'), 'sidecars-behind-pod-fields', 'hostPort', { key: named });
  else if (first !== undefined) deviate(pod, 'sidecars-behind-pod-fields', first, { key: named });
  if (!hasPullSecret) return;
  const holder = has(mapIn(pod, 'image'), 'pullSecret') ? mapIn(pod, 'image') : mapIn(context.global, 'image');
  deviate(holder, 'sidecars-behind-pull-secret', 'pullSecret');
}

/** Whether the proxy's pods are those of a Deployment. The templates that only ask this read no field of `kind`'s maps. */
export function isDeployment(proxy: Proxy): boolean {
  return asksForDeployment(proxy, chosenKind(proxy));
}

function asksForDeployment({ context: { chart } }: Proxy, { map: { deployment = null } }: Scope): boolean {
  return chart.has('emptyDeployment') ? isMap(deployment) : truthy(deployment);
}

interface Kind {
  /** The values of the Deployment; undefined for a DaemonSet. */
  readonly deployment: Scope | undefined;
  readonly hostPort: boolean;
  readonly hostNetwork: boolean;
}

function kindOf(proxy: Proxy): Kind {
  const kind = chosenKind(proxy);
  const daemonSet = insideIfGiven(kind, 'daemonSet');
  return {
    deployment: asksForDeployment(proxy, kind) ? insideIfGiven(kind, 'deployment') : undefined,
    hostPort: has(daemonSet, 'hostPort'),
    hostNetwork:
      !proxy.context.chart.has('optionalHostNetwork') || sprint(daemonSet.map['hostNetwork'] ?? null) !== 'false',
  };
}

/** The proxy's `kind`, in which a workloadType leaves one of the two maps. */
function chosenKind({ spec, context: { chart } }: Proxy): Scope {
  if (!isMap(spec.map['kind'])) {
    const hint = 'Set kind.deployment, or kind.daemonSet with kind.deployment: null.';
    report(spec, 'missing-value', 'kind', 'kind has neither a deployment nor a daemonSet.', hint);
  }
  let kind = mapIn(spec, 'kind');
  const type = chart.has('workloadType') ? (kind.map['workloadType'] ?? null) : null;
  if (type === 'Deployment') {
    const { daemonSet: _, ...rest } = kind.map;
    kind = { ...kind, map: { ...rest, deployment: isMap(rest['deployment']) ? rest['deployment'] : {} } };
  } else if (type === 'DaemonSet') {
    const { deployment: _, ...rest } = kind.map;
    kind = { ...kind, map: rest };
  } else if (truthy(type)) {
    report(
      kind,
      'unknown-choice',
      'workloadType',
      `workloadType must be Deployment or DaemonSet, but is ${sprint(type)}.`,
    );
  }
  return kind;
}

function podLabels(proxy: Proxy): ValueMap {
  const { name, pod, context } = proxy;
  const { chart } = context;
  const istio = chart.has('autoinjectionLabel')
    ? inside(context.global, 'istioIntegration')
    : mapIn(context.global, 'istioIntegration');
  const labels: Record<string, Value> = {
    gloo: 'gateway-proxy',
    'gateway-proxy-id': name,
    ...(has(inside(context.values, 'gateway'), 'upgrade') ? {} : { 'gateway-proxy': 'live' }),
    ...quotedMap(pod, 'extraGatewayProxyLabels'),
  };
  if (chart.has('autoinjectionLabel')) {
    if (has(istio, 'disableAutoinjection')) labels['sidecar.istio.io/inject'] = 'false';
    else if (has(istio, 'enableIstioSidecarOnGateway')) {
      if (chart.has('sidecarRevision') && has(istio, 'istioSidecarRevTag'))
        labels['istio.io/rev'] = text(istio, 'istioSidecarRevTag');
      else labels['sidecar.istio.io/inject'] = 'true';
    }
  }
  return labels;
}

function podAnnotations(proxy: Proxy): ValueMap {
  const { context, pod, spec, stats } = proxy;
  const { chart, global } = context;
  const readsIntegration = chart.has('autoinjectionLabel') || chart.has('autoinjectionAnnotation');
  const asked = readsIntegration && (has(stats, 'enabled') || has(spec, 'readConfig'));
  const istio = asked ? inside(global, 'istioIntegration') : mapIn(global, 'istioIntegration');
  // Since it writes a checksum before them, the chart ranges over them without checking that there are any.
  const given = pod.map['extraAnnotations'] ?? null;
  if (chart.has('configChecksum') && given !== null && typeof given !== 'object' && !truthy(given))
    reportWrongType(pod, 'extraAnnotations', 'a map', given);
  const annotations: Record<string, Value> = { ...quotedMap(pod, 'extraAnnotations') };
  if (chart.has('statsRoute') && has(inside(global, 'glooStats'), 'setDatadogAnnotations'))
    Object.assign(annotations, datadogAnnotations);
  const forMesh = (): void => {
    if (chart.has('autoinjectionAnnotation') && has(istio, 'disableAutoinjection'))
      annotations['sidecar.istio.io/inject'] = 'false';
    if (chart.has('autoinjectionLabel') && has(istio, 'enableIstioSidecarOnGateway')) {
      annotations['traffic.sidecar.istio.io/excludeInboundPorts'] = excludedPorts(proxy);
    }
  };
  if (has(stats, 'enabled')) {
    Object.assign(annotations, {
      'prometheus.io/path': '/metrics',
      'prometheus.io/port': '8081',
      'prometheus.io/scrape': 'true',
    });
    forMesh();
  }
  if (has(spec, 'readConfig')) {
    Object.assign(annotations, {
      'readconfig-stats': '/stats',
      'readconfig-ready': '/ready',
      'readconfig-config_dump': '/config_dump',
      'readconfig-port': '8082',
    });
    forMesh();
  }
  return annotations;
}

const datadogAnnotations = {
  'ad.datadoghq.com/gateway-proxy.check_names': '["envoy"]',
  'ad.datadoghq.com/gateway-proxy.init_configs': '[{}]',
  'ad.datadoghq.com/gateway-proxy.instances': '[{"stats_url": "http://%%host%%:8081/stats"}]',
  'ad.datadoghq.com/gateway-proxy.logs':
    '[{"source": "envoy", "service": "gloo","log_processing_rules":[{"type": "multi_line", "name": "log_start_with_date","pattern" : "^\\\\[[0-9]{4}-[0-9]{2}-[0-9]{2}"}]}]',
} as const;

/** The proxy's ports, as sprig's `join` prints the list; null if that prints nothing. */
function excludedPorts({ own, pod, context: { chart } }: Proxy): string | null {
  const from = chart.has('ownPortsOnly') ? mapIn(own, 'podTemplate') : pod;
  const ports = ['httpPort', 'httpsPort', 'extraPorts']
    .map((key) => from.map[key] ?? null)
    .filter((value) => value !== null);
  const joined = ports.map(sprint).join(',');
  const read = readBare(joined);
  if (typeof read === 'string' || read === null) return read;
  // A single port would be a number, or invalid YAML.
  const id = read === undefined ? 'bare-text-breaks-yaml' : 'bare-text-read-as-another-type';
  const key = 'httpPort';
  deviate(from, id, key, { key: 'The list of ports for excludeInboundPorts', value: joined });
  return joined;
}

function affinityOf({ spec, context: { chart } }: Proxy): ValueMap | undefined {
  const given = chart.has('affinity') ? printedBlock(spec, 'affinity') : undefined;
  const own = readRunOn(spec, 'affinity', given, { text: chart.has('commentsLeaveBlanks') ? '\n\n' : '\n' });
  if (!has(spec, 'antiAffinity')) return own;
  const term = { labelSelector: { matchLabels: { gloo: 'gateway-proxy' } }, topologyKey: 'kubernetes.io/hostname' };
  return {
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] },
    ...own,
  };
}

/** These values refer to a template of a chart that wraps Gloo's; Gloo's own chart has none of them. */
function refuseHelperTemplates(spec: Scope): void {
  for (const key of [
    'extraInitContainersHelper',
    'extraContainersHelper',
    'extraProxyVolumeMountHelper',
    'extraVolumeHelper',
    'extraListenersHelper',
  ]) {
    if (!has(spec, key)) continue;
    report(
      spec,
      'needs-wrapping-chart',
      key,
      `${key} refers to a template that only a wrapping chart has.`,
      'Remove it.',
    );
  }
}

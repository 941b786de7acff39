/**
 * Each value and behavior of the chart in a release that has it and in one that does not, read from the rendering.
 * test/parity compares whole renderings with the chart's; here each row shows what one value does.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Rendering, renderGatewayProxies } from '../../src/index.ts';
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { at, containerIn, podIn, workloadIn } from '../support/rendered.ts';

function render(text: string, chartVersion: string): Rendering {
  const rendering = renderGatewayProxies({
    objects: 'workloads',
    values: [{ name: 'v', text }],
    chartVersion,
    namespace: 'ns',
    releaseName: 'rel',
  });
  const errors = rendering.problems.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, [], `${chartVersion}: ${text}`);
  return rendering;
}

type Look = (rendering: Rendering) => Value | undefined;

const inWorkload =
  (...path: readonly (string | number)[]): Look =>
  (rendering) =>
    at(workloadIn(rendering), ...path);
const inPod =
  (...path: readonly (string | number)[]): Look =>
  (rendering) =>
    at(podIn(rendering), ...path);
const inTemplate = (...path: readonly (string | number)[]): Look => inWorkload('spec', 'template', 'metadata', ...path);
const inContainer =
  (name: string, ...path: readonly (string | number)[]): Look =>
  (rendering) =>
    at(containerIn(rendering, name), ...path);
const proxy = (...path: readonly (string | number)[]): Look => inContainer('gateway-proxy', ...path);

function bootstrapIn({ manifests }: Rendering): ValueMap {
  const text = at(manifests.find(({ kind }) => kind === 'ConfigMap')?.object, 'data', 'envoy.yaml');
  return readYaml({ name: 'envoy.yaml', text: String(text) }).value as ValueMap;
}

const inEnvoy =
  (...path: readonly (string | number)[]): Look =>
  (rendering) =>
    at(bootstrapIn(rendering), ...path);
const staticLayer = (...path: readonly (string | number)[]): Look =>
  inEnvoy('layered_runtime', 'layers', 0, 'static_layer', ...path);

function named(list: Value | undefined, name: string): ValueMap | undefined {
  return (isList(list) ? (list as ValueMap[]) : []).find((item) => item['name'] === name);
}

const cluster =
  (name: string, ...path: readonly (string | number)[]): Look =>
  (rendering) => {
    const found = named(at(bootstrapIn(rendering), 'static_resources', 'clusters'), name);
    return path.length === 0 ? found !== undefined : at(found, ...path);
  };
const clusterNames: Look = (rendering) =>
  ((at(bootstrapIn(rendering), 'static_resources', 'clusters') ?? []) as ValueMap[]).map((one) => one['name'] ?? null);
const listener =
  (name: string, ...path: readonly (string | number)[]): Look =>
  (rendering) => {
    const found = named(at(bootstrapIn(rendering), 'static_resources', 'listeners'), name);
    return path.length === 0 ? found !== undefined : at(found, ...path);
  };
const routes =
  (name: string): Look =>
  (rendering) => {
    const manager = ['filter_chains', 0, 'filters', 0, 'typed_config', 'route_config', 'virtual_hosts', 0, 'routes'];
    const found =
      listener(name, ...manager)(rendering) ??
      listener(name, ...manager.map((step) => (step === 'typed_config' ? 'config' : step)))(rendering);
    return ((found ?? []) as ValueMap[]).map(
      (route) =>
        `${at(route, 'match', 'path') ?? at(route, 'match', 'prefix')}${at(route, 'route', 'prefix_rewrite') === undefined ? '' : ` → ${at(route, 'route', 'prefix_rewrite')}`}`,
    );
  };
const env =
  (container: string, name: string): Look =>
  (rendering) =>
    named(at(containerIn(rendering, container), 'env'), name)?.['value'];
const envNames =
  (container: string): Look =>
  (rendering) =>
    ((at(containerIn(rendering, container), 'env') ?? []) as ValueMap[]).map((one) => one['name'] ?? null);
const names =
  (look: Look): Look =>
  (rendering) =>
    ((look(rendering) ?? []) as ValueMap[]).map((one) => one['name'] ?? null);
const argumentAfter =
  (container: string, name: string): Look =>
  (rendering) => {
    const args = (at(containerIn(rendering, container), 'args') ?? []) as Value[];
    return args[args.indexOf(name) + 1];
  };
const hasArgument =
  (container: string, name: string): Look =>
  (rendering) =>
    ((at(containerIn(rendering, container), 'args') ?? []) as Value[]).includes(name);
const kinds: Look = ({ manifests }) => manifests.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);

const gp = (fields: string): string => `gatewayProxies: {gatewayProxy: {${fields}}}`;
const pt = (fields: string): string => gp(`podTemplate: {${fields}}`);
const sds = 'global: {istioSDS: {enabled: true}}';
const withMtls = (fields: string): string => `global: {istioSDS: {enabled: true}, glooMtls: {${fields}}}`;

type Expected = readonly (readonly [release: string, value: Value | undefined])[];

// biome-ignore format: a row is a line
const table: readonly (readonly [what: string, values: string, look: Look, expected: Expected])[] = [
  // Objects.
  ['a disabled proxy keeps its ConfigMap', gp('disabled: true, configMap: {x: y}'), kinds, [['1.5.6', ['ConfigMap ns/gateway-proxy-envoy-config']], ['1.5.7', []], ['1.6.0-beta5', ['ConfigMap ns/gateway-proxy-envoy-config']], ['1.6.0-beta6', []]]],
  ['a disabled proxy without a configMap has none', gp('disabled: true, configMap: null'), kinds, [['1.5.6', []]]],
  ['a namespace of its own', gp('namespace: other'), kinds, [['1.12.0-beta16', ['ConfigMap ns/gateway-proxy-envoy-config', 'Deployment ns/gateway-proxy']], ['1.12.0-beta17', ['ConfigMap other/gateway-proxy-envoy-config', 'Deployment other/gateway-proxy']]]],
  ['no gateway, no proxies', 'gateway: {enabled: false}', kinds, [['1.20.0', []]]],
  ['a DaemonSet', gp('kind: {deployment: null, daemonSet: {}}'), inWorkload('kind'), [['1.5.0', 'DaemonSet'], ['1.22.1', 'DaemonSet']]],
  ['an empty deployment', gp('kind: {deployment: {replicas: null}}'), inWorkload('kind'), [['1.22.0-beta4', 'DaemonSet'], ['1.22.0-beta5', 'Deployment']]],
  ['workloadType DaemonSet', gp('kind: {workloadType: DaemonSet}'), inWorkload('kind'), [['1.22.0-beta10', 'Deployment'], ['1.22.0-beta11', 'DaemonSet']]],
  ['workloadType Deployment', gp('kind: {workloadType: Deployment, deployment: null, daemonSet: {hostPort: true}}'), inWorkload('kind'), [['1.22.0-beta10', 'DaemonSet'], ['1.22.0-beta11', 'Deployment']]],
  ['workloadType Deployment leaves the DaemonSet’s host ports', gp('kind: {workloadType: Deployment, daemonSet: {hostPort: true}}'), proxy('ports', 0, 'hostPort'), [['1.22.1', undefined]]],
  ['workloadType DaemonSet with host ports', gp('kind: {workloadType: DaemonSet, daemonSet: {hostPort: true}}'), proxy('ports', 0, 'hostPort'), [['1.22.1', 8080]]],
  ['labels', '{}', inWorkload('metadata', 'labels'), [['1.20.0', { app: 'gloo', gloo: 'gateway-proxy', 'gateway-proxy-id': 'gateway-proxy' }]]],
  ['additional labels', 'global: {additionalLabels: {a: b, gloo: x}}', inWorkload('metadata', 'labels'), [['1.17.0-beta27', { app: 'gloo', gloo: 'gateway-proxy', 'gateway-proxy-id': 'gateway-proxy' }], ['1.17.0-beta28', { app: 'gloo', a: 'b', gloo: 'gateway-proxy', 'gateway-proxy-id': 'gateway-proxy' }]]],
  ['replicas', gp('kind: {deployment: {replicas: 3}}'), inWorkload('spec', 'replicas'), [['1.5.0', 3], ['1.22.1', 3]]],
  ['replicas in a text', gp('kind: {deployment: {replicas: "3"}}'), inWorkload('spec', 'replicas'), [['1.22.1', 3]]],
  ['replicas 0 is none', gp('kind: {deployment: {replicas: 0, x: y}}'), inWorkload('spec', 'replicas'), [['1.22.1', undefined]]],
  // Pods: labels and annotations.
  ['labels of pods', '{}', inTemplate('labels'), [['1.20.0', { gloo: 'gateway-proxy', 'gateway-proxy-id': 'gateway-proxy', 'gateway-proxy': 'live' }]]],
  ['more labels of pods', pt('extraGatewayProxyLabels: {a: 1, b: true, c: null}'), inTemplate('labels'), [['1.20.0', { gloo: 'gateway-proxy', 'gateway-proxy-id': 'gateway-proxy', 'gateway-proxy': 'live', a: '1', b: 'true', c: null }]]],
  ['an upgrade is not live', 'gateway: {upgrade: true}', inTemplate('labels', 'gateway-proxy'), [['1.20.0', undefined]]],
  ['injection forbidden, by label', 'global: {istioIntegration: {disableAutoinjection: true}}', inTemplate('labels', 'sidecar.istio.io/inject'), [['1.12.0-beta4', undefined], ['1.12.0-beta5', 'false'], ['1.22.1', 'false']]],
  ['injection forbidden, by annotation', 'global: {istioIntegration: {disableAutoinjection: true}}', inTemplate('annotations', 'sidecar.istio.io/inject'), [['1.7.0-beta2', undefined], ['1.7.0-beta3', 'false'], ['1.12.0-beta4', 'false'], ['1.12.0-beta5', undefined]]],
  ['… only beside those of stats or read-config', `global: {istioIntegration: {disableAutoinjection: true}, glooStats: {enabled: false}}`, inTemplate('annotations', 'sidecar.istio.io/inject'), [['1.10.0', undefined]]],
  ['… of read-config', `global: {istioIntegration: {disableAutoinjection: true}, glooStats: {enabled: false}}\n${gp('readConfig: true')}`, inTemplate('annotations', 'sidecar.istio.io/inject'), [['1.10.0', 'false']]],
  ['injection wanted', 'global: {istioIntegration: {enableIstioSidecarOnGateway: true}}', inTemplate('labels', 'sidecar.istio.io/inject'), [['1.12.0-beta4', undefined], ['1.12.0-beta5', 'true'], ['1.22.1', 'true']]],
  ['injection forbidden and wanted', 'global: {istioIntegration: {enableIstioSidecarOnGateway: true, disableAutoinjection: true}}', inTemplate('labels', 'sidecar.istio.io/inject'), [['1.22.1', 'false']]],
  ['injection by a revision', 'global: {istioIntegration: {enableIstioSidecarOnGateway: true, istioSidecarRevTag: r}}', inTemplate('labels', 'istio.io/rev'), [['1.12.10', undefined], ['1.12.11', 'r'], ['1.13.0-beta10', undefined], ['1.13.0-beta11', 'r']]],
  ['… instead of the other label', 'global: {istioIntegration: {enableIstioSidecarOnGateway: true, istioSidecarRevTag: r}}', inTemplate('labels', 'sidecar.istio.io/inject'), [['1.12.10', 'true'], ['1.12.11', undefined]]],
  ['ports that injection leaves alone', `global: {istioIntegration: {enableIstioSidecarOnGateway: true}}\n${pt('httpPort: 1, httpsPort: 2')}`, inTemplate('annotations', 'traffic.sidecar.istio.io/excludeInboundPorts'), [['1.12.0-beta4', undefined], ['1.12.0-beta5', '1,2'], ['1.20.0', '1,2']]],
  ['… of read-config', `global: {istioIntegration: {enableIstioSidecarOnGateway: true}, glooStats: {enabled: false}}\n${gp('readConfig: true')}`, inTemplate('annotations', 'traffic.sidecar.istio.io/excludeInboundPorts'), [['1.20.0', '8080,8443']]],
  ['the ConfigMap’s checksum', '{}', (rendering) => Object.keys((inTemplate('annotations')(rendering) ?? {}) as ValueMap).filter((key) => key.startsWith('checksum/')), [['1.16.0-beta13', []], ['1.16.0-beta14', ['checksum/gateway-proxy-envoy-config']]]],
  ['more annotations', pt('extraAnnotations: {a: 1}'), inTemplate('annotations', 'a'), [['1.20.0', '1']]],
  ['annotations of stats', '{}', inTemplate('annotations'), [['1.15.0', { 'prometheus.io/path': '/metrics', 'prometheus.io/port': '8081', 'prometheus.io/scrape': 'true' }]]],
  ['no annotations at all', gp('stats: {enabled: false}'), inTemplate('annotations'), [['1.15.0', undefined]]],
  ['annotations of read-config', gp('stats: {enabled: false}, readConfig: true'), inTemplate('annotations'), [['1.15.0', { 'readconfig-stats': '/stats', 'readconfig-ready': '/ready', 'readconfig-config_dump': '/config_dump', 'readconfig-port': '8082' }]]],
  ['annotations for Datadog', 'global: {glooStats: {enabled: false, setDatadogAnnotations: true}}', (rendering) => Object.values((inTemplate('annotations')(rendering) ?? {}) as ValueMap).slice(0, 3), [['1.10.20', []], ['1.10.21', ['["envoy"]', '[{}]', '[{"stats_url": "http://%%host%%:8081/stats"}]']]]],
  // Pods: fields.
  ['node name', pt('nodeName: node'), inPod('nodeName'), [['1.20.0', 'node']]],
  ['node selector', pt('nodeSelector: {a: 1}'), inPod('nodeSelector'), [['1.20.0', { a: '1' }]]],
  ['tolerations', pt('tolerations: [{key: k}]'), inPod('tolerations'), [['1.20.0', [{ key: 'k' }]]]],
  ['grace period', pt('terminationGracePeriodSeconds: 5'), inPod('terminationGracePeriodSeconds'), [['1.20.0', 5]]],
  ['grace period 0 is none', pt('terminationGracePeriodSeconds: 0'), inPod('terminationGracePeriodSeconds'), [['1.20.0', undefined]]],
  ['priority class', gp('kind: {deployment: {priorityClassName: p}}'), inPod('priorityClassName'), [['1.17.3', undefined], ['1.17.4', 'p'], ['1.18.0-beta15', undefined], ['1.18.0-beta16', 'p']]],
  ['priority class is a Deployment’s', gp('kind: {workloadType: DaemonSet, deployment: {priorityClassName: p}}'), inPod('priorityClassName'), [['1.22.1', undefined]]],
  ['affinity', gp('affinity: {nodeAffinity: {}}'), inPod('affinity'), [['1.7.0-beta16', undefined], ['1.7.0-beta17', { nodeAffinity: {} }]]],
  ['anti-affinity', gp('antiAffinity: true'), inPod('affinity', 'podAntiAffinity', 'preferredDuringSchedulingIgnoredDuringExecution', 0), [['1.20.0', { weight: 100, podAffinityTerm: { labelSelector: { matchLabels: { gloo: 'gateway-proxy' } }, topologyKey: 'kubernetes.io/hostname' } }]]],
  ['affinity beside anti-affinity', gp('antiAffinity: true, affinity: {nodeAffinity: {}}'), (rendering) => Object.keys((inPod('affinity')(rendering) ?? {}) as ValueMap), [['1.20.0', ['podAntiAffinity', 'nodeAffinity']]]],
  ['affinity is a Deployment’s', gp('antiAffinity: true, kind: {deployment: null, daemonSet: {}}'), inPod('affinity'), [['1.20.0', undefined]]],
  ['topology spread', gp('topologySpreadConstraints: [{maxSkew: 1, topologyKey: k, whenUnsatisfiable: ScheduleAnyway}]'), inPod('topologySpreadConstraints'), [['1.11.47', undefined], ['1.11.48', [{ maxSkew: 1, topologyKey: 'k', whenUnsatisfiable: 'ScheduleAnyway' }]], ['1.14.0-beta3', undefined], ['1.14.0-beta4', [{ maxSkew: 1, topologyKey: 'k', whenUnsatisfiable: 'ScheduleAnyway' }]]]],
  ['topology spread is a Deployment’s', gp('topologySpreadConstraints: [{maxSkew: 1, topologyKey: k, whenUnsatisfiable: ScheduleAnyway}], kind: {deployment: null, daemonSet: {}}'), inPod('topologySpreadConstraints'), [['1.20.0', undefined]]],
  ['host ports', gp('kind: {deployment: null, daemonSet: {hostPort: true}}'), proxy('ports'), [['1.20.0', [{ containerPort: 8080, name: 'http', protocol: 'TCP', hostPort: 8080 }, { containerPort: 8443, name: 'https', protocol: 'TCP', hostPort: 8443 }]]]],
  ['the host’s network comes with host ports', gp('kind: {deployment: null, daemonSet: {hostPort: true}}'), inPod('hostNetwork'), [['1.8.0-beta12', true], ['1.20.0', true]]],
  ['… unless it is turned off', gp('kind: {deployment: null, daemonSet: {hostPort: true, hostNetwork: false}}'), inPod('hostNetwork'), [['1.8.0-beta12', true], ['1.8.0-beta13', false]]],
  ['… and not without them', gp('kind: {deployment: null, daemonSet: {hostNetwork: true}}'), inPod('hostNetwork'), [['1.20.0', undefined]]],
  ['init containers', pt('extraInitContainers: [{name: i, image: x}]'), inPod('initContainers'), [['1.11.45', undefined], ['1.11.46', [{ name: 'i', image: 'x' }]]]],
  ['more containers', pt('extraContainers: [{name: e, image: x}]'), names(inPod('containers')), [['1.14.0-beta2', ['gateway-proxy']], ['1.14.0-beta3', ['e', 'gateway-proxy']]]],
  ['more volumes', gp('extraVolumes: [{name: v}]'), names(inPod('volumes')), [['1.7.0-beta13', ['envoy-config']], ['1.7.0-beta14', ['envoy-config', 'v']]]],
  ['more mounts', gp('extraProxyVolumeMounts: [{name: v, mountPath: /v}]'), proxy('volumeMounts'), [['1.7.0-beta13', [{ name: 'envoy-config', mountPath: '/etc/envoy' }]], ['1.7.0-beta14', [{ name: 'envoy-config', mountPath: '/etc/envoy' }, { name: 'v', mountPath: '/v' }]]]],
  ['pull secret', pt('image: {pullSecret: p}'), inPod('imagePullSecrets'), [['1.20.0', [{ name: 'p' }]]]],
  ['pull secret of all', 'global: {image: {pullSecret: p}}', inPod('imagePullSecrets'), [['1.20.0', [{ name: 'p' }]]]],
  ['pull policy', pt('image: {pullPolicy: Always}'), proxy('imagePullPolicy'), [['1.20.0', 'Always']]],
  ['pull policy of all', 'global: {image: {pullPolicy: Never}}', proxy('imagePullPolicy'), [['1.20.0', 'Never']]],
  ['the wasm build', `global: {wasm: {enabled: true}}\n${pt('image: {tag: 1.2.3-x}')}`, proxy('image'), [['1.6.0-beta2', 'quay.io/solo-io/gloo-envoy-wrapper:1.2.3-wasm-x'], ['1.6.0-beta3', 'quay.io/solo-io/gloo-envoy-wrapper:1.2.3-x']]],
  ['the wasm build without a version', `global: {wasm: {enabled: true}}\n${pt('image: {tag: next}')}`, proxy('image'), [['1.6.0-beta2', 'quay.io/solo-io/gloo-envoy-wrapper:wasm-next']]],
  ['the extended build', pt('image: {tag: t, extended: true}'), proxy('image'), [['1.5.0', 'quay.io/solo-io/gloo-envoy-wrapper:t'], ['1.5.1', 'quay.io/solo-io/gloo-envoy-wrapper:t-extended'], ['1.17.0-beta12', 'quay.io/solo-io/gloo-envoy-wrapper:t-extended'], ['1.17.0-beta13', 'quay.io/solo-io/gloo-envoy-wrapper:t']]],
  ['a repository left out', pt('image: {tag: 5, repository: ""}'), proxy('image'), [['1.19.0-beta7', 'quay.io/solo-io/:5']]],
  // The proxy's container.
  ['arguments', '{}', proxy('args'), [['1.5.0', ['--disable-hot-restart']], ['1.8.0-beta19', ['--disable-hot-restart']], ['1.8.0-beta20', ['--disable-hot-restart', '--bootstrap-version', '3']], ['1.9.8', ['--disable-hot-restart']]]],
  ['more arguments', gp('extraEnvoyArgs: [a, 1, true, null]'), proxy('args'), [['1.20.0', ['--disable-hot-restart', 'a', '1', 'true', null]]]],
  ['more arguments, of a map', gp('extraEnvoyArgs: {b: x, a: z}'), proxy('args'), [['1.20.0', ['--disable-hot-restart', 'z', 'x']]]],
  ['Envoy’s log level', gp('envoyLogLevel: debug'), proxy('args', 1), [['1.7.0-beta25', undefined], ['1.7.0-beta26', '--log-level debug']]],
  ['the proxy’s log level', gp('logLevel: debug'), env('gateway-proxy', 'LOG_LEVEL'), [['1.7.0-beta25', undefined], ['1.7.0-beta26', 'debug'], ['1.14.0-beta6', 'debug'], ['1.14.0-beta7', undefined]]],
  ['core dumps', gp('disableCoreDumps: true'), env('gateway-proxy', 'DISABLE_CORE_DUMPS'), [['1.13.4', undefined], ['1.13.5', 'true'], ['1.14.0-beta6', undefined], ['1.14.0-beta7', 'true']]],
  ['more variables', gp('kind: {deployment: {customEnv: [{name: A, value: x}]}}'), envNames('gateway-proxy'), [['1.10.0', ['A', 'POD_NAMESPACE', 'POD_NAME']]]],
  ['more variables are a Deployment’s', gp('kind: {workloadType: DaemonSet, deployment: {customEnv: [{name: A, value: x}]}}'), env('gateway-proxy', 'A'), [['1.22.1', undefined]]],
  ['more ports', pt('extraPorts: [{containerPort: 1}]'), proxy('ports', 2), [['1.20.0', { containerPort: 1 }]]],
  ['a port to monitor, by serviceMonitor', 'global: {glooStats: {serviceMonitor: true}}', proxy('ports', 2), [['1.10.0-beta6', undefined], ['1.10.0-beta7', { containerPort: 8081, name: 'http-monitoring' }], ['1.10.11', undefined]]],
  ['a port to monitor, by podMonitorEnabled', gp('stats: {enabled: true, podMonitorEnabled: true}'), proxy('ports', 2), [['1.10.10', undefined], ['1.10.11', { containerPort: 8081, name: 'http-monitoring' }]]],
  ['… while stats are on', gp('stats: {enabled: false, podMonitorEnabled: true}'), proxy('ports', 2), [['1.20.0', undefined]]],
  ['… by the stats of all', 'global: {glooStats: {enabled: true, podMonitorEnabled: true}}', proxy('ports', 2), [['1.20.0', { containerPort: 8081, name: 'http-monitoring' }]]],
  ['resources', pt('resources: {limits: {cpu: 1}}'), proxy('resources'), [['1.20.0', { limits: { cpu: 1 } }]]],
  ['graceful shutdown', gp('loopBackAddress: "::1", podTemplate: {gracefulShutdown: {enabled: true, sleepTimeSeconds: 7}}'), proxy('lifecycle'), [['1.20.0', { preStop: { exec: { command: ['/bin/sh', '-c', 'wget --post-data "" -O /dev/null ::1:19000/healthcheck/fail; sleep 7'] } } }]]],
  ['no graceful shutdown', pt('gracefulShutdown: {enabled: false}'), proxy('lifecycle'), [['1.20.0', undefined]]],
  ['no probes', '{}', proxy('readinessProbe'), [['1.20.0', undefined]]],
  ['a readiness probe', pt('probes: true'), proxy('readinessProbe'), [['1.12.0-beta5', { exec: { command: ['wget', '-O', '/dev/null', '127.0.0.1:19000/ready'] }, initialDelaySeconds: 1, periodSeconds: 10, failureThreshold: 10 }], ['1.12.0-beta6', { exec: { command: ['wget', '-O', '/dev/null', '127.0.0.1:19000/ready'] }, initialDelaySeconds: 3, periodSeconds: 10, failureThreshold: 3 }]]],
  ['a liveness probe', pt('probes: true'), proxy('livenessProbe', 'exec', 'command', 3), [['1.12.0-beta5', '127.0.0.1:19000/server_info'], ['1.12.0-beta6', undefined]]],
  ['a liveness probe that is asked for', pt('probes: true, livenessProbeEnabled: true'), proxy('livenessProbe', 'exec', 'command', 3), [['1.12.0-beta6', '127.0.0.1:19000/server_info']]],
  ['probes of the user’s own', pt('probes: true, livenessProbeEnabled: true, customReadinessProbe: {periodSeconds: 1}, customLivenessProbe: {periodSeconds: 2}'), (rendering) => [proxy('readinessProbe')(rendering) ?? null, at(proxy('livenessProbe')(rendering), 'periodSeconds') ?? null], [['1.12.0-beta5', [{ periodSeconds: 1 }, 10]], ['1.12.0-beta6', [{ periodSeconds: 1 }, 2]]]],
  // Security contexts.
  ['the pod’s context', pt('runUnprivileged: true, enablePodSecurityContext: false, fsGroup: 5, runAsUser: 6'), inPod('securityContext'), [['1.8.0-beta16', { fsGroup: 5, runAsUser: 6 }], ['1.8.0-beta17', undefined]]],
  ['the pod’s context, asked for', pt('enablePodSecurityContext: true, fsGroup: 5, runAsUser: 6'), inPod('securityContext'), [['1.8.0-beta17', { fsGroup: 5, runAsUser: 6 }], ['1.14.0-beta11', { fsGroup: 5, runAsUser: 6 }]]],
  ['the pod’s context for any user', pt('enablePodSecurityContext: true, floatingUserId: true, fsGroup: 5'), inPod('securityContext'), [['1.8.0-beta17', { fsGroup: 5 }], ['1.20.0', { fsGroup: 5 }]]],
  ['numbers in texts', pt('enablePodSecurityContext: true, fsGroup: "5", runAsUser: "6"'), inPod('securityContext'), [['1.14.0-beta10', { fsGroup: 5, runAsUser: 6 }]]],
  ['no pod’s context for any user everywhere', `global: {securitySettings: {floatingUserId: true}}\n${pt('enablePodSecurityContext: true')}`, (rendering) => inPod('securityContext')(rendering) !== undefined, [['1.17.2', true], ['1.17.3', false]]],
  ['the pod’s context of the user’s own', pt('enablePodSecurityContext: true, fsGroup: 5, podSecurityContext: {runAsUser: 9}'), inPod('securityContext'), [['1.14.4', { runAsUser: 9 }], ['1.14.0-beta10', { fsGroup: 5, runAsUser: 10101 }]]],
  ['… merged', pt('enablePodSecurityContext: true, fsGroup: 5, podSecurityContext: {runAsUser: 9, mergePolicy: helm-merge}'), inPod('securityContext'), [['1.14.5', { runAsUser: 9, fsGroup: 5 }]]],
  ['… not merged', pt('enablePodSecurityContext: true, podSecurityContext: {runAsUser: 9, mergePolicy: no-merge}'), inPod('securityContext'), [['1.14.5', { runAsUser: 9 }]]],
  ['the proxy’s context', pt('runAsUser: 7, disableNetBind: false'), proxy('securityContext'), [['1.14.0-beta10', { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 7, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }], ['1.20.0', { runAsNonRoot: true, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] }, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, runAsUser: 7 }]]],
  ['the proxy’s context with privileges', pt('runUnprivileged: false'), proxy('securityContext', 'runAsUser'), [['1.14.0-beta10', undefined], ['1.20.0', 10101]]],
  ['the proxy’s context for any user', pt('floatingUserId: true'), proxy('securityContext', 'runAsUser'), [['1.14.0-beta10', undefined], ['1.14.0-beta11', 0], ['1.14.8', 0], ['1.14.9', undefined]]],
  ['without NET_BIND_SERVICE', pt('disableNetBind: true'), proxy('securityContext', 'capabilities'), [['1.14.0-beta10', { drop: ['ALL'] }], ['1.20.0', { drop: ['ALL'] }]]],
  ['the proxy’s context of the user’s own', pt('disableNetBind: false, glooContainerSecurityContext: {runAsUser: 9}'), proxy('securityContext', 'capabilities'), [['1.14.0-beta10', { drop: ['ALL'], add: ['NET_BIND_SERVICE'] }], ['1.14.0-beta11', undefined]]],
  ['for any user everywhere', 'global: {securitySettings: {floatingUserId: true}}', proxy('securityContext', 'runAsUser'), [['1.17.2', 10101], ['1.17.3', undefined]]],
  ['restricted standards', 'global: {podSecurityStandards: {container: {enableRestrictedContainerDefaults: true}}}', proxy('securityContext', 'seccompProfile'), [['1.16.13', undefined], ['1.16.14', { type: 'RuntimeDefault' }]]],
  ['restricted standards with a profile', 'global: {podSecurityStandards: {container: {enableRestrictedContainerDefaults: true, defaultSeccompProfileType: Localhost}}}', proxy('securityContext', 'seccompProfile'), [['1.20.0', { type: 'Localhost' }]]],
  ['a profile without restricted standards', 'global: {podSecurityStandards: {container: {defaultSeccompProfileType: Localhost}}}', proxy('securityContext', 'seccompProfile'), [['1.20.0', undefined]]],
  ['the sidecars’ contexts', withMtls('sds: {securityContext: {runAsUser: 1}}, istioProxy: {securityContext: {runAsUser: 2}}'), (rendering) => ['sds', 'istio-proxy'].map((name) => inContainer(name, 'securityContext')(rendering) ?? null), [['1.14.0-beta10', [null, null]], ['1.17.0', [{ runAsUser: 1 }, { runAsUser: 2 }]]]],
  ['… with restricted standards', `global: {istioSDS: {enabled: true}, podSecurityStandards: {container: {enableRestrictedContainerDefaults: true}}}`, inContainer('sds', 'securityContext'), [['1.16.13', undefined], ['1.16.14', { runAsNonRoot: true, capabilities: { drop: ['ALL'] }, allowPrivilegeEscalation: false, seccompProfile: { type: 'RuntimeDefault' } }]]],
  // Inheritance.
  ['other proxies inherit', 'gatewayProxies: {gatewayProxy: {podTemplate: {nodeName: node}}, aProxy: {}}', inPod('nodeName'), [['1.7.0-beta21', 'node'], ['1.20.0', 'node']]],
  ['their own values win', 'gatewayProxies: {gatewayProxy: {podTemplate: {nodeName: node}}, aProxy: {podTemplate: {nodeName: o}}}', inPod('nodeName'), [['1.20.0', 'o']]],
  ['… unless they are empty', 'gatewayProxies: {gatewayProxy: {podTemplate: {nodeName: node}}, aProxy: {podTemplate: {nodeName: ""}}}', inPod('nodeName'), [['1.7.0', 'node'], ['1.7.1', undefined]]],
  ['… except by Helm 2', 'settings: {helm2: true}\ngatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 9}}}, aProxy: {kind: {deployment: {replicas: 1}}, loopBackAddress: l, podTemplate: {image: {repository: r, tag: t, registry: q}, httpPort: 1, httpsPort: 2}}}', (rendering) => inPod('nodeName')(rendering) === undefined && inWorkload('spec', 'replicas')(rendering) === 1, [['1.7.3', true]]],
  ['an inherited value removed', 'gatewayProxies: {gatewayProxy: {antiAffinity: true}, aProxy: {antiAffinity: gloo.omitOverwrite}}', inPod('affinity'), [['1.16.0-beta25', undefined]]],
  ['a node selector of its own', 'gatewayProxies: {gatewayProxy: {podTemplate: {nodeSelector: {a: 1}}}, aProxy: {podTemplate: {nodeSelector: {b: 2}}}}', inPod('nodeSelector'), [['1.8.18', { a: '1', b: '2' }], ['1.8.19', { b: '2' }], ['1.9.0-rc2', { a: '1', b: '2' }], ['1.9.0-rc3', { b: '2' }]]],
  ['a node selector that is inherited', 'gatewayProxies: {gatewayProxy: {podTemplate: {nodeSelector: {a: 1}}}, aProxy: {}}', inPod('nodeSelector'), [['1.8.19', { a: '1' }]]],
  // The sds container.
  ['sds', sds, names(inPod('containers')), [['1.5.0', ['gateway-proxy', 'sds', 'istio-proxy']], ['1.22.1', ['gateway-proxy', 'sds', 'istio-proxy']]]],
  ['sds by istioIntegration', 'global: {istioIntegration: {enabled: true}}', names(inPod('containers')), [['1.17.0-beta30', ['gateway-proxy']], ['1.17.0-rc1', ['gateway-proxy', 'sds', 'istio-proxy']]]],
  ['sds of Gloo’s own mTLS', 'global: {glooMtls: {enabled: true}}', names(inPod('containers')), [['1.20.0', ['gateway-proxy', 'sds']]]],
  ['which certificates sds serves', sds, envNames('sds'), [['1.15.0', ['POD_NAME', 'POD_NAMESPACE', 'ISTIO_MTLS_SDS_ENABLED']]]],
  ['… Gloo’s own', 'global: {glooMtls: {enabled: true}}', envNames('sds'), [['1.15.0', ['POD_NAME', 'POD_NAMESPACE', 'GLOO_MTLS_SDS_ENABLED']]]],
  ['… both', 'global: {glooMtls: {enabled: true}, istioSDS: {enabled: true}}', names(inContainer('sds', 'volumeMounts')), [['1.20.0', ['gloo-mtls-certs', 'istio-certs', 'envoy-config']]]],
  ['the log level of sds', withMtls('sds: {logLevel: debug}'), env('sds', 'LOG_LEVEL'), [['1.16.4', undefined], ['1.16.5', 'debug'], ['1.17.0-beta6', undefined], ['1.17.0-beta7', 'debug']]],
  ['the stats of sds', sds, env('sds', 'START_STATS_SERVER'), [['1.16.4', undefined], ['1.16.5', 'true']]],
  ['… while stats are on', `${sds}\n${gp('stats: {enabled: false}')}`, env('sds', 'START_STATS_SERVER'), [['1.20.0', undefined]]],
  ['the port of sds', sds, inContainer('sds', 'ports'), [['1.20.0', [{ containerPort: 8234, name: 'sds', protocol: 'TCP' }]]]],
  ['the port to monitor sds', `${sds}\n${gp('stats: {enabled: true, podMonitorEnabled: true}')}`, inContainer('sds', 'ports', 1), [['1.17.0-beta6', undefined], ['1.17.0-beta7', { containerPort: 9091, name: 'http-monitoring' }]]],
  ['resources of sds', withMtls('sdsResources: {limits: {cpu: 1}}'), inContainer('sds', 'resources'), [['1.5.3', undefined], ['1.5.4', { limits: { cpu: 1 } }], ['1.6.0-beta4', undefined], ['1.6.0-beta5', { limits: { cpu: 1 } }]]],
  ['… on istio-proxy', withMtls('sdsResources: {limits: {cpu: 1}}'), inContainer('istio-proxy', 'resources', 'limits', 'cpu'), [['1.5.3', undefined], ['1.5.4', 1], ['1.9.12', 1], ['1.9.13', undefined]]],
  ['the probe of sds', sds, inContainer('sds', 'readinessProbe'), [['1.12.0-beta5', undefined], ['1.12.0-beta6', { tcpSocket: { port: 8234 }, initialDelaySeconds: 3, periodSeconds: 10, failureThreshold: 3 }]]],
  ['the probe of sds, as a value', withMtls('sds: {readinessProbe: {periodSeconds: 77}}'), inContainer('sds', 'readinessProbe', 'periodSeconds'), [['1.22.0-beta9', 10], ['1.22.0-beta10', 77]]],
  ['a brace behind the image of sds', withMtls('sds: {securityContext: {runAsUser: 1}, image: {tag: t}}'), inContainer('sds', 'image'), [['1.16.13', 'quay.io/solo-io/sds:t}'], ['1.16.14', 'quay.io/solo-io/sds:t']]],
  ['… with a security context', withMtls('sds: {image: {tag: t}}'), inContainer('sds', 'image'), [['1.16.13', 'quay.io/solo-io/sds:t']]],
  // The default istio-proxy.
  ['its image', sds, inContainer('istio-proxy', 'image'), [['1.6.0-beta20', 'docker.io/istio/proxyv2:1.6.8'], ['1.6.0-beta21', 'docker.io/istio/proxyv2:1.8.1'], ['1.8.0-beta12', 'docker.io/istio/proxyv2:1.9.4'], ['1.8.0-beta20', 'docker.io/istio/proxyv2:1.9.5']]],
  ['its image as a value', withMtls('istioProxy: {image: {registry: r, repository: i, tag: t, pullPolicy: Always}}'), inContainer('istio-proxy', 'image'), [['1.11.19', 'docker.io/istio/proxyv2:1.9.5'], ['1.11.20', 'r/i:t']]],
  ['its pull policy as a value', withMtls('istioProxy: {image: {pullPolicy: Always}}'), inContainer('istio-proxy', 'imagePullPolicy'), [['1.11.19', 'IfNotPresent'], ['1.11.20', 'Always']]],
  ['its own resources', withMtls('envoySidecarResources: {limits: {cpu: 1}}'), inContainer('istio-proxy', 'resources', 'limits', 'cpu'), [['1.9.12', undefined], ['1.9.13', 1]]],
  ['its cluster', sds, env('istio-proxy', 'ISTIO_META_CLUSTER_ID'), [['1.6.0-beta13', undefined], ['1.6.0-beta14', 'Kubernetes']]],
  ['its cluster as a value', `${sds}\n${gp('istioMetaClusterId: c, istioMetaMeshId: m')}`, (rendering) => ['CLUSTER', 'MESH'].map((name) => env('istio-proxy', `ISTIO_META_${name}_ID`)(rendering) ?? null), [['1.7.0-beta20', ['Kubernetes', 'cluster.local']], ['1.7.0-beta21', ['c', 'm']]]],
  ['its istiod', sds, argumentAfter('istio-proxy', '--discoveryAddress'), [['1.6.0-beta17', 'istio-pilot.istio-system.svc:15012'], ['1.6.0-beta18', 'istiod.istio-system.svc:15012']]],
  ['its istiod by PROXY_CONFIG', `${sds}\n${gp('istioDiscoveryAddress: x:1')}`, env('istio-proxy', 'PROXY_CONFIG'), [['1.8.26', undefined], ['1.8.27', '{"discoveryAddress": x:1}\n'], ['1.20.0', '{"discoveryAddress": x:1}\n']]],
  ['its istiod by default', `${sds}\n${gp('istioDiscoveryAddress: null')}`, env('istio-proxy', 'CA_ADDR'), [['1.16.18', 'istiod.istio-system.svc:15012'], ['1.17.3', 'istiod.istio-system.svc:15012']]],
  ['who gives it certificates', `${sds}\n${gp('istioSpiffeCertProviderAddress: y:2')}`, env('istio-proxy', 'CA_ADDR'), [['1.17.3', 'istiod.istio-system.svc:15012'], ['1.17.4', 'y:2']]],
  ['its log level', withMtls('istioProxy: {logLevel: debug}'), (rendering) => ['warning', 'debug'].filter((level) => hasArgument('istio-proxy', `--proxyLogLevel=${level}`)(rendering)), [['1.16.4', ['warning']], ['1.16.5', ['debug']]]],
  ['its trust domain', sds, hasArgument('istio-proxy', '--trust-domain=cluster.local'), [['1.16.0', true], ['1.17.0', false], ['1.18.0-beta6', true], ['1.18.0-beta7', false]]],
  ['without Envoy', sds, (rendering) => [env('istio-proxy', 'DISABLE_ENVOY')(rendering) ?? null, hasArgument('istio-proxy', '--binaryPath')(rendering) ?? null, hasArgument('istio-proxy', '--statusPort')(rendering) ?? null, hasArgument('istio-proxy', '--proxyAdminPort')(rendering) ?? null, inContainer('istio-proxy', 'readinessProbe')(rendering) === undefined], [['1.17.0-beta6', [null, true, true, true, false]], ['1.17.0-beta7', ['true', false, false, false, true]]]],
  ['its probe', sds, inContainer('istio-proxy', 'readinessProbe'), [['1.12.0-beta5', { httpGet: { path: '/healthz/ready', port: 15021, scheme: 'HTTP' }, initialDelaySeconds: 1, periodSeconds: 2, failureThreshold: 30, successThreshold: 1, timeoutSeconds: 1 }], ['1.12.0-beta6', { httpGet: { path: '/healthz/ready', port: 15021, scheme: 'HTTP' }, initialDelaySeconds: 3, periodSeconds: 10, failureThreshold: 3, successThreshold: 1, timeoutSeconds: 1 }]]],
  ['its mounts', sds, names(inContainer('istio-proxy', 'volumeMounts')), [['1.13.27', ['istiod-ca-cert', 'istio-envoy', 'istio-certs', 'istio-token']], ['1.13.28', ['istiod-ca-cert', 'istio-envoy', 'istio-certs', 'istio-token', 'credential-socket', 'workload-socket', 'workload-certs']]]],
  ['its volumes', sds, names(inPod('volumes')), [['1.13.27', ['envoy-config', 'istio-certs', 'istiod-ca-cert', 'istio-envoy', 'istio-token']], ['1.13.28', ['envoy-config', 'istio-certs', 'istiod-ca-cert', 'istio-envoy', 'istio-token', 'credential-socket', 'workload-socket', 'workload-certs']]]],
  ['volumes of Gloo’s own mTLS', 'global: {glooMtls: {enabled: true}}', inPod('volumes', 1), [['1.20.0', { name: 'gloo-mtls-certs', secret: { secretName: 'gloo-mtls-certs', defaultMode: 420 } }]]],
  ['sidecars of the user’s own', 'global: {istioSDS: {enabled: true, customSidecars: [{name: c, image: x}]}}', names(inPod('containers')), [['1.5.0', ['gateway-proxy', 'sds', 'c']]]],
  ['… not without sds', 'global: {istioSDS: {enabled: false, customSidecars: [{name: c, image: x}]}}', names(inPod('containers')), [['1.20.0', ['gateway-proxy']]]],
  // Envoy's bootstrap.
  ['the proxy’s role', '{}', inEnvoy('node', 'metadata', 'role'), [['1.12.0-beta16', '{{.PodNamespace}}~gateway-proxy'], ['1.12.0-beta17', 'ns~gateway-proxy']]],
  ['the proxy’s role by another namespace', 'settings: {writeNamespace: w}', inEnvoy('node', 'metadata', 'role'), [['1.12.0-beta17', 'w~gateway-proxy']]],
  ['metrics streamed to gloo', '{}', (rendering) => (clusterNames(rendering) as string[]).filter((name) => name.endsWith(':9966')), [['1.5.9', ['gloo.ns.svc.cluster.local:9966']], ['1.5.10', []], ['1.6.0-beta9', ['gloo.ns.svc.cluster.local:9966']], ['1.6.0-beta10', []]]],
  ['stats configuration', gp('envoyStatsConfig: {use_all_default_tags: true}'), inEnvoy('stats_config'), [['1.13.20', undefined], ['1.13.21', { use_all_default_tags: true }], ['1.15.0-beta17', undefined], ['1.15.0-beta18', { use_all_default_tags: true }]]],
  ['listeners', '{}', (rendering) => [listener('prometheus_listener')(rendering) ?? null, listener('read_config_listener')(rendering) ?? null], [['1.20.0', [true, false]]]],
  ['listeners of read-config', gp('readConfig: true, stats: {enabled: false}'), (rendering) => [listener('prometheus_listener')(rendering) ?? null, listener('read_config_listener')(rendering) ?? null], [['1.20.0', [false, true]]]],
  ['no listeners', gp('stats: {enabled: false}'), (rendering) => [inEnvoy('static_resources', 'listeners')(rendering) ?? null, cluster('admin_port_cluster')(rendering) ?? null], [['1.20.0', [null, false]]]],
  ['ports of listeners', gp('readConfig: true'), (rendering) => ['prometheus_listener', 'read_config_listener'].map((name) => listener(name, 'address', 'socket_address', 'port_value')(rendering) ?? null), [['1.20.0', [8081, 8082]]]],
  ['routes of stats', '{}', routes('prometheus_listener'), [['1.20.0', ['/ready', '/metrics → /stats/prometheus']]]],
  ['… as a value', gp('stats: {enabled: true, routePrefixRewrite: /x}'), routes('prometheus_listener'), [['1.6.0-beta3', ['/ready', '/metrics → /stats/prometheus']], ['1.6.0-beta4', ['/ready', '/metrics → /x']]]],
  ['… and of all', 'global: {glooStats: {enableStatsRoute: true, statsPrefixRewrite: /y}}', routes('prometheus_listener'), [['1.10.20', ['/ready', '/metrics → /stats/prometheus']], ['1.10.21', ['/ready', '/metrics → /stats/prometheus', '/stats → /y']]]],
  ['routes of read-config', gp('readConfig: true'), routes('read_config_listener'), [['1.10.0-beta5', ['/ready', '/stats', '/config_dump']], ['1.10.0-beta6', ['/ready', '/stats', '/config_dump', '/clusters']]]],
  ['tracing of listeners', gp('tracing: {provider: {name: p}}'), (rendering) => JSON.stringify(inEnvoy('static_resources', 'listeners')(rendering)).includes('"name":"p"'), [['1.5.11', true], ['1.5.12', false]]],
  ['tracing of the bootstrap', gp('tracing: {provider: {name: p}}'), (rendering) => JSON.stringify(inEnvoy('tracing')(rendering) ?? null).includes('"name":"p"'), [['1.5.11', false], ['1.5.12', true], ['1.6.0-beta1', false]]],
  ['the type of the router', '{}', (rendering) => JSON.stringify(inEnvoy('static_resources', 'listeners')(rendering)).includes('extensions.filters.http.router.v3.Router'), [['1.12.0-beta30', false], ['1.12.0-rc1', true]]],
  ['clusters', '{}', clusterNames, [['1.20.0', ['gloo.ns.svc.cluster.local:9977', 'rest_xds_cluster', 'wasm-cache', 'admin_port_cluster']]]],
  ['the cluster of sds', sds, cluster('gateway_proxy_sds'), [['1.5.0', true], ['1.22.1', true]]],
  ['… by istioIntegration', 'global: {istioIntegration: {enabled: true}}', cluster('gateway_proxy_sds'), [['1.17.0-rc2', false], ['1.17.0-rc3', true]]],
  ['… of Gloo’s own mTLS', 'global: {glooMtls: {enabled: true}}', cluster('gateway_proxy_sds'), [['1.20.0', true]]],
  ['REST', 'settings: {enableRestEds: false}', cluster('rest_xds_cluster'), [['1.6.4', true], ['1.6.5', false], ['1.7.0-beta9', false], ['1.8.0', true]]],
  ['REST when it is asked for', 'settings: {enableRestEds: true}', cluster('rest_xds_cluster'), [['1.6.5', true]]],
  ['TLS of xDS', 'global: {glooMtls: {enabled: true}}\nsettings: {enableRestEds: false}', (rendering) => ['gloo.ns.svc.cluster.local:9977', 'rest_xds_cluster', 'gateway_proxy_sds'].map((name) => cluster(name, 'transport_socket')(rendering) !== undefined), [['1.20.0', [true, true, false]], ['1.6.5', [true, false, true]]]],
  ['the address of xDS', gp('xdsServiceAddress: x, xdsServicePort: 5'), cluster('gloo.ns.svc.cluster.local:9977', 'load_assignment', 'endpoints', 0, 'lb_endpoints', 0, 'endpoint', 'address', 'socket_address'), [['1.9.0-beta17', { address: 'gloo.ns.svc.cluster.local', port_value: 9977 }], ['1.9.0-beta18', { address: 'x', port_value: 5 }]]],
  ['the ports of xDS', 'gloo: {deployment: {xdsPort: 1, restXdsPort: 2}}', (rendering) => ['gloo.ns.svc.cluster.local:1', 'rest_xds_cluster'].map((name) => cluster(name, 'load_assignment', 'endpoints', 0, 'lb_endpoints', 0, 'endpoint', 'address', 'socket_address', 'port_value')(rendering) ?? null), [['1.20.0', [1, 2]]]],
  ['the domain of the cluster', 'k8s: {clusterName: c.d}', (rendering) => (clusterNames(rendering) as string[])[0], [['1.20.0', 'gloo.ns.svc.c.d:9977']]],
  ['keepalive', gp('tcpKeepaliveTimeSeconds: 9'), cluster('gloo.ns.svc.cluster.local:9977', 'upstream_connection_options', 'tcp_keepalive'), [['1.13.0-beta25', {}], ['1.13.0-beta26', { keepalive_time: 9 }]]],
  ['access logs', 'accessLogger: {enabled: true, port: 5}', cluster('access_log_cluster', 'load_assignment', 'endpoints', 0, 'lb_endpoints', 0, 'endpoint', 'address', 'socket_address'), [['1.20.0', { address: 'gateway-proxy-access-logger.ns.svc.cluster.local', port_value: 5 }]]],
  ['clusters for tracing', gp('tracing: {cluster: [{name: t}]}'), cluster('t'), [['1.20.0', true]]],
  ['clusters of the user’s own', gp('envoyStaticClusters: [{name: s}]'), cluster('s'), [['1.6.0-beta15', false], ['1.6.0-beta16', true]]],
  ['extensions', gp('envoyBootstrapExtensions: [{name: e, typed_config: {"@type": type.googleapis.com/example.Config}}]'), inEnvoy('bootstrap_extensions', 0, 'name'), [['1.6.0-beta15', undefined], ['1.6.0-beta16', 'e']]],
  ['AWS', 'settings: {aws: {enableServiceAccountCredentials: true, stsCredentialsRegion: r}}', (rendering) => JSON.stringify(bootstrapIn(rendering)).match(/"(sts[.\w-]*amazonaws\.com)"/)?.[1], [['1.20.0', 'sts.r.amazonaws.com']]],
  ['AWS everywhere', 'settings: {aws: {enableServiceAccountCredentials: true, stsCredentialsRegion: ""}}', (rendering) => JSON.stringify(bootstrapIn(rendering)).match(/"(sts[.\w-]*amazonaws\.com)"/)?.[1], [['1.8.0-beta1', 'sts.amazonaws.com'], ['1.20.0', 'sts.amazonaws.com']]],
  ['AWS with null', 'settings: {aws: {enableServiceAccountCredentials: true, stsCredentialsRegion: null}}', (rendering) => JSON.stringify(bootstrapIn(rendering)).match(/"(sts[.\w-]*amazonaws\.com)"/)?.[1], [['1.8.0-beta1', 'sts..amazonaws.com'], ['1.8.0-beta2', 'sts.amazonaws.com']]],
  ['overload', gp('envoyOverloadManager: {enabled: true, refreshInterval: 1s, actions: [{name: a, triggers: [{name: m, threshold: {value: 0.9}}]}], resourceMonitors: [{name: m, typed_config: {"@type": type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig, max_heap_size_bytes: 1000}}], bufferFactoryConfig: {minimum_account_to_track_power_of_two: 20}}'), (rendering) => { const manager = inEnvoy('overload_manager')(rendering); return isMap(manager) ? [Object.keys(manager).sort().join(' '), manager['refresh_interval'] ?? null] : manager; }, [['1.12.0-beta5', undefined], ['1.12.0-beta6', ['actions buffer_factory_config refresh_interval resource_monitors', '1s']]]],
  ['overload that is off', gp('envoyOverloadManager: {enabled: false, actions: [a]}'), inEnvoy('overload_manager'), [['1.20.0', undefined]]],
  ['the loopback address', gp('loopBackAddress: "::1"'), inEnvoy('admin', 'address', 'socket_address', 'address'), [['1.20.0', '::1']]],
  ['a ConfigMap of the user’s own', gp('configMap: {data: {a: b}}'), ({ manifests }) => at(manifests[0]?.object, 'data'), [['1.20.0', { a: 'b' }]]],
  // The static runtime layer.
  ['connections', gp('globalDownstreamMaxConnections: 5'), staticLayer('overload', 'global_downstream_max_connections'), [['1.20.0', 5]]],
  ['panic threshold', gp('healthyPanicThreshold: 5'), staticLayer('upstream'), [['1.6.0-beta13', undefined], ['1.6.0-beta14', { healthy_panic_threshold: { value: 5 } }]]],
  ['escaped slashes', gp('pathWithEscapedSlashesAction: X'), staticLayer('http_connection_manager'), [['1.5.21', undefined], ['1.5.22', { path_with_escaped_slashes_action: 'X' }], ['1.6.0-beta1', undefined]]],
  ['escaped slashes left out', gp('pathWithEscapedSlashesAction: ""'), staticLayer('http_connection_manager'), [['1.5.22', undefined]]],
  ['the v2 API', '{}', staticLayer('envoy.reloadable_features.enable_deprecated_v2_api'), [['1.6.0-beta25', undefined], ['1.6.0', true], ['1.7.0-beta14', undefined]]],
  ['TLS inspector', '{}', staticLayer('envoy.reloadable_features.disable_tls_inspector_injection'), [['1.6.0-beta25', undefined], ['1.6.0', false], ['1.7.0-beta15', undefined]]],
  ['a layer of the user’s own', gp('customStaticLayer: {a: b}'), staticLayer('a'), [['1.7.0-beta30', undefined], ['1.7.0-rc1', 'b']]],
  ['features', '{}', staticLayer('envoy'), [['1.16.0', undefined], ['1.17.0-beta16', { reloadable_features: { sanitize_te: false } }], ['1.17.19', { reloadable_features: { check_switch_protocol_websocket_handshake: false } }], ['1.20.0-beta10', { reloadable_features: { ext_proc_fail_close_spurious_resp: false } }], ['1.20.0-beta11', undefined]]],
];

for (const [what, values, look, expected] of table)
  test(`${what}: ${values.replace(/\n/g, ' ')}`, () => {
    for (const [release, value] of expected) assert.deepEqual(look(render(values, release)), value, release);
  });

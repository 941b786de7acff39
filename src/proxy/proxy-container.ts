import { printed, quoted, sortedKeys } from '../go/template.ts';
import type { Value, ValueMap } from '../value.ts';
import { isMap } from '../value.ts';
import type { Image } from './image.ts';
import { mutualTlsOf, type Proxy } from './proxies.ts';
import { block, has, inside, maps, port, report, type Scope, text } from './read.ts';
import { proxySecurityContext } from './security.ts';
import { type Container, type EnvVar, envoyConfigMount, glooMtlsMount, podName, podNamespace } from './sidecars.ts';

/** The container that runs Envoy. Source: the first container of 7-gateway-proxy-deployment.yaml. */
export function proxyContainer(
  proxy: Proxy,
  image: Image,
  kind: { deployment: Scope | undefined; hostPort: boolean },
): Container {
  const { context, name, pod, spec } = proxy;
  const { chart, global } = context;
  return {
    name,
    image: image.reference,
    imagePullPolicy: image.pullPolicy,
    args: argumentsOf(proxy),
    customEnv: kind.deployment === undefined ? undefined : maps(kind.deployment, 'customEnv', 'environment variables'),
    env: environmentOf(proxy),
    lifecycle: lifecycleOf(proxy),
    ports: portsOf(proxy, kind.hostPort),
    customPorts: maps(pod, 'extraPorts', 'ports'),
    resources: block(pod, 'resources'),
    securityContext: proxySecurityContext(pod, { chart, global }),
    ...probesOf(proxy),
    volumeMounts: [
      envoyConfigMount,
      ...((chart.has('extraVolumes') ? maps(spec, 'extraProxyVolumeMounts', 'volume mounts') : undefined) ?? []),
      ...(mutualTlsOf(context).gloo ? [glooMtlsMount] : []),
    ],
  };
}

function argumentsOf({ spec, context: { chart } }: Proxy): Value[] {
  const args: Value[] = ['--disable-hot-restart'];
  if (chart.has('bootstrapVersionArgument')) args.push('--bootstrap-version', '3');
  // One argument with a blank in it, as the chart has it; Envoy takes it.
  if (chart.has('logLevels') && has(spec, 'envoyLogLevel'))
    args.push(`--log-level ${printed(spec.map['envoyLogLevel'])}`);
  return [...args, ...extraArguments(spec)];
}

/** `range` goes over the values of a map too, in the order of its keys. */
function extraArguments(spec: Scope): Value[] {
  if (!has(spec, 'extraEnvoyArgs')) return [];
  const given = spec.map['extraEnvoyArgs'] ?? null;
  if (Array.isArray(given)) return given.map(quoted);
  if (isMap(given)) return sortedKeys(given).map((key) => quoted(given[key] ?? null));
  report(spec, 'wrong-type', 'extraEnvoyArgs', 'extraEnvoyArgs must be a list of arguments.');
  return [];
}

function environmentOf({ spec, context: { chart } }: Proxy): EnvVar[] {
  const env: EnvVar[] = [podNamespace, podName];
  if (chart.has('disableCoreDumps'))
    env.push({ name: 'DISABLE_CORE_DUMPS', value: quoted(spec.map['disableCoreDumps'] ?? null) });
  if (chart.has('proxyLogLevel') && has(spec, 'logLevel'))
    env.push({ name: 'LOG_LEVEL', value: text(spec, 'logLevel') });
  return env;
}

function lifecycleOf({ pod, spec }: Proxy): ValueMap | undefined {
  const shutdown = inside(pod, 'gracefulShutdown');
  if (!has(shutdown, 'enabled')) return undefined;
  const script =
    `wget --post-data "" -O /dev/null ${printed(spec.map['loopBackAddress'])}:19000/healthcheck/fail; ` +
    `sleep ${printed(shutdown.map['sleepTimeSeconds'])}`;
  return { preStop: { exec: { command: ['/bin/sh', '-c', script.trimEnd()] } } };
}

function portsOf({ pod, stats, context: { chart, global } }: Proxy, hostPort: boolean): ValueMap[] {
  const listening = (name: string, key: string): ValueMap => {
    const containerPort = port(pod, key);
    return { containerPort, name, protocol: 'TCP', ...(hostPort ? { hostPort: containerPort } : {}) };
  };
  const monitored = chart.has('serviceMonitorPort')
    ? has(inside(global, 'glooStats'), 'serviceMonitor')
    : chart.has('podMonitorPort') && has(stats, 'enabled') && has(stats, 'podMonitorEnabled');
  return [
    listening('http', 'httpPort'),
    listening('https', 'httpsPort'),
    ...(monitored ? [{ containerPort: 8081, name: 'http-monitoring' }] : []),
  ];
}

function probesOf({ pod, spec, context: { chart } }: Proxy): Pick<Container, 'readinessProbe' | 'livenessProbe'> {
  if (!has(pod, 'probes')) return { readinessProbe: undefined, livenessProbe: undefined };
  const calm = chart.has('calmerProbes');
  const asking = (path: string): ValueMap => ({
    exec: { command: ['wget', '-O', '/dev/null', `${printed(spec.map['loopBackAddress'])}:19000/${path}`] },
    initialDelaySeconds: calm ? 3 : 1,
    periodSeconds: 10,
    failureThreshold: calm ? 3 : 10,
  });
  const liveness = calm ? block(pod, 'customLivenessProbe') : undefined;
  return {
    readinessProbe: block(pod, 'customReadinessProbe') ?? asking('ready'),
    livenessProbe: calm && !has(pod, 'livenessProbeEnabled') ? undefined : (liveness ?? asking('server_info')),
  };
}

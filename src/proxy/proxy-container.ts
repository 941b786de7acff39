import { printed, sortedKeys } from '../go/template.ts';
import { described } from '../schema/check-words.ts';
import { isMap, type Value, type ValueList, type ValueMap } from '../value.ts';
import { maps, printedBlock } from './blocks.ts';
import type { Image } from './image.ts';
import { mutualTlsOf, type Proxy } from './proxies.ts';
import { quotedText } from './quoted-map.ts';
import { composed, port, text } from './read.ts';
import { readRunOn } from './run-on.ts';
import { deviate, has, inside, insideIfGiven, remark, report, type Scope } from './scope.ts';
import { proxySecurityContext } from './security.ts';

/** The container that runs Envoy. What is undefined is omitted. */
export interface EnvoyContainer {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: string | null;
  /** The version of the xDS protocol on Envoy's command line. */
  readonly bootstrapVersion: string | undefined;
  readonly logLevelArgument: string | undefined;
  readonly extraArgs: ValueList | undefined;
  readonly customEnv: ValueList | undefined;
  readonly coreDumps: { readonly disabled: string | null } | undefined;
  readonly logLevel: { readonly value: string | null } | undefined;
  readonly shutdownScript: string | undefined;
  readonly httpPort: number | null;
  readonly httpsPort: number | null;
  readonly hostPort: boolean;
  readonly monitored: boolean;
  readonly extraPorts: ValueList | undefined;
  readonly resources: ValueMap | undefined;
  readonly securityContext: ValueMap | undefined;
  readonly readinessProbe: EnvoyProbe | undefined;
  readonly livenessProbe: EnvoyProbe | undefined;
  readonly extraVolumeMounts: ValueList | undefined;
  readonly glooMtls: boolean;
}

/** A probe of the user's own, or one that uses Envoy's admin interface. */
type EnvoyProbe =
  | { readonly custom: ValueMap }
  | { readonly url: string; readonly initialDelaySeconds: number; readonly failureThreshold: number };

/** What the chart decides about the container that runs Envoy. Source: the first container of 7-gateway-proxy-deployment.yaml. */
export function proxyContainer(
  proxy: Proxy,
  image: Image,
  kind: { deployment: Scope | undefined; hostPort: boolean },
): EnvoyContainer {
  const { context, name, pod, spec } = proxy;
  const { chart, global } = context;
  return {
    name,
    image: image.reference,
    imagePullPolicy: image.pullPolicy,
    bootstrapVersion: chart.has('bootstrapVersionArgument') ? '3' : undefined,
    // One argument with a space in it, as in the chart; Envoy accepts it.
    logLevelArgument:
      chart.has('logLevels') && has(spec, 'envoyLogLevel')
        ? composed(spec, 'envoyLogLevel', { before: '--log-level ', place: 'item' })
        : undefined,
    extraArgs: extraArguments(spec),
    customEnv:
      kind.deployment === undefined ? undefined : maps(kind.deployment, 'customEnv', 'environment variables', 'items'),
    coreDumps: chart.has('disableCoreDumps')
      ? { disabled: quotedText(spec, spec.map['disableCoreDumps'] ?? null) }
      : undefined,
    logLevel: chart.has('proxyLogLevel') && has(spec, 'logLevel') ? { value: text(spec, 'logLevel') } : undefined,
    shutdownScript: shutdownScript(proxy),
    httpPort: port(pod, 'httpPort'),
    httpsPort: port(pod, 'httpsPort'),
    hostPort: kind.hostPort,
    monitored: isMonitored(proxy),
    extraPorts: maps(pod, 'extraPorts', 'ports', 'fields'),
    resources: printedBlock(pod, 'resources'),
    securityContext: readRunOn(pod, 'glooContainerSecurityContext', proxySecurityContext(pod, { chart, global }), {
      text: chart.has('fixedSecurityContext') || chart.has('podSecurityStandards') ? '\n' : '\n\n',
    }),
    ...probesOf(proxy),
    extraVolumeMounts: extraMounts(proxy),
    glooMtls: mutualTlsOf(context).gloo,
  };
}

function extraMounts({ spec, context }: Proxy): ValueList | undefined {
  const { chart } = context;
  if (!chart.has('extraVolumes')) return undefined;
  const tls = mutualTlsOf(context);
  // Between them and what follows, the template ends three conditions, the last one being that of the sds container.
  const blanks = !chart.has('commentsLeaveBlanks') || tls.gloo ? '' : tls.cluster ? '  ' : '   ';
  const mounts = maps(spec, 'extraProxyVolumeMounts', 'volume mounts', tls.gloo ? 'items' : 'fields');
  return readRunOn(spec, 'extraProxyVolumeMounts', mounts, { text: `${blanks}\n` });
}

/** `range` also iterates over the values of a map, in the order of its keys, and over the integers below one from `--set`. */
function extraArguments(spec: Scope): ValueList | undefined {
  if (!has(spec, 'extraEnvoyArgs')) return undefined;
  const given = spec.map['extraEnvoyArgs'] ?? null;
  if (Array.isArray(given)) return given.map((value: Value) => quotedText(spec, value));
  if (isMap(given)) return sortedKeys(given).map((key) => quotedText(spec, given[key] ?? null));
  if (typeof given === 'bigint' && given <= mostArguments) {
    const message = `extraEnvoyArgs must be a list of arguments; of the integer ${given} the chart prints all that are smaller, from 0.`;
    remark(spec, 'wrong-type', 'extraEnvoyArgs', message);
    return Array.from({ length: Number(given) }, (_, index) => String(index));
  }
  report(spec, 'wrong-type', 'extraEnvoyArgs', 'extraEnvoyArgs must be a list of arguments.');
  return undefined;
}

/** No API server accepts an object with more. */
const mostArguments = 100_000;

function shutdownScript({ pod, spec }: Proxy): string | undefined {
  const shutdown = insideIfGiven(pod, 'gracefulShutdown');
  if (!has(shutdown, 'enabled')) return undefined;
  const before = 'wget --post-data "" -O /dev/null ';
  const after = ':19000/healthcheck/fail;';
  const sleep = printed(shutdown.map['sleepTimeSeconds']);
  const loopback = printed(spec.map['loopBackAddress']);
  if (/(?:^|\s)#/.test(loopback)) {
    // The script continues on the next line, but a comment in the value has already ended it.
    deviate(spec, 'bare-text-breaks-yaml', 'loopBackAddress', { key: 'loopBackAddress', value: described(loopback) });
    return `${before}${loopback}${after} sleep ${sleep}`;
  }
  const ask = composed(spec, 'loopBackAddress', { before, after, place: 'item' });
  if (ask !== `${before}${loopback}${after}`) return `${ask} sleep ${sleep}`.trimEnd();
  return composed(shutdown, 'sleepTimeSeconds', { before: `${ask} sleep `, place: 'item' }).trimEnd();
}

function isMonitored({ stats, context: { chart, global } }: Proxy): boolean {
  return chart.has('serviceMonitorPort')
    ? has(inside(global, 'glooStats'), 'serviceMonitor')
    : chart.has('podMonitorPort') && has(stats, 'enabled') && has(stats, 'podMonitorEnabled');
}

function probesOf({ pod, spec, context: { chart } }: Proxy): Pick<EnvoyContainer, 'readinessProbe' | 'livenessProbe'> {
  if (!has(pod, 'probes')) return { readinessProbe: undefined, livenessProbe: undefined };
  const calm = chart.has('calmerProbes');
  const probe = (own: string | undefined, path: string): EnvoyProbe => {
    const custom = own === undefined ? undefined : printedBlock(pod, own);
    if (custom !== undefined) return { custom };
    const url = composed(spec, 'loopBackAddress', { after: `:19000/${path}`, place: 'item' });
    return { url, initialDelaySeconds: calm ? 3 : 1, failureThreshold: calm ? 3 : 10 };
  };
  const isAlive = !calm || has(pod, 'livenessProbeEnabled');
  return {
    readinessProbe: probe('customReadinessProbe', 'ready'),
    livenessProbe: isAlive ? probe(calm ? 'customLivenessProbe' : undefined, 'server_info') : undefined,
  };
}

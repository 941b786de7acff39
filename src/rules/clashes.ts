import { truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import { mapAt, mapOf, textOf, type Value, type ValueMap, valueAt } from '../value.ts';
import type { RuleMatch } from './match.ts';
import type { Pod } from './pod.ts';
import type { RuleChecks } from './rule.ts';

/** Values that conflict with each other. */
export const clashRules = {
  'autoscaler-with-replicas': function* ({ pods, chart }) {
    for (const { name, kind, path, replicas, proxy } of pods) {
      const scaler = mapOf(proxy?.spec.map['horizontalPodAutoscaler']);
      if (kind !== 'Deployment' || replicas === null || !truthy(scaler) || !chart.has('inheritance')) continue;
      yield {
        path: [...path, 'horizontalPodAutoscaler'],
        at: 'key',
        message: `The Deployment of ${name} has replicas: ${String(replicas)}, and every upgrade resets the autoscaler’s number to it.`,
        hint: chart.has('emptyDeployment')
          ? 'Set kind.deployment.replicas: null.'
          : 'Set kind.deployment.replicas: 0, which this chart leaves out.',
      };
    }
  },
  'anti-affinity-replaced': function* ({ pods, chart }) {
    for (const { kind, path, proxy } of pods) {
      const spec = proxy?.spec.map ?? {};
      const isReplaced = truthy(spec['antiAffinity']) && valueAt(spec, 'affinity', 'podAntiAffinity') !== undefined;
      if (kind !== 'Deployment' || !isReplaced || !chart.has('affinity')) continue;
      yield {
        path: [...path, 'antiAffinity'],
        message: 'antiAffinity has no effect, because affinity.podAntiAffinity overrides it.',
        hint: 'Remove one of them.',
      };
    }
  },
  'digest-of-another-variant': function* ({ pods, chart, given, values }) {
    const hasOwnDigests = chart.has('variantDigests');
    if (!chart.has('imageVariant')) return;
    for (const { proxy, containers } of pods) {
      if (proxy === undefined) continue;
      for (const { role, imagePath } of containers) {
        // Istio's image does not come in Gloo's variants, but the chart uses their digests anyway.
        if (role !== 'proxy' && role !== 'sds' && !(role === 'istio-proxy' && hasOwnDigests)) continue;
        const own = role === 'proxy' ? proxy.pod.map['image'] : valueAt(values, ...imagePath);
        const image = { ...mapOf(proxy.context.global.map['image']), ...mapOf(own) };
        const wanted = digestKeyOf(image);
        if (!hasOwnDigests && wanted === 'digest') continue;
        for (const place of [imagePath, ...(role === 'proxy' ? [['global', 'image']] : [])])
          for (const key of hasOwnDigests ? digestKeys.filter((one) => one !== wanted) : ['digest'])
            if (truthy(valueAt(given, ...place, key))) yield digestMatch([...place, key], image, wanted, hasOwnDigests);
      }
    }
  },
  'readiness-path-not-served': function* ({ pods }) {
    for (const pod of pods) yield* unservedPaths(pod);
  },
  'shutdown-cut-short': function* ({ pods }) {
    for (const { path, proxy, spec } of pods) {
      const shutdown = mapOf(proxy?.pod.map['gracefulShutdown']);
      const sleep = Number(shutdown['sleepTimeSeconds'] ?? 0);
      const grace = Number(spec['terminationGracePeriodSeconds'] ?? 30);
      if (!truthy(shutdown['enabled']) || !(sleep >= grace)) continue;
      yield {
        path: [...path, 'podTemplate', 'gracefulShutdown', 'sleepTimeSeconds'],
        message: `Envoy sleeps ${sleep} seconds before it exits, but the kubelet kills it after ${grace}.`,
        hint: `Set podTemplate.terminationGracePeriodSeconds above ${sleep}.`,
      };
    }
  },
} satisfies RuleChecks;

const digestKeys = ['digest', 'fipsDigest', 'distrolessDigest', 'fipsDistrolessDigest'];

/** The key of the digest that the chart uses for an image. */
function digestKeyOf(image: ValueMap): string {
  const variant = image['variant'];
  if (truthy(image['fips']) || variant === 'fips') return 'fipsDigest';
  return variant === 'distroless'
    ? 'distrolessDigest'
    : variant === 'fips-distroless'
      ? 'fipsDistrolessDigest'
      : 'digest';
}

function digestMatch(path: Path, image: ValueMap, wanted: string, hasOwnDigests: boolean): RuleMatch {
  const key = String(path.at(-1));
  const variant = truthy(image['fips']) ? 'fips' : (textOf(image['variant']) ?? 'standard');
  return hasOwnDigests
    ? {
        path,
        message: `${key} is ignored: for the variant ${variant} the chart uses ${wanted}, so it does not pin the image.`,
        hint: `Set ${wanted} to the digest of the ${variant} image, or use another variant.`,
      }
    : {
        path,
        message: `With a digest, the variant ${variant} only changes the tag, which is ignored: the image with the digest runs.`,
        hint: `Use the digest of the ${variant} image.`,
      };
}

/** The paths that health checks of a Gateway serve, wherever they are set. */
function healthPaths(value: Value | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(healthPaths);
  return Object.entries(mapOf(value)).flatMap(([key, inner]) =>
    key === 'healthCheck' ? [textOf(mapOf(inner)['path']) ?? '/'] : healthPaths(inner),
  );
}

function* unservedPaths({ containers, proxy }: Pod): Iterable<RuleMatch> {
  const container = containers.find(({ role }) => role === 'proxy');
  const settings = mapOf(proxy?.spec.map['gatewaySettings']);
  if (container === undefined || proxy === undefined) return;
  for (const probe of container.probes) {
    const { path: asked, port, host } = mapAt(probe.value, 'httpGet');
    const end = (['http', 'https'] as const).find((name) => port === name || port === proxy.pod.map[`${name}Port`]);
    if (end === undefined || textOf(asked) === undefined || textOf(host)) continue;
    const other = end === 'http' ? 'https' : 'http';
    const own = Object.entries(settings).filter(([key]) => {
      const lower = key.toLowerCase();
      return !lower.includes(`${other}gateway`) && !lower.includes(`${other}hybrid`);
    });
    const served = healthPaths(Object.fromEntries(own));
    if (served.includes(textOf(asked) ?? '')) continue;
    const isSure = served.length > 0;
    yield {
      path: [...probe.path, 'httpGet', 'path'],
      ...(isSure ? {} : { severity: 'info' }),
      message: isSure
        ? `The ${probe.kind} requests ${textOf(asked)}, but the health check of the Gateway serves only ${served.join(', ')}.`
        : `The ${probe.kind} asks Envoy’s ${end}Port for ${textOf(asked)}, which no health check in gatewaySettings serves: without a route for it, the pod never becomes ready.`,
      hint: isSure
        ? 'Use the same path in both.'
        : `Set gatewaySettings.custom${end === 'http' ? 'Http' : 'Https'}Gateway.options.healthCheck.path: ${textOf(asked)}.`,
    };
  }
}

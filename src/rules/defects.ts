import { truthy } from '../go/template.ts';
import { isImage } from '../objects/image-reference.ts';
import type { Path } from '../problem.ts';
import { isMap, mapOf, type Value, type ValueMap, valueAt, wordOf } from '../value.ts';
import { shorten } from '../words.ts';
import type { RuleMatch } from './match.ts';
import { type Pod, sdsClusterOf } from './pod.ts';
import type { RuleChecks } from './rule.ts';

/** Defects of single releases of the chart that the API server accepts. */
export const defectRules = {
  'sds-image-brace': function* ({ pods, chart }) {
    for (const { containers, proxy } of pods) {
      const sds = containers.find(({ role }) => role === 'sds');
      if (!chart.has('sdsImageStrayBrace') || sds?.image.endsWith('}') !== true) continue;
      yield {
        path: proxy === undefined ? sds.imagePath : sds.securityContext.path,
        at: 'key',
        message: `With this, chart ${chart.release} writes the image of sds as ${sds.image}, which the kubelet cannot pull.`,
        hint: 'Remove the security context of sds and set the pod’s (podTemplate.podSecurityContext), or use 1.16.14, 1.17.0-beta29 or newer.',
      };
    }
  },
  'sds-cluster-over-tls': function* ({ tls, chart, values, pods }) {
    if (!tls.gloo || !chart.has('restXdsOptional') || truthy(valueAt(values, 'settings', 'enableRestEds'))) return;
    const isOverTls = ({ bootstrap }: Pod): boolean => {
      const cluster = bootstrap && sdsClusterOf(bootstrap);
      return cluster?.['transport_socket'] !== undefined || cluster?.['tls_context'] !== undefined;
    };
    const broken = pods.find(isOverTls);
    if (broken === undefined) return;
    yield {
      path: (broken.bootstrap?.isOwn && broken.bootstrap.of('')) || ['settings', 'enableRestEds'],
      message: `With this, chart ${chart.release} puts the TLS settings of the REST cluster on gateway_proxy_sds: Envoy gets no certificates.`,
      hint: 'Set settings.enableRestEds: true.',
    };
  },
  'invalid-image': function* ({ pods, chart, given }) {
    for (const { containers } of pods) {
      for (const { name, image, imagePath, role } of containers) {
        if (image === '' || isImage(image)) continue;
        if (role === 'sds' && image.endsWith('}') && chart.has('sdsImageStrayBrace')) continue;
        const path = brokenPart(given, imagePath);
        yield {
          path,
          message: `The image of ${name} becomes ${shorten(image, 200)}, which the kubelet cannot pull.`,
          ...imageAdvice(path, valueAt(given, ...path), image),
        };
      }
    }
  },
  'empty-deployment': function* ({ pods, chart }) {
    if (chart.has('emptyDeployment')) return;
    for (const { name, kind, path, proxy } of pods) {
      const deployment = mapOf(proxy?.spec.map['kind'])['deployment'];
      if (kind !== 'DaemonSet' || !isMap(deployment) || truthy(deployment)) continue;
      yield {
        path: [...path, 'kind', 'deployment'],
        message: `Chart ${chart.release} treats an empty kind.deployment as unset, so ${name} becomes a DaemonSet.`,
        hint: 'Set kind.deployment.replicas, or kind.deployment: null if a DaemonSet is meant.',
      };
    }
  },
  'invalid-excluded-ports': function* ({ pods, chart }) {
    for (const { name, annotations, at, proxy } of pods) {
      const annotation = annotations['traffic.sidecar.istio.io/excludeInboundPorts'];
      if (annotation === undefined || /^\d+(,\d+)*$/.test(wordOf(annotation))) continue;
      const extra = proxy === undefined ? annotation !== '' : truthy(proxy.pod.map['extraPorts']);
      yield {
        path: at(
          ['podTemplate', ...(extra ? ['extraPorts'] : [])],
          ['spec', 'template', 'metadata', 'annotations', 'traffic.sidecar.istio.io/excludeInboundPorts'],
        ),
        at: 'key',
        message: extra
          ? `Chart ${chart.release} writes extraPorts as ${wordOf(annotation)} into the list of ports that Istio’s sidecar must not redirect, which Istio cannot parse.`
          : `Chart ${chart.release} excludes none of the ports of ${name} from Istio’s sidecar, because it ignores inherited ones.`,
        hint: extra
          ? 'Set that annotation under kubeResourceOverride.spec.template.metadata.annotations: "8080,8443,…".'
          : 'Repeat podTemplate.httpPort and httpsPort on the proxy.',
      };
    }
  },
} satisfies RuleChecks;

/** The part that is empty or not a string, or else the one that does not fit its place, if the user set it. */
function brokenPart(given: ValueMap, image: Path): Path {
  const parts = ['digest', 'tag', 'repository', 'registry'].flatMap((key): Path[] => [
    [...image, key],
    ['global', 'image', key],
  ]);
  const isBroken = (value: Value | undefined): boolean =>
    value !== undefined && (typeof value !== 'string' || value === '');
  return (
    parts.find((path) => isBroken(valueAt(given, ...path))) ??
    parts.find((path) => mendedPart(String(path.at(-1)), valueAt(given, ...path)) !== undefined) ??
    image
  );
}

/** The hint for a broken part of an image, or for the whole image if no part is at fault. */
function imageAdvice(path: Path, value: Value | undefined, image: string): Pick<RuleMatch, 'hint' | 'meant'> {
  const mended = mendedPart(String(path.at(-1)), value);
  if (mended !== undefined) return { hint: 'Write {0}.', meant: [{ value: mended }] };
  const [, repository, tag] = /^([^:@]+):([\w.-]+)$/.exec(wordOf(mapOf(value)['repository'])) ?? [];
  const [, pinned, digest] = /^([^:@]+)@(sha256:[0-9a-f]{64})$/.exec(wordOf(mapOf(value)['repository'])) ?? [];
  if (pinned !== undefined) return { hint: `Write repository: ${pinned}, and beside it digest: ${digest}.` };
  if (repository !== undefined) return { hint: `Write repository: ${repository}, and beside it tag: "${tag}".` };
  return {
    hint: image.includes('%!')
      ? 'Put registry, repository and tag in quotes: the chart only accepts strings.'
      : 'Write it as registry/repository:tag, the repository in lower case.',
  };
}

/**
 * The likely intent of an obviously wrong part of an image: a registry with a scheme or slashes at its end, a digest
 * without its algorithm, blanks, capitals.
 */
function mendedPart(key: string, value: Value | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  const mended =
    key === 'registry'
      ? trimmed.replace(/^https?:\/\//, '').replace(/(?<!\/)\/+$/, '')
      : key === 'repository'
        ? trimmed.toLowerCase()
        : key === 'digest'
          ? trimmed.toLowerCase().replace(/^(?=[0-9a-f]{64}$)/, 'sha256:')
          : trimmed;
  return mended === value || mended === '' ? undefined : mended;
}

/** What proxies inherit, and which of their own values are overridden. */
export const inheritanceRules = {
  'inherited-disabled': function* ({ values, given, chart }) {
    if (!chart.has('inheritance') || !truthy(valueAt(values, 'gatewayProxies', 'gatewayProxy', 'disabled'))) return;
    for (const [key, proxy] of Object.entries(mapOf(given['gatewayProxies']))) {
      if (key === 'gatewayProxy' || !isMap(proxy) || 'disabled' in proxy) continue;
      yield {
        path: ['gatewayProxies', key],
        at: 'key',
        message: `${key} inherits disabled: true from gatewayProxy, so it has no objects.`,
        hint: 'Set disabled: false on it.',
      };
    }
  },
  'own-value-gives-way': function* ({ values, given, chart }) {
    if (!chart.has('inheritanceFillsEmpty')) return;
    const base = mapOf(valueAt(values, 'gatewayProxies', 'gatewayProxy'));
    for (const [key, proxy] of Object.entries(mapOf(given['gatewayProxies']))) {
      if (key === 'gatewayProxy' || !isMap(proxy)) continue;
      for (const path of givingWay(proxy, base, ['gatewayProxies', key])) {
        yield {
          path,
          message: `Chart ${chart.release} treats this as empty and uses the value of gatewayProxy instead.`,
          hint: 'Change it on gatewayProxy and set it on each other proxy, or use 1.7.1, 1.8.0-beta3 or newer.',
        };
      }
    }
  },
  'override-gives-way': function* ({ given, chart }) {
    if (!chart.has('resourceOverrideFills')) return;
    for (const [key, proxy] of Object.entries(mapOf(given['gatewayProxies']))) {
      const places: Path[] = [['kubeResourceOverride'], ['configMap', 'kubeResourceOverride']];
      for (const place of places) {
        const override = valueAt(mapOf(proxy), ...place);
        yield* emptyLeaves(override, ['gatewayProxies', key, ...place], chart.release);
      }
    }
  },
} satisfies RuleChecks;

function givingWay(own: ValueMap, base: ValueMap, path: Path): Path[] {
  return Object.entries(own).flatMap(([key, value]) => {
    const inherited = base[key];
    if (isMap(value) && isMap(inherited)) return givingWay(value, inherited, [...path, key]);
    return value !== null && !truthy(value) && truthy(inherited) ? [[...path, key]] : [];
  });
}

function* emptyLeaves(value: Value | undefined, path: Path, release: string): Iterable<RuleMatch> {
  if (isMap(value) && truthy(value)) {
    for (const [key, inner] of Object.entries(value)) yield* emptyLeaves(inner, [...path, key], release);
  } else if (value !== undefined && value !== null && !truthy(value)) {
    yield {
      path,
      message: `Chart ${release} treats this as empty: a value that the chart itself writes here stays.`,
      hint: 'Use 1.8.12, 1.9.0-beta15 or newer.',
    };
  }
}

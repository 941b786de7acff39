import type { Chart } from '../chart/chart.ts';
import { formatPath, type Path } from '../problem.ts';
import { closest } from '../schema/check-closest.ts';
import { listOf, mapAt, mapOf, mapsIn, type Value } from '../value.ts';
import { hasFixedResources } from './lint.ts';
import type { RuleMatch } from './match.ts';
import type { Pod, PodContainer } from './pod.ts';
import { overridePathOf, type PrintedCompanion, type Subject } from './rule.ts';

/** A metric that is computed from what containers use. */
interface Measured {
  readonly resource: string;
  /** The only container that counts. */
  readonly container?: string;
  /** Whether it is a share of what they request. */
  readonly isShare: boolean;
  readonly path: Path;
}

/**
 * What Kubernetes cannot compute for an autoscaler. Source: its horizontal pod autoscaler controller, which needs the
 * requests of every container, native sidecars included.
 */
export function* metricsOf(autoscaler: PrintedCompanion, { pods, chart }: Subject): Iterable<RuleMatch> {
  const { proxy, name } = autoscaler.decided;
  const pod = pods.find((one) => one.proxy?.key === proxy);
  if (pod?.kind !== 'Deployment') return;
  const containers = running(pod);
  for (const { resource, container, isShare, path } of measuredBy(autoscaler)) {
    const counted = containers.filter((one) => container === undefined || one.name === container);
    const silent = counted.filter(({ resources }) => !requests(resources.value, resource));
    if (container !== undefined && counted.length === 0) {
      // Istio's injector may add it.
      if (container === 'istio-proxy' && pod.isInjected !== false) continue;
      const names = containers.map((one) => one.name);
      const own = containers.find(({ role }) => role === 'proxy') ?? containers[0];
      const meant = closest(container, names)?.word ?? own?.name;
      const message = `The pods of ${pod.name} have no container ${container}, so Kubernetes cannot compute this metric of ${name}.`;
      const hint = `Write container: ${meant}.`;
      yield { path: [...path, 'containerResource', 'container'], message, hint };
    } else if (isShare && silent.length > 0) {
      const who = silent.map((one) => one.name).join(' and ');
      const message = `${name} scales by a share of the requested ${resource}, but ${who} request${silent.length === 1 ? 's' : ''} none: Kubernetes cannot compute it, unless a LimitRange sets one.`;
      yield { path, message, ...requestsHint(silent, resource, chart) };
    }
  }
}

/** The containers that run beside one another. */
function running({ spec, containers }: Pod): readonly PodContainer[] {
  const sidecars = mapsIn(spec['initContainers']).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const names = new Set([...mapsIn(spec['containers']), ...sidecars].map((one) => one['name']));
  return containers.filter(({ name }) => names.has(name));
}

/** A request that is not set is the limit. */
function requests(resources: Value, resource: string): boolean {
  return ['requests', 'limits'].some((part) => (mapAt(resources, part)[resource] ?? null) !== null);
}

function requestsHint(silent: readonly PodContainer[], resource: string, chart: Chart): Pick<RuleMatch, 'hint'> {
  if (silent.some(({ role }) => hasFixedResources(role, chart))) return {};
  const request = `requests.${resource}: ${resource === 'cpu' ? '100m' : '128Mi'}`;
  const holders = silent.map(({ resources: { path } }) =>
    formatPath(/resources$/i.test(String(path.at(-1))) ? path : [...path, 'resources']),
  );
  return { hint: `Set ${[...new Set(holders)].map((holder) => `${holder}.${request}`).join(' and ')}.` };
}

function* measuredBy({ decided, object }: PrintedCompanion): Iterable<Measured> {
  const { metrics, targetCPUUtilizationPercentage } = mapAt(object, 'spec');
  const path = decided.values.path;
  const given = listOf(metrics);
  // The API server's own default is 80 % of CPU.
  if (given.length === 0)
    yield {
      resource: 'cpu',
      isShare: true,
      path: typeof targetCPUUtilizationPercentage === 'number' ? [...path, 'targetCPUUtilizationPercentage'] : path,
    };
  const place = overridePathOf(decided, ['spec', 'metrics']) ?? [...path, 'metrics'];
  for (const [index, metric] of given.entries()) {
    const { type = '' } = mapOf(metric);
    if (type !== 'Resource' && type !== 'ContainerResource') continue;
    const { name, container, target } = mapAt(metric, type === 'Resource' ? 'resource' : 'containerResource');
    const isShare = mapOf(target)['type'] === 'Utilization';
    if (typeof name !== 'string' || (type === 'ContainerResource' && typeof container !== 'string')) continue;
    const only = type === 'ContainerResource' ? { container: String(container) } : {};
    yield { resource: name, isShare, path: [...place, index], ...only };
  }
}

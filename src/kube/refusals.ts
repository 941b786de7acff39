import { portNameFault } from '../apiserver/names.ts';
import {
  isUnusualNodePort,
  nodePortsIn,
  type ServiceFault,
  serviceFaults,
  serviceType,
  sourceRangesAnnotation,
  sourceRangesFault,
  sourceRangesHint,
} from '../apiserver/service-rules.ts';
import { repeatedIn } from '../apiserver/type-rule.ts';
import type { Chart } from '../chart/chart.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Path, Problem } from '../problem.ts';
import { equal, isMap, listOf, mapAt, mapOf, mapsIn, textOf, type Value, type ValueMap, valueAt } from '../value.ts';
import { shorten } from '../words.ts';
import type { KubeDecision } from './decide.ts';
import type { GatewayPort } from './gateway.ts';
import type { KubeService } from './service.ts';

/** Something that the API server rejects: in the parameters, or at a listener. */
interface Refusal {
  readonly at: { readonly path: Path } | { readonly port: GatewayPort };
  readonly message: string;
  readonly hint: string;
}

/**
 * What the API server rejects in the objects that the control plane applies, and in the parameters themselves. The
 * control plane then retries forever, and the previous objects keep running.
 */
export function refusalsOf({ gateway, objects, sources, sourceOf }: KubeDecision, chart: Chart): Problem[] {
  const found = [
    ...(objects === undefined
      ? []
      : [
          ...portRefusals(objects.proxy.ports, listOf(objects.deployment.envoy.ports)),
          ...nameRefusals(gateway, objects.proxy.ports),
          ...serviceRefusals(objects.service),
          ...podRefusals(objects.deployment, sources),
        ]),
  ];
  const refused = found.map(({ at, message, hint }) => {
    const about = { code: 'kube-object-refused', severity: 'warning', message, hint } as const;
    if ('path' in at) return sourceOf(at.path).problem(about, at.path);
    const { listener } = at.port;
    return listener === undefined
      ? gateway.problem(about, ['spec', 'listeners'])
      : listener.of.problem(about, ['spec', 'listeners', listener.index]);
  });
  return [...refused, ...sources.flatMap((source) => specRefusals(source, chart))];
}

function inKube(...path: Path): { readonly path: Path } {
  return { path: ['spec', 'kube', ...path] };
}

/** Two ports of the container with the same number or name. */
function* portRefusals(ports: readonly GatewayPort[], container: readonly Value[]): Generator<Refusal> {
  const numbers = new Map<Value | undefined, string>();
  const names = new Map<Value | undefined, string>();
  const monitoring = container.at(-1);
  if (valueAt(monitoring, 'name') === 'http-monitoring' && container.length > ports.length) {
    numbers.set(9091, 'that of the metrics (stats.enabled)');
    names.set('http-monitoring', 'that of the metrics (stats.enabled)');
  }
  for (const port of ports) {
    const other = numbers.get(port.targetPort);
    const shift = port.port === port.targetPort ? '' : ` (${port.port} + 8000)`;
    if (other !== undefined) {
      yield {
        at: { port },
        message: `Listener port ${port.port} becomes container port ${port.targetPort}${shift}, and so does ${other}: the API server refuses the Deployment.`,
        hint: 'Choose another port: those below 1024 are moved up by 8000.',
      };
    } else numbers.set(port.targetPort, `port ${port.port}`);
    const { name } = port;
    const same = names.get(name);
    if (same !== undefined)
      yield {
        at: { port },
        message: `Two ports would be called ${shorten(name, 100)}: the API server refuses them.`,
        hint: renaming,
      };
    else names.set(name, name);
  }
}

const renaming = 'Name the listener with at most 15 lower-case letters, digits and hyphens.';

/** Listener names that are not valid port names, and Gateway names that are not valid Service names. */
function* nameRefusals({ name }: KubeObject, ports: readonly GatewayPort[]): Generator<Refusal> {
  for (const port of ports) {
    if (portNameFault(port.name) !== undefined && port.name !== 'null')
      yield {
        at: { port },
        message: `The port would be called ${JSON.stringify(shorten(port.name, 100))}, which the API server refuses.`,
        hint: renaming,
      };
  }
  if (name.includes('.'))
    yield {
      at: { port: { port: 0, name: '', targetPort: 0, nodePort: undefined, listener: undefined } },
      message: `The Service would be called gloo-proxy-${shorten(name, 100)}, but the API server does not accept a dot in a Service's name.`,
      hint: 'Choose a name of lower-case letters, digits and hyphens for the Gateway.',
    };
}

/** The message and the hint for each fault that a Service of the control plane's can have. */
const faultWords: Readonly<
  Partial<Record<ServiceFault, (given: string, type: string) => [message: string, hint: string]>>
> = {
  'not-a-choice': (given, type) =>
    given === type
      ? [`${type} is not a type of Service: the API server refuses it.`, 'Choose ClusterIP, NodePort or LoadBalancer.']
      : [
          `externalTrafficPolicy cannot be ${JSON.stringify(given)}: the API server refuses it.`,
          'Choose Cluster or Local.',
        ],
  'no-external-name': () => [
    'A Service of type ExternalName needs an externalName, which GatewayParameters cannot set: the API server refuses it.',
    'Choose ClusterIP, NodePort or LoadBalancer.',
  ],
  'address-needed': (_, type) => [
    `A Service of type ${type} cannot have the clusterIP None: the API server refuses it.`,
    'Remove clusterIP, or set type: ClusterIP.',
  ],
  'not-an-address': (given) => [
    `clusterIP ${JSON.stringify(given)} is not an address: the API server refuses it.`,
    'Remove clusterIP, or use an address in the cluster’s range.',
  ],
  'policy-within-cluster': (_, type) => [
    `externalTrafficPolicy is for Services of type LoadBalancer or NodePort, but this one has type ${type}: the API server refuses it.`,
    'Remove externalTrafficPolicy, or choose another type.',
  ],
};

function* serviceRefusals(service: KubeService): Generator<Refusal> {
  const { type, clusterIP, externalTrafficPolicy, ports } = service;
  const spec: ValueMap = { type, clusterIP, externalTrafficPolicy, ports };
  const refused = sourceRangesFault(mapOf(service.metadata.annotations), { type: serviceType(spec) });
  if (refused !== undefined)
    yield {
      at: inKube('service', 'extraAnnotations', sourceRangesAnnotation),
      message: `The annotation ${sourceRangesAnnotation} is not valid: ${refused}. The API server refuses it.`,
      hint: sourceRangesHint,
    };
  for (const [fault, key] of serviceFaults(spec)) {
    const [message, hint] = faultWords[fault]?.(shorten(String(spec[key]), 100), shorten(serviceType(spec), 100)) ?? [];
    if (message !== undefined && hint !== undefined) yield { at: inKube('service', key), message, hint };
  }
  for (const { nodePort } of nodePortsIn(spec))
    if (isUnusualNodePort(nodePort))
      yield {
        at: inKube('service', 'ports'),
        message: `Node port ${nodePort} is outside 30000 to 32767, the range of clusters that are not configured otherwise: the API server refuses it.`,
        hint: 'Choose a port in the cluster’s range.',
      };
}

function* podRefusals(
  deployment: NonNullable<KubeDecision['objects']>['deployment'],
  sources: KubeDecision['sources'],
): Generator<Refusal> {
  const { selector, podLabels, envoy, ai } = deployment;
  const changed = Object.keys(selector).find((key) => !equal(selector[key], podLabels[key]));
  if (changed !== undefined)
    yield {
      at: inKube('podTemplate', 'extraLabels', changed),
      message: `extraLabels change ${changed}, which the Deployment’s selector uses: the API server refuses it.`,
      hint: 'Choose another label.',
    };
  for (const probe of ['readinessProbe', 'livenessProbe'] as const) yield* probeRefusals(probe, envoy[probe], sources);
  const lists: readonly (readonly [Path, Value | undefined, ...KeyOf[]])[] = [
    [['aiExtension', 'env'], ai?.env, ({ name }) => textOf(name)],
    [
      ['aiExtension', 'ports'],
      ai?.ports,
      ({ name }) => textOf(name),
      ({ containerPort, protocol }) => `${String(containerPort)}/${textOf(protocol) ?? 'TCP'}`,
    ],
    [
      ['podTemplate', 'topologySpreadConstraints'],
      deployment.topologySpreadConstraints,
      ({ topologyKey, whenUnsatisfiable }) => `${String(topologyKey)}/${String(whenUnsatisfiable)}`,
    ],
  ];
  for (const [path, list, ...keys] of lists) {
    const twice = keys.map((keyOf) => twiceIn(list, keyOf)).find((key) => key !== undefined);
    if (twice === undefined) continue;
    const at = inKube(...path);
    const isOfOne = sources.some(({ object }) =>
      keys.some((keyOf) => twiceIn(valueAt(object, ...at.path), keyOf) !== undefined),
    );
    const because = isOfOne ? '' : ', because the lists of the class and of the Gateway are concatenated';
    yield {
      at,
      message: `${String(path.at(-1))} has ${shorten(twice, 100)} twice${because}: the API server refuses the Deployment.`,
      hint: isOfOne ? 'Remove one of them.' : 'Remove the items that the parameters of the class already have.',
    };
  }
}

type KeyOf = (item: ValueMap) => string | undefined;

/** The first key that two items of a list have; the API server wants those of some lists to be unique. */
function twiceIn(list: Value | undefined, keyOf: KeyOf): string | undefined {
  const [repeated] = repeatedIn(mapsIn(list), keyOf);
  return repeated && keyOf(repeated.item);
}

const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'] as const;

function* probeRefusals(
  name: 'readinessProbe' | 'livenessProbe',
  probe: ValueMap | undefined,
  sources: KubeDecision['sources'],
): Generator<Refusal> {
  if (probe === undefined) return;
  const handlersOf = (one: Value | undefined): string[] => handlers.filter((handler) => isMap(valueAt(one, handler)));
  const given = handlersOf(probe);
  const at = inKube('podTemplate', name);
  if (given.length > 1) {
    const isOfOne = sources.some(({ object }) => handlersOf(valueAt(object, ...at.path)).length > 1);
    const because = isOfOne ? '' : ', because the probes of the class and of the Gateway are merged';
    yield {
      at,
      message: `${name} has ${given.join(' and ')}${because}: the API server accepts only one.`,
      hint: isOfOne
        ? 'Remove all but one.'
        : 'Use the handler of the class, or your own GatewayClass with its own parameters.',
    };
  }
}

/** What the API server rejects in the parameters themselves, by the rules of their CRD. */
function specRefusals(source: KubeObject, chart: Chart): Problem[] {
  const spec = mapOf(source.object['spec']);
  const refuse = (message: string, path: Path, hint: string): Problem =>
    source.problem({ code: 'kube-object-refused', severity: 'warning', message, hint }, path);
  const isOne = (spec['kube'] ?? null) === null ? 'selfManaged' in spec : !('selfManaged' in spec);
  const replicas = mapAt(spec, 'kube', 'deployment')['replicas'];
  return [
    ...(isOne
      ? []
      : [
          refuse(
            'GatewayParameters must have either kube or selfManaged: the API server refuses them.',
            ['spec'],
            'Set kube (even to {}) or selfManaged.',
          ),
        ]),
    ...(replicas === 0 && chart.has('kubeOptionalReplicas')
      ? [
          refuse(
            'replicas must be at least 1: the API server refuses it.',
            ['spec', 'kube', 'deployment', 'replicas'],
            'Remove replicas, or set it to 1 or more.',
          ),
        ]
      : []),
  ];
}

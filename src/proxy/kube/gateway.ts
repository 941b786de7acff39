import type { Chart } from '../../chart/chart.ts';
import { isList, isMap, type Value, type ValueMap, valueAt } from '../../value.ts';
import { type DecodeFault, decodeSpec, mergeSpecs } from './decode.ts';

/** What the control plane finds in the cluster when it deploys a Gateway. */
export interface KubeWorld {
  readonly classes: readonly ValueMap[];
  readonly parameters: readonly ValueMap[];
  readonly listenerSets: readonly ValueMap[];
  /** Undefined where nobody says which there are. */
  readonly secrets: readonly ValueMap[] | undefined;
  readonly namespaces: readonly ValueMap[];
}

/** Something wrong with an object that the control plane reads. */
export interface KubeFinding extends Omit<DecodeFault, 'code'> {
  readonly code: string;
  readonly object: ValueMap;
}

/** The parameters of one Gateway, merged; undefined where the control plane gives up. */
export interface FoundParameters {
  readonly spec: ValueMap | undefined;
  /** The Gateway's own object, and that of its class: where a value comes from. */
  readonly sources: readonly ValueMap[];
  readonly findings: readonly KubeFinding[];
}

const annotation = 'gateway.gloo.solo.io/gateway-parameters-name';

export function nameOf(object: ValueMap): string {
  return textAt(object, 'metadata', 'name');
}

export function namespaceOf(object: ValueMap): string {
  return textAt(object, 'metadata', 'namespace');
}

function textAt(object: ValueMap, ...path: readonly string[]): string {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** The parameters that hold for a Gateway: those of its class with its own laid over them. */
export function parametersOf(gateway: ValueMap, world: KubeWorld, chart: Chart): FoundParameters {
  const own = valueAt(gateway, 'metadata', 'annotations', annotation);
  const givesUp = (finding: Omit<KubeFinding, 'severity' | 'object'>): FoundParameters => ({
    spec: undefined,
    sources: [],
    findings: [{ ...finding, severity: 'error', object: gateway }],
  });
  const ownObject = typeof own === 'string' && own !== '' ? find(world.parameters, own, namespaceOf(gateway)) : null;
  if (ownObject === undefined) {
    return givesUp({
      code: 'missing-object',
      path: ['metadata', 'annotations', annotation],
      message: `There is no GatewayParameters ${String(own)} in namespace ${namespaceOf(gateway)}, so this Gateway gets no proxy.`,
      hint: 'GatewayParameters must be in the namespace of the Gateway that names them.',
    });
  }
  const found = classParameters(gateway, world);
  if ('message' in found) return givesUp(found);
  const base = read(found.parameters, chart);
  if (ownObject === null) return { ...base, sources: [found.parameters] };
  const over = read(ownObject, chart);
  const isWhole = base.spec !== undefined && over.spec !== undefined;
  return {
    spec: isWhole ? mergeSpecs(base.spec, over.spec, chart) : undefined,
    sources: [ownObject, found.parameters],
    findings: [...base.findings, ...over.findings],
  };
}

function read(object: ValueMap, chart: Chart): Omit<FoundParameters, 'sources'> {
  const { spec, faults } = decodeSpec(object['spec'], chart);
  const findings = faults.map((fault) => ({ ...fault, object }));
  return { spec: faults.some(({ severity }) => severity === 'error') ? undefined : spec, findings };
}

function classParameters(
  gateway: ValueMap,
  world: KubeWorld,
): { readonly parameters: ValueMap } | Omit<KubeFinding, 'severity' | 'object'> {
  const wanted = textAt(gateway, 'spec', 'gatewayClassName');
  const path = ['spec', 'gatewayClassName'];
  if (wanted === '')
    return { code: 'missing-value', path, message: 'gatewayClassName is left out, so this Gateway gets no proxy.' };
  const gatewayClass = find(world.classes, wanted);
  if (gatewayClass === undefined) {
    const message = `There is no GatewayClass ${wanted}, so this Gateway gets no proxy.`;
    return { code: 'missing-object', path, message, hint: 'kubeGateway.enabled installs the GatewayClass gloo-gateway.' };
  }
  const reference = valueAt(gatewayClass, 'spec', 'parametersRef');
  const name = isMap(reference) ? textAt(reference, 'name') : '';
  if (name === '') {
    const message = `GatewayClass ${wanted} refers to no GatewayParameters, so its Gateways get no proxy.`;
    return { code: 'missing-object', path, message, hint: 'Set spec.parametersRef in the GatewayClass.' };
  }
  const namespace = isMap(reference) ? textAt(reference, 'namespace') : '';
  const parameters = find(world.parameters, name, namespace);
  if (parameters !== undefined) return { parameters };
  const place = namespace === '' ? 'and it does not say in which namespace they are' : `in namespace ${namespace}`;
  const message = `GatewayClass ${wanted} refers to the GatewayParameters ${name}, ${place}: there are none, so its Gateways get no proxy.`;
  return { code: 'missing-object', path, message };
}

function find(objects: readonly ValueMap[], name: string, namespace?: string): ValueMap | undefined {
  return objects.find(
    (object) => nameOf(object) === name && (namespace === undefined || namespaceOf(object) === namespace),
  );
}

/** A port that the proxy of a Gateway opens. */
export interface GatewayPort {
  readonly port: number;
  /** As the listener is called, before it is printed. */
  readonly name: Value;
  readonly targetPort: number;
  readonly nodePort: number | bigint | undefined;
  /** Where its listener stands in its object. */
  readonly listener: { readonly object: ValueMap; readonly index: number } | undefined;
}

/**
 * The ports of a Gateway: one for each distinct port of its listeners, by the first name. `nodePortOf` says which node port is
 * asked for. Source: getPortsValues in the deployer's values_helpers.go.
 */
export function portsOf(
  gateway: ValueMap,
  world: KubeWorld,
  chart: Chart,
  nodePortOf: (port: number) => number | bigint | undefined,
): GatewayPort[] {
  const ports = new Map<number, GatewayPort>();
  const add = (object: ValueMap, listeners: Value | undefined, offset: number | undefined): number => {
    const given = isList(listeners) ? listeners : [];
    for (const [index, listener] of given.entries()) {
      const port = valueAt(listener, 'port');
      if (typeof port !== 'number' || ports.has(port)) continue;
      const name = String(valueAt(listener, 'name') ?? '');
      const whole = offset === undefined ? name : `${offset + index}-${name}`;
      ports.set(port, {
        port,
        name: chart.has('kubePortNames') ? portName(whole) : whole,
        targetPort: port < 1024 ? port + 8000 : port,
        nodePort: nodePortOf(port),
        listener: { object, index },
      });
    }
    return given.length;
  };
  let count = add(gateway, valueAt(gateway, 'spec', 'listeners'), undefined);
  if (chart.has('kubePortNames'))
    for (const set of listenerSetsOf(gateway, world)) count += add(set, valueAt(set, 'spec', 'listeners'), count);
  const all = [...ports.values()];
  // The chart of the control plane has a port of its own where it is given none.
  if (all.length === 0) return [{ port: 80, name: 'http', targetPort: 80, nodePort: undefined, listener: undefined }];
  return chart.has('kubeSortedPorts') ? all.sort((a, b) => a.port - b.port) : all;
}

function portName(name: string): string {
  return name
    .replace(/[^a-zA-Z0-9-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .slice(0, 15);
}

/** The listener sets that name the Gateway and that it lets in, the oldest first. */
function listenerSetsOf(gateway: ValueMap, { listenerSets, namespaces }: KubeWorld): ValueMap[] {
  const allowed = valueAt(gateway, 'spec', 'allowedListeners', 'namespaces');
  const from = isMap(allowed) ? allowed['from'] : undefined;
  const isAllowed = (namespace: string): boolean => {
    if (from === 'All') return true;
    if (from === 'Same') return namespace === namespaceOf(gateway);
    const found = namespaces.find((object) => nameOf(object) === namespace);
    return from === 'Selector' && matches(valueAt(allowed, 'selector'), valueAt(found, 'metadata', 'labels'));
  };
  const key = (set: ValueMap): string =>
    [textAt(set, 'metadata', 'creationTimestamp'), namespaceOf(set), nameOf(set)].join('\0');
  return listenerSets
    .filter((set) => {
      const parent = valueAt(set, 'spec', 'parentRef');
      if (!isMap(parent) || parent['name'] !== nameOf(gateway)) return false;
      return (parent['namespace'] ?? namespaceOf(set)) === namespaceOf(gateway) && isAllowed(namespaceOf(set));
    })
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Whether labels match a label selector of Kubernetes; without one nothing does. */
function matches(selector: Value | undefined, given: Value | undefined): boolean {
  if (!isMap(selector)) return false;
  const labels = isMap(given) ? given : {};
  const { matchLabels, matchExpressions } = selector;
  const hasAll = Object.entries(isMap(matchLabels) ? matchLabels : {}).every(([key, value]) => labels[key] === value);
  const expressions = isList(matchExpressions) ? matchExpressions : [];
  return hasAll && expressions.every((expression) => isMap(expression) && holds(expression, labels));
}

function holds({ key, operator, values }: ValueMap, labels: ValueMap): boolean {
  const value = typeof key === 'string' && Object.hasOwn(labels, key) ? labels[key] : undefined;
  const isNamed = value !== undefined && isList(values) && values.includes(value);
  switch (operator) {
    case 'In':
      return isNamed;
    case 'NotIn':
      return !isNamed;
    case 'Exists':
      return value !== undefined;
    default:
      return operator === 'DoesNotExist' && value === undefined;
  }
}

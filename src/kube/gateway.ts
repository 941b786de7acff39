import type { Chart } from '../chart/chart.ts';
import { matchesSelector } from '../objects/label-selector.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Path, Problem } from '../problem.ts';
import { compareText, listOf, mapAt, textOf, type Value, type ValueMap, valueAt } from '../value.ts';
import { shorten } from '../words.ts';
import { decodeSpec, mergeSpecs } from './decode.ts';

/** The cluster's objects that the control plane reads to deploy a Gateway. */
export interface KubeWorld {
  readonly classes: readonly KubeObject[];
  readonly parameters: readonly KubeObject[];
  readonly listenerSets: readonly KubeObject[];
  /** Undefined if unknown. */
  readonly secrets: readonly KubeObject[] | undefined;
  readonly namespaces: readonly KubeObject[];
}

/** The merged parameters of one Gateway. */
export interface FoundParameters {
  /** Undefined if the control plane stops with an error. */
  readonly spec: ValueMap | undefined;
  /** The Gateway's object and its class's object, to find out which one sets a value. */
  readonly sources: readonly KubeObject[];
  readonly problems: readonly Problem[];
}

/** References the Gateway's own parameters. */
export const parametersAnnotation = 'gateway.gloo.solo.io/gateway-parameters-name';

/** Returns the parameters in effect for a Gateway: its own merged into those of its class. */
export function parametersOf(gateway: KubeObject, world: KubeWorld, chart: Chart): FoundParameters {
  const own = textOf(mapAt(gateway.object, 'metadata', 'annotations')[parametersAnnotation]) ?? '';
  const ownObject = own === '' ? undefined : find(world.parameters, own, gateway.namespace);
  if (own !== '' && ownObject === undefined) {
    const message = `There is no GatewayParameters ${shorten(own, 100)} in namespace ${shorten(gateway.namespace, 100)}, so Gateway ${shorten(gateway.name, 100)} gets no proxy.`;
    const isElsewhere = world.parameters.some(({ name }) => name === own);
    const hint = isElsewhere
      ? 'GatewayParameters must be in the namespace of the Gateway that names them.'
      : 'Give them too, or remove the annotation to use those of the class.';
    return nothing(missing(gateway, message, ['metadata', 'annotations', parametersAnnotation], hint));
  }
  const ofClass = classParameters(gateway, world);
  if ('severity' in ofClass) return nothing(ofClass);
  const base = read(ofClass, chart);
  if (ownObject === undefined) return base;
  const over = read(ownObject, chart);
  return {
    spec: base.spec && over.spec && mergeSpecs(base.spec, over.spec, chart),
    sources: [ownObject, ofClass],
    problems: [...base.problems, ...over.problems],
  };
}

function nothing(problem: Problem): FoundParameters {
  return { spec: undefined, sources: [], problems: [problem] };
}

function missing(gateway: KubeObject, message: string, path: Path, hint: string): Problem {
  return gateway.problem({ code: 'gateway-not-deployed', severity: 'error', message, hint }, path);
}

function read(source: KubeObject, chart: Chart): FoundParameters {
  const { spec, faults } = decodeSpec(source.object['spec'], chart);
  const problems = faults.map(({ path, ...fault }) => source.problem(fault, path));
  return { spec: faults.some(({ severity }) => severity === 'error') ? undefined : spec, sources: [source], problems };
}

/** The parameters of a Gateway's class, or why there are none. */
function classParameters(gateway: KubeObject, world: KubeWorld): KubeObject | Problem {
  const path = ['spec', 'gatewayClassName'];
  const wanted = textOf(valueAt(gateway.object, ...path)) ?? '';
  const lacks = (message: string, hint: string): Problem => missing(gateway, message, path, hint);
  if (wanted === '')
    return lacks(
      `gatewayClassName is missing, so Gateway ${shorten(gateway.name, 100)} gets no proxy.`,
      'Set it to gloo-gateway.',
    );
  const gatewayClass = find(world.classes, wanted);
  if (gatewayClass === undefined) {
    const message = `There is no GatewayClass ${shorten(wanted, 100)}, so Gateway ${shorten(gateway.name, 100)} gets no proxy.`;
    const hint =
      wanted === 'gloo-gateway'
        ? 'kubeGateway.enabled installs it.'
        : 'Set it to gloo-gateway, or give its GatewayClass too.';
    return lacks(message, hint);
  }
  const { name, namespace } = mapAt(gatewayClass.object, 'spec', 'parametersRef');
  const hint = `Set spec.parametersRef of GatewayClass ${shorten(wanted, 100)} to existing GatewayParameters, with name and namespace.`;
  if (typeof name !== 'string' || name === '')
    return lacks(
      `GatewayClass ${shorten(wanted, 100)} does not refer to any GatewayParameters, so its Gateways get no proxy.`,
      hint,
    );
  const inNamespace = textOf(namespace) ?? '';
  const parameters = find(world.parameters, name, inNamespace);
  const place = inNamespace === '' ? '(no namespace)' : `in namespace ${shorten(inNamespace, 100)}`;
  return (
    parameters ??
    lacks(
      `GatewayClass ${shorten(wanted, 100)} refers to the GatewayParameters ${shorten(name, 100)} ${place}, which do not exist: its Gateways get no proxy.`,
      hint,
    )
  );
}

function find(objects: readonly KubeObject[], name: string, namespace?: string): KubeObject | undefined {
  return objects.find((one) => one.name === name && (namespace === undefined || one.namespace === namespace));
}

/** A port that a Gateway's proxy opens. */
export interface GatewayPort {
  readonly port: number;
  /** The listener's name, before it is printed. */
  readonly name: string;
  readonly targetPort: number;
  readonly nodePort: Value | undefined;
  /** The path of its listener in the object. */
  readonly listener: { readonly of: KubeObject; readonly index: number } | undefined;
}

/**
 * Returns the ports of a Gateway: one for each distinct listener port, with the name of the first listener.
 * `nodePortOf` returns the requested node port. Source: getPortsValues in the deployer's values_helpers.go.
 */
export function portsOf(
  gateway: KubeObject,
  world: KubeWorld,
  chart: Chart,
  nodePortOf: (port: number) => Value | undefined,
): GatewayPort[] {
  const ports = new Map<number, GatewayPort>();
  const hasSets = chart.has('kubePortNames');
  let count = 0;
  for (const of of [gateway, ...(hasSets ? listenerSetsOf(gateway, world) : [])]) {
    const listeners = listOf(mapAt(of.object, 'spec')['listeners']);
    for (const [index, listener] of listeners.entries()) {
      const port = valueAt(listener, 'port');
      if (typeof port !== 'number' || ports.has(port)) continue;
      const own = textOf(valueAt(listener, 'name')) ?? '';
      const name = of === gateway ? own : `${count + index}-${own}`;
      ports.set(port, {
        port,
        name: hasSets ? portName(name) : name,
        targetPort: port < 1024 ? port + 8000 : port,
        nodePort: nodePortOf(port),
        listener: { of, index },
      });
    }
    count += listeners.length;
  }
  const all = [...ports.values()];
  // The control plane's chart has a default port.
  if (all.length === 0) return [{ port: 80, name: 'http', targetPort: 80, nodePort: undefined, listener: undefined }];
  return chart.has('kubeSortedPorts') ? all.sort((a, b) => a.port - b.port) : all;
}

function portName(name: string): string {
  return name
    .replace(/[^a-zA-Z0-9-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .slice(0, 15);
}

/** The listener sets that reference the Gateway and that it allows, oldest first. */
function listenerSetsOf(gateway: KubeObject, { listenerSets, namespaces }: KubeWorld): KubeObject[] {
  const allowed = mapAt(gateway.object, 'spec', 'allowedListeners', 'namespaces');
  const isAllowed = (namespace: string): boolean => {
    if (allowed['from'] === 'All') return true;
    if (allowed['from'] === 'Same') return namespace === gateway.namespace;
    const found = namespaces.find(({ name }) => name === namespace);
    return (
      allowed['from'] === 'Selector' && matchesSelector(allowed['selector'], mapAt(found?.object, 'metadata', 'labels'))
    );
  };
  const key = ({ object, namespace, name }: KubeObject): string =>
    [textOf(mapAt(object, 'metadata')['creationTimestamp']) ?? '', namespace, name].join('\0');
  return listenerSets
    .filter(({ object, namespace }) => {
      const { name, namespace: parent = namespace } = mapAt(object, 'spec', 'parentRef');
      return name === gateway.name && parent === gateway.namespace && isAllowed(namespace);
    })
    .sort((a, b) => compareText(key(a), key(b)));
}

import type { Chart } from '../chart/chart.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Path, Problem } from '../problem.ts';
import { isList, isMap, listOf, mapAt, mapOf, mapsIn, type Value, valueAt, wordOf } from '../value.ts';
import { shorten } from '../words.ts';
import { parametersAnnotation } from './gateway.ts';
import { noReplicas, noReplicasHint } from './no-replicas.ts';

const istio: Path = ['spec', 'kube', 'istio'];
/** For these fields, the class's parameters take precedence over the Gateway's own. */
const ofClass = ['istioDiscoveryAddress', 'istioMetaMeshId', 'istioMetaClusterId'];

/**
 * Reports what a Gateway and its parameters request but no release's control plane reads; `sources` are its own
 * parameters, then the class's.
 */
export function ignoredIn(gateway: KubeObject, sources: readonly KubeObject[], chart: Chart): Problem[] {
  const found: Problem[] = [];
  const ignored = (object: KubeObject, path: Path, message: string, hint: string): void => {
    found.push(object.problem({ code: 'kube-part-ignored', severity: 'warning', message, hint }, path));
  };
  for (const key of ['infrastructure', 'addresses']) {
    const path = ['spec', key];
    if (isFilled(valueAt(gateway.object, ...path)))
      ignored(
        gateway,
        path,
        `Gloo's control plane does not read ${key} of a Gateway, so it has no effect.`,
        'Set service and podTemplate (extraLabels, extraAnnotations, type) in GatewayParameters instead.',
      );
  }
  for (const source of sources) {
    const path = [...istio, 'customSidecars'];
    if (isFilled(valueAt(source.object, ...path)))
      ignored(
        source,
        path,
        'No release adds istio.customSidecars to these proxies.',
        'Remove them, and change istioProxyContainer instead.',
      );
  }
  ignoredPorts(gateway, sources, ignored);
  const replicas: Path = ['spec', 'kube', 'deployment', 'replicas'];
  const ofNone = sources.find(({ object }) => valueAt(object, ...replicas) === 0);
  if (ofNone !== undefined && !chart.has('kubeOptionalReplicas')) ignored(ofNone, replicas, noReplicas, noReplicasHint);
  for (const [key, value] of Object.entries(mapAt(gateway.object, 'metadata', 'annotations')))
    if (key.startsWith('gateway.gloo.solo.io/') && key !== parametersAnnotation && isParametersName(key))
      ignored(
        gateway,
        ['metadata', 'annotations', key],
        `Gloo's control plane does not read the annotation ${shorten(key, 100)}, so it does not select ${shorten(wordOf(value), 100)}.`,
        `Write ${parametersAnnotation}.`,
      );
  for (const source of sources) found.push(...badLevels(source));
  const [own, base] = sources;
  if (own === undefined || base === undefined) return found;
  for (const key of ofClass) {
    const path = [...istio, 'istioProxyContainer', key];
    const [asked, kept] = [own, base].map(({ object }) => valueAt(object, ...path) ?? null);
    if (asked !== null && kept !== null && asked !== kept)
      ignored(
        own,
        path,
        `${key} of the class's GatewayParameters applies, not that of the Gateway's own parameters.`,
        base.name === 'gloo-gateway'
          ? `Set kubeGateway.gatewayParameters.glooGateway.istio.istioProxyContainer.${key}, or use your own GatewayClass.`
          : `Set it in GatewayParameters ${shorten(base.namespace, 100)}/${shorten(base.name, 100)}.`,
      );
  }
  return found;
}

function isFilled(value: Value | undefined): boolean {
  return isList(value) ? value.length > 0 : isMap(value) && Object.keys(value).length > 0;
}

/** Whether an annotation key looks as if it was meant to reference parameters. */
function isParametersName(key: string): boolean {
  return key.toLowerCase().includes('param');
}

type Ignored = (object: KubeObject, path: Path, message: string, hint: string) => void;

/** Service ports without a listener, or with a node port that the Service's type does not have. */
function ignoredPorts(gateway: KubeObject, sources: readonly KubeObject[], ignored: Ignored): void {
  const type = sources
    .map(({ object }) => valueAt(object, 'spec', 'kube', 'service', 'type'))
    .find((one) => one != null);
  const listened = mapsIn(mapAt(gateway.object, 'spec')['listeners']).map(({ port }) => port);
  const hasSets = isMap(valueAt(gateway.object, 'spec', 'allowedListeners'));
  for (const source of sources) {
    const path: Path = ['spec', 'kube', 'service', 'ports'];
    for (const [index, { port }] of listOf(valueAt(source.object, ...path))
      .map(mapOf)
      .entries()) {
      if (type !== 'NodePort') {
        ignored(
          source,
          [...path, index],
          'Ports only have an effect for a Service of type NodePort.',
          'Set service.type: NodePort, or remove them.',
        );
        break;
      }
      if (!hasSets && listened.length > 0 && !listened.includes(port ?? null))
        ignored(
          source,
          [...path, index],
          `No listener of Gateway ${shorten(gateway.name, 100)} has port ${wordOf(port)}, so its node port is not requested.`,
          'Use the port of a listener.',
        );
    }
  }
}

const levels: readonly string[] = ['trace', 'debug', 'info', 'warning', 'warn', 'error', 'critical', 'off'];

/** Log levels unknown to Envoy, which exits while parsing its options. */
function badLevels(source: KubeObject): Problem[] {
  const base: Path = ['spec', 'kube', 'envoyContainer', 'bootstrap'];
  const bootstrap = mapAt(source.object, 'spec', 'kube', 'envoyContainer', 'bootstrap');
  const given: [Path, Value | undefined][] = [
    [['logLevel'], bootstrap['logLevel']],
    ...Object.entries(mapAt(bootstrap, 'componentLogLevels')).map(([name, level]): [Path, Value] => [
      ['componentLogLevels', name],
      level,
    ]),
  ];
  return given.flatMap(([path, level]) => {
    if (typeof level !== 'string' || level === '' || levels.includes(level)) return [];
    const message = `${wordOf(path.at(-1))} is ${JSON.stringify(shorten(level, 100))}, which is not a log level: Envoy does not start with it.`;
    const hint = `Use ${levels.slice(0, -1).join(', ')} or off.`;
    return [source.problem({ code: 'unknown-choice', severity: 'warning', message, hint }, [...base, ...path])];
  });
}

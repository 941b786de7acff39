import type { Chart } from '../../../src/chart/chart.ts';
import { chartOf } from '../../../src/chart/chart.ts';
import { releases } from '../../../src/chart/releases.ts';
import { type KubeRendering, renderKubeGateways, validateValues } from '../../../src/index.ts';
import { scalarOf, specSchema, structOf } from '../../../src/kube/parameter-types.ts';
import { codes } from '../../../src/rules/codes.ts';
import type { KubernetesSchema } from '../../../src/schema/kubernetes-schema.ts';
import { kubernetesErrors } from '../../parity/kubernetes.ts';
import type { Draw } from '../draw.ts';
import { fault, type Kind, timed } from '../kind.ts';
import { anyName, anyString, mutated } from '../material/strings.ts';
import { anyData, asText, disturbed, type Json } from '../material/yaml.ts';

interface Input {
  readonly release: string;
  readonly values: string;
  readonly objects: string;
}

/** Releases with a deployer, the newest first. */
const deploying = releases.slice(releases.indexOf('1.17.0')).filter((_, index) => index % 20 === 0);
const known = deploying.filter((release) => chartOf(release).has('kubeParameters')).reverse();

/** Data of a parameter's type, except for one part in ten. */
function ofType(draw: Draw, schema: KubernetesSchema, chart: Chart, depth = 0): Json {
  if (draw.oneIn(12)) return draw.oneIn(3) ? null : anyData(draw, 2);
  const struct = structOf(schema, chart);
  if (struct !== undefined && depth < 8) {
    const fields = [...struct.fields];
    return Object.fromEntries(
      draw.list(4, () => {
        const [key, field] = draw.pick(fields);
        return [key, ofType(draw, field.schema, chart, depth + 1)] as const;
      }),
    );
  }
  const { type, items, additionalProperties, minimum = 0, maximum = 65_535 } = scalarOf(schema);
  if (items !== undefined) return draw.list(3, () => ofType(draw, items, chart, depth + 1));
  if (type === 'integer') return draw.pick([minimum + 1, 8080, maximum, minimum, 443, -1, maximum + 1]);
  if (type === 'boolean') return draw.pick([true, false]);
  if (typeof additionalProperties !== 'object') return anyName(draw);
  return Object.fromEntries(
    draw.list(3, () => [anyName(draw), ofType(draw, additionalProperties, chart, depth + 1)] as const),
  );
}

function values(draw: Draw): Json {
  const own = draw.list(2, () =>
    draw.one<[string, Json]>(
      () => ['istio', { istioProxyContainer: { image: { tag: anyString(draw) } }, customSidecars: anyData(draw, 2) }],
      () => ['podTemplate', { probes: true, customReadinessProbe: anyData(draw, 2) }],
      () => ['service', { ports: [{ port: draw.pick([80, 8080, 9091]) }], type: anyName(draw) }],
      () => ['sdsContainer', draw.pick<Json>([null, {}, { logLevel: 'on' }])],
      () => ['aiExtension', anyData(draw, 2)],
    ),
  );
  return {
    kubeGateway: { enabled: true, gatewayParameters: { glooGateway: Object.fromEntries(own) } },
    global: { istioIntegration: { enabled: draw.oneIn(2) }, glooMtls: { enabled: draw.oneIn(4) } },
  };
}

function objects(draw: Draw, chart: Chart): Json[] {
  const name = draw.oneIn(4) ? anyName(draw) : 'own';
  const listener = (): Json => ({
    name: draw.oneIn(3) ? anyName(draw) : 'http',
    port: draw.pick<Json>([80, 443, 8080, 81, 1, 65_535, 0, '80', null]),
    protocol: draw.pick(['HTTP', 'HTTPS', 'TCP', anyName(draw)]),
  });
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: {
        name: draw.oneIn(4) ? anyName(draw) : 'http',
        namespace: 'edge',
        annotations: { 'gateway.gloo.solo.io/gateway-parameters-name': name },
      },
      spec: { gatewayClassName: 'gloo-gateway', listeners: [listener(), ...draw.list(3, listener)] },
    },
    {
      apiVersion: 'gateway.gloo.solo.io/v1alpha1',
      kind: 'GatewayParameters',
      metadata: { name, namespace: 'edge' },
      spec: ofType(draw, specSchema, chart),
    },
  ];
}

function checkProblems({ problems }: Pick<KubeRendering, 'problems'>): void {
  for (const { code, message } of problems) {
    if (!codes.has(code)) fault(`an unknown code ${code}`);
    if (code === 'internal-error') fault('a bug', message);
    if (message === '' || message.length > 5000) fault(`no proper message of ${code}`, message.slice(0, 300));
  }
}

/** Gateways with GatewayParameters, valid and broken. */
export const kind: Kind<Input> = {
  name: 'kube',
  inputs: 50,
  make(draw) {
    const release = draw.pick(known);
    const all = objects(draw, chartOf(release));
    const isBroken = draw.oneIn(3);
    const texts = all.map((one) => asText(draw, isBroken ? disturbed(draw, one) : one));
    const joined = texts.join('\n---\n');
    return {
      release,
      values: asText(draw, draw.oneIn(4) ? disturbed(draw, values(draw)) : values(draw)),
      objects: draw.oneIn(6) ? mutated(draw, joined) : joined,
    };
  },
  async check(input) {
    const text = { name: 'objects.yaml', text: input.objects };
    const base = { values: input.values, chartVersion: input.release };
    const first = await timed(() => renderKubeGateways({ ...base, gateways: text }));
    checkProblems(first);
    const again = renderKubeGateways({ ...base, gateways: text });
    if (JSON.stringify(first) !== JSON.stringify(again)) fault('the same objects twice give two results');
    for (const { object, kind: of, text: printed } of first.manifests) {
      if (object['kind'] !== of) fault(`a ${of} is printed as something else`, printed);
      if (first.problems.length > 0) continue;
      const [error] = kubernetesErrors(object);
      if (error !== undefined)
        fault('the API server takes no such object, and nothing was said', `${error}\n${printed}`);
    }
    checkProblems(await timed(() => validateValues({ ...base, lint: true, objects: { gateways: text } })));
  },
  show: ({ release, values: given, objects: all }) => `${release}\n${given}\n${all}`,
};

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  addRoute,
  type Change,
  checkPolicies,
  disableMtls,
  enableMtls,
  injectSidecars,
  renderGatewayProxies,
  uninjectSidecars,
} from '../../../src/index.ts';
import { readYaml } from '../../../src/yaml/read.ts';
import { glistio } from '../command.ts';
import type { Draw } from '../draw.ts';
import { fault, type Kind } from '../kind.ts';
import { anyString, mutated } from '../material/strings.ts';
import { anyRelease, chartValues } from '../material/values.ts';
import { asText, disturbed, type Json } from '../material/yaml.ts';

interface Input {
  readonly text: string;
  readonly args: readonly string[];
}

const guide = [
  '1-gateway-proxy',
  '2-injected',
  '4-policy-of-productpage',
  '5-route',
  '8-custom-sidecars',
  'upstream',
  '9-upstream',
];
const recorded = ['1.17.0-default', '1.17.0-istiosds', '1.5.0-beta25-default'];
const written: readonly string[] = [
  ...guide.map((name) => readFileSync(`examples/istio-mtls-guide/${name}.yaml`, 'utf8')),
  ...recorded.map((name) => readFileSync(`test/diff/releases/${name}/live-deployment.yaml`, 'utf8')),
  'apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata:\n  name: a # one\n  namespace: gloo-system\nspec:\n  kube:\n    serviceName: a\n    serviceNamespace: default\n    servicePort: 80\n',
  'apiVersion: gateway.solo.io/v1\nkind: VirtualService\nmetadata: {name: default, namespace: gloo-system}\nspec: {virtualHost: {domains: ["*"], routes: []}}\n',
  'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  namespace: default\nspec:\n  selector: {app: a}\n  ports:\n  - port: 80\n',
  '# only a comment\n',
  'a: &x {b: 1}\nc: *x\n',
];

function document(draw: Draw): string {
  return draw.one(
    () => draw.pick(written),
    () => rendered(draw),
    () => mutated(draw, draw.pick(written)),
    () => asText(draw, disturbed(draw, objectOf(draw.pick(written)))),
    () =>
      asText(draw, {
        apiVersion: 'v1',
        kind: 'List',
        items: draw.list(3, () => disturbed(draw, objectOf(draw.pick(written)))),
      }),
    () => mutated(draw, rendered(draw)),
  );
}

function rendered(draw: Draw): string {
  const options = { values: chartValues(draw) as never, chartVersion: anyRelease(draw) };
  const { manifests } = renderGatewayProxies(options);
  return manifests.map(({ text }) => text).join('---\n');
}

function objectOf(text: string): Json {
  // Parsed YAML is plain data.
  return readYaml({ name: 'x', text }).value as Json;
}

const argumentsOf: Readonly<Record<string, (draw: Draw) => readonly string[]>> = {
  inject: (draw) => [
    ...(draw.oneIn(2)
      ? []
      : ['--istio-version', draw.oneIn(4) ? anyString(draw) : draw.pick(['1.20.0', '1.6.8', '1.5'])]),
    ...(draw.oneIn(3) ? [`--istio-revision=${anyString(draw)}`] : []),
    ...(draw.oneIn(3) ? [`--jwt-policy=${draw.pick(['first-party-jwt', 'third-party-jwt', 'x'])}`] : []),
    ...(draw.oneIn(3) ? [`--istio-meta-cluster-id=${anyString(draw)}`] : []),
  ],
  uninject: (draw) => (draw.oneIn(2) ? [] : ['--include-upstreams']),
  'enable-mtls': (draw) =>
    draw.oneIn(2) ? ['--all'] : [`--upstream=${draw.oneIn(2) ? 'a' : anyString(draw)}`, '--force'],
  'disable-mtls': (draw) => (draw.oneIn(2) ? ['--all'] : [`--selector=${anyString(draw)}=${anyString(draw)}`]),
  route: (draw) => [
    `--upstream=${draw.oneIn(2) ? 'a' : anyString(draw)}`,
    `--path-prefix=/${draw.oneIn(2) ? '' : anyString(draw)}`,
  ],
  'policy check': () => [],
  policy: (draw) => [`--namespace=${anyString(draw)}`, `--mode=${draw.pick(['STRICT', 'x'])}`],
};

/** Streams of manifests, for every command that reads or changes them. */
export const kind: Kind<Input> = {
  name: 'manifests',
  inputs: 80,
  make(draw) {
    const documents = [document(draw), ...draw.list(3, () => document(draw))];
    const text = documents.reduce(
      (stream, next) => stream + draw.pick(['---\n', '--- # x\n', '\n---\n', '---\r\n', '']) + next,
    );
    const command = draw.pick(Object.keys(argumentsOf));
    const file = command === 'policy' || draw.oneIn(6) ? [] : ['in.yaml'];
    return { text, args: [...command.split(' '), ...file, ...(argumentsOf[command]?.(draw) ?? [])] };
  },
  async check({ text, args }) {
    const options = { files: { 'in.yaml': text }, stdin: text };
    const once = await glistio(args, options);
    if (!isDeepStrictEqual(await glistio(args, options), once)) fault('the same run twice prints different things');
    const source = { name: 'in.yaml', text };
    checkPolicies(source);
    checkInjecting(text);
    checkChange('enable', text, enableMtls(source, { all: true }), (next) => enableMtls(next, { all: true }));
    checkChange('disable', text, disableMtls(source, { all: true }), (next) => disableMtls(next, { all: true }));
    const route = { upstream: 'a', path: { kind: 'prefix', value: '/a' } } as const;
    checkChange('route', text, addRoute(source, route), (next) => addRoute(next, route));
  },
  show: ({ text, args }) => `glistio ${args.map((word) => JSON.stringify(word)).join(' ')}\n${text}`,
};

function checkInjecting(text: string): void {
  const inject = (next: string): Change => injectSidecars(next, { istioVersion: '1.20.0', glooVersion: '1.17.0' });
  const injected = inject(text);
  checkChange('inject', text, injected, inject);
  const removed = uninjectSidecars(text, { includeUpstreams: true });
  checkChange('uninject', text, removed, (next) => uninjectSidecars(next, { includeUpstreams: true }));
  const isOurs = /istio-proxy|sds|istio-certs|istiod-ca-cert|istio-token|layout-lost/.test(text);
  const isClean = [injected, removed].every((one) =>
    one.problems.every(({ severity, code }) => severity !== 'error' && code !== 'layout-lost'),
  );
  // Input that already had part of the sidecars is not restored.
  if (isOurs || !isClean || removed.changed > 0) return;
  const back = uninjectSidecars(injected.manifests[0]?.text ?? '', { includeUpstreams: true });
  if (back.problems.some(({ code }) => code === 'layout-lost')) return;
  const after = back.manifests[0]?.text;
  if (after !== text) fault('uninject is not the inverse of inject', `${firstDifference(text, after ?? '')}`);
}

/** Invariants of every change: all or nothing, nothing else changes, and a second run changes nothing. */
function checkChange(what: string, before: string, change: Change, again: (text: string) => Change): void {
  const after = change.manifests[0]?.text ?? '';
  const bug = change.problems.find(({ code }) => code === 'internal-error');
  if (bug !== undefined) fault(`${what}: bug ${/\(([\w-]+\.ts)/.exec(bug.message)?.[1] ?? ''}`, bug.message);
  const isRefused = change.problems.some(({ severity }) => severity === 'error');
  if (isRefused && after !== before && !before.includes('ResourceList'))
    fault(`${what}: refused, and yet changed`, firstDifference(before, after));
  if (change.manifests[0]?.isChanged !== (after !== before)) fault(`${what}: says wrongly whether it changed anything`);
  if (isRefused || before.includes('ResourceList')) return;
  const [own, next] = [documentsOf(before), documentsOf(after)];
  if (next.length < own.length) fault(`${what}: documents are lost`, `${own.length} → ${next.length}`);
  own.forEach((text, index) => {
    const other = next[index] ?? '';
    if (text === other || text.trimEnd() === other.trimEnd()) return;
    const [a, b] = [text, other].map((one) => readYaml({ name: 'x', text: one }));
    if (b?.problems.some(({ severity }) => severity === 'error')) fault(`${what}: what it wrote is no YAML`, other);
    if (isDeepStrictEqual(a?.value, b?.value))
      fault(`${what}: another text for the same object`, firstDifference(text, other));
  });
  const second = again(after);
  if (second.problems.some(({ severity }) => severity === 'error'))
    fault(`${what}: refuses what it wrote`, second.problems.map(({ message }) => message).join('\n'));
  if (second.manifests[0]?.text !== after)
    fault(`${what}: a second time changes more`, firstDifference(after, second.manifests[0]?.text ?? ''));
}

function documentsOf(text: string): string[] {
  return text.split(/^(?=---(?:[ \t\r\n]|$))/m);
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const [one, other] = [a, b].map((text) => JSON.stringify(text.slice(Math.max(0, at - 80), at + 80)));
  return `at ${at} of ${a.length} and ${b.length}:\n${one}\n${other}`;
}

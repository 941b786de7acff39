import { diffManifests } from '../src/diff/diff.ts';
import type { DiffOptions } from '../src/diff/options.ts';
import { injectSidecars } from '../src/istio/inject.ts';
import { enableMtls } from '../src/istio/mtls.ts';
import { checkPolicies } from '../src/istio/policy-check.ts';
import { uninjectSidecars } from '../src/istio/uninject.ts';
import type { Problem } from '../src/problem.ts';
import type { ProblemFormatter } from '../src/report/format.ts';
import { formatGithub } from '../src/report/github.ts';
import { formatSarif } from '../src/report/sarif.ts';
import { formatText } from '../src/report/text.ts';
import { renderGatewayProxies } from '../src/verbs/render.ts';
import { validateValues } from '../src/verbs/validate.ts';

/** An input that can be made of any size, and an operation on it. */
export interface Shape {
  readonly name: string;
  /** The operation on an input of a size; creating the input is not measured. */
  make(size: number): () => unknown;
}

const many = (size: number, part: (index: number) => string): string =>
  Array.from({ length: size }, (_, index) => part(index)).join('');

function values(name: string, text: (size: number) => string, ...verbs: readonly Verb[]): Shape[] {
  return (verbs.length === 0 ? (['validate'] as const) : verbs).map((verb) => ({
    name: `${verb}: ${name}`,
    make: (size) => {
      const source = { name: 'values.yaml', text: text(size) };
      return () => acts[verb](source);
    },
  }));
}

type Verb = 'validate' | 'render' | 'text' | 'sarif' | 'github';

const acts: Readonly<Record<Verb, (source: { name: string; text: string }) => unknown>> = {
  validate: (source) => validateValues({ values: [source], lint: true }),
  render: (source) => renderGatewayProxies({ values: [source] }).manifests.map(({ object }) => object),
  text: (source) => formatted(formatText, source),
  sarif: (source) => formatted(formatSarif, source),
  github: (source) => formatted(formatGithub, source),
};

function formatted(format: ProblemFormatter, source: { name: string; text: string }): string {
  const problems: readonly Problem[] = validateValues({ values: [source] }).problems;
  return String(format(problems, { color: true, texts: new Map([[source.name, source.text]]) }));
}

function set(name: string, given: (size: number) => Parameters<typeof validateValues>[0]): Shape {
  return {
    name: `set: ${name}`,
    make: (size) => {
      const options = given(size);
      return () => validateValues(options);
    },
  };
}

function workload(name: string, containers: string, rest = ''): string {
  return `---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n  labels: {gloo: gateway-proxy}\nspec:\n  template:\n    spec:\n      containers:\n${containers}${rest}`;
}

const container = (name: string, rest = ''): string =>
  `      - name: ${name}\n        image: quay.io/solo-io/gloo-envoy-wrapper:1.17.0\n${rest}`;

function compared(name: string, side: (size: number, which: 'a' | 'b') => string, options?: DiffOptions): Shape {
  return {
    name: `diff: ${name}`,
    make: (size) => {
      const [left, right] = [side(size, 'a'), side(size, 'b')];
      return () =>
        diffManifests(
          { name: 'a.yaml', text: left },
          { name: 'b.yaml', text: right },
          { showSecrets: true, ...options },
        );
    },
  };
}

function changed(name: string, text: (size: number) => string): Shape[] {
  const verbs = {
    inject: injectSidecars,
    uninject: uninjectSidecars,
    'enable-mtls': enableAll,
    'policy check': checkPolicies,
  };
  return Object.entries(verbs).map(([verb, act]) => ({
    name: `${verb}: ${name}`,
    make: (size) => {
      const source = { name: 'in.yaml', text: text(size) };
      return () => act([source]);
    },
  }));
}

const enableAll = (sources: Parameters<typeof enableMtls>[0]): unknown => enableMtls(sources, { all: true });

const rendering = renderGatewayProxies({
  chartVersion: '1.17.0',
  values: [{ global: { istioSDS: { enabled: true } } }],
})
  .manifests.map(({ text }) => `---\n${text}`)
  .join('');

const upstream = (index: number): string =>
  `---\napiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata:\n  name: u${index}\n  namespace: n${index % 7}\nspec:\n  kube:\n    serviceName: s${index}\n    serviceNamespace: n${index % 7}\n    selector: {app: a${index}}\n`;

/**
 * Kinds of large inputs: each scales to any size, and each targets a place where something could be processed
 * repeatedly.
 */
export const shapes: readonly Shape[] = [
  ...values(
    'unknown keys',
    (n) => many(n * 8, (i) => `unknown${i}: v\n`),
    'validate',
    'render',
    'text',
    'sarif',
    'github',
  ),
  ...values(
    'unknown keys in JSON on one line',
    (n) => `{${many(n * 8, (i) => `"unknown${i}": 1, `)}"x": 1}`,
    'validate',
    'text',
  ),
  ...values(
    'values of another release',
    (n) =>
      `gatewayProxies:\n${many(n, (i) => `  p${i}: {podTemplate: {gracefulShutdown: {enabled: 1}}, readConfigMulticluster: true}\n`)}`,
  ),
  ...values(
    'gateway proxies',
    (n) =>
      `global: {istioSDS: {enabled: true}}\ngatewayProxies:\n${many(n / 4, (i) => `  p${i}:\n    namespace: n${i}\n    service: {httpPort: 80}\n    podTemplate: {httpPort: ${i + 1000}}\n`)}`,
    'validate',
    'render',
  ),
  ...values(
    'sidecars',
    (n) =>
      `global:\n  istioSDS:\n    enabled: true\n    customSidecars:\n${many(n, (i) => `    - {name: sds${i}, image: "a/proxyv2:1.20.${i}", ports: [{containerPort: ${(i % 60000) + 1}}], volumeMounts: [{name: v, mountPath: /m${i}}]}\n`)}`,
    'validate',
    'render',
  ),
  ...values(
    'sidecars of one name',
    (n) =>
      `global:\n  istioSDS:\n    enabled: true\n    customSidecars:\n${many(n, () => '    - {name: sds, image: proxyv2, ports: [{containerPort: 80, name: p}], unknown: 1}\n')}`,
  ),
  ...values(
    'variables of a sidecar',
    (n) =>
      `global:\n  istioSDS:\n    enabled: true\n    customSidecars:\n    - name: istio-proxy\n      image: istio/proxyv2:1.20.3\n      args: [${many(n, (i) => `"--a${i}", `)}]\n      env:\n${many(n, (i) => `      - {name: E${i % 9000}, value: "${i}"}\n`)}`,
    'validate',
    'render',
  ),
  ...values(
    'volumes',
    (n) =>
      `gatewayProxies:\n  gatewayProxy:\n    extraVolumes:\n${many(n, (i) => `    - {name: v${i}, emptyDir: {}}\n`)}    extraProxyVolumeMounts:\n${many(n, (i) => `    - {name: v${i}, mountPath: /m/${i}}\n`)}    extraContainersHelper: ""\n`,
    'validate',
    'render',
  ),
  ...values(
    'tolerations',
    (n) =>
      `gatewayProxies:\n  gatewayProxy:\n    podTemplate:\n      tolerations:\n${many(n * 2, (i) => `      - {key: k${i}, operatr: Exists}\n`)}      extraAnnotations:\n${many(n * 2, (i) => `        a${i}: ${i}\n`)}`,
    'validate',
    'render',
  ),
  ...values(
    'annotations',
    (n) =>
      `gatewayProxies:\n  gatewayProxy:\n    podTemplate:\n      extraAnnotations:\n${many(n * 8, (i) => `        a${i}: "${i}"\n`)}`,
    'validate',
    'render',
  ),
  ...values('booleans as words', (n) => many(n * 8, (i) => `k${i}: yes\n`)),
  ...values('keys given twice', (n) => many(n * 4, (i) => `k${i}: 1\n`) + many(n * 4, (i) => `k${n * 4 - 1 - i}: 2\n`)),
  ...values('maps with keys given twice', (n) => many(n * 4, (i) => `k${i}: {a: 1, a: 2}\n`)),
  ...values('anchors', (n) => many(n * 4, (i) => `k${i}: &a${i} {x: *a${Math.max(0, i - 1)}}\n`.replace('*a0', '1'))),
  ...values(
    'aliases of a big map',
    (n) => `b: &b\n${many(n, (i) => `  k${i}: 1\n`)}${many(n / 8, (i) => `u${i}: *b\n`)}`,
  ),
  ...values('merges', (n) => `b: &b {x: 1, y: 2}\n${many(n * 2, (i) => `u${i}: {<<: *b, z: 1}\n`)}`),
  ...values('merges into one map', (n) => `b: &b {x: 1, y: 2}\nm:\n${many(n * 2, () => '  <<: *b\n')}`),
  ...values(
    'merges of lists',
    (n) => `${many(n, (i) => `b${i}: &b${i} {x${i}: 1}\n`)}m: {<<: [${many(n, (i) => `*b${i}, `)}]}\n`,
  ),
  ...values('unknown aliases', (n) => many(n * 4, (i) => `k${i}: *b\n`)),
  ...values('levels in brackets', (n) => `a: ${'['.repeat(n * 20)}`),
  ...values('levels of maps', (n) => many(n / 4, (i) => `${' '.repeat(i)}a:\n`)),
  ...values('levels of dashes', (n) => '- '.repeat(n * 20)),
  ...values('documents', (n) => many(n * 8, (i) => `---\na: ${i}\n`)),
  ...values('blanks', (n) => `a: 1\n---\n${' '.repeat(n * 50)}x`),
  ...values('blank lines', (n) => `a:${'\n'.repeat(n * 50)}b: 1`),
  ...values('comments', (n) => `a:\n${'# #\n'.repeat(n * 20)}b: {x\n${'#\n'.repeat(n * 20)}: 1}`),
  ...values('comment of hashes', (n) => `a: [x, ${'#'.repeat(n * 50)}\n]`),
  ...values('tabs in brackets', (n) => `a: [[x]\n${'\t\n'.repeat(n * 8)}, b]\n`),
  ...values('tabs behind brackets', (n) => `a: [\n${'\t[x]\n,'.repeat(n * 4)}]\n`),
  ...values('lines indented too little', (n) => `a:\n  b: [\n${'x,\n'.repeat(n)}]\n`),
  ...values('block texts', (n) => many(n * 2, (i) => `k${i}: |\n  a\n  b\n`)),
  ...values('quoted texts over lines', (n) => `a: "${'x\n  '.repeat(n * 8)}"\n`),
  ...values('a long key', (n) => `${'k'.repeat(n * 20)}: 1\n? ${'k'.repeat(n * 20)}\n: 1\n`, 'validate', 'text'),
  ...values('keys that cannot be', (n) => many(n * 4, () => '{a: 1}: 1\n')),
  ...values('empty keys', (n) => many(n * 4, () => ': \n')),
  ...values('escapes', (n) => `a: "${'\\/'.repeat(n * 8)}"\n`),
  ...values(
    'a long number',
    (n) =>
      `a: ${'1'.repeat(n * 20)}x\ngatewayProxies: {gatewayProxy: {podTemplate: {runAsUser: "${'1'.repeat(n * 20)}x"}}}\n`,
    'validate',
    'render',
  ),
  ...values(
    'a long integer',
    (n) => `a: ${'1'.repeat(n * 20)}\nb: 0x${'1'.repeat(n * 20)}\nc: 0${'1'.repeat(n * 20)}\n`,
  ),
  ...values(
    'a long image',
    (n) =>
      `gatewayProxies: {gatewayProxy: {podTemplate: {image: {registry: "${'a.'.repeat(n * 8)}", repository: "${'a/'.repeat(n * 8)}", tag: "${'1.'.repeat(n * 8)}"}}}}\n`,
    'validate',
    'render',
  ),
  ...values('a long name', (n) => `gatewayProxies: {"${'aB-1é'.repeat(n * 4)}": {}}\n`, 'validate', 'render'),
  ...values('ignored codes', (n) => `a: yes # glistio-ignore ${many(n * 4, (i) => `c${i.toString(36)}, `)}\n`),
  ...values('ignoring comments', (n) => many(n * 4, (i) => `# glistio-ignore unknown-value\nk${i}: 1\n`)),
  ...values(
    'Envoy configuration',
    (n) =>
      `global: {istioSDS: {enabled: true}}\ngatewayProxies:\n  gatewayProxy:\n    envoyStaticClusters:\n${many(n, (i) => `    - {name: c${i}, connect_timeout: 5s}\n`)}    envoyBootstrapExtensions:\n${many(n, (i) => `    - {name: e${i}}\n`)}`,
    'validate',
    'render',
  ),
  set('keys in one argument', (n) => ({ set: [many(n * 2, (i) => `k${i}=1,`)] })),
  set('one key again and again', (n) => ({ set: [many(n * 4, () => 'a=1,')] })),
  set('keys in one map', (n) => ({ set: [many(n * 2, (i) => `m.k${i}=1,`)] })),
  set('one path again and again', (n) => ({ set: [many(n * 4, () => 'a.b.c=1,')] })),
  set('commas', (n) => ({ set: [`a=1${','.repeat(n * 8)}`, `a={${','.repeat(n * 8)}}`] })),
  set('lists', (n) => ({ set: [many(n, (i) => `l[${i}].a=1,`)] })),
  set('lists far out', (n) => ({ set: [many(n / 32, (i) => `l${i}[65536]=1,`)] })),
  set('arguments', (n) => ({ set: Array.from({ length: n }, (_, i) => `k${i}=1`) })),
  set('arguments into one map', (n) => ({ setString: Array.from({ length: n }, (_, i) => `m.k${i}=1`) })),
  set('arguments into one list', (n) => ({ setJson: Array.from({ length: n }, (_, i) => `l[${i}]={"a":1}`) })),
  set('arguments that fail', (n) => ({ set: Array.from({ length: n }, (_, i) => `k${i}=1,x`) })),
  set('brackets', (n) => ({ set: [`a${'[0]'.repeat(n)}=1`, `a${'.b'.repeat(n)}=1`] })),
  set('backslashes', (n) => ({ set: [`a${'\\\\'.repeat(n * 8)}=${'\\,'.repeat(n * 8)}`] })),
  set('JSON', (n) => ({ setJson: [`a={${many(n * 2, (i) => `"k${i}":[1,"x"],`)}"z":1}`, `b=${'['.repeat(n * 8)}`] })),
  set('JSON one by one', (n) => ({ setJson: [many(n, (i) => `a${i}={"x":${i}},`)] })),
  {
    name: 'validate: many files',
    make: (size) => {
      const sources = Array.from({ length: size / 16 }, (_, i) => ({
        name: `f${i}.yaml`,
        text: `k${i}: 1\nm: {k${i}: yes}\n`,
      }));
      return () => validateValues({ values: sources });
    },
  },
  {
    name: 'validate: typed values',
    make: (size) => {
      const given = Object.fromEntries(Array.from({ length: size * 4 }, (_, i) => [`k${i}`, i]));
      return () => validateValues({ values: [given as object] });
    },
  },
  compared('variables', (n, side) =>
    workload(
      'p',
      container(
        'c',
        `        env:\n${many(n * 2, (i) => `        - {name: E${side === 'a' ? i : n * 2 - i}, value: "${side}"}\n`)}`,
      ),
    ),
  ),
  compared(
    'variables, secrets hidden',
    (n, side) =>
      workload(
        'p',
        container(
          'c',
          `        env:\n${many(n * 2, (i) => `        - {name: E${side === 'a' ? i : n * 2 - i}, value: "${side}"}\n`)}`,
        ),
      ),
    { showSecrets: false },
  ),
  compared('arguments', (n, side) =>
    workload(
      'p',
      container('c', `        args:\n${many(n, (i) => `        - "${side}${i * (side === 'a' ? 7 : 11)}"\n`)}`),
    ),
  ),
  compared('containers', (n, side) =>
    workload(
      'p',
      many(n, (i) => container(`${side}${i}`)),
    ),
  ),
  compared('containers of one name', (n, side) =>
    workload(
      'p',
      many(n, (i) => container('c', `        args: ["${side}${i}"]\n`)),
    ),
  ),
  compared('volumes', (n, side) =>
    workload('p', container('c'), `      volumes:\n${many(n, (i) => `      - {name: ${side}${i}, emptyDir: {}}\n`)}`),
  ),
  compared('objects', (n, side) => many(n / 2, (i) => workload(`${side}${i}`, container('c')))),
  compared('objects that changed', (n, side) => many(n / 2, (i) => workload(`p${i}`, container(`c${side}`)))),
  compared(
    'text of a ConfigMap',
    (n, side) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {gloo: gateway-proxy}}\ndata:\n  x: |\n${many(n * 2, (i) => `    ${side}${i} x\n`)}`,
  ),
  compared(
    'Envoy clusters',
    (n, side) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {gloo: gateway-proxy}}\ndata:\n  envoy.yaml: |\n    static_resources:\n      clusters:\n${many(n, (i) => `      - {name: ${i % 2 ? side : 'c'}${i}, connect_timeout: 5.0${side === 'a' ? '0' : '1'}0s}\n`)}`,
  ),
  compared('a long image', (n, side) =>
    workload('p', `      - name: c\n        image: "${'a.b/'.repeat(n * 4)}${side}:${'1.'.repeat(n * 4)}"\n`),
  ),
  compared('levels', (n, side) =>
    workload('p', container('c', `        x: ${'['.repeat(Math.min(400, n))}${side}${']'.repeat(Math.min(400, n))}\n`)),
  ),
  compared(
    'patterns',
    (n, side) =>
      workload('p', container('c', `        env:\n${many(n, (i) => `        - {name: E${i}, value: "${side}"}\n`)}`)),
    { ignore: ['**.a*a*a*a*b', '**.*E*E*1*x'] },
  ),
  ...changed(
    'documents',
    (n) => many(n, (i) => `---\napiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\n`) + rendering,
  ),
  ...changed('workloads', (n) =>
    many(n / 16, (i) =>
      rendering
        .replaceAll('gateway-proxy', `gateway-proxy-${i}`)
        .replaceAll('gloo: gateway-proxy-', 'gloo: gateway-proxy #'),
    ),
  ),
  ...changed('Upstreams', (n) => many(n / 2, upstream)),
  ...changed(
    'a list of Upstreams',
    (n) =>
      `apiVersion: v1\nkind: List\nitems:\n${many(n / 2, (i) => `- {apiVersion: gloo.solo.io/v1, kind: Upstream, metadata: {name: u${i}}, spec: {static: {hosts: []}}}\n`)}`,
  ),
  ...changed(
    'policies',
    (n) =>
      many(n / 4, upstream) +
      many(
        n / 4,
        (i) =>
          `---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p${i}, namespace: n${i % 7}}\nspec: {selector: {matchLabels: {app: a${i}}}, mtls: {mode: STRICT}}\n`,
      ),
  ),
  ...changed('containers', (n) =>
    rendering.replace(
      /^( *)containers:\n/m,
      (line, indent: string) => line + many(n, (i) => `${indent}- name: c${i}\n${indent}  image: x\n`),
    ),
  ),
  ...changed('comments', (n) =>
    rendering.replace(/^( *)containers:\n/m, (line) => line + many(n * 4, () => '# ###\n')),
  ),
  ...changed('broken documents', (n) => many(n, () => '---\na: [\n')),
  ...changed(
    'a long line',
    (n) =>
      `{"apiVersion":"v1","kind":"List","items":[${many(n / 2, (i) => `{"apiVersion":"gloo.solo.io/v1","kind":"Upstream","metadata":{"name":"u${i}"},"spec":{"static":{}}},`)}{}]}`,
  ),
];

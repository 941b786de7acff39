/** Pictures of pods: those of the guide in every format, missing parts, and untrusted names. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { laidOut } from '../../src/picture/layout.ts';
import type { PodPicture } from '../../src/picture/types.ts';
import type { Printable } from '../../src/printable.ts';
import { pictureHtml } from '../../src/report/picture-html.ts';
import { pictureMermaid } from '../../src/report/picture-mermaid.ts';
import { pictureSvg } from '../../src/report/picture-svg.ts';
import { pictureText } from '../../src/report/picture-text.ts';
import { mapOf, mapsIn, type ValueMap, valueAt, withValueAt } from '../../src/value.ts';
import { picturesOf } from '../../src/verbs/picture.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { matchGolden } from '../support/golden.ts';

const formats: Readonly<Record<string, (pictures: readonly PodPicture[]) => Printable>> = {
  svg: (pictures) => pictureSvg(pictures.map(laidOut)),
  html: pictureHtml,
  mmd: pictureMermaid,
  txt: (pictures) => pictureText(pictures),
};

const guide = (name: string) => {
  const file = `examples/istio-mtls-guide/${name}`;
  return { name: file, text: readFileSync(file, 'utf8') };
};

function drawn(values: ValueMap, chartVersion = '1.17.0'): PodPicture[] {
  const { manifests, problems } = renderGatewayProxies({ values: [values], chartVersion });
  assert.ok(manifests.length > 0, JSON.stringify(problems));
  return [...picturesOf(manifests, { chartVersion }).pictures];
}

const arrows = ([pod]: readonly PodPicture[]): string[] =>
  (pod?.edges ?? [])
    .filter(({ to }) => !to.startsWith('x'))
    .map(({ label, isMissing }) => `${isMissing ? '✗ ' : ''}${label}`);

test('the pod of the guide, in every format', () => {
  const sources = [guide('2-injected.yaml'), guide('3-upstream.yaml')];
  const { pictures } = picturesOf(sources);
  assert.equal(pictures.length, 1);
  for (const [format, print] of Object.entries(formats)) {
    const text = print(pictures).exact;
    matchGolden(`test/golden/picture/guide.${format}`, text);
    assert.equal(print(picturesOf(sources).pictures).exact, text, 'the same picture each time');
  }
  // README shows it.
  matchGolden('docs/pod.svg', formats['svg']?.(pictures).exact ?? '');
});

/** A pod with everything that can be drawn: each kind of box whole, wrong and missing, and each kind of arrow. */
function everything(title: string): PodPicture {
  const states = ['whole', 'wrong', 'missing'] as const;
  const nodes = (['outside', 'container', 'volume'] as const).flatMap((kind) =>
    states.map((state) => ({
      ...{ id: `${kind}-${state}`, kind, title: `${kind} ${state}`, isMissing: state === 'missing' },
      rows: state === 'whole' ? [`${'a row that is longer than a box may be, '.repeat(3)}`, '  indented'] : [],
      faults: state === 'wrong' ? [{ code: 'no-such-mount', message: `Nothing is mounted at /${kind}.` }] : [],
    })),
  );
  const arrow = (from: string, to: string, label: string, isCertificates = false, isMissing = false) => ({
    ...{ from, to, label, isCertificates, isMissing },
  });
  const edges = [
    arrow('outside-whole', 'container-whole', 'requests'),
    arrow('container-whole', 'volume-whole', 'writes', true),
    arrow('container-missing', 'volume-missing', 'does not write there', true, true),
    arrow('container-wrong', 'outside-missing', 'no certificate', false, true),
    arrow('volume-whole', 'container-wrong', `${'reads a path that is longer than a line, '.repeat(3)}`),
  ];
  return { title, rows: ['2 replicas', 'chart 1.17.0'], nodes, edges };
}

test('what is wrong or missing, in every format', () => {
  const pictures = [everything('Deployment edge/a'), everything('DaemonSet edge/b')];
  for (const [format, print] of Object.entries(formats))
    matchGolden(`test/golden/picture/wrong.${format}`, print(pictures).exact);
  const painted = pictureText(pictures.slice(1), true).exact;
  matchGolden('test/golden/picture/wrong-in-colour.txt', painted.replaceAll('\u001b', '␛'));
});

const sds = { global: { istioSDS: { enabled: true } } };

test('the way of the certificates, and where it ends', () => {
  const whole = ['signs', 'writes /etc/istio-certs', 'reads /etc/istio-certs', 'SDS: gateway_proxy_sds'];
  assert.deepEqual(arrows(drawn(sds)).slice(-5), [...whole, 'mTLS']);
  const lazy = { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.22.0' };
  const unwritten = drawn({ global: { istioSDS: { enabled: true, customSidecars: [lazy] } } });
  assert.deepEqual(arrows(unwritten).slice(-5), [
    ...['signs', '✗ does not write there', 'reads /etc/istio-certs', 'SDS: gateway_proxy_sds', '✗ no certificate'],
  ]);
  const codes = unwritten[0]?.nodes.flatMap(({ title, faults }) => faults.map(({ code }) => `${title} ${code}`)) ?? [];
  assert.ok(codes.includes('istio-proxy certificates-never-written'), codes.join());
  const bootstrap = { 'envoy.yaml': 'node: {id: a, cluster: b}\n' };
  const unasked = drawn({ ...sds, gatewayProxies: { gatewayProxy: { configMap: { data: bootstrap } } } });
  assert.deepEqual(arrows(unasked).slice(-2), ['✗ no cluster gateway_proxy_sds', '✗ no certificate']);
});

test('without Istio, and with Gloo’s own mTLS, nothing of the mesh is missing', () => {
  for (const values of [{}, { global: { glooMtls: { enabled: true } } }]) {
    const [pod] = drawn(values);
    assert.deepEqual(
      pod?.nodes.filter(({ id, isMissing }) => isMissing || id === 'istiod'),
      [],
    );
  }
});

test('a pod without its SDS server, or without its agent, shows the gap', () => {
  const { manifests } = renderGatewayProxies({ values: [sds], chartVersion: '1.17.0' });
  const path = ['spec', 'template', 'spec', 'containers'];
  for (const gap of ['sds', 'istio-proxy']) {
    const objects = manifests.map(({ object }) => {
      const containers = mapsIn(valueAt(object, ...path));
      const left = containers.filter(({ name }) => name !== gap);
      return containers.length === 0 ? object : mapOf(withValueAt(object, path, left));
    });
    const [pod] = picturesOf(objects, { chartVersion: '1.17.0' }).pictures;
    assert.deepEqual(
      pod?.nodes.filter(({ isMissing }) => isMissing).map(({ title }) => title),
      [gap],
    );
    assert.equal(pod?.edges.at(-1)?.label, 'no certificate');
  }
});

test('containers that run first, volumes of every kind, and more than fits', () => {
  const volumes = [
    { name: 'a', emptyDir: {} },
    { name: 'b', hostPath: { path: '/' } },
    { name: 'c' },
    ...Array.from({ length: 20 }, (_, index) => ({ name: `s${index}`, secret: { secretName: `of-${index}` } })),
  ];
  const mounts = [...volumes, { name: 'lost' }].map(({ name }) => ({ name, mountPath: `/${name}` }));
  const upstreams = Array.from({ length: 7 }, (_, index) => ({
    ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', metadata: { name: `up-${index}`, namespace: 'gloo-system' } },
    spec: { sslConfig: { sds: { targetUri: 'x' } } },
  }));
  const { manifests } = renderGatewayProxies({ values: [sds], chartVersion: '1.17.0' });
  const pod = { initContainers: [{ name: 'first', image: 'first:1' }], volumes };
  const objects = manifests.map(({ object }) => {
    const spec = mapOf(valueAt(object, 'spec', 'template', 'spec'));
    const extra = { name: 'extra', image: 'extra:1', volumeMounts: mounts };
    const whole = { ...spec, ...pod, containers: [...mapsIn(spec['containers']), extra] } as unknown as ValueMap;
    return mapsIn(spec['containers']).length === 0
      ? object
      : mapOf(withValueAt(object, ['spec', 'template', 'spec'], whole));
  });
  const { pictures } = picturesOf([...objects, ...upstreams], { chartVersion: '1.17.0' });
  const rowsOf = (title: string) => pictures[0]?.nodes.find((node) => node.title === title)?.rows;
  assert.deepEqual(rowsOf('first (init)'), ['first:1']);
  assert.deepEqual(rowsOf('extra')?.slice(0, 4), ['extra:1', 'a: empty at first → /a', 'b: hostPath → /b', 'c → /c']);
  assert.match(rowsOf('extra')?.at(-1) ?? '', /^… and \d+ more$/);
  assert.match(rowsOf('Upstreams')?.at(-1) ?? '', /^and 2 more$/);
});

test('untrusted names are text in every format, and fit', () => {
  const evil = '"]; click x "javascript:alert(1)" %% <script>alert(1)</script>\u001b[31m\u202e&#x22; ]]> `x` #quot;';
  const long = 'w'.repeat(3000);
  const container = { name: evil, image: `${evil}:${long}`, volumeMounts: [{ name: evil, mountPath: evil }] };
  const workload = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name: evil, namespace: evil, labels: { gloo: 'gateway-proxy' } },
    spec: {
      template: {
        metadata: { labels: { gloo: 'gateway-proxy' } },
        spec: {
          containers: [container, { ...container, name: '__proto__' }, ...Array<ValueMap>(200).fill({ name: long })],
          volumes: [{ name: evil, configMap: { name: evil } }, { name: '__proto__' }],
        },
      },
    },
  };
  const { pictures } = picturesOf([workload]);
  const printed = Object.fromEntries(Object.entries(formats).map(([format, print]) => [format, print(pictures).exact]));
  for (const [format, text] of Object.entries(printed)) {
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u202e]/, format);
    assert.doesNotMatch(text, format === 'txt' ? /$^/ : /<script/, format);
  }
  for (const line of (printed['txt'] ?? '').split('\n')) assert.ok([...line].length <= 100, line);
  assert.match(printed['mmd'] ?? '', /#34;#93;; click x #34;javascript:alert\(1\)#34; #37;#37; #60;script#62;/);
  // In Mermaid, user text cannot end a label: quotes come in pairs, and each line is one statement.
  const [directive = '', ...statements] = (printed['mmd'] ?? '').split('\n');
  assert.match(directive, /^%%\{init: [\w{}", :]+\}%%$/);
  for (const line of statements) {
    assert.equal((line.match(/"/g) ?? []).length % 2, 0, line);
    assert.doesNotMatch(line.replace(/"[^"]*"/g, ''), /click|%%|javascript/, line);
  }
  for (const format of ['svg', 'html']) assertBalanced(printed[format] ?? '');
  assert.doesNotMatch(printed['html'] ?? '', /<(?:script|link|img|iframe)\b|(?:src|href)=|@import|url\((?!#)/);
});

/** Every tag that is opened is closed, and no attribute ends early. */
function assertBalanced(text: string): void {
  const open: string[] = [];
  for (const [, slash, name = '', rest = ''] of text.matchAll(/<(\/?)([a-z][\w-]*)((?:[^<>"]|"[^"<>]*")*)>/gi)) {
    if (slash === '/') assert.equal(open.pop(), name);
    else if (!rest.endsWith('/') && name !== 'meta') open.push(name);
  }
  assert.deepEqual(open, []);
}

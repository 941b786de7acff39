/** Follows the hints of `diff`, of `upgrade` and of the library's options. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import {
  checkMtls,
  diffManifests,
  enableMtls,
  type Problem,
  peerAuthentication,
  renderGatewayProxies,
  renderKubeGateways,
  validateManifests,
  validateValues,
} from '../../src/index.ts';
import type { ValueMap } from '../../src/value.ts';
import { planStrict } from '../../src/verbs/strict-plan.ts';
import { upgradeToIntegration } from '../../src/verbs/upgrade.ts';
import { upgradeIstio } from '../../src/verbs/upgrade-istio.ts';
import { upgradeRelease } from '../../src/verbs/upgrade-release.ts';
import { world as meshWorld } from '../support/istio-world.ts';
import { gateway } from '../support/kube-objects.ts';
import {
  argueOthers,
  type Case,
  changed,
  followCases,
  ofKind,
  type World,
  withObject,
  withOption,
  world,
} from './cases.ts';

type Follow = Case['follow'][number];
type Options = Record<string, never>;

/** The objects are the right side. */
function diff(objects: ValueMap[], { left, ...options }: Options): { readonly problems: readonly Problem[] } {
  return diffManifests(left as never, objects, options);
}
function release(_: unknown, { from, to, ...options }: Options): { readonly problems: readonly Problem[] } {
  return upgradeRelease(options, from as never, to as never);
}
function istio(_: unknown, { from, to, ...options }: Options): { readonly problems: readonly Problem[] } {
  return upgradeIstio(options, from as never, to as never);
}
function integration(_: unknown, { text, ...options }: Options): { readonly problems: readonly Problem[] } {
  return upgradeToIntegration({ name: 'values.yaml', text: text as never }, options);
}
function values(_: unknown, options: Options): { readonly problems: readonly Problem[] } {
  return validateValues(options as never);
}
function manifests(objects: ValueMap[], options: Options): { readonly problems: readonly Problem[] } {
  return validateManifests(objects, options);
}
function render(_: unknown, options: Options): { readonly problems: readonly Problem[] } {
  return renderGatewayProxies(options as never);
}
function kube(objects: ValueMap[], options: Options): { readonly problems: readonly Problem[] } {
  return renderKubeGateways({ ...options, gateways: objects } as never);
}

const of = (run: unknown, code: string, given: World, hint: RegExp, ...follow: readonly Follow[]): Case => ({
  ...{ run: run as Case['run'], code, world: given, hint, follow },
});
const opened = (options: Readonly<Record<string, unknown>>): World => world([], options);
/** Sets an option to what the hint says. */
const toHint =
  (name: string, read: (word: string) => unknown = (word) => word): Follow =>
  (given, found) =>
    withOption(name, read(found[1] ?? ''))(given);

const sds: ValueMap = { global: { istioSDS: { enabled: true } } };
const rendered = (given: ValueMap = sds): ValueMap[] =>
  renderGatewayProxies({ values: [given], chartVersion: '1.18.5' }).manifests.map(({ object }) => object);
const all = rendered();
const only = (...kinds: readonly string[]): ValueMap[] => all.filter(({ kind }) => kinds.includes(String(kind)));
const others = all.filter(({ kind }) => kind !== 'Deployment' && kind !== 'ConfigMap');
const plainService: ValueMap = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'gloo-system' },
};
const istiod: ValueMap = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'istiod', namespace: 'istio-system' } },
  spec: { template: { spec: { containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.22.3' }] } } },
};

const [proxy] = only('Deployment');
const unlabelled: ValueMap = {
  ...proxy,
  metadata: { name: 'own', namespace: 'gloo-system' },
  spec: { template: { spec: { containers: [{ name: 'own', image: 'own:1' }] } } },
};

const cases: readonly Case[] = [
  // diff
  of(
    diff,
    'bad-path-pattern',
    world(all, { left: all, ignore: ['metadata[labels'] }),
    /^like (\S+), (\S+), (\S+), or a JSON pointer (\S+)$/,
    ...[1, 2, 3, 4].map(
      (at): Follow =>
        (given, found) =>
          withOption('ignore', [found[at] ?? ''])(given),
    ),
  ),
  of(
    diff,
    'workloads-only',
    world(only('Deployment', 'ConfigMap'), { left: all }),
    /^Give Services, service accounts, autoscalers, disruption budgets and Gateways too\.$/,
    withObject(...others),
  ),
  of(diff, 'duplicate-object', world([...all, ...all.slice(0, 1)], { left: all }), /^Remove all but one\.$/, () =>
    world(all, { left: all }),
  ),
  of(
    diff,
    'no-gateway-proxy',
    world([plainService], { left: [plainService] }),
    /^objects of a gateway proxy are recognised by the label (\w+): ([\w-]+); --include KIND\/NAME compares others$/,
    ({ objects, options }, [, label = '', name = '']) => {
      const labelled = objects.map((one) => ({
        ...one,
        metadata: { ...(one['metadata'] as ValueMap), labels: { [label]: name } },
      }));
      return world(labelled, { ...options, left: labelled });
    },
    withOption('include', ['Service/web']),
  ),
  // upgrade
  of(
    release,
    'unknown-release',
    opened({ values: [sds], from: '1.18.55', to: '1.18.7' }),
    /\b(1\.18\.\d+)\b/,
    toHint('from'),
  ),
  of(
    istio,
    'bad-option',
    opened({ values: [sds], from: '1.5', to: '1.5' }),
    /^write both as (1\.22\.3)$/,
    (given, found) => withOption('to', found[1])(withOption('from', found[1])(given)),
  ),
  of(
    istio,
    'sidecar-version-fixed',
    opened({ values: [sds], chartVersion: '1.8.0', from: '1.9.4', to: '1.9.5' }),
    /^write the sidecar under global\.istioSDS\.customSidecars, or use a release with global\.glooMtls\.istioProxy\.image$/,
    withOption('values', [
      {
        global: {
          istioSDS: {
            enabled: true,
            customSidecars: [{ name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.9.4' }],
          },
        },
      },
    ]),
    withOption('chartVersion', '1.18.5'),
  ),
  of(
    integration,
    'nothing-to-move',
    opened({ text: 'global: {istioSDS: {enabled: true}}\n', chartVersion: '1.16.0' }),
    /^name (1\.17\.0-rc3) or a newer release with --chart-version$/,
    toHint('chartVersion'),
    withOption('chartVersion', '1.22.1'),
  ),
  // The mesh, the release.
  of(
    values,
    'bad-option',
    opened({ values: [sds], istioVersion: '1' }),
    /^write it as (1\.22\.3)$/,
    toHint('istioVersion'),
  ),
  of(
    values,
    'bad-option',
    opened({ values: [sds], istiod: [plainService] }),
    /^kubectl get deployment istiod -n istio-system -o yaml prints one$/,
    withOption('istiod', [istiod]),
  ),
  of(
    values,
    'unknown-release',
    opened({
      values: [
        {
          name: 'app.yaml',
          text: 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {repoURL: "https://storage.googleapis.com/gloo-ee-helm", chart: gloo-ee, targetRevision: 1.18.0, helm: {values: "gloo: {}"}}}\n',
        },
      ],
    }),
    /^name it with --chart-version: the wrapping chart's Chart\.yaml or Chart\.lock has it$/,
    withOption('chartVersion', '1.18.5'),
  ),
  of(
    values,
    'unknown-ignore',
    opened({ values: [{ name: 'a.yaml', text: 'gloo: {} # glistio-ignore no-such-code\n' }] }),
    /^docs\/rules\.md lists the codes\.$/,
    withOption('values', [{ name: 'a.yaml', text: 'gloo: {} # glistio-ignore unknown-value\n' }]),
  ),
  of(
    render,
    'no-proxy-rendered',
    opened({ values: [{ gatewayProxies: { gatewayProxy: null } }] }),
    /^Leave gatewayProxies out for the chart’s own proxy\.$/,
    withOption('values', [{}]),
  ),
  of(render, 'unknown-proxy', opened({ values: [{}], proxy: 'other' }), /^The values have (\S+)\.$/, toHint('proxy')),
  of(
    kube,
    'no-gateway',
    world([{ ...gateway({ metadata: { annotations: {} } }), apiVersion: 'gateway.solo.io/v1' }], {
      values: [{ kubeGateway: { enabled: true } }],
    }),
    /^a Gateway of the Kubernetes Gateway API has apiVersion (\S+)$/,
    (given, found) => changed(() => true, ['apiVersion'], found[1])(given),
  ),
  // Manifests.
  of(manifests, 'no-config-map', world(only('Deployment')), /^give it too$/, withObject(...only('ConfigMap'))),
  of(
    manifests,
    'no-proxy',
    world([unlabelled]),
    /^a proxy is a Deployment or DaemonSet with the label (\w+): ([\w-]+) or gloo: kube-gateway$/,
    (given, [, label = '', name = '']) =>
      changed(ofKind('Deployment'), ['metadata', 'labels'], { [label]: name })(given),
  ),
  of(
    istio,
    'no-such-istio',
    opened({ values: [sds], from: '1.22', to: '1.22.3' }),
    /^write (1\.22\.\d+), as istioctl version prints it$/,
    toHint('from'),
  ),
  // The library's options.
  of(
    values,
    'bad-option',
    opened({ values: [sds], istioVersoin: '1.22.3' }),
    /^there are .*\b(istioVersion)\b/,
    ({ objects, options: { istioVersoin, ...rest } }, found) =>
      world(objects, { ...rest, [found[1] ?? '']: istioVersoin }),
  ),
  ...[
    { global: () => 1 },
    { gatewayProxies: { gatewayProxy: { podTemplate: { extraAnnotations: { a: new Date(0) } } } } },
    { global: undefined },
  ].map((odd) =>
    of(
      values,
      'not-a-value',
      opened({ values: [odd] }),
      /^give plain data, as JSON\.parse\(JSON\.stringify\(value\)\) returns it$/,
      ({ objects, options }) => world(objects, JSON.parse(JSON.stringify(options)) as World['options']),
    ),
  ),
  of(
    diff,
    'not-an-object',
    world([...all, { a: 1 }], { left: all }),
    /^an object has (\w+), (\w+) and (\w+)\.(\w+)$/,
    changed((one) => 'a' in one, [], { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }),
  ),
];
followCases(cases);

const files = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.gen.ts'))
    .map((name) => `${folder}/${name}`);
argueOthers(
  [...files('src/verbs'), ...files('src/diff'), ...files('src/intake')],
  [
    [/^write it as 1\.22\.3$/, 'followed for check'],
    [/^(?:Give the map as JSON|Write it as a |Give it as a number|Write \{0\}|Remove it|\$\{problem)/, 'of values'],
    [/^name it with --chart-version, or give the Deployments gloo and discovery/, 'followed for manifests'],
    [/^Ask for single values\.$/, 'only for more values than can be tried in a test'],
    [/^Gloo's are of /, 'followed for Gateways'],
  ],
);

/** An Upstream outside the mesh with the name of one inside. */
const namesake: ValueMap = {
  ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', metadata: { name: 'web', namespace: 'other' } },
  spec: { static: { hosts: [{ addr: 'api.example.com', port: 80 }] } },
};

test('upgrade strict: its commands lead to the end of the plan', () => {
  const known = meshWorld({}, namesake);
  const start = (known.objects as ValueMap[]).map((one) =>
    one['kind'] === 'PeerAuthentication' ? { ...one, spec: { mtls: { mode: 'PERMISSIVE' } } } : one,
  );
  const values = [{ global: { istioSDS: { enabled: true } } }];
  const { steps, blocked } = planStrict({ ...known, values, objects: start });
  assert.deepEqual(blocked, []);
  let objects: (string | ValueMap)[] = start;
  for (const { command } of steps) {
    const [, verb, ...words] = command.split(' ');
    const option = (name: string): string | undefined => words[words.indexOf(name) + 1 || words.length];
    const selection = { upstreams: [option('--upstream') ?? ''], namespace: option('--namespace') };
    objects =
      verb === 'enable-mtls'
        ? enableMtls(objects, selection).manifests.map(({ text }) => text)
        : [...objects, peerAuthentication({ namespace: option('--namespace') ?? 'istio-system' }) as ValueMap];
  }
  const { rows } = checkMtls({ ...known, values, objects });
  assert.deepEqual(
    rows.map(({ upstream, verdict }) => `${upstream.namespace}/${upstream.name} ${verdict}`),
    ['gloo-system/web works', 'other/web plain-text'],
  );
});

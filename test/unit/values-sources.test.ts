/** Values in the objects of other tools: what is read, and the problems with those that are wrong. */
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';
import { matchGolden } from '../support/golden.ts';

type Options = Pick<NonNullable<Parameters<typeof validateValues>[0]>, 'values' | 'chartVersion' | 'setFile' | 'files'>;
type Case = readonly [title: string, texts: string | object | readonly (string | object)[], options?: Options];

const replicas = (count: number): string =>
  `gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: ${count}}}}}`;
const path = 'gatewayProxies.gatewayProxy.kind.deployment.replicas';
const annotation = 'gatewayProxies.gatewayProxy.podTemplate.extraAnnotations.a';

const application = (source: string, kind = 'Application'): string =>
  kind === 'Application'
    ? `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: edge}\nspec:\n  project: mesh\n  destination: {namespace: edge}\n${source}`
    : `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: edges}\nspec:\n  template:\n    metadata: {name: "{{name}}"}\n    spec:\n      destination: {namespace: "{{namespace}}"}\n${source.replace(/^/gm, '    ')}`;
const chart = (helm: string): string =>
  `  source: {chart: gloo, repoURL: x, targetRevision: 1.15.7, helm: {${helm}}}\n`;

const applications: readonly Case[] = [
  ['no chart', application('  source: {path: charts}\n')],
  ['several charts', application('  sources: [{chart: a, helm: {}}, {chart: b, helm: {}}]\n')],
  [
    'Gloo’s among several',
    application(`  sources: [{chart: a}, {chart: gloo, helm: {valuesObject: {${replicas(3)}}}}]\n`),
  ],
  ['values beside valuesObject', application(chart(`values: "a: 1", valuesObject: {${replicas(3)}}`))],
  ['values that are a map', application(chart('values: {a: 1}'))],
  ['values that are a list', application(chart('values: "[a]"'))],
  ['values that are not YAML', application(chart('values: "a: ["'))],
  ['a parameter without a name', application(chart('parameters: [{value: "1"}]'))],
  ['a parameter that is a number', application(chart(`parameters: [{name: ${path}, value: 3}]`))],
  [
    'a parameter with commas',
    application(chart(`parameters: [{name: ${annotation}, value: "b,c", forceString: true}]`)),
  ],
  [
    'a parameter with variables',
    application(
      chart(`parameters: [{name: ${annotation}, value: "$ARGOCD_APP_NAME \${ARGOCD_APP_PROJECT_NAME} $$ $OTHER."}]`),
    ),
  ],
  ['a parameter that cannot be set', application(chart('parameters: [{name: "a[b", value: "1"}]'))],
  [
    'a parameter of another type',
    application(chart('parameters: [{name: gatewayProxies.gatewayProxy.antiAffinity, value: maybe}]')),
  ],
  ['a file that is not given', application(chart(`fileParameters: [{name: ${annotation}, path: a.txt}]`))],
  [
    'a file that is given otherwise',
    application(chart(`fileParameters: [{name: ${annotation}, path: a.txt}]`)),
    { setFile: [`${annotation}=b.txt`], files: { 'b.txt': 'b' } },
  ],
  [
    'a file that is at hand',
    application(chart(`fileParameters: [{name: ${annotation}, path: a.txt}]`)),
    { files: { 'a.txt': 'a' } },
  ],
  ['an optional values file', application(chart('valueFiles: [conf/a.yaml], ignoreMissingValueFiles: true'))],
  ['a generator', application(chart(`values: "${replicas(2)}", releaseName: "{{name}}"`), 'ApplicationSet')],
  ['a generator that fills in values', application(chart('valuesObject: {a: [{b: "{{c}}"}]}'), 'ApplicationSet')],
  [
    'a generator with a patch',
    `${application(chart('valuesObject: {}'), 'ApplicationSet').trimEnd()}\n  templatePatch: x\n`,
  ],
  ['two Applications', `${application(chart(''))}---\n${application(chart(''))}`],
];

const release = (spec: string, name = 'chart: {spec: {chart: gloo, version: 1.15.7}}'): string =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: edge, namespace: flux}\nspec:\n  ${name}\n${spec}`;
const from = (kind: string, more = ''): string => `  valuesFrom: [{kind: ${kind}, name: base${more}}]\n`;
const holder = (kind: string, data: string): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: {name: base}\n${data}\n`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const releases: readonly Case[] = [
  ['values that are a string', release('  values: text\n')],
  [
    'values files and post-renderers',
    release('  postRenderers: [{}]\n', 'chart: {spec: {chart: gloo, version: 1.15.7, valuesFiles: [a.yaml]}}'),
  ],
  ['a key that is missing', [release(from('ConfigMap')), holder('ConfigMap', 'data: {other: "a: 1"}')]],
  ['an optional reference', release(from('Secret', ', optional: true'))],
  ['a reference without a kind', release('  valuesFrom: [{name: base}]\n')],
  [
    'a Secret with stringData',
    [release(from('Secret')), holder('Secret', `stringData: {values.yaml: "${replicas(3)}"}`)],
  ],
  ['a Secret with data', [release(from('Secret')), holder('Secret', `data: {values.yaml: ${base64(replicas(4))}}`)]],
  ['a Secret that is not base64', [release(from('Secret')), holder('Secret', 'data: {values.yaml: "*"}')]],
  [
    'one value of a Secret',
    [release(from('Secret', `, valuesKey: a, targetPath: ${path}`)), holder('Secret', `data: {a: ${base64('5')}}`)],
  ],
  [
    'one value in quotes',
    [
      release(from('ConfigMap', `, valuesKey: a, targetPath: ${annotation}`)),
      holder('ConfigMap', 'data: {a: \'"5"\'}'),
    ],
  ],
  [
    'a chart by reference',
    [
      release('  values: {}\n', 'chartRef: {kind: HelmChart, name: gloo}'),
      'kind: HelmChart\napiVersion: source.toolkit.fluxcd.io/v1\nmetadata: {name: gloo}\nspec: {chart: gloo, version: 1.14.0}\n',
    ],
  ],
  [
    'an OCI repository',
    [
      release('  values: {}\n', 'chartRef: {kind: OCIRepository, name: gloo}'),
      'kind: OCIRepository\napiVersion: source.toolkit.fluxcd.io/v1\nmetadata: {name: gloo}\nspec: {url: oci://example.com/charts/gloo, ref: {tag: 1.13.0}}\n',
    ],
  ],
  ['a chart that is not at hand', release('  values: {}\n', 'chartRef: {kind: HelmChart, name: gloo}')],
];

const plan = (...modules: object[]): object => ({
  format_version: '1.2',
  planned_values: { root_module: { child_modules: modules } },
});
const helmRelease = (values: object): object => ({ resources: [{ type: 'helm_release', values }] });

const plans: readonly Case[] = [
  ['no release', plan()],
  [
    'a release in a module',
    plan(helmRelease({ chart: 'gloo', version: '1.15.7', name: 'gw', namespace: 'tf', values: [replicas(6)] })),
  ],
  ['several releases', plan(helmRelease({ chart: 'a' }), helmRelease({ chart: 'b' }))],
  ['values that are unknown yet', plan(helmRelease({ chart: 'gloo', values: [null] }))],
  ['no values', plan(helmRelease({ chart: 'gloo', set_list: [{ name: 'a.b', value: ['c'] }], set: [{ name: 'd' }] }))],
].map(([title, value]): Case => [String(title), JSON.stringify(value)]);

const recordOf = (json: object | string): string =>
  base64(gzipSync(typeof json === 'string' ? json : JSON.stringify(json)).toString('base64'));
const installed = { name: 'gw', namespace: 'edge', version: 2, info: { status: 'deployed' }, manifest: '' };
const secret = (record: string): string =>
  `apiVersion: v1\nkind: Secret\ntype: helm.sh/release.v1\nmetadata: {name: a}\ndata: {release: ${record}}\n`;
const wrapping = (values: object): object => ({ metadata: { name: 'platform', version: '2.0.0' }, values });

const records: readonly Case[] = [
  [
    'the bare record',
    gzipSync(
      JSON.stringify({
        ...installed,
        chart: { metadata: { name: 'gloo', version: '1.15.7' } },
        config: { gatewayProxies: {} },
      }),
    ).toString('base64'),
  ],
  ['not JSON', secret(recordOf('text'))],
  ['not compressed', secret(base64('H4sItext'))],
  [
    'none is deployed',
    ['uninstalled', 'failed']
      .map((status) =>
        secret(recordOf({ ...installed, info: { status }, chart: { metadata: { name: 'gloo', version: '1.15.7' } } })),
      )
      .join('---\n'),
  ],
  [
    'a chart around Gloo’s',
    secret(
      recordOf({
        ...installed,
        chart: wrapping({ mesh: { gatewayProxies: {} } }),
        config: { mesh: { gatewayProxies: {} } },
      }),
    ),
    { chartVersion: '1.15.7' },
  ],
  [
    'Gloo’s chart two levels down',
    secret(recordOf({ ...installed, chart: wrapping({ mesh: { edge: { gatewayProxies: {} } } }), config: {} })),
    { chartVersion: '1.15.7' },
  ],
  ['a chart without Gloo’s', secret(recordOf({ ...installed, chart: wrapping({}), config: {} }))],
];

const objects: readonly Case[] = [
  ['v1', 'ConfigMap', 'data: {a.yaml: x}'],
  ['v1', 'Secret', 'data: {a.yaml: x}'],
  ['v1', 'ConfigMap', 'data: {a: x}'],
  ['helm.fluxcd.io/v1', 'HelmRelease', ''],
  ['helm.cattle.io/v1', 'HelmChartConfig', ''],
  ['apps/v1', 'Deployment', ''],
  ['gateway.gloo.solo.io/v1alpha1', 'GatewayParameters', ''],
  ['gateway.networking.k8s.io/v1', 'Gateway', ''],
  ['gateway.solo.io/v1', 'Gateway', ''],
].map(
  ([apiVersion, kind, rest]): Case => [
    `${kind} of ${apiVersion}`,
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n${rest}\n`,
  ],
);

const charts: readonly Case[] = [
  ['Gloo’s Chart.yaml', 'apiVersion: v2\nname: gloo\nversion: 1.15.7\n'],
  [
    'an object that a program passes',
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'edge' },
      spec: { source: { chart: 'gloo', targetRevision: '1.15.7', helm: { parameters: [{ name: path, value: '3' }] } } },
    },
  ],
];

/** What is read of the values, and every problem with its place. */
function outcomeOf(texts: Case[1], options: Options): string {
  const list = Array.isArray(texts) ? texts : [texts];
  const values = list.map((text, index) =>
    typeof text === 'string' ? { name: `f${index + 1}`, text } : text,
  ) as NonNullable<Options['values']>;
  const { manifests, chartVersion, problems } = renderGatewayProxies({ values, ...options, show: 'deployment' });
  const object = manifests[0]?.object as
    | { metadata: { namespace: string }; spec: { replicas: number; template: { metadata: { annotations?: object } } } }
    | undefined;
  const read =
    object === undefined
      ? 'nothing'
      : `${chartVersion} in ${object.metadata.namespace}: ${object.spec.replicas} ${JSON.stringify(Object.entries(object.spec.template.metadata.annotations ?? {}).filter(([key]) => key === 'a'))}`;
  const said = [
    ...new Set(
      [...problems, ...validateValues({ values, ...options }).problems].map(
        ({ code, severity, file, line, column, message, hint }) =>
          `  ${severity} ${code} ${file ?? ''}:${line ?? ''}:${column ?? ''} ${message}${hint === undefined ? '' : ` (${hint})`}\n`,
      ),
    ),
  ];
  return `${read}\n${said.join('')}`;
}

test('values in objects of other tools', () => {
  const groups: Readonly<Record<string, readonly Case[]>> = {
    Application: applications,
    HelmRelease: releases,
    'Terraform plan': plans,
    'Helm record': records,
    'other object': objects,
    others: charts,
  };
  const lines = Object.entries(groups).flatMap(([group, cases]) =>
    cases.map(([title, texts, options = {}]) => `${group}, ${title}: ${outcomeOf(texts, options)}`),
  );
  matchGolden('test/golden/values-sources.txt', lines.join(''));
});

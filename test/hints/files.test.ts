/** Follows the hints about files that contain values: objects of Argo CD and Flux, records, plans, and odd text. */
import { readdirSync } from 'node:fs';
import { type Problem, type ValidateOptions, validateValues } from '../../src/index.ts';
import { argueOthers, type Case, followCases, type World, world } from './cases.ts';

/** The files, each with its text, and other options. */
function validate(_: unknown, { files, ...options }: Record<string, never>): { readonly problems: readonly Problem[] } {
  const values = Object.entries(files ?? {}).map(([name, text]) => ({ name, text: text as string }));
  return validateValues({ ...(options as ValidateOptions), values });
}

const given = (text: string, more: World['options'] = {}): World => world([], { files: { 'a.yaml': text }, ...more });
const of = (
  code: string,
  before: World,
  hint: RegExp,
  ...ways: readonly (World | ((word: string) => World))[]
): Case => ({
  ...{ run: validate as never, code, world: before, hint },
  follow: ways.map((way) => (_, found) => (typeof way === 'function' ? way(found[1] ?? '') : way)),
});

const replicas = 'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 2}}}}';
const at = 'gatewayProxies.gatewayProxy.kind.deployment.replicas';
const application = (helm: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: gloo}
spec:
  destination: {namespace: gloo-system}
  source: {repoURL: "https://storage.googleapis.com/solo-public-helm", chart: gloo, targetRevision: 1.18.5, helm: ${helm}}
`;
const set = (helm: string, name = 'gloo'): string => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: gloo}
spec:
  generators: [{list: {elements: []}}]
  template:
    metadata: {name: gloo}
    spec:
      destination: {namespace: '${name}'}
      source: {repoURL: "https://storage.googleapis.com/solo-public-helm", chart: gloo, targetRevision: 1.18.5, helm: ${helm}}
`;
const release = (from: string): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: gloo, namespace: gloo-system}
spec:
  chart: {spec: {chart: gloo, version: 1.18.5}}
  ${from}
`;
const fromMap = 'valuesFrom: [{kind: ConfigMap, name: own}]';
const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: own, namespace: gloo-system}
data: {values.yaml: "${replicas}"}
`;
const plan = (...charts: readonly string[]): string =>
  JSON.stringify({
    ...{ format_version: '1.2', terraform_version: '1.5.0' },
    planned_values: {
      root_module: {
        resources: charts.map((chart, index) => ({
          ...{ address: `helm_release.a${index}`, type: 'helm_release', name: `a${index}` },
          values: { name: `a${index}`, chart, version: '1.18.5', values: [replicas] },
        })),
      },
    },
  });
const record = (revision: number, status: string): string =>
  JSON.stringify({
    ...{ name: 'gloo', version: revision, namespace: 'gloo-system', info: { status }, config: {}, manifest: '' },
    chart: { metadata: { name: 'gloo', version: '1.18.5' }, values: {} },
  });

const cases: readonly Case[] = [
  // Argo CD
  of(
    'values-not-used',
    given(application(`{values: "${replicas}", valuesObject: {gateway: {enabled: true}}}`)),
    /^move them into valuesObject$/,
    given(application(`{valuesObject: {gateway: {enabled: true}, ${replicas}}}`)),
  ),
  of(
    'wrong-type',
    given(application(`{values: {${replicas}}}`)),
    /^write values: \|, or (valuesObject) for a map$/,
    given(application(`{values: "${replicas}"}`)),
    (word) => given(application(`{${word}: {${replicas}}}`)),
  ),
  of(
    'wrong-type',
    given(application(`{parameters: [{name: ${at}, value: 2}]}`)),
    /^put it in quotes$/,
    given(application(`{parameters: [{name: ${at}, value: "2"}]}`)),
  ),
  of(
    'file-not-given',
    given(application('{valueFiles: [values/prod.yaml]}')),
    /^give them before it: -f (prod\.yaml) -f a\.yaml$/,
    (word) => world([], { files: { [word]: replicas, 'a.yaml': application('{valueFiles: [values/prod.yaml]}') } }),
  ),
  of(
    'not-generated',
    given(set('{values: "a: {{b}}"}')),
    /^argocd appset generate FILE -o yaml prints the Applications: use one of them$/,
    given(application(`{values: "${replicas}"}`)),
  ),
  of('not-said', given(set('{}', '{{ns}}')), /^say .*--(namespace)\b/, (word) =>
    given(set('{}', '{{ns}}'), { [word]: 'gloo-system' }),
  ),
  // Flux
  of(
    'file-not-given',
    given(release(fromMap)),
    /^kubectl get configmap own -o yaml prints it: give it with -f, too$/,
    world([], { files: { 'a.yaml': release(fromMap), 'own.yaml': configMap } }),
    given(`${release(fromMap)}---\n${configMap}`),
  ),
  // Records, plans, what Helm prints.
  of(
    'bad-record',
    given(
      'apiVersion: v1\nkind: Secret\ntype: helm.sh/release.v1\nmetadata: {name: sh.helm.release.v1.gloo.v1}\ndata: {release: AAAA}\n',
    ),
    /^kubectl get secret sh\.helm\.release\.v1\.NAME\.vN -o yaml prints one$/,
    given(record(1, 'deployed')),
  ),
  of(
    'several-sources',
    given(plan('gloo', 'gloo')),
    /^write the values of one to a file: jq can extract them from the plan$/,
    given(replicas),
  ),
  of('no-helm-values', given(plan()), /^write the values of one to a file/, given(replicas)),
  of(
    'several-sources',
    given(`${application('{}')}---\n${application('{}')}`),
    /^give each in its own file$/,
    given(application('{}')),
  ),
  of('yaml-syntax', given('USER-SUPPLIED VALUES:\nnull\n'), /^Use helm get values -o yaml\.$/, given('null\n')),
  of('values-not-a-map', given('- a'), /^start each top-level line with a key and a colon$/, given(replicas)),
  of(
    'several-sources',
    given(`${record(1, 'superseded')}\n---\n${record(2, 'failed')}`),
    /^give the record of one revision$/,
    given(record(1, 'superseded')),
  ),
  // Text.
  of(
    'control-character',
    given('gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: {a: "b\\0"}}}}'),
    /^remove it$/,
    given('gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: {a: "b"}}}}'),
  ),
  of(
    'unknown-setting',
    given(`# glistio: chart-versoin=1.18.5\n${replicas}`),
    /^(chart-version), .*: each with = and its value$/,
    (word) => given(`# glistio: ${word}=1.18.5\n${replicas}`),
  ),
  of(
    'odd-quote',
    given('gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: {a: “b”}}}}'),
    /^Write ("b") with straight quotes\.$/,
    (word) => given(`gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: {a: ${word}}}}}`),
  ),
  of(
    'yaml-syntax',
    given(`${replicas}\n--- a: 1\n`, { helmVersion: '4' }),
    /^put the rest on its own line$/,
    given(`${replicas}\n---\ngateway: {enabled: true}\n`, { helmVersion: '4' }),
  ),
  of(
    'unsubstituted-variable',
    given(replicas.replace('2', `"$\{REPLICAS}"`)),
    /^Write the value itself, or have it filled in before Helm reads the file\.$/,
    given(replicas),
  ),
  // Charts that wrap Gloo's.
  of(
    'nothing-under-name',
    given(`gloo-edge: {${replicas}}`, { partialOf: 'gloo' }),
    /^the top-level keys are (\S+): --partial-of takes the name or alias of the dependency$/,
    (word) => given(`gloo-edge: {${replicas}}`, { partialOf: word }),
  ),
  of(
    'outside-gloo',
    given(`gloo: {gateway: {enabled: true}}\n${replicas}`, { partialOf: 'gloo' }),
    /^Move it to (gloo)\.gatewayProxies\.$/,
    (word) => given(`${word}: {gateway: {enabled: true}, ${replicas}}`, { partialOf: 'gloo' }),
  ),
  of(
    'bad-option',
    given(`all: {gloo: {${replicas}}}`, { partialOf: 'gloo', wrapperValues: ['all: {gloo: {}}', 'gloo: {}'] }),
    /^name each level with --partial-of, the outermost first$/,
    given(`all: {gloo: {${replicas}}}`, { partialOf: ['all', 'gloo'], wrapperValues: ['all: {gloo: {}}', 'gloo: {}'] }),
  ),
];
followCases(cases);

const files = readdirSync('src/helm', { recursive: true })
  .map((name) => `src/helm/${name}`)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.gen.ts'));
argueOthers(files, [
  [/^write (?:1\.27|3, 4)/, 'followed for options'],
  [/^(?:write PATH=JSON|Leave one of them out|JSON is for|give it: --set-file)/, 'followed for options'],
]);

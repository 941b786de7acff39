/** Follows the hints about arguments literally: the command does its work, or finds something else. */
import { readdirSync } from 'node:fs';
import { after } from 'node:test';
import { type Problem, renderGatewayProxies } from '../../src/index.ts';
import { FleetFolder } from '../support/fleet.ts';
import { argueOthers, type Case, followCases, problemsSaid, type World, world } from './cases.ts';

const upstream = `apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: web, namespace: gloo-system, labels: {app: web}}
spec: {kube: {serviceName: web, serviceNamespace: shop, servicePort: 80}}
`;
const annotation = 'gatewayProxies.gatewayProxy.podTemplate.extraAnnotations.a';
const replicas = 'gatewayProxies.gatewayProxy.kind.deployment.replicas';
const folder = new FleetFolder({
  'v.yaml': 'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 2}}}}\n',
  'w.yaml': 'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 3}}}}\n',
  'fleet.yaml': 'clusters: [{name: a}]\n',
  'm.yaml': renderGatewayProxies({ values: [{}] })
    .manifests.map(({ text }) => text)
    .join('---\n'),
  'u.yaml': upstream,
  'wrapping.yaml': 'gloo: {gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 2}}}}}\n',
  'compared.yaml': 'clusters: [{name: a, installed: m.yaml}]\n',
  'app.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: gloo}
spec:
  destination: {namespace: gloo-system}
  source:
    {chart: gloo, targetRevision: 1.18.5, helm: {fileParameters: [{name: ${annotation}, path: own/a.txt}]}}
`,
  'a.txt': 'a',
  'empty.yaml': 'a: 1\n',
  'sidecars.yaml': '[{name: istio-proxy, image: "docker.io/istio/proxyv2:1.22.3"}]\n',
});
after(() => folder.remove());

async function command(
  _: unknown,
  { argv, stdin }: { argv: string[]; stdin: string },
): Promise<{
  readonly problems: readonly Problem[];
}> {
  const { stdout, stderr } = await folder.run(argv, stdin);
  return { problems: problemsSaid(`${stdout}\n${stderr}`) };
}

/** With standard input for commands that name it. */
const asked = (argv: string): World => {
  const stdin = / -(?: |$)/.test(argv) ? folder.read(argv.startsWith('diff') ? 'm.yaml' : 'v.yaml') : '';
  return world([], { argv: words(argv), stdin });
};
/** Words of a command line, of which '' is an empty one. */
const words = (argv: string): string[] => argv.split(' ').map((word) => (word === "''" ? '' : word));
/** What is refused, the hint, and the command lines that it leads to; HINT is its first group. */
const of = (argv: string, hint: RegExp, ...ways: readonly string[]): Case => ({
  ...{ run: command as never, code: 'usage', world: asked(argv), hint },
  follow: ways.map(
    (way) =>
      (_, [, first = '', second = '']) =>
        asked(way.replaceAll('HINT', first).replaceAll('HNT2', second)),
  ),
});
const said = (code: string, argv: string, hint: RegExp, ...ways: readonly string[]): Case => ({
  ...of(argv, hint, ...ways),
  code,
});

const route = 'route u.yaml --domain a.example --upstream web';
const cases: readonly Case[] = [
  // Reading the arguments.
  of('render -f v.yaml -o pdf', /^choose one of: (\w+)/, 'render -f v.yaml -o HINT'),
  of('completion csh', /^choose one of: (\w+)/, 'completion HINT'),
  of('upgrade', /^one of: .*\b(strict)\b/, 'upgrade HINT -f v.yaml u.yaml'),
  of('render -f v.yaml --chart-versoin 1.18.5', /^did you mean (--\S+)\?$/, 'render -f v.yaml HINT 1.18.5'),
  of(
    '--version=1.17 render -f v.yaml',
    /^glistio (--version) alone prints glistio’s version; glistio (render --version 1\.17) uses that release of the chart$/,
    'HINT',
    'HNT2 -f v.yaml',
  ),
  of(
    'render -f v.yaml --helm-version 9',
    /^write (3), 4, or a release such as (3\.20\.2)$/,
    'render -f v.yaml --helm-version HINT',
    'render -f v.yaml --helm-version 4',
    'render -f v.yaml --helm-version HNT2',
  ),
  of(
    'render -f v.yaml --kube-version new',
    /^write (1\.27), 1\.27\.3 or (v1\.27\.3-gke\.100), as kubectl version prints it$/,
    'render -f v.yaml --kube-version HINT',
    'render -f v.yaml --kube-version 1.27.3',
    'render -f v.yaml --kube-version HNT2',
  ),
  of(
    'render --set gloo.gatewayProxies.gatewayProxy.kind.deployment.replicas=2 --wrapper-values wrapping.yaml',
    /^name the key that holds the values of Gloo: (--partial-of gloo)$/,
    'render --set gloo.gatewayProxies.gatewayProxy.kind.deployment.replicas=2 --wrapper-values wrapping.yaml HINT',
  ),
  of('render -f v.yaml --prune', /^it removes files$/, 'render -f v.yaml --prune --output-dir out', 'render -f v.yaml'),
  of(
    'render -f v.yaml --output-dir out --prune -s deployment',
    /^leave them out, or --prune$/,
    'render -f v.yaml --output-dir out --prune',
    'render -f v.yaml --output-dir out -s deployment',
  ),
  of('render --fleet fleet.yaml --gateway -', /^all clusters share these objects$/, 'render --fleet fleet.yaml'),
  of(
    'render -f v.yaml -s ConfigMapp',
    /^write (\w+), .*, or a template: (templates\/7-gateway-proxy-deployment\.yaml)$/,
    'render -f v.yaml -s HINT',
    'render -f v.yaml -s HNT2',
  ),
  of('render -f v.yaml -f - -f -', /^give - to one option only$/, 'render -f v.yaml -f -'),
  of(
    'validate',
    /^name a file, (-) for standard input, or give (--set)$/,
    'validate v.yaml',
    'validate HINT',
    'validate HNT2 gatewayProxies.gatewayProxy.kind.deployment.replicas=2',
  ),
  said(
    'set-syntax',
    'validate --set a',
    /^write PATH=VALUE$/,
    'validate --set gatewayProxies.gatewayProxy.kind.deployment.replicas=2',
  ),
  of('render v.yaml', /^give files of values with (-f v\.yaml)$/, 'render HINT'),
  said(
    'set-twice',
    `validate --set ${replicas}=2 --set ${replicas}=3`,
    /^Leave one of them out\.$/,
    `validate --set ${replicas}=2`,
    `validate --set ${replicas}=3`,
  ),
  said(
    'set-syntax',
    `validate --set ${annotation}=[1]`,
    /^JSON is for (--set-json) PATH=JSON, literal text for (--set-literal) PATH=TEXT$/,
    `validate HINT ${annotation}="[1]"`,
    `validate HNT2 ${annotation}=[1]`,
  ),
  said('file-not-given', 'validate app.yaml', /^give it: (--set-file \S+)=FILE$/, 'validate app.yaml HINT=a.txt'),
  // validate
  of('validate v.yaml --report pdf=a', /^FORMAT=FILE, with one of: (\w+)/, 'validate v.yaml --report HINT=a'),
  of('validate v.yaml --report json=-', /^-o FORMAT prints a report there$/, 'validate v.yaml -o json'),
  of('validate v.yaml --report json=v.yaml', /^name another file$/, 'validate v.yaml --report json=a'),
  of(
    'validate v.yaml --report json=a --report sarif=a',
    /^name two files$/,
    'validate v.yaml --report json=a --report sarif=b',
  ),
  of(
    'validate --fleet fleet.yaml --timeout-each 10x',
    /^like (10s), (500ms), (?:2m) or 1m30s$/,
    'validate --fleet fleet.yaml --timeout-each HINT',
    'validate --fleet fleet.yaml --timeout-each 2m',
    'validate --fleet fleet.yaml --timeout-each 1m30s',
  ),
  of(
    'validate --fleet fleet.yaml --timeout-each 2000m',
    /^at most (1440m), which is a day$/,
    'validate --fleet fleet.yaml --timeout-each HINT',
  ),
  of('validate --each', /^name files, or leave it out$/, 'validate --each v.yaml', 'validate v.yaml'),
  of(
    'validate v.yaml m.yaml',
    /^check them one after the other; (glistio diff) compares rendered values with manifests$/,
    'validate v.yaml',
    'validate m.yaml',
  ),
  of('validate --installed m.yaml --live', /^say one$/, 'validate --installed m.yaml'),
  of(
    'validate --fleet fleet.yaml --installed m.yaml',
    /^leave --fleet out, or run it once for each cluster$/,
    'validate --installed m.yaml',
  ),
  of('validate v.yaml --revision 3', /^add one of them, or leave it out$/, 'validate v.yaml'),
  of(
    'validate --live -f v.yaml',
    /^check one at a time; (glistio diff) compares rendered values with what is installed$/,
    'validate -f v.yaml',
  ),
  of(
    'validate v.yaml --shard 1/2',
    /^add (--fleet), or leave it out$/,
    'validate HINT fleet.yaml --shard 1/1',
    'validate v.yaml',
  ),
  of('validate v.yaml --timeout-each 10s', /^add (--fleet), or leave it out$/, 'validate v.yaml'),
  of(
    'render -f v.yaml --parameters own.yaml',
    /^name the Gateways with --gateway, or leave it out$/,
    'render -f v.yaml',
  ),
  of('explain enabled -f v.yaml --live', /^add --picture, or leave it out$/, 'explain --picture -f v.yaml'),
  // Changing manifests.
  of('inject - --in-place', /^leave it out to print the result$/, 'inject m.yaml'),
  of(
    'enable-mtls u.yaml --selector web',
    /^write (key=value), or several separated by commas$/,
    'enable-mtls u.yaml --selector app=web',
  ),
  of(
    'enable-mtls u.yaml',
    /^give (--upstream) NAME, (--selector) key=value or --all$/,
    'enable-mtls u.yaml HINT web',
    'enable-mtls u.yaml HNT2 app=web',
    'enable-mtls u.yaml --all',
  ),
  of(
    'inject m.yaml --image sds',
    /^write sds=IMAGE or istio-proxy=IMAGE$/,
    'inject m.yaml --image sds=registry.example/sds:1.18.5',
    'inject m.yaml --image istio-proxy=registry.example/proxyv2:1.22.3',
  ),
  of(
    `${route} --path-prefix /a --path-exact /b`,
    /^give one of (--path-prefix), (--path-exact) and --path-regex$/,
    `${route} HINT /a`,
    `${route} HNT2 /b`,
  ),
  of(
    `${route} --path-prefix / --header =a`,
    /^write (NAME) or (NAME=REGEX)$/,
    `${route} --path-prefix / --header HINT`,
    `${route} --path-prefix / --header HNT2`,
  ),
  of(
    'inject m.yaml --sidecar empty.yaml',
    /^give each container a name, an image and whatever else it needs$/,
    'inject m.yaml --sidecar sidecars.yaml',
  ),
  // explain
  of(
    'explain -f v.yaml',
    /^name a value, or a line with (--line) or (--object)$/,
    'explain gatewayProxies.gatewayProxy.kind.deployment.replicas -f v.yaml',
  ),
  of(
    'explain replicas httpPort -f v.yaml',
    /^name one, or the map that holds them$/,
    'explain gatewayProxies.gatewayProxy.kind.deployment.replicas -f v.yaml',
    'explain gatewayProxies.gatewayProxy.kind.deployment -f v.yaml',
  ),
  of('explain enabled', /^name one: (\S+?), /, 'explain HINT'),
  of('explain frobnicate', /^(glistio values) frobnicate searches the descriptions$/, 'values certificates'),
  of(
    'explain replicas -f v.yaml -o svg',
    /^(text) and (json) are for values and lines$/,
    'explain gatewayProxies.gatewayProxy.kind.deployment.replicas -f v.yaml -o HINT',
    'explain gatewayProxies.gatewayProxy.kind.deployment.replicas -f v.yaml -o HNT2',
  ),
  of(
    'explain --picture',
    /^name values or manifests, or use --live$/,
    'explain --picture -f v.yaml',
    'explain --picture m.yaml',
  ),
  of(
    'values --set-by',
    /^give them with (-f) or (--set)$/,
    'values --set-by HINT v.yaml',
    'values --set-by HNT2 gatewayProxies.gatewayProxy.kind.deployment.replicas=2',
  ),
  // diff
  of('diff values:v.yaml@ m.yaml', /^one of: /, 'diff values:v.yaml m.yaml'),
  of(
    'diff u.yaml u.yaml',
    /^(values:)FILE@VERSION makes rendered values a side$/,
    'diff HINTv.yaml@1.18.5 HINTv.yaml@1.18.5',
  ),
  of(
    'diff m.yaml m.yaml --lines x',
    /^a number of lines, or (-1) for all of them$/,
    'diff m.yaml m.yaml --lines 3',
    'diff m.yaml m.yaml --lines=HINT',
  ),
  of('diff --installed m.yaml --live -f v.yaml', /^name one$/, 'diff --installed m.yaml -f v.yaml'),
  of('diff - -', /^give - to one side only$/, 'diff m.yaml -'),
  of(
    'diff m.yaml m.yaml --chart-version 1.18.5',
    /^(values:)FILE@VERSION makes a rendering a side$/,
    'diff m.yaml HINTv.yaml@1.18.5',
  ),
  of('diff m.yaml m.yaml --ignore a[b', /^like (\S+), /, 'diff m.yaml m.yaml --ignore HINT'),
  of('diff m.yaml m.yaml --output-dir out', /^glistio diff … > report$/, 'diff m.yaml m.yaml'),
  of('diff --fleet compared.yaml m.yaml', /^the fleet file says what to compare$/, 'diff --fleet compared.yaml'),
  of(
    'diff --fleet compared.yaml -o html',
    /^give a folder for them: (--output-dir) DIR$/,
    'diff --fleet compared.yaml -o html HINT out',
  ),
  of('explain --picture --live -f v.yaml', /^draw one at a time$/, 'explain --picture -f v.yaml'),
  // check, upgrade
  of(
    'check -f v.yaml',
    /^give manifests with Upstreams, or with HTTPRoutes of Gateways, besides the values; --live reads a cluster$/,
    'check -f v.yaml u.yaml',
  ),
  of(
    'upgrade strict -f v.yaml',
    /^give manifests with Upstreams; --live reads a cluster$/,
    'upgrade strict -f v.yaml u.yaml',
  ),
];
followCases(cases);

/** What a refusal of arguments says to do. */
function literalAdvice(text: string): string[] {
  const form =
    /new CannotDo\(\s*(?:`(?:\$\{[^}]*\}|[^`])*`|'[^']*'|\w+)\s*,\s*(?:`((?:\$\{[^}]*\}|[^`])*)`|'([^']*)')/g;
  return [...text.matchAll(form)].map(([, template, plain]) => template ?? plain ?? '');
}

argueOthers(
  readdirSync('src/cli', { recursive: true })
    .map((name) => `src/cli/${name}`)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.gen.ts') && !/\/(?:cluster|lsp)\//.test(name)),
  [
    [/^is a shell variable unset\?$/, 'asks the user'],
    [/^say one$/, 'of a context of the cluster; of two ways to reuse the values of a release'],
    [/^(?:make the left side a record|name values, a release, or|kubectl get secret)/, 'a record of a release'],
    [/^(?:live: takes|a number, as helm history|write release:|helm list -A|helm get manifest)/, 'reads a cluster'],
    [/^(?:give one of them|name one record|set installed: FILE)/, 'reads a cluster'],
    [
      /^(?:git:REVISION|--against git:|fetch it first|name the files of values|see the problems)/,
      'reads a git repository',
    ],
    [/^(?:JSON lines and folders|several files of values)/, 'reads a git repository'],
    [/^glistio validate says what is wrong with them$/, 'other hints, which are followed with validate'],
    [/^use --each to check each file by itself$/, 'a folder, which the input and output of these tests do not list'],
    [/^--config FILE reads another file instead$/, 'a folder that cannot be read'],
    [/^(?:no file was changed|edit this file by hand)$/, 'an error of the file system; asks the user'],
    [/^(?:options: |choose one of: )/, 'a pipeline of kpt'],
    [/^(?:write FILE:LINE|write KIND|they make |with these values; )/, 'explains every value, which takes seconds'],
    [/^(?:give the proxies names|render it without --output-dir)/, 'another file system'],
  ],
  literalAdvice,
);

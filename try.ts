import { renderGatewayProxies } from './src/index.ts';
const t = (r: string, text: string) => { const x = renderGatewayProxies({ values: [{ name: 'v.yaml', text }], chartVersion: r }); console.log(r, text, x.manifests.length, JSON.stringify(x.problems.map((p: any) => [p.severity, p.code, p.path, p.message]))); };
t('1.17.0-beta2', 'gatewayProxies: {gatewayProxy: {envoyStaticClusters: [{name: 0.5}]}}');
t('1.6.0-beta23', 'gatewayProxies: {gatewayProxy: {podTemplate: {runAsUser: .inf}}}');
t('1.17.0-beta19', 'global: {extensions: {a: 1}}');
t('1.18.39', 'global: {image: {pullPolicy: 5}}');

/**
 * `node --import tsx scripts/oracle-kubernetes.ts` (development only): regenerates test/parity/kubernetes.json from the
 * API server's document: the parts that the gateway proxies' objects need for decoding.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const roots = ['core.v1.ConfigMap', 'core.v1.Secret', 'core.v1.Service', 'apps.v1.Deployment', 'apps.v1.DaemonSet'];
const source = new URL('../../shared/facts/kubernetes-schemas.json', import.meta.url);
const { kubernetes, schemas } = JSON.parse(readFileSync(source, 'utf8')) as {
  kubernetes: string;
  schemas: Readonly<Record<string, object>>;
};
const needed = new Set<string>();
for (const root of roots) visit(`io.k8s.api.${root}`);

function visit(name: string): void {
  if (needed.has(name)) return;
  needed.add(name);
  for (const match of JSON.stringify(schemas[name]).matchAll(/#\/components\/schemas\/([\w.]+)/g))
    visit(match[1] ?? '');
}

function isAside(key: string): boolean {
  return key === 'default' || key.startsWith('x-kubernetes-');
}

const rows = Object.entries(schemas)
  .filter(([name]) => needed.has(name))
  .map(([name, schema]) => {
    const text = JSON.stringify(schema, (key, value: unknown) => (isAside(key) ? undefined : value));
    return `${JSON.stringify(name)}: ${text}`;
  });
const target = new URL('../test/parity/kubernetes.json', import.meta.url);
writeFileSync(target, `{"version": ${JSON.stringify(kubernetes)}, "schemas": {\n${rows.join(',\n')}\n}}\n`);

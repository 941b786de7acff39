import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** Manifests of many gateway proxies: a Deployment and a ConfigMap for each. */
export function manyObjects(count: number, style: 'block' | 'flow', edited = -1): string {
  const documents: string[] = [];
  for (let index = 0; index < count / 2; index++) {
    const image = `quay.io/solo-io/gloo-envoy-wrapper:1.17.${index === edited ? 1 : 0}`;
    const metadata = `{name: proxy-${index}, namespace: gloo-system, labels: {gloo: gateway-proxy}}`;
    documents.push(
      style === 'flow'
        ? `{apiVersion: apps/v1, kind: Deployment, metadata: ${metadata}, spec: {template: {spec: {containers: [{name: gateway-proxy, image: "${image}", ports: [{containerPort: 8080, protocol: TCP}]}]}}}}\n`
        : `apiVersion: apps/v1\nkind: Deployment\nmetadata: ${metadata}\nspec:\n  template:\n    spec:\n      containers:\n      - image: ${image}\n        name: gateway-proxy\n        ports:\n        - containerPort: 8080\n`,
      style === 'flow'
        ? `{apiVersion: v1, kind: ConfigMap, metadata: ${metadata}, data: {envoy.yaml: "node: {id: a}\\n"}}\n`
        : `apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\ndata:\n  envoy.yaml: |\n    node:\n      id: a\n`,
    );
  }
  return documents.join('---\n');
}

/** A release Secret with this manifest, close to the size limit of Kubernetes. */
export function largeSecret(manifest: string, bytes: number): string {
  const release = (padding: string): string =>
    JSON.stringify({
      name: 'gloo',
      namespace: 'gloo-system',
      version: 1,
      info: { status: 'deployed' },
      chart: { metadata: { name: 'gloo', version: '1.17.0' }, files: [{ name: 'padding', data: padding }] },
      config: {},
      manifest,
    });
  const encoded = gzipSync(release(randomBytes(Math.floor(bytes * 0.56)).toString('base64'))).toString('base64');
  const data = Buffer.from(encoded).toString('base64');
  return `apiVersion: v1\nkind: Secret\nmetadata: {name: sh.helm.release.v1.gloo.v1, labels: {owner: helm}}\ntype: helm.sh/release.v1\ndata:\n  release: ${data}\n`;
}

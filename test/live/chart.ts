import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentsOf } from '../../src/yaml/documents.ts';

/** A chart that renders exactly these manifests: template syntax in them is escaped. */
export function writeChart(folder: string, version: string, manifest: string): string {
  const path = join(folder, `gloo-${version}`);
  mkdirSync(join(path, 'templates'), { recursive: true });
  writeFileSync(join(path, 'Chart.yaml'), `apiVersion: v2\nname: gloo\nversion: ${version}\nappVersion: ${version}\n`);
  writeFileSync(join(path, 'manifest.yaml'), manifest);
  writeFileSync(join(path, 'templates', 'proxies.yaml'), '{{ .Files.Get "manifest.yaml" }}\n');
  return path;
}

/** The gateway proxies' documents of a manifest. */
export function proxiesOf(manifest: string): string {
  return documentsOf(manifest)
    .map(({ text }) => text)
    .filter(
      (text) => /^kind: (?:ConfigMap|Deployment|DaemonSet)$/m.test(text) && /^ {4}gloo: gateway-proxy$/m.test(text),
    )
    .join('---\n');
}

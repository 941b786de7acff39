import { isMap, mapOf, mapsIn, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import { filledIn, setsBootstrap } from './envoy.ts';
import type { PrintedBootstrap } from './pod.ts';
import type { Rule } from './rule.ts';

/** Values that replace parts of the chart: a whole bootstrap, fields of the pod. */
export const replacementRules: readonly Rule[] = [
  {
    code: 'invalid-bootstrap',
    severity: 'error',
    summary: 'Envoy does not start with this part of its bootstrap.',
    help:
      'The values that configure Envoy itself (`envoyOverloadManager`, `envoyStaticClusters`, `tracing`, `envoyBootstrapExtensions`, ' +
      '`envoyStatsConfig`, `customStaticLayer`, addresses and limits), or a whole `envoy.yaml` in `configMap.data`, become part of Envoy’s ' +
      'bootstrap. It is checked against the messages of the release’s version of Envoy: unknown fields, wrong types, `@type`s that do ' +
      'not exist, the messages’ rules, and what Envoy refuses when it starts. With one such mistake the pod never becomes ready. ' +
      'Placeholders such as `{{.PodName}}` are filled in before Envoy reads them.',
    *find({ given, pods }) {
      const isSet = setsBootstrap(given);
      for (const { bootstrap, proxy } of pods) if (isSet || proxy === undefined) yield* bootstrap?.check() ?? [];
    },
  },
  {
    code: 'dns-policy-without-config',
    severity: 'error',
    summary: 'The pod has the DNS policy None, but no DNS configuration.',
    help: 'With `dnsPolicy: None` the pod gets only the servers of its `dnsConfig`, and the API server rejects a pod without one.',
    *find({ pods }) {
      for (const { name, spec, of } of pods) {
        if (spec['dnsPolicy'] !== 'None' || isMap(spec['dnsConfig'])) continue;
        yield {
          path: of('dnsPolicy'),
          message: `dnsPolicy None needs a dnsConfig: the API server rejects the pod of ${name}.`,
          hint: 'Add dnsConfig: {nameservers: […]}, or use ClusterFirst.',
        };
      }
    },
  },
];

/** An `envoy.yaml`, parsed; empty if it is not a YAML map. */
export function readBootstrap(text: string): ValueMap {
  return mapOf(readYaml({ name: 'envoy.yaml', text: filledIn(text) }).value);
}

/** A static cluster of a bootstrap, in either spelling of its fields. */
export function clusterNamed({ config }: PrintedBootstrap, name: string): ValueMap | undefined {
  const resources = mapOf(config['static_resources'] ?? config['staticResources']);
  return mapsIn(resources['clusters']).find((cluster) => cluster['name'] === name);
}

/**
 * What the values for Istio and mTLS change beside the proxies, compared with what real Helm rendered from the real
 * charts: on a release of each class that differs in these objects, with GLISTIO_PARITY=all on all recorded releases.
 * Without the recorded answers, the stored digests are used.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOf } from '../../src/chart/chart.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { digest } from './canonical.ts';
import {
  hasProxyAnswers,
  keptDigests,
  openCases,
  readProxyAnswers,
  readProxyReleases,
  renderControlPlane,
} from './proxy-suite.ts';

// biome-ignore lint/suspicious/noExplicitAny: recordings are read as the recorder wrote them
type Json = any;

const meshKeys = /^(?:sidecar\.istio\.io\/inject|istio\.io\/rev|istio-injection)$/;
const meshVariables = /^(?:(?:GG_EXPERIMENTAL_)?ISTIO_MTLS_SDS_ENABLED|ENABLE_ISTIO_.*|GLOO_MTLS_SDS_ENABLED)$/;
const mutualVolumes = /^(?:gloo-mtls-certs|envoy-sidecar-config)$/;

/** Sorts keys. */
function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, canonical(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The parts of the recorded objects that concern Istio and mTLS, one line each; of ours all parts that the recordings
 * contain.
 */
function summary(objects: readonly Json[], hasMounts: boolean): string[] {
  const about = (map: Json) => Object.entries(map ?? {}).filter(([key]) => meshKeys.test(key));
  const ofPod = ({ metadata = {} }: Json) => [about(metadata.labels), about(metadata.annotations)];
  return objects
    .flatMap((object): Json[] => {
      const { kind, metadata, spec } = object;
      const name = [object.apiVersion, kind, metadata.name, metadata.namespace];
      if (kind === 'Namespace') return [[name, about(metadata.labels)]];
      if (kind === 'Settings') {
        const { xdsBindAddr, restXdsBindAddr, enableRestEds, istioOptions } = spec.gloo ?? {};
        const options = Object.entries(istioOptions ?? {}).sort();
        return [[name, xdsBindAddr, restXdsBindAddr, String(enableRestEds), options]];
      }
      if (kind === 'Job') return [[name, ofPod(spec?.template ?? {})]];
      if (kind === 'CronJob') return [[name, ofPod(spec?.jobTemplate?.spec.template ?? {})]];
      if (kind === 'ConfigMap')
        return metadata.name === 'envoy-sidecar-config' ? [[name, metadata.labels, parsed(object.data)]] : [];
      if (kind !== 'Deployment') return [];
      const pod = ofPod(spec?.template ?? {});
      if (metadata.name !== 'gloo') return [[name, pod]];
      const { containers = [], volumes = [] } = spec.template.spec;
      const mutual = volumes.filter((one: Json) => mutualVolumes.test(one.name));
      return [
        [name, pod, containers.map((one: Json) => (one.name === 'gloo' ? ownPart(one, hasMounts) : one)), mutual],
      ];
    })
    .map((one) => JSON.stringify(canonical(one)))
    .sort();
}

/** The recordings contain the entries of the sidecar's configuration parsed. */
function parsed(data: Json): Json {
  const entries = Object.entries(data ?? {});
  return entries.map(([key, text]) => [key, typeof text === 'string' ? readYaml({ name: key, text }).value : text]);
}

/** Of Gloo's own container what mTLS changes: the probes, ports of its own and in some releases the mounts. */
function ownPart(
  { name, env = [], ports = [], readinessProbe, livenessProbe, volumeMounts }: Json,
  hasMounts: boolean,
): Json {
  const mesh = env.filter((variable: Json) => meshVariables.test(variable.name));
  return [
    name,
    mesh,
    ports.filter((port: Json) => /-xds$/.test(port.name)),
    readinessProbe,
    livenessProbe,
    hasMounts && volumeMounts,
  ];
}

const cases = openCases();
const figures = { equal: 0, 'Helm fails': 0, 'values refused': 0 };
const wrong: string[] = [];
const digests = new Map<string, string>();
const releases = readProxyReleases('mesh');
for (const release of releases) {
  const hasMounts = chartOf(release).has('labelsMountLost');
  const answers = hasProxyAnswers ? readProxyAnswers(release) : undefined;
  const results = cases.map((given) => renderControlPlane(given, release));
  digests.set(release, digest(results.map((objects) => objects ?? null)));
  for (const [index, objects] of results.entries()) {
    const id = cases[index]?.id ?? '';
    const answer = answers?.get(id);
    if (answer === undefined) continue;
    if (answer.objects === undefined) figures['Helm fails']++;
    else if (objects === undefined) figures['values refused']++;
    else {
      const told = summary(objects, hasMounts);
      const real = summary(answer.objects, hasMounts);
      if (told.join('\n') === real.join('\n')) figures.equal++;
      else {
        const [more, less] = [told.filter((one) => !real.includes(one)), real.filter((one) => !told.includes(one))];
        wrong.push(`${release} ${id}: ${more.join(' ')} ≠ ${less.join(' ')}`);
      }
    }
  }
}

test('what Istio and mTLS values change beside the proxies is what the chart changes', {
  skip: !hasProxyAnswers,
}, (t) => {
  for (const [what, count] of Object.entries(figures)) t.diagnostic(`${what} ${count}`);
  t.diagnostic(`wrong ${wrong.length}`);
  assert.deepEqual(wrong.slice(0, 20), []);
  assert.ok(figures.equal > 39000, `only ${figures.equal} cases are equal`);
});

test('what glistio makes of the cases is what was judged', () => {
  const kept = keptDigests('mesh');
  const compared = releases.filter((one) => kept.has(one));
  assert.ok(compared.length > 40);
  for (const release of compared) assert.equal(digests.get(release), kept.get(release), release);
});

/**
 * Every distinct bootstrap: in examples and golden files, rendered for the recorded cases, and rendered by the chart
 * itself.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStream } from '../src/objects/stream.ts';
import { isMap, mapOf, type Value } from '../src/value.ts';
import { readYaml } from '../src/yaml/read.ts';
import { readKubeCases, readKubeReleases, renderCase } from '../test/parity/kube-suite.ts';
import { createObserver } from '../test/parity/observe.ts';
import { parsePins } from '../test/parity/pins.ts';
import { type Answer, hasAnswers, pinsFile, readAnswers, readCases, readClasses } from '../test/parity/suite.ts';

export interface NamedBootstrap {
  /** Where it was first found. */
  readonly from: string;
  readonly value: Value;
  /** As JSON, which is also YAML. */
  readonly text: string;
}

/** Distinct by their JSON. */
export function allBootstraps(): readonly NamedBootstrap[] {
  const found = new Map<string, NamedBootstrap>();
  const add = (from: string, value: Value): void => {
    const text = JSON.stringify(value);
    if (!found.has(text)) found.set(text, { from, value, text });
  };
  for (const folder of ['examples', 'test/golden']) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.yaml')) addFile(join(folder, name), add);
    }
  }
  addRendered(add);
  if (hasAnswers) addAnswers(add);
  return [...found.values()];
}

type Add = (from: string, value: Value) => void;

function addFile(path: string, add: Add): void {
  for (const { object } of readStream({ name: path, text: readFileSync(path, 'utf8') }).objects)
    addFrom(path, object, add);
}

/** An `envoy.yaml` in a ConfigMap, parsed or as a string. */
function addFrom(from: string, object: Value, add: Add): void {
  if (!isMap(object) || object['kind'] !== 'ConfigMap' || !isMap(object['data'])) return;
  const config = object['data']['envoy.yaml'];
  if (isMap(config)) add(from, config);
  else if (typeof config === 'string') {
    const { value } = readYaml({ name: from, text: config });
    if (isMap(value)) add(from, value);
  }
}

/**
 * Those that the control plane deploys for Kubernetes Gateways, with the node's id, which Envoy gets from
 * --service-node.
 */
export function deployedBootstraps(): readonly NamedBootstrap[] {
  const found = new Map<string, NamedBootstrap>();
  const add: Add = (from, given) => {
    const value = isMap(given) ? { ...given, node: { ...mapOf(given['node']), id: 'gloo-proxy.edge' } } : given;
    const text = JSON.stringify(value);
    if (!found.has(text)) found.set(text, { from, value, text });
  };
  const cases = readKubeCases();
  for (const release of readKubeReleases()) {
    for (const given of cases)
      for (const { object } of renderCase(given, release).manifests) addFrom(`${given.id} on ${release}`, object, add);
  }
  return [...found.values()];
}

function addRendered(add: Add): void {
  const observer = createObserver();
  const { classes } = parsePins(readFileSync(pinsFile, 'utf8'));
  for (const given of readCases()) {
    for (const { release } of classes) {
      const outcome = observer.observe(given, release);
      if (outcome.kind !== 'rendered') continue;
      for (const { object } of outcome.objects) addFrom(`${given.id} on ${release}`, object, add);
    }
  }
}

/** The chart's output differs from glistio's only if Envoy or the API server rejects it. */
function addAnswers(add: Add): void {
  for (const { release } of readClasses()) {
    for (const [id, text] of readAnswers(release)) {
      if (!text.includes('"envoy":') && !text.includes('envoy.yaml')) continue;
      for (const object of (JSON.parse(text) as Answer).objects ?? [])
        addFrom(`${id} on ${release} (chart)`, object, add);
    }
  }
}

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readYaml } from '../../scripts/chart-sources.ts';
import { compileIstioFeatures } from '../../scripts/gen-istio.ts';
import { istiosThatDiffer } from '../../src/istio/check/check.ts';
import type { IstioFeature } from '../../src/objects/istio.gen.ts';
import { type Istio, type IstioVersion, istioOf } from '../../src/objects/istio-version.ts';

/** What the files about receiving a request ask of a version; certificates depend on the agent's own. */
const receiving = ['src/istio', 'src/istio/check']
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((path) =>
    /\/(?:ambient|authorization|effective-mtls|inbound|peer-authentication|service-ports|receive[\w-]*)\.ts$/.test(
      path,
    ),
  )
  .flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bhas\('(\w+)'\)/g)].map(([, name]) => name as IstioFeature),
  );

test('where the version is unknown, every way of receiving a request is tried', () => {
  const table = compileIstioFeatures(readYaml('schema/istio.yaml'));
  const asked = [...new Set(receiving)].filter((name) => name in table).sort();
  assert.ok(asked.length >= 8, asked.join());
  const versions = Object.values(table).flatMap((intervals) =>
    intervals.flatMap(({ from, to }): IstioVersion[] => (to === null ? [from] : [from, to])),
  );
  const wayOf = (istio: Istio): string => asked.filter((name) => istio.has(name)).join();
  // Gloo has always required Istio 1.5 or newer.
  const ways = new Set(versions.filter(([, minor]) => minor >= 5).map((version) => wayOf(istioOf(version))));
  const tried = istiosThatDiffer.map(wayOf);
  assert.deepEqual(tried.toSorted(), [...ways].sort());
});

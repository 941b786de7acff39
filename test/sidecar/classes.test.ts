/** The guarantees of injecting, on the renderings of every class of releases that behave alike. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { type InjectOptions, injectSidecars } from '../../src/istio/inject.ts';
import { uninjectSidecars } from '../../src/istio/uninject.ts';
import { hasErrors } from '../../src/problem.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { differencesBetween } from '../parity/glooctl-cases.ts';

const oracle = new URL('../oracle/', import.meta.url);
const classes = readFileSync(new URL('chart-digests.txt', oracle), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('class '))
  .map((line) => line.split(' ')[1] ?? '');

const listed = load(readFileSync(new URL('glooctl-and-chart.yaml', oracle), 'utf8')) as {
  readonly differences: readonly { readonly id: string; readonly at: string }[];
};

const renderings = classes.map((release) => ({
  release,
  off: rendered(release, []),
  on: rendered(release, ['global.istioSDS.enabled=true']),
}));

function rendered(chartVersion: string, set: readonly string[]): string {
  const { manifests, problems } = renderGatewayProxies({ chartVersion, set, objects: 'workloads' });
  assert.equal(hasErrors(problems), false);
  return manifests.map(({ text }) => `---\n${text}`).join('');
}

function injected(text: string, options: InjectOptions = {}): string {
  const { manifests, problems } = injectSidecars([{ name: 'in.yaml', text }], options);
  assert.deepEqual(problems, []);
  return manifests[0]?.text ?? '';
}

function uninjected(text: string): string {
  const { manifests, problems } = uninjectSidecars([{ name: 'in.yaml', text }]);
  assert.deepEqual(problems, []);
  return manifests[0]?.text ?? '';
}

const masked = (text: string): string => text.replace(/^( +checksum\/\S+:).*$/gm, '$1');

test(`there are ${classes.length} classes`, () => assert.equal(classes.length, 95));

test('injecting what is injected changes nothing', () => {
  for (const { release, off, on } of renderings) {
    const once = injected(off);
    assert.equal(injected(once), once, release);
    assert.equal(injected(on), on, `${release}, from the chart`);
  }
});

test('taking the sidecars out gives back every byte', () => {
  for (const { release, off, on } of renderings) {
    assert.equal(uninjected(injected(off)), off, release);
    assert.equal(masked(uninjected(on)), masked(off), `${release}, from the chart`);
  }
});

test('with --like chart, the result is what the chart renders with global.istioSDS', () => {
  for (const { release, off, on } of renderings)
    assert.equal(masked(injected(off, { like: 'chart' })), masked(on), release);
});

test('without it, the result differs from the chart where that is listed, and nowhere else', () => {
  const used = new Set<string>();
  const wrong: string[] = [];
  for (const { release, off, on } of renderings) {
    for (const difference of differencesBetween(on, injected(off))) {
      const entry = listed.differences.find(({ at }) => new RegExp(`^${at}(?: |$)`).test(difference));
      if (entry === undefined) wrong.push(`${release}: ${difference}`);
      else used.add(entry.id);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    listed.differences.map(({ id }) => id).filter((id) => !used.has(id)),
    [],
    'an entry is not needed',
  );
});

test('another version of Istio updates the sidecar, and back again', () => {
  for (const { release, off } of renderings.filter((_, index) => index % 8 === 0)) {
    const newer = injected(off, { istioVersion: '1.22.3', jwtPolicy: 'first-party-jwt' });
    const older = injected(off, { istioVersion: '1.7.2', jwtPolicy: 'third-party-jwt' });
    const back = injected(newer, { istioVersion: '1.7.2', jwtPolicy: 'third-party-jwt' });
    assert.equal(injected(newer), newer, release);
    assert.match(back, /proxyv2:1\.7\.2/);
    assert.deepEqual(
      differencesBetween(older, back).filter((at) => !/ args \d+$| ISTIO_META_CLUSTER_ID$/.test(at)),
      [],
      release,
    );
  }
});

test('what is half injected is completed', () => {
  for (const { release, off } of renderings.filter((_, index) => index % 8 === 0)) {
    const whole = injected(off);
    const parts = [off, whole].map((text) => text.split(/^(?=---\n)/m));
    const [configMap, workload] = [0, 1].map((index) => parts.map((part) => part[index] ?? ''));
    for (const half of [`${configMap?.[0]}${workload?.[1]}`, `${configMap?.[1]}${workload?.[0]}`]) {
      assert.equal(injected(half), whole, release);
    }
  }
});

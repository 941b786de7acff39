/**
 * What the values for Istio and mTLS change beside the proxies, compared with what real Helm rendered from the real
 * charts: on a release of each class that differs in these objects, with GLISTIO_PARITY=all on all recorded releases.
 * Without the recorded answers, the stored digests are used.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOf } from '../../src/chart/chart.ts';
import { digest } from './canonical.ts';
import { summary } from './control-plane-parts.ts';
import {
  hasProxyAnswers,
  keptDigests,
  openCases,
  readProxyAnswers,
  readProxyReleases,
  renderControlPlane,
} from './proxy-suite.ts';

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

/**
 * `node --import tsx scripts/oracle-examples.ts HELM_ORACLE CHARTS` (development only): asks real Helm whether the chart still gives
 * what test/oracle/chart-examples.yaml say of it. CHARTS holds a chart folder for each release, by its name.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { comparable } from '../test/parity/canonical.ts';
import { readDeviations, valueAt } from '../test/parity/deviations.ts';
import type { Answer } from '../test/parity/suite.ts';

const [oracle, charts] = process.argv.slice(2);
if (oracle === undefined || charts === undefined) throw new Error('needs HELM_ORACLE and CHARTS');
let wrong = 0;
for (const { id, examples } of readDeviations().deviations) {
  for (const { release, values, at, chart = null, fails = false } of examples) {
    const input = JSON.stringify({ id, files: [JSON.stringify(values)], release: 'gloo', namespace: 'gloo-system' });
    const { stdout, stderr } = spawnSync(oracle, ['render', join(charts, release)], { input, encoding: 'utf8' });
    if (stdout === '') throw new Error(`${release}: ${stderr}`);
    const answer = JSON.parse(stdout) as Answer;
    const given = answer.objects && valueAt(answer.objects.map(comparable), at);
    if (fails ? given === undefined : isDeepStrictEqual(given, chart)) continue;
    wrong++;
    console.log(`${id} on ${release}: the chart gives ${JSON.stringify(given) ?? answer.error}`);
  }
}
console.log(`${wrong} examples are wrong`);
process.exitCode = wrong === 0 ? 0 : 1;

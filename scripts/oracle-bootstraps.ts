/**
 * `node --import tsx scripts/oracle-bootstraps.ts ENVOY_CHECK` (development only): validates every distinct bootstrap
 * of the recorded cases with Envoy (a program that reads lines of `{"id", "bootstrap"}` and prints those that Envoy
 * rejects).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isMap } from '../src/value.ts';
import { createObserver } from '../test/parity/observe.ts';
import { parsePins } from '../test/parity/pins.ts';
import { pinsFile, readCases } from '../test/parity/suite.ts';

const [program] = process.argv.slice(2);
if (program === undefined) throw new Error('needs ENVOY_CHECK');
const observer = createObserver();
const { classes, cases: pins } = parsePins(readFileSync(pinsFile, 'utf8'));
const bootstraps = new Map<string, string>();
for (const given of readCases()) {
  classes.forEach(({ release }, index) => {
    // If the chart's bootstrap is rejected and glistio's is the same, the values are at fault.
    const pin = pins.get(given.id)?.[index];
    if (pin === undefined || (pin.verdicts.includes('envoy') && !pin.deviates)) return;
    const outcome = observer.observe(given, release);
    for (const { digest, object } of outcome.kind === 'rendered' ? outcome.objects : []) {
      const data = object['kind'] === 'ConfigMap' ? object['data'] : undefined;
      const config = isMap(data) ? data['envoy.yaml'] : undefined;
      if (!isMap(config) || !('layered_runtime' in config) || bootstraps.has(digest)) continue;
      bootstraps.set(digest, JSON.stringify({ id: `${given.id} on ${release}`, bootstrap: config }));
    }
  });
}
const { stdout, stderr, status } = spawnSync(program, {
  input: [...bootstraps.values(), ''].join('\n'),
  encoding: 'utf8',
});
process.stdout.write(`${stdout}${stderr}`);
const refused = stdout.split('\n').filter((line) => line.includes('\t')).length;
console.log(`${bootstraps.size} bootstraps, ${refused} refused`);
process.exitCode = status === 0 && refused === 0 ? 0 : 1;

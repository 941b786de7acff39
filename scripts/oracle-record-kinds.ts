/**
 * Records what real Helm renders for the cases of test/oracle/kinds.yaml, as digests (development only;
 * docs/adding-a-release.md says where the program and the charts come from):
 *
 * node --import tsx scripts/oracle-record-kinds.ts --helm-oracle PATH CHART_DIR …
 *
 * The result is correct only if test/parity/kinds.test.ts passes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';
import { kindsPinsFile, readKinds } from '../test/parity/kinds.ts';
import { createObserver, outcomeKey } from '../test/parity/observe.ts';
import { formatPins, type Pin } from '../test/parity/pins.ts';
import type { ReleaseClass, Verdict } from '../test/parity/suite.ts';
import { faultsOf } from './compare-chart-faults.ts';
import { askHelm } from './compare-chart-judge.ts';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { 'helm-oracle': { type: 'string' } },
});
const oracle = options['helm-oracle'];
if (oracle === undefined || folders.length === 0) throw new Error('needs --helm-oracle PATH and a chart folder');

const cases = [...readKinds().values()].flat();
const pins = new Map<string, Pin[]>(cases.map(({ id }) => [id, []]));
const classes: ReleaseClass[] = [];
const observer = createObserver();
for (const folder of folders) {
  const { version } = load(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) as { version: string };
  classes.push({ release: version, same: [version] });
  for (const [index, answer] of askHelm(oracle, folder, cases).entries()) {
    const given = cases[index];
    if (given?.id !== answer.id) throw new Error(`${folder}: Helm gave no answer to ${given?.id}`);
    const chart = observer.read(JSON.stringify(answer), version);
    const verdicts: Verdict[] =
      answer.error !== undefined
        ? ['helm']
        : (answer.objects ?? []).some((one) => faultsOf(one).length > 0)
          ? ['apiServer']
          : [];
    const key = outcomeKey(observer.observe(given, version));
    pins.get(given.id)?.push({ verdicts, deviates: key !== chart.key, key });
  }
}
writeFileSync(kindsPinsFile, formatPins({ classes, cases: pins }));

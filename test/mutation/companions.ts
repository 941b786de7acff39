/**
 * The kept digests of what stands around the proxies, taken apart by case: one digest is of all cases of a release, for which a mutant
 * would have to wait. What the parts are of is checked against the kept ones first.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { digest } from '../parity/canonical.ts';
import { keptDigests, openCases, outcomeOf, renderCompanions, saidOf } from '../parity/proxy-suite.ts';
import { companionsFile } from './recorded-cases.ts';

/** Rewrites them when a source or the cases have changed. */
export function keepCompanions(): void {
  const sum = createHash('sha256').update(readFileSync('test/oracle/proxy-digests.txt'));
  for (const name of readdirSync('src', { recursive: true }).map(String).sort())
    if (name.endsWith('.ts')) sum.update(readFileSync(`src/${name}`));
  const of = sum.digest('hex');
  if (existsSync(companionsFile) && readFileSync(companionsFile, 'utf8').includes(of)) return;
  const cases = openCases();
  const releases = [...keptDigests('proxy')].map(([release, kept]) => {
    const renderings = cases.map((given) => renderCompanions(given, release));
    assert.equal(digest(renderings.map(outcomeOf)), kept, `${release} is not what test/parity holds`);
    return [release, renderings.map((one) => digest([outcomeOf(one), saidOf(one)]).slice(0, 12))];
  });
  mkdirSync(dirname(companionsFile), { recursive: true });
  writeFileSync(companionsFile, JSON.stringify({ of, releases: Object.fromEntries(releases) }));
}

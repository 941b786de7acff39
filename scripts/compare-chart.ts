/**
 * Compares glistio with a chart as real Helm renders it (development only; docs/adding-a-release.md explains how to use
 * it):
 *
 * node --import tsx scripts/compare-chart.ts --helm-oracle PATH [--cases FILE | --seed N [--hostile | --yaml]]
 * [--count N] [--proxies] [--as RELEASE] [--show N] CHART_DIR …
 *
 * The cases are read from a file, one JSON object per line (`{"id", "files": [YAML], "set"?: [], "release",
 * "namespace"}`), or are random. Differences are grouped, most frequent first, each group with an example and the
 * values that its cases have in common.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';
import { chartOf } from '../src/chart/chart.ts';
import { newestRelease, releaseIndex } from '../src/chart/releases.ts';
import type { ValueMap } from '../src/value.ts';
import { differences } from '../test/parity/canonical.ts';
import { createGroups } from './compare-chart-groups.ts';
import { hostileCases } from './compare-chart-hostile.ts';
import { askHelm, compareCase, type GivenCase } from './compare-chart-judge.ts';
import { randomCases } from './compare-chart-values.ts';
import { yamlCases } from './compare-chart-yaml.ts';
import { compareProxies } from './compare-proxies-judge.ts';
import { proxyCases } from './compare-proxies-values.ts';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    'helm-oracle': { type: 'string' },
    cases: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** One to three hostile values among valid ones, instead of many of all kinds. */
    hostile: { type: 'boolean', default: false },
    /** The values of both generators in all styles of YAML, in several files and with `--set`. */
    yaml: { type: 'boolean', default: false },
    count: { type: 'string', default: '20' },
    /**
     * Compares all objects of the proxies, and what Istio and mTLS change beside them, instead of workloads and
     * bootstraps. The folder needs all of the chart's templates.
     */
    proxies: { type: 'boolean', default: false },
    /** The release to compare with, if the table does not contain the chart's own yet. */
    as: { type: 'string' },
    show: { type: 'string', default: '40' },
  },
});
const oracle = options['helm-oracle'];
if (oracle === undefined || folders.length === 0) throw new Error('needs --helm-oracle PATH and a chart folder');

const groups = createGroups();
for (const [index, folder] of folders.entries()) {
  const { version } = load(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) as { version: string };
  const release = options.as ?? (releaseIndex(version) < 0 ? newestRelease : version);
  if (release !== version) compareDefaults(folder, version, release);
  const cases = casesFor(release, Number(options.seed) * 1000 + index);
  const answers = askHelm(oracle, folder, cases);
  cases.forEach((given, at) => {
    const answer = answers[at];
    if (answer?.id !== given.id) throw new Error(`${folder}: Helm gave no answer to ${given.id}`);
    groups.add((options.proxies ? compareProxies : compareCase)(given, answer, release), given, version);
  });
}
process.stdout.write(groups.format(Number(options.show)));
process.exitCode = groups.hasDifferences() ? 1 : 0;

function casesFor(release: string, seed: number): readonly GivenCase[] {
  const make = options.proxies ? proxyCases : options.hostile ? hostileCases : options.yaml ? yamlCases : randomCases;
  if (options.cases === undefined) return make(seed, Number(options.count), release);
  const lines = readFileSync(options.cases, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as GivenCase);
}

/** A new chart's default values are the first candidates for a difference. */
function compareDefaults(folder: string, version: string, release: string): void {
  const theirs = load(readFileSync(join(folder, 'values.yaml'), 'utf8')) as ValueMap;
  const ours = JSON.parse(
    JSON.stringify(chartOf(release).defaults()).replaceAll(`"${release}"`, `"${version}"`),
  ) as ValueMap;
  for (const line of differences(theirs, ours, 'default values of ' + version, 100)) process.stdout.write(`${line}\n`);
}

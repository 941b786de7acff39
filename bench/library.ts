import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type * as Yaml from 'js-yaml';
import type * as Library from '../src/index.ts';
import type { Peers } from './peers.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface LibraryFigures {
  /** The example's folder. */
  readonly name: string;
  /** The measured operation. */
  readonly work: string;
  /** The CPU time of one operation. */
  readonly microseconds: Spread;
  readonly perSecond: number;
  /** What one of them allocates, in KB; undefined for Helm. */
  readonly kilobytes: number | undefined;
}

const rounds = 5;
const batch = 8;

// As it is in the package; the ES module is several times slower on Node 20.
const { load } = createRequire(import.meta.url)('js-yaml') as typeof Yaml;

interface Case {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** The values, each time with another value in them. */
  next(): string;
  readonly chartVersion: string | undefined;
}

type Options = Omit<Library.RenderOptions, 'objects'>;

/**
 * Measures the built library with every example: values text to manifest text (reading, merging, validating against the
 * release's schema and rendering), all objects or only workloads and ConfigMaps, the same with every object parsed, and
 * all checks of `validate`. If there is a chart, Helm's engine is measured with the same values, in process and on one
 * core as well.
 */
export async function measureLibrary(peers: Peers, seconds: number): Promise<LibraryFigures[]> {
  // Measures what users get, not the sources.
  const { renderGatewayProxies, validateValues } = (await import(
    new URL('../dist/index.js', import.meta.url).href
  )) as typeof Library;
  // When compared, both render the one chart that Helm has; otherwise each example uses its own release.
  const cases = readCases().flatMap((given): Case[] => {
    const { name, chartVersion: own } = given;
    const wanted = peers.chartVersion ?? own;
    // The guide is about an early release.
    return own === wanted || !name.includes('sds')
      ? [{ ...given, chartVersion: wanted }]
      : [
          { ...given, chartVersion: wanted },
          { ...given, name: `${name}, ${own}` },
        ];
  });
  const boundOf = (given: Case, objects: 'all' | 'workloads'): (() => unknown) => {
    const { manifests } = renderGatewayProxies({ ...optionsOf(given), objects });
    const lines = manifests.flatMap(({ text }) => text.split(/(?<=\n)/));
    return () => {
      load(given.next());
      createHash('sha256').update(lines.join('')).digest('hex');
    };
  };
  // A new source with another value each time, so that nothing is cached.
  const works: Readonly<Record<string, (given: Case) => () => unknown>> = {
    render: (given) => () => renderGatewayProxies(optionsOf(given)),
    'render, workloads': (given) => () => renderGatewayProxies({ ...optionsOf(given), objects: 'workloads' }),
    'render, objects parsed': (given) => () =>
      renderGatewayProxies(optionsOf(given)).manifests.map(({ object }) => object),
    validate: (given) => () => validateValues(optionsOf(given)),
    // The lower bound for any renderer: the same bytes parsed, the same output concatenated, one checksum.
    'lower bound': (given) => boundOf(given, 'all'),
    'lower bound, workloads': (given) => boundOf(given, 'workloads'),
  };
  const acts = Object.entries(works).flatMap(([work, actOn]) =>
    cases.map((given) => ({ name: given.name, work, act: actOn(given), samples: [] as number[] })),
  );
  // In rounds, so that a busy moment of the machine affects all of them.
  for (let round = 0; round < rounds; round++) {
    for (const { act, samples } of acts) {
      const least = (seconds * 1e6) / rounds;
      if (round === 0) samplesOf(act, least);
      samples.push(...samplesOf(act, least));
    }
  }
  const rows: LibraryFigures[] = acts.map(({ name, work, act, samples }) => {
    const microseconds = spreadOf(samples);
    return { name, work, microseconds, perSecond: 1e6 / microseconds.median, kilobytes: allocatedBy(act) };
  });
  if (peers.engine !== undefined && peers.chart !== undefined)
    rows.push(
      ...measureHelm(
        peers.engine,
        peers.chart,
        cases.filter(({ chartVersion }) => chartVersion === peers.chartVersion),
        seconds,
      ),
    );
  return rows;
}

/** The smallest of several measurements, in KB: a garbage collection in between makes one too small to count. */
function allocatedBy(act: () => unknown): number {
  const counts = Array.from({ length: 9 }, () => {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let turn = 0; turn < 8; turn++) act();
    return (process.memoryUsage().heapUsed - before) / 8 / 1024;
  });
  return Math.min(...counts.filter((count) => count > 0));
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function optionsOf({ next, chartVersion }: Case): Options {
  return { values: [{ name: 'values.yaml', text: next() }], ...(chartVersion === undefined ? {} : { chartVersion }) };
}

function readCases(): Case[] {
  const names = readdirSync('examples').filter((name) => existsSync(`examples/${name}/command`));
  return names.sort().map((name) => {
    const path = `examples/${name}/values.yaml`;
    const chartVersion = /--chart-version (\S+)/.exec(readFileSync(`examples/${name}/command`, 'utf8'))?.[1];
    const text = readFileSync(path, 'utf8');
    return { name, path, text, next: variationsOf(text), chartVersion };
  });
}

/** The values with another registry for all images in each, which stands in the workload in the end. */
function variationsOf(text: string): () => string {
  let turn = 0;
  const [before, after] = text.includes('global:\n') ? text.split('global:\n', 2) : [`${text}\n`, ''];
  return () => `${before}global:\n  image: {registry: r${turn++}.example.com/gloo}\n${after}`;
}

/** The CPU time of one operation in microseconds, by batches, until they took so many: other programs do not change it much. */
function samplesOf(act: () => unknown, least: number): number[] {
  const samples: number[] = [];
  for (let total = 0; total < least; ) {
    const before = process.cpuUsage();
    for (let turn = 0; turn < batch; turn++) act();
    const { user, system } = process.cpuUsage(before);
    total += user + system;
    samples.push((user + system) / batch);
  }
  return samples;
}

/** An output line of bench/helm. */
interface HelmFigures {
  readonly name: string;
  readonly medianMicroseconds: number;
  readonly lowMicroseconds: number;
  readonly highMicroseconds: number;
}

function measureHelm(engine: string, chart: string, cases: readonly Case[], seconds: number): LibraryFigures[] {
  const args = [chart, String(seconds), ...cases.map(({ name, path }) => `${name}=${path}`)];
  const { status, stdout, stderr } = spawnSync(engine, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`bench/helm: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { name, medianMicroseconds, lowMicroseconds, highMicroseconds } = JSON.parse(line) as HelmFigures;
      const microseconds = { median: medianMicroseconds, low: lowMicroseconds, high: highMicroseconds };
      const perSecond = 1e6 / microseconds.median;
      return { name, work: 'helm in process', microseconds, perSecond, kilobytes: undefined };
    });
}

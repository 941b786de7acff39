import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { Bench } from 'tinybench';
import type * as Library from '../src/index.ts';
import type { Peers } from './peers.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface LibraryFigures {
  /** The example's folder. */
  readonly name: string;
  /** The measured operation. */
  readonly work: string;
  /** The time of one operation, on one core. */
  readonly microseconds: Spread;
  readonly perSecond: number;
}

interface Case {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly chartVersion: string | undefined;
}

type Options = Omit<Library.RenderOptions, 'objects'>;

/**
 * Measures the built library with every example: values text to manifest text (reading, merging, validating against the
 * release's schema and rendering), the same with every object parsed, and all checks of `validate`. If there is a
 * chart, Helm's engine is measured with the same values, in process and on one core as well.
 */
export async function measureLibrary(peers: Peers, seconds: number): Promise<LibraryFigures[]> {
  // Measures what users get, not the sources.
  const { renderGatewayProxies, validateValues } = (await import(
    new URL('../dist/index.js', import.meta.url).href
  )) as typeof Library;
  // When compared, both render the one chart that Helm has; otherwise each example uses its own release.
  const cases = readCases().map((given) => ({ ...given, chartVersion: peers.chartVersion ?? given.chartVersion }));
  // A new source each time, so that nothing is cached.
  const works: Readonly<Record<string, (given: Case) => () => unknown>> = {
    render: (given) => () => renderGatewayProxies(optionsOf(given)),
    'render, objects parsed': (given) => () =>
      renderGatewayProxies(optionsOf(given)).manifests.map(({ object }) => object),
    validate: (given) => () => validateValues(optionsOf(given)),
    // The lower bound for any renderer: the same bytes parsed, the same output concatenated, one checksum.
    'lower bound': (given) => {
      const lines = renderGatewayProxies(optionsOf(given)).manifests.flatMap(({ text }) => text.split(/(?<=\n)/));
      return () => {
        load(given.text);
        createHash('sha256').update(lines.join('')).digest('hex');
      };
    },
  };
  const rows: LibraryFigures[] = [];
  for (const [work, actOn] of Object.entries(works)) {
    const bench = new Bench({ time: seconds * 1000, warmupTime: seconds * 400, retainSamples: true });
    for (const given of cases) {
      const act = actOn(given);
      bench.add(given.name, () => void act());
    }
    await bench.run();
    for (const { name, result } of bench.tasks) rows.push(figuresOf(name, work, result));
  }
  if (peers.engine !== undefined && peers.chart !== undefined)
    rows.push(...measureHelm(peers.engine, peers.chart, cases, seconds));
  return rows;
}

function optionsOf({ text, chartVersion }: Case): Options {
  return { values: [{ name: 'values.yaml', text }], ...(chartVersion === undefined ? {} : { chartVersion }) };
}

function readCases(): Case[] {
  const names = readdirSync('examples').filter((name) => existsSync(`examples/${name}/command`));
  return names.sort().map((name) => {
    const path = `examples/${name}/values.yaml`;
    const chartVersion = /--chart-version (\S+)/.exec(readFileSync(`examples/${name}/command`, 'utf8'))?.[1];
    return { name, path, text: readFileSync(path, 'utf8'), chartVersion };
  });
}

function figuresOf(name: string, work: string, result: Bench['tasks'][number]['result']): LibraryFigures {
  if (!('latency' in result)) throw new Error(`${work} of ${name} could not be measured`);
  const microseconds = spreadOf((result.latency.samples ?? []).map((milliseconds) => milliseconds * 1000));
  return { name, work, microseconds, perSecond: 1e6 / microseconds.median };
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
      return { name, work: 'helm in process', microseconds, perSecond: 1e6 / microseconds.median };
    });
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Bench } from 'tinybench';
import type * as Library from '../src/index.ts';

export interface LibraryFigures {
  readonly name: string;
  readonly rendersPerSecond: number;
  readonly medianMicroseconds: number;
}

interface Case {
  readonly name: string;
  readonly options: Library.RenderOptions;
}

/** Renders per second of every example on one core, and of all of them in turn. */
export async function measureLibrary(): Promise<LibraryFigures[]> {
  // What users get is measured, not the sources.
  const { renderGatewayProxies } = (await import(new URL('../dist/index.js', import.meta.url).href)) as typeof Library;
  const cases = readdirSync('examples')
    .filter((name) => existsSync(`examples/${name}/command`))
    .sort()
    .map(readCase);
  const bench = new Bench({ time: 1000, warmupTime: 300 });
  for (const { name, options } of cases) bench.add(name, () => void renderGatewayProxies(options));
  bench.add(`all ${cases.length} in turn`, () => {
    for (const { options } of cases) renderGatewayProxies(options);
  });
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (!('latency' in result)) throw new Error(`${name} could not be measured`);
    const renders = name.startsWith('all ') ? cases.length : 1;
    return {
      name,
      rendersPerSecond: Math.round(result.throughput.mean * renders),
      medianMicroseconds: Math.round((result.latency.p50 * 1000) / renders),
    };
  });
}

function readCase(name: string): Case {
  const text = readFileSync(`examples/${name}/values.yaml`, 'utf8');
  const chartVersion = /--chart-version (\S+)/.exec(readFileSync(`examples/${name}/command`, 'utf8'))?.[1];
  return { name, options: { values: [{ name: 'values.yaml', text }], ...(chartVersion ? { chartVersion } : {}) } };
}

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { availableParallelism, devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { measureOnce } from './command.ts';

export interface FleetFigures {
  readonly clusters: number;
  /** A folder of manifests, one that already contains them, or JSON lines; and the cost of only writing that folder. */
  readonly output:
    | 'folder'
    | 'folder again'
    | 'lines'
    | 'lines, executable'
    | 'cp -r of the folder'
    | 'xargs helm template';
  /** As requested, or the number of processors; a small fleet does not use threads. */
  readonly workers: number;
  readonly seconds: number;
  /** User and system time of all threads and processes, in seconds. */
  readonly cpu: number;
  readonly perSecond: number;
  /** The peak memory of the process, including its threads. */
  readonly peakMegabytes: number;
}

export interface FleetOptions {
  readonly sizes: readonly number[];
  readonly workers?: number;
  readonly executable?: string | undefined;
  /** Helm's command, and the chart that it renders for some of the clusters. */
  readonly helm?: { readonly command: string; readonly chart: string } | undefined;
}

/** Helm takes so long that its figure for some clusters stands for all. */
const clustersOfHelm = 20;

/** The sizes that `npm run bench` measures; the largest takes minutes and gigabytes of disk. */
export const fleetSizes = [100, 1_000, 10_000] as const;
export const largestFleet = 100_000;

/** Renders fleets of several sizes with the built command: into a folder, into the same folder again, and as JSON lines. */
export function measureFleets({ sizes, workers, helm, executable }: FleetOptions): FleetFigures[] {
  const folder = mkdtempSync(join(tmpdir(), 'glistio-fleet-'));
  try {
    return sizes.flatMap((clusters) => {
      const fleet = writeFleet(join(folder, String(clusters)), clusters);
      const out = join(folder, 'out');
      const rows = [
        measure(clusters, 'folder', workers, ['--fleet', fleet, '--output-dir', out]),
        measure(clusters, 'folder again', workers, ['--fleet', fleet, '--output-dir', out]),
        measure(clusters, 'lines', workers, ['--fleet', fleet]),
        ...(executable === undefined ? [] : [measureExecutable(executable, fleet, clusters)]),
        measureCopy(clusters, out),
        ...(helm === undefined || clusters !== sizes[0] ? [] : [measureHelm(join(folder, String(clusters)), helm)]),
      ];
      rmSync(out, { recursive: true });
      rmSync(join(folder, String(clusters)), { recursive: true });
      return rows;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A fleet as in the guide: a shared base with Istio's certificates, a layer for each group, a small file for each
 * cluster.
 */
export function writeFleet(folder: string, clusters: number): string {
  mkdirSync(join(folder, 'clusters'), { recursive: true });
  writeFileSync(join(folder, 'base.yaml'), base);
  for (const group of groups) {
    writeFileSync(
      join(folder, `${group}.yaml`),
      `gatewayProxies:\n  gatewayProxy:\n    kind:\n      deployment:\n        replicas: ${group.length}\n`,
    );
  }
  // JSON lines, because the largest fleets exceed the size limit of a YAML fleet file.
  const path = join(folder, 'fleet.jsonl');
  const file = openSync(path, 'w');
  for (let index = 0; index < clusters; index++) {
    const name = `cluster-${String(index).padStart(6, '0')}`;
    const values = ['base.yaml', `${groups[index % groups.length]}.yaml`, `clusters/${name}.yaml`];
    writeSync(file, `${JSON.stringify({ name, chartVersion: '1.17.20', values })}\n`);
    writeFileSync(
      join(folder, 'clusters', `${name}.yaml`),
      `gatewayProxies:\n  gatewayProxy:\n    podTemplate:\n      extraAnnotations:\n        example.com/cluster: ${name}\n`,
    );
  }
  closeSync(file);
  return path;
}

const groups = ['dev', 'prod', 'stage'];
const base = `global:
  istioSDS:
    enabled: true
gatewayProxies:
  gatewayProxy:
    podTemplate:
      httpPort: 8080
      httpsPort: 8443
      resources:
        requests: { cpu: 500m, memory: 256Mi }
    service:
      type: LoadBalancer
      httpPort: 80
      httpsPort: 443
`;

/** Loaded before the command: reports the resources of the process at its end, including its threads. */
const witness = `
  const { isMainThread } = require('node:worker_threads');
  if (isMainThread) process.once('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    require('node:fs').writeFileSync(process.env.GLISTIO_WITNESS, JSON.stringify([maxRSS, userCPUTime + systemCPUTime]));
  });
`;

function measure(
  clusters: number,
  output: FleetFigures['output'],
  workers: number | undefined,
  args: readonly string[],
): FleetFigures {
  const folder = mkdtempSync(join(tmpdir(), 'glistio-witness-'));
  const [hook, told] = [join(folder, 'witness.cjs'), join(folder, 'memory')];
  writeFileSync(hook, witness);
  const sink = openSync(devNull, 'w');
  const command = ['--require', hook, 'dist/cli.cjs', 'render', ...args, '--quiet'];
  if (workers !== undefined) command.push('--workers', String(workers));
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, command, {
    stdio: ['ignore', sink, 'pipe'],
    env: { ...process.env, GLISTIO_WITNESS: told },
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  closeSync(sink);
  if (status !== 0) throw new Error(`could not measure ${clusters} clusters: ${stderr}`);
  const [peak, microseconds] = JSON.parse(readFileSync(told, 'utf8')) as [number, number];
  rmSync(folder, { recursive: true });
  return {
    clusters,
    output,
    workers: workers ?? availableParallelism(),
    seconds: round(seconds),
    cpu: round(microseconds / 1e6),
    perSecond: Math.round(clusters / seconds),
    peakMegabytes: Math.round(peak / 1024),
  };
}

function measureExecutable(executable: string, fleet: string, clusters: number): FleetFigures {
  const { wall, cpu } = measureOnce(`${executable} render --fleet '${fleet}' --quiet`);
  return rowOf('lines, executable', clusters, wall, cpu, availableParallelism());
}

/** The lower bound for anything that writes these files. */
function measureCopy(clusters: number, out: string): FleetFigures {
  const { wall, cpu } = measureOnce(`cp -r '${out}' '${out}-copy'`);
  rmSync(`${out}-copy`, { recursive: true });
  return rowOf('cp -r of the folder', clusters, wall, cpu, 1);
}

/** Helm once for each of some clusters, as many at a time as there are processors. */
function measureHelm(fleet: string, { command, chart }: { command: string; chart: string }): FleetFigures {
  const names = readdirSync(join(fleet, 'clusters')).slice(0, clustersOfHelm);
  const workers = availableParallelism();
  const layers = `-f '${fleet}/base.yaml' -f '${fleet}/dev.yaml' -f '${fleet}/clusters/{}'`;
  const { wall, cpu } = measureOnce(
    `printf '%s\\n' ${names.join(' ')} | xargs -P ${workers} -I{} ${command} template gloo ${chart} ${layers}`,
  );
  return rowOf('xargs helm template', names.length, wall, cpu, workers);
}

function rowOf(
  output: FleetFigures['output'],
  clusters: number,
  wall: number,
  cpu: number,
  workers: number,
): FleetFigures {
  const [seconds, perSecond] = [round(wall / 1000), Math.round(clusters / (wall / 1000))];
  return { clusters, output, workers, seconds, cpu: round(cpu / 1000), perSecond, peakMegabytes: 0 };
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { sizes: { type: 'string' }, largest: { type: 'boolean', default: false }, workers: { type: 'string' } },
  });
  const sizes = values.sizes?.split(',').map(Number) ?? [...fleetSizes, ...(values.largest ? [largestFleet] : [])];
  console.table(measureFleets({ sizes, ...(values.workers === undefined ? {} : { workers: Number(values.workers) }) }));
}

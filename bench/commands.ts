import { spawnSync } from 'node:child_process';

export interface CommandFigures {
  readonly name: string;
  /** Medians in milliseconds; CPU is user and system time together. */
  readonly wall: number;
  readonly cpu: number;
  /** How many times those of bare node. */
  readonly wallRatio: number;
  readonly cpuRatio: number;
}

interface Sample {
  readonly wall: number;
  readonly cpu: number;
}

/** Runs the commands in turns, so that a busy moment of the machine hits them all. */
export function measureCommands(runs: number, chart: string | undefined): CommandFigures[] {
  const render = 'render -f examples/istio-sds/values.yaml';
  const commands = new Map([
    ['node -e 0', `"${process.execPath}" -e 0`],
    [`glistio ${render}`, `"${process.execPath}" dist/cli.cjs ${render}`],
    ['glistio --version', `"${process.execPath}" dist/cli.cjs --version`],
  ]);
  if (chart !== undefined && spawnSync('helm', ['version']).status === 0) {
    commands.set('helm template', `helm template gloo '${chart}' -f examples/istio-sds/values.yaml`);
  }
  const samples = new Map([...commands.keys()].map((name) => [name, [] as Sample[]]));
  for (let turn = 0; turn < runs; turn++) {
    for (const [name, command] of commands) samples.get(name)?.push(measureOnce(command));
  }
  const medians = [...samples].map(([name, taken]) => ({
    name,
    wall: median(taken.map(({ wall }) => wall)),
    cpu: median(taken.map(({ cpu }) => cpu)),
  }));
  const bare = medians[0] ?? { wall: 1, cpu: 1 };
  return medians.map((figures) => ({
    ...figures,
    wallRatio: round(figures.wall / bare.wall),
    cpuRatio: round(figures.cpu / bare.cpu),
  }));
}

/** Node cannot ask what a child cost; the shell's `time` can. */
function measureOnce(command: string): Sample {
  const script = `TIMEFORMAT='%3R %3U %3S'; time ${command} >/dev/null 2>&1 </dev/null`;
  const { stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr
    .trim()
    .replaceAll(',', '.')
    .split(/\s+/)
    .map(Number);
  if (status !== 0 || Number.isNaN(wall)) throw new Error(`could not measure: ${command}\n${stderr}`);
  return { wall: wall * 1000, cpu: (user + system) * 1000 };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return round(
    sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2,
  );
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

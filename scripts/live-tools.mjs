/**
 * `node scripts/live-tools.mjs`: gets the programs for `npm run test:live`, once, into a folder outside the repository
 * (`GLISTIO_LIVE_CACHE`, otherwise `glistio-live` in the user's cache): kube-apiserver and helm are built by Go from
 * its module proxy, and etcd comes from Debian's etcd-server unless it is installed. Building takes about ten minutes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const kubernetes = 'v1.32.1';
const helm = 'v3.19.0';

/** Where the programs are stored. */
export const cache =
  process.env.GLISTIO_LIVE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'glistio-live');

/** The paths of the programs by name; undefined for missing ones. */
export function findTools() {
  const kept = (name) => (existsSync(join(cache, 'bin', name)) ? join(cache, 'bin', name) : undefined);
  return {
    'kube-apiserver': kept('kube-apiserver'),
    helm: kept('helm'),
    etcd:
      kept('etcd') ??
      (process.env.PATH ?? '')
        .split(delimiter)
        .map((folder) => join(folder, 'etcd'))
        .find(existsSync),
  };
}

/** Builds or downloads what is missing. */
export function getTools() {
  mkdirSync(join(cache, 'bin'), { recursive: true });
  const have = findTools();
  if (!have.etcd) getEtcd();
  if (!have.helm)
    run(cache, 'go', ['install', `helm.sh/helm/v3/cmd/helm@${helm}`], { GOBIN: join(cache, 'bin'), CGO_ENABLED: '0' });
  if (!have['kube-apiserver']) buildApiServer();
  return findTools();
}

/** Unpacks Debian's package without installing it, so the machine does not change. */
function getEtcd() {
  const folder = join(cache, 'etcd');
  mkdirSync(folder, { recursive: true });
  run(folder, 'sh', [
    '-c',
    // A fresh machine may not have its package lists yet.
    '{ apt-get download etcd-server || { apt-get update && apt-get download etcd-server; }; } && dpkg -x etcd-server_*.deb . && cp usr/bin/etcd ../bin/etcd',
  ]);
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Kubernetes is not published as a module to depend on: its parts (k8s.io/api …) are developed in its repository and
 * published separately as version 0 with the same minor and patch number. A generated module requires those.
 */
function buildApiServer() {
  const folder = join(cache, 'apiserver');
  mkdirSync(folder, { recursive: true });
  const { GoMod } = JSON.parse(run(folder, 'go', ['mod', 'download', '-json', `k8s.io/kubernetes@${kubernetes}`]));
  const staged = [...readFileSync(GoMod, 'utf8').matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging\//gm)].map(
    ([, name]) => name,
  );
  const published = kubernetes.replace('v1.', 'v0.');
  const replace = staged.map((name) => `replace ${name} => ${name} ${published}\n`).join('');
  writeFileSync(
    join(folder, 'go.mod'),
    `module live\n\ngo 1.23.0\n\nrequire k8s.io/kubernetes ${kubernetes}\n\n${replace}`,
  );
  writeFileSync(join(folder, 'tools.go'), 'package live\n\nimport _ "k8s.io/kubernetes/cmd/kube-apiserver/app"\n');
  run(folder, 'go', ['mod', 'tidy']);
  run(
    folder,
    'go',
    ['build', '-ldflags=-s -w', '-o', join(cache, 'bin', 'kube-apiserver'), 'k8s.io/kubernetes/cmd/kube-apiserver'],
    {
      CGO_ENABLED: '0',
    },
  );
}

function run(cwd, program, args, env = {}) {
  const nice = process.platform === 'win32' ? [program, ...args] : ['nice', '-n', '19', program, ...args];
  const { status, stdout, error } = spawnSync(nice[0], nice.slice(1), {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
  return stdout;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(
    Object.entries(getTools())
      .map(([name, path]) => `${name}\t${path}`)
      .join('\n'),
  );
}

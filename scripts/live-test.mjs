/**
 * `npm run test:live`: runs the built command against a real kube-apiserver and etcd on loopback, with releases that
 * real Helm installs; arguments select files. Needs Go (and Debian's apt, if etcd is not installed); the first run
 * builds for ten minutes.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getTools } from './live-tools.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const tools = getTools();
const build = spawnSync('npm', ['run', 'build'], { stdio: 'inherit' });
if (build.status !== 0) process.exit(build.status ?? 1);
const named = process.argv.slice(2);
const all = readdirSync('test/live').filter((name) => name.endsWith('.live.ts'));
const files = named.length > 0 ? named : all.map((name) => `test/live/${name}`);
const { status } = spawnSync(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=spec', ...files], {
  stdio: 'inherit',
  env: { ...process.env, TZ: 'UTC', NO_COLOR: '1', GLISTIO_LIVE_TOOLS: JSON.stringify(tools) },
});
process.exitCode = status ?? 1;

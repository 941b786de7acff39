/**
 * Builds the package when it is installed from git. `npm install --global git+…`, as pre-commit runs it, passes
 * `global` on to the nested npm that should install the build's dependencies, which then installs nothing
 * (npm/cli#8440): this script works around it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (!existsSync('node_modules/tsx')) npm('ci', '--ignore-scripts');
npm('run', 'build');

function npm(...args) {
  const options = { stdio: 'inherit', shell: process.platform === 'win32' };
  const { status } = spawnSync('npm', [...args, '--no-global', '--location=project'], options);
  if (status !== 0) process.exit(status ?? 1);
}

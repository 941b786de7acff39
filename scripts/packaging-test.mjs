/**
 * `npm run test:packaging`: installs the release of `npm run release:binaries` with real package managers, as
 * `release/packaging` describes it; a changed download must be refused. A proxy on this machine answers for github.com,
 * so nothing has to be published. Takes the programs from AQUA, MISE, ASDF, NIX and BREW or the PATH; needs openssl.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fakeGitHub } from './fake-github.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const packaging = resolve('release/packaging');
assert.ok(existsSync(packaging), 'there is no complete release: npm run release:binaries');
const folder = mkdtempSync(join(tmpdir(), 'glistio-packaging-'));
const github = await fakeGitHub(join(folder, 'github'), resolve('release'), `v${version}`);
/** How each package manager installs glistio in a folder; returns the program to run, with its first arguments. */
const managers = { aqua, mise, asdf, nix, brew };
let failed = 0;
try {
  for (const [name, install] of Object.entries(managers)) await attempt(name, install);
  await image();
} finally {
  github.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

async function attempt(name, install) {
  const named = process.env[name.toUpperCase()];
  const program =
    named ??
    process.env.PATH.split(delimiter)
      .map((path) => join(path, name))
      .find(existsSync);
  if (program === undefined) return console.log(`skipped  ${name}: set ${name.toUpperCase()} to its executable`);
  github.requests.length = 0;
  try {
    github.tampered = false;
    const [command, ...args] = await install(newRoom(name), resolve(program));
    assert.equal(await run(newRoom(name), command, [...args, '--version']), `${version}\n`);
    github.tampered = true;
    await assert.rejects(
      install(newRoom(name), resolve(program)),
      /checksum|sha-?256|hash mismatch/i,
      'a changed download is installed',
    );
    console.log(`ok       ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED   ${name}: ${error.message}\n${github.requests.join('\n')}`);
  }
}

/** Builds the package as examples/container/Dockerfile does, from the files that Docker would send, without Docker. */
async function image() {
  const room = newRoom('image');
  const ignored = readFileSync('examples/container/Dockerfile.dockerignore', 'utf8');
  const names = [...ignored.matchAll(/^!(.+)$/gm)].map(([, name]) => name).join(' ');
  const copying = `tar -cf - $(ls -d ${names} 2>/dev/null) | tar -xf - -C ${room.home}`;
  await run({ ...room, home: '.' }, 'sh', ['-c', copying]);
  symlinkSync(resolve('node_modules'), join(room.home, 'node_modules'));
  try {
    const [, steps = ''] =
      /^RUN npm ci --ignore-scripts && (.+)$/m.exec(readFileSync('examples/container/Dockerfile', 'utf8')) ?? [];
    await run(room, 'sh', ['-ec', steps.replace('/tmp', '.')]);
    await run(room, 'npm', [
      'install',
      '--global',
      '--offline',
      '--ignore-scripts',
      '--prefix',
      'own',
      `glistio-${version}.tgz`,
    ]);
    const program = join(room.home, 'own/bin/glistio');
    assert.equal(await run(room, program, ['--version']), `${version}\n`);
    assert.match(await run(room, program, ['rule', 'unknown-value']), /unknown-value/);
    console.log('ok       examples/container');
  } catch (error) {
    failed++;
    console.log(`FAILED   examples/container: ${error.message}`);
  }
}

/** A folder that is the home of a run, and its environment. */
function newRoom(name) {
  const home = mkdtempSync(join(folder, `${name}-`));
  const { PATH, LANG } = process.env;
  const proxy = { HTTPS_PROXY: github.proxy, https_proxy: github.proxy };
  const trusted = ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'NIX_SSL_CERT_FILE'];
  const trust = Object.fromEntries(trusted.map((variable) => [variable, github.certificate]));
  return { home, env: { PATH, LANG, HOME: home, ...proxy, ...trust } };
}

/** Standard output of a command that must succeed. */
async function run({ home, env }, command, args, more = {}) {
  const child = spawn(command, args, { cwd: home, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise((done, failed) => child.once('close', done).once('error', failed));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

function write({ home }, name, content) {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  writeFileSync(join(home, name), content);
  return join(home, name);
}

/** Makes a repository of a folder, which is how some managers take plugins and registries. */
async function commit(room, path) {
  const git = (...args) =>
    run(room, 'git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-C', path, ...args]);
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-q', '--allow-empty', '-m', 'a');
  return path;
}

async function aqua(room, program) {
  cpSync(join(packaging, 'aqua/registry.yaml'), join(room.home, 'registry.yaml'));
  write(
    room,
    'aqua.yaml',
    `checksum: { enabled: true, require_checksum: true }
registries: [{ name: local, type: local, path: registry.yaml }]
packages: [{ name: glistio/glistio, version: v${version}, registry: local }]
`,
  );
  // An own registry has to be allowed.
  room.env.AQUA_DISABLE_POLICY = 'true';
  await run(room, program, ['update-checksum']);
  const { checksums } = JSON.parse(readFileSync(join(room.home, 'aqua-checksums.json'), 'utf8'));
  const executables = readdirSync('release').filter((name) => /^glistio-(linux|macos|windows)/.test(name));
  assert.deepEqual(checksums.map(({ id }) => id.split('/').at(-1)).sort(), executables.sort());
  await run(room, program, ['exec', '--', 'glistio', '--version']);
  const [path] = (await run(room, program, ['which', 'glistio'])).split('\n');
  return [path];
}

/** Both backends of the entry for mise's registry. */
async function mise(room, program) {
  const registry = join(room.home, 'registry');
  mkdirSync(registry);
  cpSync(join(packaging, 'aqua/registry.yaml'), join(registry, 'registry.yaml'));
  const [, list = ''] = /^backends = (\[.*\])$/m.exec(readFileSync(join(packaging, 'mise/glistio.toml'), 'utf8')) ?? [];
  const backends = JSON.parse(list);
  assert.deepEqual(
    backends.map((backend) => backend.split(':')[0]),
    ['aqua', 'github'],
  );
  Object.assign(room.env, {
    MISE_YES: '1',
    MISE_USE_VERSIONS_HOST: '0',
    MISE_AQUA_BAKED_REGISTRY: '0',
    MISE_AQUA_REGISTRY_URL: `file://${await commit(room, registry)}`,
  });
  let path = '';
  for (const backend of backends) {
    await run(room, program, ['install', `${backend}@${version}`]);
    path = (await run(room, program, ['where', `${backend}@${version}`])).trim();
    assert.equal(
      await run(room, program, ['exec', `${backend}@${version}`, '--', 'glistio', '--version']),
      `${version}\n`,
    );
  }
  return [join(path, 'glistio')];
}

async function asdf(room, program) {
  const plugin = join(room.home, 'plugin');
  cpSync(join(packaging, 'asdf'), plugin, { recursive: true });
  await run(room, program, ['plugin', 'add', 'glistio', await commit(room, plugin)]);
  assert.equal((await run(room, program, ['list', 'all', 'glistio'])).trim(), version);
  await run(room, program, ['install', 'glistio', version]);
  await run(room, program, ['set', 'glistio', version]);
  return [(await run(room, program, ['which', 'glistio'])).trim()];
}

/** With a stand-in for nixpkgs, which is as large as it is out of reach: what the flake takes from there, in a few lines. */
async function nix(room, program) {
  const own = join(room.home, 'own');
  mkdirSync(join(own, 'bin'), { recursive: true });
  symlinkSync(process.execPath, join(own, 'bin/node'));
  cpSync(join(packaging, 'nix/flake.nix'), write(room, 'flake/flake.nix', ''));
  write(
    room,
    'nixpkgs/hooks.sh',
    `makeWrapper() { mkdir -p "$(dirname "$2")"; printf '#!/bin/sh\\nexec %s %s "$@"\\n' "$1" "$4" >"$2"; chmod +x "$2"; }
installManPage() { install -Dm644 -T "$1" "$out/share/man/man1/$(basename "$1")"; }
installShellCompletion() { [ -s "$2" ]; install -Dm644 -t "$out/share/\${1#--}" "$2"; }
`,
  );
  write(
    room,
    'nixpkgs/flake.nix',
    `{ outputs = { self }: {
  lib.genAttrs = names: make: builtins.listToAttrs (map (name: { inherit name; value = make name; }) names);
  legacyPackages = builtins.listToAttrs (map (system: { name = system; value = {
    fetchurl = { url, sha256 }: import <nix/fetchurl.nix> { inherit url sha256; };
    nodejs = "${own}"; makeWrapper = ""; installShellFiles = "";
    runCommand = name: { nativeBuildInputs, meta }: script: derivation {
      inherit name system; builder = "/bin/sh"; PATH = "\${builtins.getEnv "PATH"}";
      args = [ "-ec" ". \${./hooks.sh}\\n\${script}" ];
    };
  }; }) [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ]);
}; }
`,
  );
  const options = ['--extra-experimental-features', 'nix-command flakes', '--impure', '--no-write-lock-file'];
  for (const [name, value] of [
    ['sandbox', 'false'],
    ['substituters', ''],
    ['build-users-group', ''],
  ])
    options.push('--option', name, value);
  const nixpkgs = ['--override-input', 'nixpkgs', `path:${join(room.home, 'nixpkgs')}`];
  for (const place of ['STORE', 'STATE', 'LOG', 'CONF']) room.env[`NIX_${place}_DIR`] = join(room.home, 'nix', place);
  await run(room, program, ['build', ...options, ...nixpkgs, `path:${join(room.home, 'flake')}`]);
  return [join(room.home, 'result/bin/glistio')];
}

/** In a clone of the Homebrew that the program belongs to, which has the tap and nothing else. */
async function brew(room, program) {
  const clone = join(room.home, 'brew');
  await run(room, 'git', ['clone', '-q', '--shared', resolve(program, '../..'), clone]);
  const tap = join(clone, 'Library/Taps/glistio/homebrew-tap');
  const core = join(clone, 'Library/Taps/homebrew/homebrew-core');
  for (const path of [tap, core]) mkdirSync(join(path, 'Formula'), { recursive: true });
  cpSync(join(packaging, 'homebrew/glistio.rb'), join(tap, 'Formula/glistio.rb'));
  for (const path of [tap, core]) await commit(room, path);
  Object.assign(room.env, {
    HOMEBREW_NO_AUTO_UPDATE: '1',
    HOMEBREW_NO_INSTALL_FROM_API: '1',
    HOMEBREW_NO_ANALYTICS: '1',
    HOMEBREW_USE_RUBY_FROM_PATH: '1',
    HOMEBREW_CURLRC: write(room, 'curlrc', `cacert = ${github.certificate}\n`),
  });
  const own = join(clone, 'bin/brew');
  await run(room, own, ['install', 'glistio/tap/glistio']);
  for (const file of [
    'etc/bash_completion.d/glistio',
    'share/zsh/site-functions/_glistio',
    'share/fish/vendor_completions.d/glistio.fish',
  ])
    assert.ok(existsSync(join(clone, file)), file);
  return [join(clone, 'bin/glistio')];
}

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { replaceFiles } from '../../src/node/replace-files.ts';

// What only the built command does with the disk; `npm test` builds it first.
const binary = resolve('dist/cli.cjs');
const root = mkdtempSync(join(tmpdir(), 'glistio-files-'));
after(() => rmSync(root, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;
const manifest = readFileSync('examples/kustomize/gateway-proxy.yaml', 'utf8');
const leftover = '.glistio-0123456789abcdef-0123456789abcdef.tmp';

let folders = 0;
function folder(): string {
  const path = join(root, String(folders++));
  mkdirSync(path);
  return path;
}

function glistio(cwd: string, ...args: string[]) {
  return spawnSync(process.execPath, [binary, ...args], { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'] } });
}

const inject = ['inject', '--istio-version', '1.22.3', '-i'];

test('-i keeps the mode, the owner and the link, and leaves nothing beside the file', () => {
  const at = folder();
  mkdirSync(join(at, 'real'));
  writeFileSync(join(at, 'real/proxy.yaml'), manifest);
  chmodSync(join(at, 'real/proxy.yaml'), 0o640);
  if (isRoot) chownSync(join(at, 'real/proxy.yaml'), 12_345, 23_456);
  symlinkSync('real', join(at, 'folder'));
  symlinkSync('../real/proxy.yaml', join(at, 'folder/link.yaml'));
  symlinkSync('folder/link.yaml', join(at, 'top.yaml'));
  writeFileSync(join(at, 'real', leftover), 'of a run that was killed');
  const { status, stderr } = glistio(at, ...inject, 'top.yaml');
  assert.equal(status, 0, stderr);
  assert.match(readFileSync(join(at, 'real/proxy.yaml'), 'utf8'), /name: istio-proxy/);
  assert.equal(readlinkSync(join(at, 'top.yaml')), 'folder/link.yaml');
  assert.equal(readlinkSync(join(at, 'real/link.yaml')), '../real/proxy.yaml');
  const { mode, uid, gid } = statSync(join(at, 'real/proxy.yaml'));
  assert.equal(mode & 0o7777, 0o640);
  if (isRoot) assert.deepEqual([uid, gid], [12_345, 23_456]);
  assert.deepEqual(readdirSync(join(at, 'real')).sort(), ['link.yaml', 'proxy.yaml']);
});

test('--output-dir writes behind links, into what does not exist yet, too', () => {
  const at = folder();
  const name = 'out/gloo-system/deployment-gateway-proxy.yaml';
  mkdirSync(join(at, 'out/gloo-system'), { recursive: true });
  symlinkSync('../../elsewhere/deployment.yaml', join(at, name));
  mkdirSync(join(at, 'elsewhere'));
  const { status, stderr } = glistio(at, 'render', '--output-dir', 'out');
  assert.equal(status, 0, stderr);
  assert.ok(lstatSync(join(at, name)).isSymbolicLink());
  assert.match(readFileSync(join(at, 'elsewhere/deployment.yaml'), 'utf8'), /kind: Deployment/);
  assert.match(glistio(at, 'render', '--output-dir', 'out').stderr, /^0 of 6 manifests written/);
});

test('new files have the mode that the umask leaves', () => {
  const at = folder();
  replaceFiles([{ path: join(at, 'a/b/new'), text: 'x' }]);
  assert.equal(statSync(join(at, 'a/b/new')).mode & 0o777, 0o666 & ~process.umask());
});

test('all or none: a file that cannot be replaced leaves the others as they were', () => {
  const at = folder();
  const [first, second, fresh] = ['first', 'second', 'fresh'].map((name) => join(at, name)) as [string, string, string];
  writeFileSync(first, 'old');
  for (const [make, why] of [
    [() => mkdirSync(second), /it is a directory/],
    [() => symlinkSync('second', second), /ELOOP|too many/],
    [() => assert.equal(spawnSync('mkfifo', [second]).status, 0), /not a regular file/],
    [() => writeFileSync(second, ''), /ENOTDIR/],
  ] as const) {
    make();
    const bad = String(why).includes('ENOTDIR') ? join(second, 'below') : second;
    const files = [first, fresh, bad].map((path) => ({ path, text: 'new' }));
    assert.throws(
      () => replaceFiles(files),
      (error: Error & { target?: string }) => why.test(`${error.message}`) && error.target === bad,
    );
    assert.equal(readFileSync(first, 'utf8'), 'old');
    rmSync(second, { recursive: true });
    assert.deepEqual(readdirSync(at), ['first']);
  }
});

test('what another run removes as a leftover is written again', () => {
  const at = folder();
  // A free name: hard links keep their content.
  writeFileSync(join(at, 'file'), 'old');
  linkSync(join(at, 'file'), join(at, 'other'));
  replaceFiles([{ path: join(at, 'file'), text: 'new' }]);
  assert.equal(readFileSync(join(at, 'file'), 'utf8'), 'new');
  assert.equal(readFileSync(join(at, 'other'), 'utf8'), 'old');
  // Many concurrent runs into one folder, each removing what it considers leftovers.
  const script = `for (let i = 0; i < 200; i++) replaceFiles([{ path: '${join(at, 'file')}', text: String(i) }]);`;
  const module = JSON.stringify(resolve('src/node/replace-files.ts'));
  const program = `import { replaceFiles } from ${module};\n${script}`;
  const runs = Array.from({ length: 3 }, () =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { stdio: 'inherit' }),
  );
  return Promise.all(
    runs.map((run) => new Promise<void>((done) => run.on('exit', (code) => done(assert.equal(code, 0))))),
  ).then(() => {
    assert.equal(readFileSync(join(at, 'file'), 'utf8'), '199');
    assert.deepEqual(readdirSync(at).sort(), ['file', 'other']);
  });
});

test('a fleet that is killed leaves whole files, and the next run removes what is beside them', async () => {
  const at = folder();
  const clusters = Array.from({ length: 60 }, (_, index) => `- name: c${index}\n`).join('');
  writeFileSync(join(at, 'fleet.yaml'), `clusters:\n${clusters}`);
  const fleet = ['render', '--fleet', 'fleet.yaml', '--output-dir'];
  assert.equal(glistio(at, ...fleet, 'whole').status, 0);
  const files = (under: string): string[] =>
    readdirSync(join(at, under), { recursive: true })
      .map(String)
      .filter((name) => lstatSync(join(at, under, name)).isFile());
  const expected = new Map(files('whole').map((name) => [name, readFileSync(join(at, 'whole', name), 'utf8')]));
  for (let moment = 0; moment < 6; moment++) {
    rmSync(join(at, 'out'), { recursive: true, force: true });
    const child = spawn(process.execPath, [binary, ...fleet, 'out'], { cwd: at, stdio: 'ignore' });
    while (!existsSync(join(at, 'out/c0')) && child.exitCode === null) await new Promise((done) => setTimeout(done, 1));
    await new Promise((done) => setTimeout(done, moment * 3));
    child.kill('SIGKILL');
    await new Promise((done) => child.on('exit', done));
    for (const name of files('out').filter((name) => !name.endsWith('.tmp')))
      assert.equal(readFileSync(join(at, 'out', name), 'utf8'), expected.get(name), name);
  }
  for (const name of ['c0/gloo-system', 'c59/gloo-system']) {
    mkdirSync(join(at, 'out', name), { recursive: true });
    writeFileSync(join(at, 'out', name, leftover), 'half of');
  }
  assert.equal(glistio(at, ...fleet, 'out').status, 0);
  assert.deepEqual(files('out').sort(), [...expected.keys()].sort());
});

test('a folder that cannot be written to is one clear line', { skip: isRoot && 'root may write everywhere' }, () => {
  const at = folder();
  writeFileSync(join(at, 'proxy.yaml'), manifest);
  chmodSync(at, 0o555);
  const { status, stderr } = glistio(at, ...inject, 'proxy.yaml');
  chmodSync(at, 0o755);
  assert.deepEqual(
    [status, stderr.split('\n').filter((line) => !line.startsWith('warning'))[0]],
    [2, 'glistio: cannot write proxy.yaml: permission denied'],
  );
});

test('what cannot be written to is one clear line, whatever it is', () => {
  const at = folder();
  writeFileSync(join(at, 'file'), '');
  const below = glistio(at, 'render', '--output-dir', 'file');
  assert.equal(below.status, 2);
  assert.match(
    below.stderr,
    /^glistio: cannot write file\/gloo-system\/[^\n]*: a part of the path is not a directory\n$/,
  );
  symlinkSync('/proc/glistio', join(at, 'proc'));
  const proc = glistio(at, 'render', '--output-dir', 'proc/x');
  assert.equal(proc.status, 2);
  assert.match(proc.stderr, /^glistio: cannot write proc\/x\/[^\n]*\n$/);
});

/** A disk of 64 KiB, if this machine permits one. */
function tinyDisk(at: string): boolean {
  return isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at]).status === 0;
}

test('a disk that gets full is one clear line, and no file is changed or left over', (context) => {
  const at = folder();
  if (!tinyDisk(at)) return context.skip('a tmpfs needs root and the right to mount');
  try {
    const names = ['a.yaml', 'b.yaml'];
    for (const name of names) writeFileSync(join(at, name), manifest);
    writeFileSync(join(at, 'ballast'), 'x');
    for (let size = 0; size < 100; size++) {
      try {
        writeFileSync(join(at, 'ballast'), Buffer.alloc((size + 1) * 1024));
      } catch {
        break;
      }
    }
    const full = glistio(at, ...inject, ...names);
    assert.equal(full.status, 2, full.stderr);
    assert.match(full.stderr, /^glistio: cannot write a\.yaml: no space left on the device\n {2}hint: no file was/m);
    for (const name of names) assert.equal(readFileSync(join(at, name), 'utf8'), manifest);
    const rendered = glistio(at, 'render', '--output-dir', 'out');
    assert.equal(rendered.status, 2);
    assert.match(rendered.stderr, /^glistio: cannot write out\/[^\n]*: no space left on the device\n$/);
    writeFileSync(join(root, 'fleet.yaml'), 'clusters:\n- name: a\n- name: b\n');
    const fleet = glistio(at, 'render', '--fleet', join(root, 'fleet.yaml'), '--output-dir', 'out');
    assert.equal(fleet.status, 2);
    assert.match(fleet.stderr, /cannot write to out: no space left on the device/);
    assert.doesNotMatch(fleet.stderr, /bug in glistio/);
    const left = readdirSync(at, { recursive: true }).map(String);
    assert.deepEqual(
      left.filter((name) => /\.tmp$|deployment/.test(name)),
      [],
    );
  } finally {
    spawnSync('umount', [at]);
  }
});

test('a read-only disk is one clear line, too', (context) => {
  const at = folder();
  if (!tinyDisk(at)) return context.skip('a tmpfs needs root and the right to mount');
  try {
    writeFileSync(join(at, 'proxy.yaml'), manifest);
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', at]).status, 0);
    for (const args of [
      [...inject, 'proxy.yaml'],
      ['render', '--output-dir', 'out'],
    ]) {
      const { status, stderr } = glistio(at, ...args);
      assert.equal(status, 2);
      assert.match(stderr, /^glistio: cannot write [^\n]*: the file system is read-only$/m);
      assert.doesNotMatch(stderr, /bug in glistio/);
    }
  } finally {
    spawnSync('umount', [at]);
  }
});

test('stdout that cannot be written to is one clear line', { skip: !existsSync('/dev/full') }, () => {
  const at = folder();
  writeFileSync(join(at, 'proxy.yaml'), manifest);
  writeFileSync(join(at, 'fleet.yaml'), 'clusters:\n- name: a\n');
  for (const args of [
    ['render'],
    ['render', '-o', 'json'],
    ['--version'],
    ['--help'],
    ['inject', '--help'],
    ['completion', 'bash'],
    ['releases'],
    ['values'],
    ['schema'],
    ['diff', 'values:fleet.yaml@1.21', 'values:fleet.yaml@1.22', '--set', 'a=b'].slice(0, 3),
    ['inject', '--istio-version', '1.22.3', 'proxy.yaml'],
    ['policy'],
    ['render', '--fleet', 'fleet.yaml'],
  ]) {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [binary, ...args], {
      cwd: at,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    assert.equal(status, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, /^glistio: cannot write to standard output: no space left on the device$/m, args.join(' '));
    assert.doesNotMatch(stderr, /bug in glistio|\n +at /);
  }
  const command = '"$0" "$@" 2>/dev/full';
  const { status } = spawnSync('/bin/sh', ['-c', command, process.execPath, binary, 'render'], { encoding: 'utf8' });
  assert.equal(status, 0, 'of stderr nobody can be told');
});

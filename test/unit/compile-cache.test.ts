import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type CacheSurroundings, compileCacheFolder } from '../../src/node/compile-cache.ts';

const root = mkdtempSync(join(tmpdir(), 'glistio-cache-'));
after(() => rmSync(root, { recursive: true, force: true }));
const uid = process.getuid?.();
const posix = { skip: uid === undefined && 'needs users and modes' };
let count = 0;

function newFolder(mode = 0o700): string {
  const folder = join(root, String(++count));
  mkdirSync(folder);
  chmodSync(folder, mode);
  return folder;
}

function folderFor(env: CacheSurroundings['env'], other: Partial<CacheSurroundings> = {}): string | undefined {
  return compileCacheFolder({ platform: 'linux', env, uid, ...other });
}

test("compiled code is cached in the user's folder, which no one else can read or write", posix, () => {
  const home = newFolder();
  const folder = folderFor({ HOME: home });
  assert.equal(folder, join(home, '.cache/glistio/compile-cache'));
  for (const made of ['.cache', '.cache/glistio', '.cache/glistio/compile-cache'])
    assert.equal(statSync(join(home, made)).mode & 0o777, 0o700, made);
  assert.equal(folderFor({ HOME: home }), folder, 'folders that are there are used');
});

test('each platform has its folder, and XDG_CACHE_HOME beats it unless it is relative or empty', posix, () => {
  const home = newFolder();
  const named = newFolder();
  mkdirSync(join(home, 'Library'));
  assert.equal(folderFor({ HOME: home, XDG_CACHE_HOME: named }), join(named, 'glistio/compile-cache'));
  for (const ignored of ['', 'cache', './cache'])
    assert.equal(folderFor({ HOME: home, XDG_CACHE_HOME: ignored }), join(home, '.cache/glistio/compile-cache'));
  assert.ok(!existsSync('cache'));
  assert.equal(folderFor({ HOME: home }, { platform: 'darwin' }), join(home, 'Library/Caches/glistio/compile-cache'));
  assert.equal(
    folderFor({ LOCALAPPDATA: named }, { platform: 'win32', uid: undefined }),
    join(named, 'glistio/compile-cache'),
  );
  assert.equal(folderFor({}, { platform: 'win32', uid: undefined }), undefined);
});

test('a folder of another user is neither used nor written to', posix, () => {
  const home = newFolder();
  assert.equal(folderFor({ HOME: home }, { uid: (uid ?? 0) + 1 }), undefined);
  mkdirSync(join(home, '.own'));
  assert.equal(folderFor({ XDG_CACHE_HOME: join(home, '.own') }, { uid: (uid ?? 0) + 1 }), undefined);
  assert.ok(!existsSync(join(home, '.own/glistio')));
});

test('a folder that others may write to, and a symbolic link, are not used', posix, () => {
  for (const part of ['', 'glistio', 'glistio/compile-cache']) {
    for (const mode of [0o770, 0o707]) {
      const base = newFolder();
      mkdirSync(join(base, part), { recursive: true });
      chmodSync(join(base, part), mode);
      assert.equal(folderFor({ XDG_CACHE_HOME: base }), undefined, `${part} ${mode.toString(8)}`);
    }
  }
  const base = newFolder();
  symlinkSync(newFolder(), join(base, 'glistio'));
  assert.equal(folderFor({ XDG_CACHE_HOME: base }), undefined);
});

test('where no folder can be made there is none, and no error', () => {
  const home = join(newFolder(), 'missing');
  assert.equal(folderFor({ HOME: home }), undefined);
  assert.ok(!existsSync(home), 'a home folder is never made');
  writeFileSync(home, '');
  assert.equal(folderFor({ HOME: home }), undefined);
  assert.equal(folderFor({ XDG_CACHE_HOME: home }), undefined);
});

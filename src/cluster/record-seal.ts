import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { codeOf } from '../outcome.ts';

/**
 * Distinguishes records that this user wrote on this machine from those of others. Anyone who may write ConfigMaps can
 * write a record, and Kubernetes does not say who did; the key never leaves the machine.
 */
export interface Sealer {
  seal(text: string): string;
  /** Whether this seal belongs to this text; `age` is the record's age in milliseconds. */
  isOwn(text: string, seal: string, age: number): boolean;
}

const keyLength = 32;
/** How long after sealing a record may be created; a later copy is not trusted. */
const validFor = 3_600_000;

/** Returns a user's sealer; undefined if there is no private folder for its key. */
export function sealerOf(env: Readonly<Record<string, string | undefined>>): Sealer | undefined {
  const path = keyPath(env);
  let key: Buffer | undefined;
  try {
    key = readKey(path) ?? makeKey(path);
  } catch {
    return undefined;
  }
  if (key === undefined) return undefined;
  const secret = key;
  const macOf = (time: string, text: string): Buffer =>
    createHmac('sha256', secret).update(`glistio record\n${time}\n${text}`).digest();
  return {
    seal(text) {
      const time = String(Date.now());
      return `${time}.${macOf(time, text).toString('hex')}`;
    },
    isOwn(text, seal, age) {
      const [, time = '', mac = ''] = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(seal) ?? [];
      // Durations are compared, not times, because the server's clock may differ.
      if (time === '' || !(Math.abs(Date.now() - Number(time) - age) <= validFor)) return false;
      return timingSafeEqual(macOf(time, text), Buffer.from(mac, 'hex'));
    },
  };
}

function keyPath(env: Readonly<Record<string, string | undefined>>): string {
  const state = process.platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_STATE_HOME'];
  return join(state || join(env['HOME'] || homedir(), '.local', 'state'), 'glistio', 'record.key');
}

/** Returns the key if it exists and no other user can read or replace it; throws if it exists but cannot be trusted. */
function readKey(path: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const about = fstatSync(descriptor);
    const isPrivate = process.getuid === undefined || (about.uid === process.getuid() && (about.mode & 0o077) === 0);
    const key = Buffer.alloc(keyLength);
    const isWhole = about.isFile() && about.size === keyLength && readSync(descriptor, key) === keyLength;
    if (!isPrivate || !isWhole) throw new Error(`${path} is not a key that only this user can access`);
    return key;
  } finally {
    closeSync(descriptor);
  }
}

/** Writes the key to a temporary file first: if two runs start at once, the first one's key stays. */
function makeKey(path: string): Buffer | undefined {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(beside, randomBytes(keyLength), { flag: 'wx', mode: 0o600 });
    linkSync(beside, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(beside, { force: true });
  }
  return readKey(path);
}

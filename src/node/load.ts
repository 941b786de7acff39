// Built as CommonJS beside the parts that it loads, so `require` and `__dirname` are Node's own.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** What V8 made of a part in an earlier run, if that is at hand, and whether it is worth keeping after this one. */
interface Compiled {
  readonly script: Script;
  readonly file: string;
  readonly isNew: boolean;
}

const loaded = new Map<string, { exports: object }>();
const compiled: Compiled[] = [];

/**
 * What V8 once compiled of the parts is kept beside them, for the very same Node on the same kind of machine: to compile them takes
 * longer than to render. Each command keeps its own, because what is kept are the functions that a run has used. V8 itself
 * refuses anything that does not fit, and compiles.
 */
const folder = join(__dirname, 'compiled', `${process.version}-${process.platform}-${process.arch}`);

/**
 * Loads a part of what the build made, by its file's name. Parts are functions of what Node gives to a CommonJS module, and ask for
 * each other through here. `command` says who asks, and is part of the name under which V8's work is kept; without it
 * nothing is read or kept.
 */
export function load(name: string, command?: string): unknown {
  return name.endsWith(late) ? whenUsed(name, command) : loadNow(name, command);
}

/** Parts that most runs never look into: imported like any other, and loaded by the first look. */
const late = '.late.cjs';

function whenUsed(name: string, command: string | undefined): object {
  return new Proxy({}, { get: (_, key) => Reflect.get(loadNow(name, command), key) });
}

function loadNow(name: string, command: string | undefined): object {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const path = join(__dirname, name);
  const script = compile(name, path, command);
  const part = { exports: {} };
  loaded.set(name, part);
  const find = (wanted: string): unknown =>
    wanted.startsWith('./') ? load(wanted.slice(2), command) : require(wanted);
  script.runInThisContext()(part.exports, find, part, path, __dirname);
  return part.exports;
}

function compile(name: string, path: string, command: string | undefined): Script {
  // The build leaves nothing but ASCII in a part, which is read fastest as what it is.
  const source = readFileSync(path, 'latin1');
  if (command === undefined) return new Script(source, { filename: path });
  const file = join(folder, `${command}-${name.replace(/\.cjs$/, '')}.cache`);
  const cachedData = readCompiled(file);
  const script = new Script(source, { filename: path, ...(cachedData === undefined ? {} : { cachedData }) });
  compiled.push({ script, file, isNew: cachedData === undefined || script.cachedDataRejected === true });
  return script;
}

function readCompiled(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Keeps what this run compiled, for the next one; where the package cannot be written to, nothing is kept. */
export function keepCompiled(): void {
  for (const { script, file, isNew } of compiled) {
    if (!isNew) continue;
    const beside = `${file}.${process.pid}.tmp`;
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(beside, script.createCachedData(), { flag: 'wx' });
      renameSync(beside, file);
    } catch {
      // Every run is as right without it.
    }
  }
}

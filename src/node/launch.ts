#!/usr/bin/env node
// The file that the shell starts: built as CommonJS, so `require`, `module` and `__dirname` are Node's own.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** What the bundle exports for the command; see src/cli/bundle.ts. */
interface Bundle {
  start(): Promise<void>;
}

const bundle = join(__dirname, 'bundle.cjs');

/**
 * What V8 made of the bundle in an earlier run, by the very same Node on the same kind of machine: to compile 300 KB takes
 * longer than to render. V8 itself refuses anything that does not fit, and compiles.
 */
const compiledFile = join(__dirname, `bundle.${process.version}-${process.platform}-${process.arch}.cache`);

/** The bundle wrapped as Node wraps modules; with what V8 once made of it, if that is at hand. */
function compileBundle(cachedData?: Buffer): Script {
  return new Script(`(function(exports,require,module,__filename,__dirname){${readFileSync(bundle, 'latin1')}\n})`, {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
}

function loadBundle(script: Script): Bundle {
  const loaded = { exports: {} as Bundle };
  script.runInThisContext()(loaded.exports, require, loaded, bundle, __dirname);
  return loaded.exports;
}

function readCompiled(): Buffer | undefined {
  try {
    return readFileSync(compiledFile);
  } catch {
    return undefined;
  }
}

/** Keeps what this run compiled, for the next one; where the package cannot be written to, nothing is kept. */
function keepCompiled(script: Script): void {
  const beside = `${compiledFile}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, script.createCachedData(), { flag: 'wx' });
    renameSync(beside, compiledFile);
  } catch {
    // Every run is as right without it.
  }
}

const compiled = readCompiled();
const script = compileBundle(compiled);
void loadBundle(script).start();
// Only what a rendering uses is worth keeping: it is what people run in loops.
if (compiled === undefined && process.argv[2] === 'render') process.once('exit', () => keepCompiled(script));

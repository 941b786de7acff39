#!/usr/bin/env node
// The file that the shell starts: built as CommonJS, so `require`, `module` and `__dirname` are Node's own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** What the bundle exports for the command; see src/cli/bundle.ts. */
interface Bundle {
  start(): Promise<void>;
}

const bundle = join(__dirname, 'bundle.cjs');

/**
 * What V8 made of the bundle when the project was built, for the very same Node on the same kind of machine: to compile
 * 200 KB takes longer than to render. V8 itself refuses anything that does not fit, and compiles.
 */
export const compiledFile = join(__dirname, `bundle.${process.version}-${process.platform}-${process.arch}.cache`);

/** The bundle wrapped as Node wraps modules; with what V8 once made of it, if that is at hand. */
export function compileBundle(cachedData?: Buffer): Script {
  return new Script(`(function(exports,require,module,__filename,__dirname){${readFileSync(bundle, 'latin1')}\n})`, {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
}

/** Runs a compiled bundle as a module. */
export function loadBundle(script: Script): Bundle {
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

if (require.main === module) void loadBundle(compileBundle(readCompiled())).start();

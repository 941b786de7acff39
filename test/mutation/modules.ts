import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { transformSync } from 'esbuild';

interface Module {
  exports: unknown;
}

type Body = (exports: unknown, require: (name: string) => unknown, module: Module, url: string) => void;

/** Transforms a file's text before it is compiled; undefined leaves it unchanged. */
export type Edit = (file: string, text: string) => string;

/**
 * Loads the project's modules repeatedly: each is compiled once, and run again whenever one of its imports has changed.
 * Node's loader keeps a module forever, and a process for each mutant would take a hundred times as long.
 */
export class Modules {
  readonly #bodies = new Map<string, Body>();
  readonly #modules = new Map<string, Module>();
  /** The known importers of a file. */
  readonly #importers = new Map<string, Set<string>>();
  readonly #packages = createRequire(join(process.cwd(), 'package.json'));

  /** The files that are being run for the first time, innermost last. */
  readonly starting: string[] = [];

  constructor(
    readonly edit: Edit,
    /** Packages and built-in modules that are replaced. */
    readonly replaced: Readonly<Record<string, unknown>>,
  ) {}

  /** A module by its path from the project's folder. */
  load(file: string): unknown {
    const known = this.#modules.get(file);
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {} };
    this.#modules.set(file, module);
    this.starting.push(file);
    try {
      this.#bodyOf(file)(module.exports, (name) => this.#require(name, file), module, pathToFileURL(file).href);
    } catch (error) {
      this.#modules.delete(file);
      throw error;
    } finally {
      this.starting.pop();
    }
    return module.exports;
  }

  /** Recompiles a file on its next use, and runs all its importers again. */
  refresh(file: string): void {
    this.#bodies.delete(file);
    this.rerun(file);
  }

  /** Runs a file and all its importers again on their next use. */
  rerun(file: string): void {
    const open = [file];
    const seen = new Set(open);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      this.#modules.delete(next);
      for (const importer of this.#importers.get(next) ?? []) {
        if (seen.has(importer)) continue;
        seen.add(importer);
        open.push(importer);
      }
    }
  }

  /** For each file, the importers loaded so far. */
  importers(): Record<string, string[]> {
    return Object.fromEntries([...this.#importers].map(([file, others]) => [file, [...others]]));
  }

  #require(name: string, from: string): unknown {
    if (Object.hasOwn(this.replaced, name)) return this.replaced[name];
    if (!name.startsWith('.')) return this.#packages(name);
    const file = relative(process.cwd(), join(dirname(from), name));
    const importers = this.#importers.get(file) ?? new Set();
    this.#importers.set(file, importers.add(from));
    return this.load(file);
  }

  #bodyOf(file: string): Body {
    const known = this.#bodies.get(file);
    if (known !== undefined) return known;
    if (!existsSync(file)) throw new Error(`There is no ${file}.`);
    const body = compile(file, this.edit(file, readFileSync(file, 'utf8')));
    this.#bodies.set(file, body);
    return body;
  }
}

function compile(file: string, text: string): Body {
  const { code } = transformSync(text, {
    loader: file.endsWith('.json') ? 'json' : 'ts',
    format: 'cjs',
    target: 'node20',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__url' },
  });
  const script = new Script(`(function(exports,require,module,__url){${code}\n})`, { filename: file });
  return script.runInThisContext() as Body;
}

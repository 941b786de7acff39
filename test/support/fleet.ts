import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { run } from '../../src/cli/run.ts';
import { memoryIo } from './memory-io.ts';

/** The output and exit code of a run. */
export interface FleetRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout, as JSON. */
  readonly lines: readonly FleetLine[];
}

// biome-ignore lint/suspicious/noExplicitAny: what a test looks into is what it expects there
export type FleetLine = any;

/** Creates folders that are removed when the tests of a file are done. */
export function fleetFolders(): (files: Readonly<Record<string, string>>) => FleetFolder {
  const folders: FleetFolder[] = [];
  after(() => {
    for (const folder of folders) folder.remove();
  });
  return (files) => {
    const folder = new FleetFolder(files);
    folders.push(folder);
    return folder;
  };
}

/** A folder with files, and the command run in it: fleets are files, so these tests use the disk. */
export class FleetFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'glistio-fleet-'));

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.write(files);
  }

  write(files: Readonly<Record<string, string>>): this {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.path, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return this;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** The files below a folder, by name. */
  list(folder: string): string[] {
    return readdirSync(join(this.path, folder), { recursive: true })
      .map(String)
      .filter((name) => statSync(join(this.path, folder, name)).isFile())
      .sort();
  }

  /** Runs the command in this process, in the folder. */
  async run(argv: readonly string[], stdin = ''): Promise<FleetRun> {
    const before = process.cwd();
    process.chdir(this.path);
    try {
      const io = memoryIo({ stdin });
      const status = await run(argv, { ...io, readFile: async (path) => readFileSync(path, 'utf8') });
      const { stdout, stderr } = io.printed;
      return {
        status,
        stdout,
        stderr,
        get lines() {
          return stdout
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line));
        },
      };
    } finally {
      process.chdir(before);
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkScenario, readScenario, sectionOf, sectionsOf } from './scenario.ts';
import { readCommandLine } from './shell-words.ts';

/** A program and the arguments before those of the command. */
export type Program = readonly [program: string, ...before: readonly string[]];

/** Runs a scenario as a process in a new folder within `folder`, and compares the result with the page. */
export function checkInProcess(
  path: string,
  [program, ...before]: Program,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const scenario = readScenario(path);
  const cwd = mkdtempSync(join(folder, 'case-'));
  for (const [name, text] of Object.entries(sectionsOf(scenario, 'file'))) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const line = readCommandLine(sectionOf(scenario, 'command') ?? '');
  const { status, stdout, stderr } = spawnSync(program, [...before, ...line.argv], {
    cwd,
    input: sectionOf(scenario, 'stdin') ?? '',
    encoding: 'utf8',
    env: { ...env, ...line.env },
  });
  const readWritten = (name: string): string => readFileSync(join(cwd, name), 'utf8');
  checkScenario(scenario, { status: status ?? -1, stdout, stderr, readWritten });
}

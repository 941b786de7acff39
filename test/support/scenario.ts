import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { differenceOf, hasGaps, isUpdating, matchesText, normalise, writeExpectation } from './golden.ts';

/**
 * A page that describes a command's behavior. Sections start with `==== name ====`: `title`, `file NAME` (an input),
 * `stdin`, `command`, `status`, `stdout`, `stderr`, `written NAME` (a file that must exist afterwards). Without a
 * `stdout` or `stderr` section nothing may be printed there; a line `…` stands for any lines.
 */
export interface Scenario {
  readonly path: string;
  readonly sections: readonly Section[];
}

interface Section {
  readonly name: string;
  readonly text: string;
}

export interface ScenarioResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly readWritten: (name: string) => string | undefined;
}

export function readScenario(path: string): Scenario {
  const parts = normalise(readFileSync(path, 'utf8')).split(/^==== (.+) ====\n/m);
  assert.equal(parts[0], '', `${path} does not start with a section`);
  const sections: Section[] = [];
  for (let index = 1; index < parts.length; index += 2) {
    sections.push({ name: parts[index] ?? '', text: parts[index + 1] ?? '' });
  }
  return { path, sections };
}

export function sectionOf(scenario: Scenario, name: string): string | undefined {
  return scenario.sections.find((section) => section.name === name)?.text;
}

/** The sections `<prefix> NAME` by name. */
export function sectionsOf(scenario: Scenario, prefix: string): Record<string, string> {
  const found = scenario.sections.filter(({ name }) => name.startsWith(`${prefix} `));
  return Object.fromEntries(found.map(({ name, text }) => [name.slice(prefix.length + 1), text]));
}

/**
 * Compares a run with its page. `npm run test:update` rewrites the page, except for sections with gaps and the status:
 * whether a command fails is a decision, not an output.
 */
export function checkScenario(scenario: Scenario, result: ScenarioResult): void {
  const actual: Record<string, string> = {
    status: `${result.status}\n`,
    stdout: result.stdout,
    stderr: result.stderr,
    ...Object.fromEntries(
      Object.keys(sectionsOf(scenario, 'written')).map((name) => [`written ${name}`, result.readWritten(name) ?? '']),
    ),
  };
  const wrong = Object.entries(actual).filter(([name, text]) => !matchesText(sectionOf(scenario, name) ?? '', text));
  if (wrong.length === 0) return;
  if (isUpdating && wrong.every(([name]) => name !== 'status' && !hasGaps(sectionOf(scenario, name) ?? ''))) {
    writeExpectation(scenario.path, rewrite(scenario, actual));
    return;
  }
  const differences = wrong.map(([name, text]) => differenceOf(name, sectionOf(scenario, name) ?? '', text));
  assert.fail(`${scenario.path}\n${differences.join('\n')}`);
}

function rewrite({ sections }: Scenario, actual: Readonly<Record<string, string>>): string {
  const kept = sections.map(({ name, text }) => ({
    name,
    text: name in actual && !hasGaps(text) ? (actual[name] ?? '') : text,
  }));
  const added = ['status', 'stdout', 'stderr']
    .filter((name) => !sections.some((section) => section.name === name))
    .map((name) => ({ name, text: actual[name] ?? '' }));
  return [...kept, ...added]
    .filter(({ name, text }) => text !== '' || !['stdout', 'stderr'].includes(name))
    .map(({ name, text }) => `==== ${name} ====\n${text === '' || text.endsWith('\n') ? text : `${text}\n`}`)
    .join('');
}

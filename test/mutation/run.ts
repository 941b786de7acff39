/**
 * `npm run mutation -- FOLDER… [--sample N [--seed WORD]] [--jobs N] [--budget SECONDS]`: makes small faults, one at a
 * time, in the sources of these folders or files, and counts how many of them a test detects. Survivors are listed in
 * `.cache/mutation/`. For each fault, tests run for 8 s of CPU, or as long as `--budget` says.
 *
 * Why not Stryker: it has no runner for node:test, so with its TAP runner each mutant costs a process for each test
 * file that reaches it, seconds instead of milliseconds; and it needs TypeScript's JavaScript API, which TypeScript 7
 * no longer has.
 *
 * Only tests that run in this process count, and only the quick ones: a test that starts the built command does not see
 * the mutant.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepCompanions } from './companions.ts';
import { equivalents, isEquivalent, staleEntries } from './equivalent.ts';
import { type Mutant, readSource } from './mutants.ts';
import { type Outcome, reportOf, summaryOf } from './outcome.ts';
import { plan } from './plan.ts';
import type { Answer, Coverage, Order, TestRef } from './worker.ts';

/** The folders of tests that can run many times in one process. */
const testFolders = [
  'test/unit',
  'test/diff',
  'test/sidecar',
  'test/rules',
  'test/scenarios',
  'test/golden',
  'test/parity',
  'test/secrets',
];
/** Test files that take minutes; `recorded.ts` splits some of them into small parts. */
const tooBig =
  /parity\/(?:chart|glooctl|companions)|sidecar\/classes|unit\/(?:validate-recorded|schema-sources|layers|regexes)|diff\/large/;
const killersFile = '.cache/mutation/killers.json';
/** The lines of the sources, by file. */
const lines = new Map<string, readonly string[]>();
const imports = new Map<string, readonly string[]>();
const digests = new Map<string, string>();

const { values: options, positionals } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: 'glistio' },
    jobs: { type: 'string', default: '2' },
    only: { type: 'string' },
    budget: { type: 'string', default: '8' },
  },
  allowPositionals: true,
});

/** After this time of computing a worker is in an endless loop without a counter. */
const patience = Math.max(60_000, 4000 * Number(options.budget));

await main();

async function main(): Promise<void> {
  const rooms = positionals.map((root) => filesIn(root, '.ts').filter(isWritten));
  const sources = rooms.flat();
  if (sources.length === 0) throw new Error('Name folders or files with sources: npm run mutation -- src/diff');
  const started = Date.now();
  const known = equivalents();
  const mutantsOf = (file: string): readonly Mutant[] => readSource(file, readFileSync(file, 'utf8')).mutants;
  const byRoom = rooms.map((files) => files.flatMap(mutantsOf));
  const every = byRoom.flat();
  // One of the rooms alone, or places whose `file:line:` begins so.
  const isOnly = positionals.includes(options.only ?? '');
  const mutants = byRoom
    .filter((_, index) => !isOnly || positionals[index] === options.only)
    .flatMap(sampled)
    .filter(({ line, file }) => isOnly || options.only === undefined || `${file}:${line}:`.startsWith(options.only));
  keepCompanions();
  const coverage = await coverageOf(sources);
  for (const failure of coverage.flatMap(({ failures }) => failures)) process.stderr.write(`left out: ${failure}\n`);
  const count = coverage.flatMap(({ tests }) => tests).length;
  process.stderr.write(`${mutants.length} mutants, ${count} tests, ${seconds(started)} s so far\n`);
  const judge = (outcomes: readonly Outcome[]) =>
    outcomes.map((outcome) => ({ ...outcome, isEquivalent: isEquivalent(known, outcome.mutant) }));
  const report = (outcomes: readonly Outcome[]): void =>
    writeFileSync('.cache/mutation/report.txt', reportOf(judge(outcomes)));
  const outcomes = await outcomesOf(mutants, coverage, report);
  const stale = staleEntries(known, sources, every, outcomes);
  report(outcomes);
  process.stdout.write(
    `${summaryOf(judge(outcomes))}\n${seconds(started)} s; survivors are in .cache/mutation/report.txt\n`,
  );
  for (const entry of stale) process.stderr.write(`${entry}\n`);
  if (stale.length > 0) process.exitCode = 1;
}

/** Generated files, which say so themselves, are not sources. */
function isWritten(file: string): boolean {
  return !file.includes('.gen.') && !/^ \* .*(?:never edited|Written by scripts)/m.test(readFileSync(file, 'utf8'));
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}

function filesIn(root: string, end: string): string[] {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return root.endsWith(end) ? [root] : [];
  return readdirSync(root, { recursive: true })
    .map((name) => join(root, String(name)))
    .filter((name) => name.endsWith(end))
    .sort();
}

/** A sample of a folder's mutants, by seed: the same each time, independent of changes elsewhere. */
function sampled(mutants: readonly Mutant[]): Mutant[] {
  if (options.sample === undefined) return [...mutants];
  const lot = (mutant: Mutant): string =>
    createHash('sha256')
      .update(`${options.seed}\0${keyOf(mutant)}`)
      .digest('hex');
  return mutants
    .map((mutant) => ({ mutant, lot: lot(mutant) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, Number(options.sample))
    .map(({ mutant }) => mutant);
}

function testFiles(): string[] {
  return [...testFolders.flatMap((folder) => filesIn(folder, '.test.ts')), 'test/mutation/recorded.ts']
    .filter((file) => !tooBig.test(file))
    .filter((file) => !/node:child_process|node:worker_threads|'dist\//.test(readFileSync(file, 'utf8')));
}

interface Worker {
  ask(order: Order): Promise<Answer | undefined>;
  end(): void;
}

/** A worker process; its answer is undefined if it had to be killed. */
function startWorker(): Worker {
  const child = fork(new URL('./worker.ts', import.meta.url), {
    execArgv: ['--import', 'tsx', '--max-old-space-size=1024'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  return {
    ask: (order) =>
      new Promise((resolve) => {
        const done = (answer: Answer | undefined): void => {
          clearInterval(timer);
          child.removeAllListeners();
          resolve(answer);
        };
        const most = order.kind === 'cover' ? 10 * patience : patience;
        const [started, before] = [Date.now(), computedBy(child.pid)];
        const timer = setInterval(() => {
          const now = computedBy(child.pid);
          const spent = before === undefined || now === undefined ? Date.now() - started : now - before;
          if (spent > most) child.kill('SIGKILL');
        }, 1000);
        child.once('message', (answer: Answer) => done(answer));
        child.once('exit', () => done(undefined));
        child.send(order);
      }),
    end: () => child.kill(),
  };
}

/** The milliseconds of CPU time of a process, where Linux says it: on a busy machine others use most of the time. */
function computedBy(pid: number | undefined): number | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  // After the name in parentheses; clock ticks are hundredths of a second.
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** A file and everything that it imports, transitively. */
function withImports(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file) || !existsSync(file)) return seen;
  seen.add(file);
  for (const path of importsOf(file)) withImports(path, seen);
  return seen;
}

function importsOf(file: string): readonly string[] {
  const found =
    imports.get(file) ??
    [...readFileSync(file, 'utf8').matchAll(/(?:from |import |import\()'(\.[^']+)'/g)].map(([, path = '']) =>
      join(dirname(file), path),
    );
  imports.set(file, found);
  return found;
}

function digestOf(file: string): string {
  const found = digests.get(file) ?? createHash('sha256').update(readFileSync(file)).digest('hex');
  digests.set(file, found);
  return found;
}

/** What each test file reaches; cached until it or one of its imports changes. */
async function coverageOf(sources: readonly string[]): Promise<Coverage[]> {
  const folder = '.cache/mutation/coverage';
  mkdirSync(folder, { recursive: true });
  const base = createHash('sha256').update(sources.join());
  const open = testFiles();
  const found: Coverage[] = [];
  await inWorkers(async (ask) => {
    for (let test = open.shift(); test !== undefined; test = open.shift()) {
      const sum = base.copy().update(test);
      for (const file of [...withImports(test)].sort()) sum.update(digestOf(file));
      const kept = join(folder, `${sum.digest('hex').slice(0, 32)}.json`);
      if (existsSync(kept)) {
        // Written by the lines below.
        found.push(JSON.parse(readFileSync(kept, 'utf8')) as Coverage);
        continue;
      }
      const answer = await ask({ kind: 'cover', sources, test });
      if (answer?.kind !== 'coverage')
        throw new Error(`${test}: ${answer?.kind === 'broken' ? answer.message : 'does not end'}`);
      found.push(answer.coverage);
      if (answer.coverage.failures.length === 0) writeFileSync(kept, JSON.stringify(answer.coverage));
    }
  });
  return found;
}

/** Runs the same function for each job, each with its own process; a lost process is replaced. */
async function inWorkers(work: (ask: Worker['ask']) => Promise<void>): Promise<void> {
  const job = async (): Promise<void> => {
    let worker: Worker | undefined;
    await work(async (order) => {
      worker ??= startWorker();
      const answer = await worker.ask(order);
      if (answer === undefined) worker = undefined;
      return answer;
    });
    worker?.end();
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, job));
}

async function outcomesOf(
  mutants: readonly Mutant[],
  coverages: readonly Coverage[],
  report: (outcomes: readonly Outcome[]) => void,
): Promise<Outcome[]> {
  const planned = plan(coverages, 1000 * Number(options.budget));
  const open = [...mutants];
  const outcomes: Outcome[] = [];
  const killers = lastKillers();
  const judge = async (mutant: Mutant, ask: Worker['ask']): Promise<Outcome> => {
    const last = killers[keyOf(mutant)];
    const isLast = ({ file, name }: TestRef): boolean => `${file}: ${name}` === last;
    const tests = [...planned.testsOf(mutant)].sort((a, b) => Number(isLast(b)) - Number(isLast(a)));
    if (tests.length === 0) return { mutant, result: 'unreached', by: undefined };
    const answer = await ask({ kind: 'mutant', mutant, tests });
    if (answer?.kind === 'broken') throw new Error(`${mutant.file}:${mutant.line}: ${answer.message}`);
    if (answer?.kind !== 'verdict') return { mutant, result: 'timeout', by: undefined };
    const { by, reason } = answer;
    if (by === undefined) return { mutant, result: 'survived', by };
    planned.noteKill(mutant, by);
    const isEndless = reason === 'a loop does not end' || reason === 'a test does not end';
    return { mutant, result: isEndless ? 'timeout' : 'killed', by };
  };
  const keepKillers = (): void => {
    for (const { mutant, by } of outcomes) if (by !== undefined) killers[keyOf(mutant)] = by;
    writeFileSync(killersFile, JSON.stringify(killers));
  };
  await inWorkers(async (ask) => {
    for (let mutant = open.shift(); mutant !== undefined; mutant = open.shift()) {
      outcomes.push(await judge(mutant, ask));
      if (outcomes.length % 10 === 0) {
        report(outcomes);
        keepKillers();
      }
      if (outcomes.length % 200 === 0) process.stderr.write(`${outcomes.length} of ${mutants.length}\n`);
    }
  });
  keepKillers();
  return outcomes;
}

/** The test that detected a mutant in an earlier run is tried first. */
function lastKillers(): Record<string, string> {
  // Written by the lines above.
  return existsSync(killersFile) ? (JSON.parse(readFileSync(killersFile, 'utf8')) as Record<string, string>) : {};
}

function keyOf({ file, line, before, text }: Mutant): string {
  return [file, linesOf(file)[line - 1], before, text].join('\0');
}

function linesOf(file: string): readonly string[] {
  const found = lines.get(file) ?? readFileSync(file, 'utf8').split('\n');
  lines.set(file, found);
  return found;
}

import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { assertModule, collect, failureOf, type Suite, testModule } from './harness.ts';
import { Modules } from './modules.ts';
import { type Insertion, type Mutant, readSource, withInsertions } from './mutants.ts';

/** A test, and its cost. */
export interface TestRef {
  readonly file: string;
  readonly index: number;
  readonly name: string;
  readonly milliseconds: number;
}

/** Probe numbers, by source file. */
export type Reached = Readonly<Record<string, readonly number[]>>;

/** What the tests of one file reach. */
export interface Coverage {
  readonly tests: readonly (TestRef & { readonly reached: Reached })[];
  /** Reached while modules are loaded, which happens in whichever test is first. */
  readonly atLoad: Reached;
  /** By file: the files that import it. */
  readonly importers: Readonly<Record<string, readonly string[]>>;
  /** Tests that do not pass here. */
  readonly failures: readonly string[];
}

export type Order =
  | { readonly kind: 'cover'; readonly sources: readonly string[]; readonly test: string }
  | { readonly kind: 'mutant'; readonly mutant: Mutant; readonly tests: readonly TestRef[] };

export type Answer =
  | { readonly kind: 'coverage'; readonly coverage: Coverage }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'verdict'; readonly by: string | undefined; readonly reason: string };

/** Many more iterations than any test needs. */
const mostTurns = 3_000_000;
/** A test that does nothing for this time waits for something that will never happen. */
const longestTest = 10_000;

let turns = 0;
/** What a test reaches, or the code of a test file before its tests. */
let hits = new Map<string, Set<number>>();
/** What is reached while modules are loaded. */
let made = new Map<string, Set<number>>();
Object.assign(globalThis, {
  __mutationLoop: () => {
    if (++turns > mostTurns) throw new Error('a loop does not end');
  },
  __mutationHit: (file: string, probe: number) => {
    const into = modules.starting.at(-1)?.startsWith('src/') ? made : hits;
    const probes = into.get(file);
    if (probes === undefined) into.set(file, new Set([probe]));
    else probes.add(probe);
  },
});

/** The current change of the sources. */
let state: { readonly covered: ReadonlySet<string>; readonly mutant?: Mutant } = { covered: new Set() };

const modules = new Modules(
  (file, text) => {
    if (state.covered.has(file)) return withInsertions(text, readSource(file, text).probes);
    const { mutant } = state;
    return mutant?.file === file ? mutated(text, mutant, readSource(file, text).loops) : text;
  },
  { 'node:test': testModule, 'node:assert/strict': assertModule },
);

function mutated(text: string, { start, end, text: replacement }: Mutant, loops: readonly Insertion[]): string {
  const before = loops.filter(({ at }) => at <= start);
  const after = loops.filter(({ at }) => at >= end).map((loop) => ({ ...loop, at: loop.at - end }));
  return withInsertions(text.slice(0, start), before) + replacement + withInsertions(text.slice(end), after);
}

async function cover(sources: readonly string[], file: string): Promise<Coverage> {
  if (state.covered.size === 0) state = { covered: new Set(sources) };
  for (const source of sources) modules.rerun(source);
  hits = new Map();
  made = new Map();
  const start = cpuNow();
  const suite = collect(() => modules.load(file));
  // Most of the time is spent compiling, which is done once.
  const loading = (cpuNow() - start) / 10;
  const before = hits;
  const tests: Coverage['tests'][number][] = [];
  const failures: string[] = [];
  for (const hook of suite.before) await hook();
  for (const [index, one] of suite.tests.entries()) {
    hits = new Map([...before].map(([source, probes]) => [source, new Set(probes)]));
    turns = 0;
    const begun = cpuNow();
    const error = await failureOf(one);
    const milliseconds = cpuNow() - begun + loading;
    if (error === undefined) tests.push({ file, index, name: one.name, milliseconds, reached: numbersOf(hits) });
    else failures.push(`${file}: ${one.name}: ${error.message.slice(0, 300)}`);
  }
  for (const hook of suite.after) await hook();
  return { tests, atLoad: numbersOf(made), importers: modules.importers(), failures };
}

/** Milliseconds of CPU time: wall-clock time would include other processes. */
function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function numbersOf(reached: ReadonlyMap<string, ReadonlySet<number>>): Reached {
  return Object.fromEntries([...reached].map(([file, probes]) => [file, [...probes]]));
}

async function judge(mutant: Mutant, tests: readonly TestRef[]): Promise<Answer> {
  const previous = state.mutant?.file;
  state = { covered: new Set(), mutant };
  if (previous !== undefined) modules.refresh(previous);
  modules.refresh(mutant.file);
  const suites = new Map<string, Suite>();
  let failure: { readonly by: string; readonly reason: string } | undefined;
  for (const ref of tests) {
    turns = 0;
    const reason = await reasonOf(ref, suites);
    if (reason === undefined) continue;
    failure = { by: `${ref.file}: ${ref.name}`, reason: reason.slice(0, 300) };
    break;
  }
  // A teardown after a failed setup may fail; the verdict is already known.
  for (const suite of suites.values()) for (const hook of suite.after) await attempt(hook);
  return { kind: 'verdict', by: failure?.by, reason: failure?.reason ?? '' };
}

/** Why a test fails; undefined if it passes. */
async function reasonOf({ file, index, name }: TestRef, suites: Map<string, Suite>): Promise<string | undefined> {
  let suite = suites.get(file);
  if (suite === undefined) {
    let loaded: Suite | undefined;
    const reason = await attempt(async () => {
      loaded = collect(() => modules.load(file));
      for (const hook of loaded.before) await hook();
    });
    if (loaded === undefined || reason !== undefined) return reason ?? 'the test file does not load';
    suite = loaded;
    suites.set(file, suite);
  }
  const one = suite.tests[index];
  if (one?.name !== name) return 'the test is no longer there';
  return (await Promise.race([failureOf(one), tooLong()]))?.message;
}

async function attempt(step: () => unknown): Promise<string | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Resolves once nothing has happened for so long: on a busy machine a test may take its time. */
function tooLong(): Promise<Error> {
  return new Promise((resolve) => {
    const wait = (before: EventLoopUtilization): void => {
      setTimeout(() => {
        const now = performance.eventLoopUtilization();
        const { active } = performance.eventLoopUtilization(now, before);
        if (active < longestTest / 10) resolve(new Error('a test does not end'));
        else wait(now);
      }, longestTest).unref();
    };
    wait(performance.eventLoopUtilization());
  });
}

async function answerTo(order: Order): Promise<Answer> {
  try {
    if (order.kind === 'mutant') return await judge(order.mutant, order.tests);
    return { kind: 'coverage', coverage: await cover(order.sources, order.test) };
  } catch (error) {
    return { kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on('message', async (order: Order) => {
  process.send?.(await answerTo(order));
});
// Whatever a mutant leaves behind after its verdict is irrelevant.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});
process.on('disconnect', () => process.exit());

import { mayWait } from '../node/patient-read.ts';
import { stdinName } from '../node/sources.ts';
import { lines, shown } from '../printable.ts';
import { headlineOfProblem } from '../report/text.ts';
import type { Status } from '../verbs/verdict.ts';
import { counted, grouped } from '../words.ts';
import { FleetFailures } from './failures.ts';
import { type BatchResult, codeOfStatus, type Job } from './job.ts';
import type { Plan, Seen, Session } from './plan.ts';
import type { Setup } from './setup.ts';
import { describeClusters, type Tallied, Tally } from './tally.ts';

/** The summary of the whole run: counts, every problem once, and the clusters that failed. */
export class Summary {
  readonly #plan: Plan;
  readonly #setup: Setup;
  readonly #session: Session;
  readonly #tally: Tally;
  readonly #failures = new FleetFailures();
  readonly #counts = { clusters: 0, count: 0, written: 0, unchanged: 0, removed: 0, findings: 0, counted: 0 };
  #worst = 0;
  #undone = 0;

  constructor(plan: Plan, setup: Setup, session: Session) {
    this.#plan = plan;
    this.#setup = setup;
    this.#session = session;
    this.#tally = new Tally(plan.mostProblems);
  }

  get clusters(): number {
    return this.#counts.clusters;
  }

  get failed(): number {
    return this.#failures.count;
  }

  get worst(): 'done' | 'findings' | 'impossible' {
    return this.#worst === 0 ? 'done' : this.#worst === 1 ? 'findings' : 'impossible';
  }

  add(jobs: readonly Job[], { done }: BatchResult): void {
    for (const [index, { status, problems, ...counts }] of done.entries()) {
      const job = jobs[index];
      if (job === undefined) continue;
      this.#worst = Math.max(this.#worst, codeOfStatus[status]);
      this.#counts.clusters++;
      if (status === 'failed') this.#undone++;
      if (status === 'findings') this.#counts.findings++;
      if (counts.count > 0) this.#counts.counted++;
      for (const name of ['count', 'written', 'unchanged', 'removed'] as const) this.#counts[name] += counts[name];
      this.#tally.add(job.label, job.position, problems);
      const first = problems.find(({ severity }) => severity === 'error');
      if (status !== 'ok' && first !== undefined) this.#failures.add(job.label, headlineOfProblem(first));
    }
  }

  /** The findings about clusters that no longer exist. */
  addGone(
    { removed, status }: { readonly removed: number; readonly status: Status } = { removed: 0, status: 'ok' },
  ): void {
    this.#counts.removed += removed;
    this.#worst = Math.max(this.#worst, codeOfStatus[status]);
  }

  /** Prints it: problems if the command does so, then on stderr the summary of the run. */
  async print(end: 'whole' | 'broken off' | 'interrupted'): Promise<void> {
    const { report, note, io } = this.#session;
    const { clusters } = this.#counts;
    const seen: Seen = { tallied: this.#tally.entries(), textOf: (file) => this.#textOf(file) };
    if (this.#plan.conclude !== undefined) await this.#plan.conclude(seen);
    else {
      const notes = new Map(seen.tallied.map((entry) => [entry.problem, describeClusters(entry)]));
      report([...notes.keys()], await textsOf(seen.tallied, seen.textOf), (problem) => notes.get(problem));
      if (this.#tally.left > 0 && this.#plan.mostProblems !== 0)
        note(`and ${counted(this.#tally.left, 'more problem')}`);
    }
    if (this.failed > 0) io.stderr(lines(this.#failures.describe(clusters)));
    if (clusters === 0 && end === 'whole') note('there are no clusters in this fleet, or in this shard of it');
    else if (clusters > 0) note(this.#done === 0 ? `no cluster ${this.#plan.verb}` : this.#outcome());
    if (end === 'interrupted') io.stderr(shown`glistio: interrupted; the clusters that were done are complete\n`);
  }

  /** The number of clusters with a result; for validate, an error in the values is a result. */
  get #done(): number {
    return this.#counts.clusters - (this.#plan.isDoneDespiteErrors ? this.#undone : this.failed);
  }

  #outcome(): string {
    const { clusters } = this.#counts;
    const all = counted(clusters, 'cluster');
    const scope = this.#done === clusters ? all : `${grouped(this.#done)} of ${all}`;
    return `${scope} ${this.#plan.verb}: ${this.#plan.describe(this.#counts)}`;
  }

  /** The text that a problem is about, if it is available. */
  async #textOf(file: string): Promise<string | undefined> {
    const known = [...this.#setup.sources, this.#setup.text];
    const source = known.find((text) => text?.name === file);
    if (source !== undefined) return source.text;
    // A pipe can be read only once.
    if (file === stdinName || file.startsWith('--') || mayWait(file)) return undefined;
    return await this.#session.io.readFile(file).catch(() => undefined);
  }
}

/** The texts that the problems are in, as far as they can still be read. */
export async function textsOf(shown: readonly Tallied[], textOf: Seen['textOf']): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const { problem } of shown) {
    if (problem.file === undefined || texts.has(problem.file)) continue;
    const text = await textOf(problem.file);
    if (text !== undefined) texts.set(problem.file, text);
  }
  return texts;
}

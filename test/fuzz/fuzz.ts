import { Draw, seedOf } from './draw.ts';
import type { Found, Kind } from './kind.ts';
import { kinds } from './kinds.ts';
import { type Answer, Lost, Trier } from './process.ts';
import { shrink } from './shrink.ts';

/** The result for one kind. */
export interface Outcome {
  readonly name: string;
  readonly inputs: number;
  /** CPU time of the slowest input, in milliseconds. */
  readonly slowest: number;
  readonly faults: readonly SmallFault[];
}

/** A fault with the smallest input found for it. */
interface SmallFault extends Found {
  readonly kind: string;
  /** The first input that shows it. */
  readonly index: number;
  readonly times: number;
  readonly input: string;
}

export interface FuzzOptions {
  readonly seed: number;
  /** The time limit; without it each kind tries its own number of inputs. */
  readonly seconds?: number;
  /** Only these kinds. */
  readonly kinds?: readonly string[];
  /** Only the input of this index. */
  readonly index?: number;
}

interface Seen extends Found {
  readonly index: number;
  readonly choices: readonly number[];
  times: number;
}

interface State {
  readonly kind: Kind<unknown>;
  readonly seen: Map<string, Seen>;
  inputs: number;
  slowest: number;
  batch: number;
}

/** The time limit for shrinking an input, in milliseconds. */
const shrinkTime = 60_000;
const mostFaults = 12;

/** Tries inputs of all kinds in rounds, and shrinks those that fail. */
export async function fuzz({ seed, seconds, kinds: wanted, index }: FuzzOptions): Promise<readonly Outcome[]> {
  const states = kinds
    .filter(({ name }) => wanted === undefined || wanted.includes(name))
    .map((kind): State => ({ kind, seen: new Map(), inputs: 0, slowest: 0, batch: 8 }));
  if (states.length === 0) throw new Error(`there are ${kinds.map(({ name }) => name).join(', ')}`);
  const trier = new Trier();
  try {
    const end = Date.now() + (seconds ?? 0) * 1000;
    const isLeft = ({ kind, inputs }: State): boolean =>
      index !== undefined ? inputs === 0 : seconds === undefined ? inputs < kind.inputs : Date.now() < end;
    while (states.some(isLeft)) {
      for (const state of states.filter(isLeft)) {
        const count = seconds === undefined ? Math.min(state.batch, state.kind.inputs - state.inputs) : state.batch;
        const began = Date.now();
        await tryBatch(trier, state, seed, index ?? state.inputs, index === undefined ? count : 1);
        // About half a second for each kind in turn.
        state.batch = Math.max(1, Math.min(500, Math.round((state.batch * 500) / Math.max(1, Date.now() - began))));
      }
    }
    return await Promise.all(states.map(async (state) => await outcomeOf(trier, state)));
  } finally {
    trier.stop();
  }
}

async function tryBatch(trier: Trier, state: State, seed: number, from: number, count: number): Promise<void> {
  const { kind } = state;
  const note = (found: Found & { index: number; choices: readonly number[] }): void => {
    const known = state.seen.get(found.what);
    if (known !== undefined) known.times++;
    else if (state.seen.size < mostFaults) state.seen.set(found.what, { ...found, times: 1 });
  };
  try {
    const { faults, slowest } = await trier.ask({ ask: 'batch', kind: kind.name, seed, from, count });
    for (const found of faults) note(found);
    state.slowest = Math.max(state.slowest, slowest);
    state.inputs += count;
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    const draw = new Draw(seedOf(seed, kind.name, error.index));
    kind.make(draw);
    note({ what: error.what, detail: error.message, index: error.index, choices: draw.choices });
    state.inputs += error.index - from + 1;
  }
}

async function outcomeOf(trier: Trier, { kind, seen, inputs, slowest }: State): Promise<Outcome> {
  const faults: SmallFault[] = [];
  for (const { what, detail, index, times, choices } of seen.values()) {
    const small = await smaller(trier, kind.name, what, choices);
    const input = (await told(trier, { ask: 'show', kind: kind.name, row: small.row })).text ?? '';
    faults.push({ kind: kind.name, what, detail: small.detail ?? detail, index, times, input });
  }
  return { name: kind.name, inputs, slowest, faults };
}

async function smaller(
  trier: Trier,
  kind: string,
  what: string,
  choices: readonly number[],
): Promise<{ readonly row: readonly number[]; readonly detail?: string }> {
  const end = Date.now() + shrinkTime;
  let detail: string | undefined;
  const fails = async (row: readonly number[]): Promise<boolean> => {
    const found = (await told(trier, { ask: 'row', kind, row })).faults.find((one) => one.what === what);
    if (found !== undefined) detail = found.detail;
    return found !== undefined;
  };
  const row = await shrink(choices, fails, () => Date.now() > end);
  return { row, ...(detail === undefined ? {} : { detail }) };
}

/** Always returns an answer: a lost process is one. */
async function told(trier: Trier, question: Parameters<Trier['ask']>[0]): Promise<Answer> {
  try {
    return await trier.ask(question);
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return { say: 'done', slowest: 0, faults: [{ what: error.what, detail: error.message, index: 0, choices: [] }] };
  }
}

/** The outcomes as a table, each fault with its input and the command that reproduces it. */
export function report(outcomes: readonly Outcome[], seed: number): string {
  const rows = outcomes.map(({ name, inputs, faults, slowest }) =>
    [
      name.padEnd(14),
      String(inputs).padStart(8),
      String(faults.length).padStart(7),
      `${Math.round(slowest)} ms`.padStart(9),
    ].join(' '),
  );
  const head = ['kind'.padEnd(14), 'inputs'.padStart(8), 'faults'.padStart(7), 'slowest'.padStart(9)].join(' ');
  const told = outcomes.flatMap(({ faults }) =>
    faults.map(({ kind, what, detail, index, times, input }) =>
      [
        `FAULT ${kind}: ${what} (${times} of these)`,
        ...shown(detail).map((line) => `  ${line}`),
        '  input, made small:',
        ...shown(input).map((line) => `    ${line}`),
        `  again: npm run fuzz -- --seed ${seed} --kind ${kind} --index ${index}`,
      ].join('\n'),
    ),
  );
  const sum = outcomes.reduce((total, { inputs }) => total + inputs, 0);
  const faults = outcomes.reduce((total, one) => total + one.faults.length, 0);
  return `${[head, ...rows, `seed ${seed}: ${sum} inputs, ${faults} faults`, ...told].join('\n')}\n`;
}

/** Lines that are safe for a terminal: the inputs are hostile by design. */
function shown(text: string): string[] {
  const short = text.length > 3000 ? `${text.slice(0, 3000)}… (${text.length} characters)` : text;
  return short
    .split('\n')
    .map((line) =>
      line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`),
    );
}

/** The process that tries inputs, so that one that hangs or crashes can be killed. Started by process.ts. */
import { Draw, seedOf } from './draw.ts';
import { type Found, foundOf, type Kind, slowest } from './kind.ts';
import { kinds } from './kinds.ts';

/** A request: try inputs of a kind by index, try one sequence of choices, or show that input. */
export type Question =
  | {
      readonly ask: 'batch';
      readonly kind: string;
      readonly seed: number;
      readonly from: number;
      readonly count: number;
    }
  | { readonly ask: 'row'; readonly kind: string; readonly row: readonly number[] }
  | { readonly ask: 'show'; readonly kind: string; readonly row: readonly number[] };

/** Which input is tried next, and the answer. */
export type Word =
  | { readonly say: 'at'; readonly index: number }
  | {
      readonly say: 'done';
      readonly faults: readonly IndexedFault[];
      readonly slowest: number;
      readonly text?: string;
    };

export interface IndexedFault extends Found {
  readonly index: number;
  readonly choices: readonly number[];
}

process.on('message', (question: Question) => {
  void answer(question).then((word) => process.send?.(word));
});
process.send?.({ say: 'at', index: -1 } satisfies Word);

async function answer(question: Question): Promise<Word> {
  const kind = kinds.find(({ name }) => name === question.kind);
  if (kind === undefined) throw new Error(`there is no kind ${question.kind}`);
  if (question.ask === 'show') {
    const text = kind.show(kind.make(new Draw(question.row)));
    return { say: 'done', faults: [], slowest: 0, text };
  }
  const [from, count] = question.ask === 'batch' ? [question.from, question.count] : [0, 1];
  const faults: IndexedFault[] = [];
  slowest.took = 0;
  for (let index = from; index < from + count; index++) {
    process.send?.({ say: 'at', index } satisfies Word);
    const source = question.ask === 'batch' ? seedOf(question.seed, kind.name, index) : question.row;
    const { found, choices } = await tryOne(kind, source);
    if (found !== undefined) faults.push({ ...found, index, choices });
  }
  return { say: 'done', faults, slowest: slowest.took };
}

async function tryOne(
  kind: Kind<unknown>,
  source: number | readonly number[],
): Promise<{ readonly found: Found | undefined; readonly choices: readonly number[] }> {
  const draw = new Draw(source);
  const input = kind.make(draw);
  try {
    await kind.check(input);
    return { found: undefined, choices: draw.choices };
  } catch (error) {
    return { found: foundOf(error), choices: draw.choices };
  }
}

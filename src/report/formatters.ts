import type { ProblemFormatter } from './format.ts';
import { formatText } from './text.ts';

/** Every way to print problems, by the name that `-o` takes. */
export const problemFormatters = { text: formatText } as const satisfies Readonly<Record<string, ProblemFormatter>>;

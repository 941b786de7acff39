import type { Shell } from './complete.ts';
import { completionJson } from './completion.gen.ts';

/** One script per shell. Each asks glistio, which knows releases, codes, values, contexts and namespaces. */
export const completionScripts = JSON.parse(completionJson) as Readonly<Record<Shell, string>>;

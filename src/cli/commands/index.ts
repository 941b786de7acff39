import type { Command } from '../command.ts';
import { completion } from './completion.ts';
import { releases, releasesDiff } from './releases.ts';
import { render } from './render.ts';

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [render, releases, releasesDiff, completion];

import './started.ts';

export const { abandon, ask, isDamaged, toFragment } = globalThis.started;

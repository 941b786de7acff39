import './started.ts';

export const { ask, toFragment } = globalThis.started;

import { diffFormatters as loaders } from '../../src/report/diff-formatters.ts';

type Loaders = typeof loaders;
const loaded = Object.entries(loaders).map(async ([name, load]) => [name, await load()] as const);

/** Every way to print a report of differences. */
export const diffFormatters = Object.fromEntries(await Promise.all(loaded)) as {
  readonly [name in keyof Loaders]: Awaited<ReturnType<Loaders[name]>>;
};

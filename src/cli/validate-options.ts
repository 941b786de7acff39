import type { Args, Options } from './command.ts';
import { fleetOptions, ownChartOptions, valuesOptions } from './options.ts';

/** What `validate` understands. */
export const validateOptions = {
  ...valuesOptions,
  ...ownChartOptions,
  output: {
    kind: 'text',
    alias: 'o',
    value: 'FORMAT',
    summary: 'Format of the problems',
    choices: ['text', 'json', 'sarif', 'github', 'markdown', 'junit'],
    fallback: 'text',
  },
  lint: { kind: 'flag', summary: 'Also check policies: latest-tag, run-as-non-root, unset-cpu-requirements …' },
  ignore: { kind: 'texts', value: 'CODE', summary: 'Do not report problems with this code; repeatable' },
  strict: { kind: 'flag', summary: 'Treat warnings as errors; without it only errors give exit code 1' },
  ...fleetOptions,
} as const satisfies Options;

export type ValidateArgs = Args<typeof validateOptions>;

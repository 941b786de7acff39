import { CannotDo } from '../../outcome.ts';
import { verdictOf } from '../../verbs/verdict.ts';
import { type Args, defineCommand, type Options } from '../command.ts';
import { readIgnored } from '../ignored-codes.ts';
import { fleetOptions, ownChartOptions, valuesOptions } from '../options.ts';
import { describeChoice, readReleaseRequest, refuseImpossible } from '../release-request.ts';
import { wantsFleet } from '../wants-fleet.ts';

const options = {
  ...valuesOptions,
  ...ownChartOptions,
  output: {
    kind: 'text',
    alias: 'o',
    value: 'FORMAT',
    summary: 'Format of the problems',
    choices: ['text', 'json', 'sarif', 'github', 'markdown', 'junit', 'gitlab'],
    fallback: 'text',
  },
  lint: { kind: 'flag', summary: 'Also check policies: latest-tag, run-as-non-root, unset-cpu-requirements …' },
  ignore: { kind: 'texts', value: 'CODE', summary: 'Do not report problems with this code; repeatable' },
  strict: { kind: 'flag', summary: 'Treat warnings as errors; without it only errors give exit code 1' },
  ...fleetOptions,
} as const satisfies Options;

export type ValidateArgs = Args<typeof options>;

export const validate = defineCommand({
  name: 'validate',
  summary:
    'Say what is wrong with values for a release: how they are written, what the chart ignores, and what would not work',
  positionals: [{ name: 'FILE', summary: 'Files of values, like -f', optional: true, many: true }],
  options,
  examples: [
    { command: 'glistio validate values.yaml', summary: 'For the newest release' },
    {
      command: 'glistio validate values.yaml prod.yaml --chart-version 1.17 --lint',
      summary: 'Two layers, for a line of releases, with checks of policy',
    },
    {
      command: 'glistio validate values.yaml --ignore deprecated-value --strict',
      summary: 'In a pipeline that tolerates no warnings',
    },
    { command: 'glistio validate values.yaml -o sarif > glistio.sarif', summary: 'For code scanning' },
    {
      command: 'glistio validate --fleet fleet.yaml -f base.yaml',
      summary: 'Every cluster of a fleet; each problem once, with the clusters that have it',
    },
    { command: 'helm get values gloo -o yaml | glistio validate -', summary: 'The values of an installed release' },
  ],
  async run(args, context) {
    if (wantsFleet(args)) {
      const { runFleet } = await import('../fleet/run.ts');
      const { validatePlan } = await import('../fleet/validate.ts');
      const values = [...context.positionals.map(asListItem), ...args.values];
      return await runFleet((own) => validatePlan(args, own), { ...args, values }, context);
    }
    const { io, positionals, quiet, color, note } = context;
    // Loaded here, because all the checks are several times what rendering needs.
    const { problemFormatters } = await import('../../report/formatters.ts');
    const { validateValues } = await import('../../verbs/validate.ts');
    const { version } = await import('../version.ts');
    const ignore = await readIgnored(args.ignore);
    const given = [...positionals.map(asListItem), ...args.values];
    refuseNothing(given, args);
    const { options, texts } = await readReleaseRequest({ ...args, values: given }, io);
    const { problems, chartVersion, notes = [] } = validateValues({ ...options, lint: args.lint, ignore });
    refuseImpossible(problems);
    const choice = describeChoice(args['chart-version'], chartVersion);
    if (choice !== undefined) note(choice);
    for (const text of notes) note(text);
    const { status, problems: judged } = verdictOf(problems, args.strict);
    const shown = quiet ? judged.filter(({ severity }) => severity === 'error') : judged;
    io.stdout(problemFormatters[args.output](shown, { color, texts, chartVersion, toolVersion: version }));
    if (args.output === 'text' && shown.length === 0) note(`nothing to report for chart ${chartVersion}`);
    return status === 'findings' ? 'findings' : 'done';
  },
});

/** A green for nothing would be taken for one for something. */
function refuseNothing(given: readonly string[], args: ValidateArgs): void {
  const sets = ['set', 'set-string', 'set-json', 'set-file', 'set-literal'] as const;
  if (given.length > 0 || sets.some((name) => args[name].length > 0)) return;
  throw new CannotDo('there are no values to judge', 'name a file, - for standard input, or give --set');
}

/** The name as one item of the list that `-f` takes, whose items stand between commas. */
function asListItem(name: string): string {
  return name.includes(',') ? `"${name.replaceAll('"', '""')}"` : name;
}

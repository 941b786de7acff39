import { CannotDo } from '../../outcome.ts';
import { defineCommand } from '../command.ts';
import { readIgnored } from '../ignored-codes.ts';
import { asListItem, namesValues, readReleaseRequest, refuseImpossible } from '../release-request.ts';
import { validateOptions } from '../validate-options.ts';
import { wantsFleet } from '../wants-fleet.ts';

export const validate = defineCommand({
  name: 'validate',
  summary:
    'Say what is wrong with values for a release: how they are written, what the chart ignores, and what would not work',
  positionals: [{ name: 'FILE', summary: 'Files of values, like -f', optional: true, many: true }],
  options: validateOptions,
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
    const { validateRequest } = await import('../../verbs/validate.ts');
    const { version } = await import('../version.ts');
    const ignore = await readIgnored(args.ignore);
    const asked = { ...args, values: [...positionals.map(asListItem), ...args.values] };
    // A green for nothing would be taken for one for something.
    if (!namesValues(asked))
      throw new CannotDo('there are no values to judge', 'name a file, - for standard input, or give --set');
    const { options, texts, notesFor } = await readReleaseRequest(asked, io);
    const { lint, strict } = args;
    const { status, problems, chartVersion, notes = [] } = validateRequest({ ...options, lint, ignore }, strict);
    refuseImpossible(problems);
    for (const text of [...notesFor(chartVersion), ...notes]) note(text);
    const shown = quiet ? problems.filter(({ severity }) => severity === 'error') : problems;
    io.stdout(problemFormatters[args.output](shown, { color, texts, chartVersion, toolVersion: version }));
    if (args.output === 'text' && shown.length === 0) note(`nothing to report for chart ${chartVersion}`);
    return status === 'findings' ? 'findings' : 'done';
  },
});

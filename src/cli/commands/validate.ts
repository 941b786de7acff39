import { hasErrors, type Problem } from '../../problem.ts';
import { defineCommand } from '../command.ts';
import { nearest } from '../nearest.ts';
import { chartOptions, valuesOptions } from '../options.ts';
import { CannotDo } from '../outcome.ts';
import { describeChoice, readReleaseRequest, refuseImpossible } from '../release-request.ts';

export const validate = defineCommand({
  name: 'validate',
  summary:
    'Say what is wrong with values for a release: how they are written, what the chart ignores, and what would not work',
  positionals: [{ name: 'FILE', summary: 'Files of values, like -f', optional: true, many: true }],
  options: {
    ...valuesOptions,
    ...chartOptions,
    output: {
      kind: 'text',
      alias: 'o',
      value: 'FORMAT',
      summary: 'Format of the problems',
      choices: ['text', 'json', 'sarif', 'github'],
      fallback: 'text',
    },
    lint: { kind: 'flag', summary: 'Also check policies: latest-tag, run-as-non-root, unset-cpu-requirements …' },
    ignore: { kind: 'texts', value: 'CODE', summary: 'Do not report problems with this code; repeatable' },
    strict: { kind: 'flag', summary: 'Treat warnings as errors; without it only errors give exit code 1' },
  },
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
    { command: 'helm get values gloo -o yaml | glistio validate -', summary: 'The values of an installed release' },
  ],
  async run(args, { io, positionals, quiet, color, note }) {
    // Loaded here, because all the checks are several times what rendering needs.
    const { codes } = await import('../../check/codes.ts');
    const { problemFormatters } = await import('../../report/formatters.ts');
    const { validateValues } = await import('../../validate.ts');
    const { version } = await import('../version.ts');
    const ignore = args.ignore.flatMap((text) => text.split(',')).map((code) => code.trim());
    for (const code of ignore) refuseUnknown(code, codes);
    const given = [...positionals.map(asListItem), ...args.values];
    const { options, texts } = await readReleaseRequest({ ...args, values: given }, io);
    const { problems, chartVersion } = validateValues({ ...options, lint: args.lint, ignore });
    refuseImpossible(problems);
    const choice = describeChoice(args['chart-version'], chartVersion);
    if (choice !== undefined) note(choice);
    const judged = args.strict ? problems.map(asError) : problems;
    const shown = quiet ? judged.filter(({ severity }) => severity === 'error') : judged;
    io.stdout(problemFormatters[args.output](shown, { color, texts, chartVersion, toolVersion: version }));
    if (args.output === 'text' && shown.length === 0) note(`nothing to report for chart ${chartVersion}`);
    return hasErrors(judged) ? 'findings' : 'done';
  },
});

/** The name as one item of the list that `-f` takes, whose items stand between commas. */
function asListItem(name: string): string {
  return name.includes(',') ? `"${name.replaceAll('"', '""')}"` : name;
}

function refuseUnknown(code: string, codes: ReadonlySet<string>): void {
  if (codes.has(code)) return;
  const meant = nearest(code, [...codes]);
  throw new CannotDo(
    `there is no problem with the code "${code}"`,
    meant === undefined ? 'docs/rules.md lists the codes' : `did you mean ${meant}?`,
  );
}

function asError(problem: Problem): Problem {
  return problem.severity === 'warning' ? { ...problem, severity: 'error' } : problem;
}

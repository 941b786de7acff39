import { CannotDo } from '../../outcome.ts';
import { verdictOf } from '../../verbs/verdict.ts';
import type { Source } from '../../yaml/read.ts';
import { type Context, defineCommand } from '../command.ts';
import { readIgnored } from '../ignored-codes.ts';
import { asListItem, namesValues, readReleaseRequest, refuseImpossible } from '../release-request.ts';
import type { Judged } from '../validate/installed.ts';
import { type ValidateArgs, validateOptions } from '../validate-options.ts';
import { wantsFleet } from '../wants-fleet.ts';

export const validate = defineCommand({
  name: 'validate',
  summary:
    'Say what is wrong with values for a release: how they are written, what the chart ignores, and what would not work',
  positionals: [
    { name: 'FILE', summary: 'Files of values, like -f, or manifests of gateway proxies', optional: true, many: true },
  ],
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
    {
      command: 'kubectl get deploy,cm,ns -A -o yaml | glistio validate -',
      summary: 'The gateway proxies of a cluster',
    },
    {
      command: 'glistio validate --from-release -n gloo-system',
      summary: 'What Helm installed: its values and its manifest',
    },
  ],
  async run(args, context) {
    if (wantsFleet(args)) {
      const { runFleet } = await import('../fleet/run.ts');
      const { validatePlan } = await import('../fleet/validate.ts');
      const values = [...context.positionals.map(asListItem), ...args.values];
      return await runFleet((own) => validatePlan(args, own), { ...args, values }, context);
    }
    const { io, quiet, color, note } = context;
    // Loaded here, because all the checks are several times what rendering needs.
    const { problemFormatters } = await import('../../report/formatters.ts');
    const { version } = await import('../version.ts');
    const ignore = await readIgnored(args.ignore);
    const { problems: found, chartVersion, notes, texts } = await judge(args, ignore, context);
    for (const text of notes) note(text);
    const { status, problems } = verdictOf(found, args.strict);
    const shown = quiet ? problems.filter(({ severity }) => severity === 'error') : problems;
    io.stdout(problemFormatters[args.output](shown, { color, texts, chartVersion, toolVersion: version }));
    if (args.output === 'text' && shown.length === 0) note(`nothing to report for chart ${chartVersion}`);
    return status === 'findings' ? 'findings' : 'done';
  },
});

/** What is installed, or what the files hold: values or manifests. */
async function judge(args: ValidateArgs, ignore: readonly string[], context: Context): Promise<Judged> {
  const values = [...context.positionals.map(asListItem), ...args.values];
  const { judgeInstalled, judgeSide, wantsInstalled } = await import('../validate/installed.ts');
  const asked = { ...args, values };
  if (wantsInstalled(asked, values)) return await judgeInstalled(asked, ignore, context);
  // A green for nothing would be taken for one for something.
  if (!namesValues(asked))
    throw new CannotDo('there are no values to judge', 'name a file, - for standard input, or give --set');
  const { options, texts, notesFor } = await readReleaseRequest(asked, context.io);
  const manifests = await manifestsAmong(options.values ?? []);
  if (manifests.length > 0) return judgeSide(manifests, texts, args, ignore);
  const { validateValues } = await import('../../verbs/validate.ts');
  const { problems, chartVersion, notes = [] } = validateValues({ ...options, lint: args.lint, ignore });
  refuseImpossible(problems);
  return { problems, chartVersion, notes: [...notesFor(chartVersion), ...notes], texts };
}

/** The files if they hold manifests; none if they hold values, to which manifests may belong that they refer to. */
async function manifestsAmong(given: readonly object[]): Promise<readonly Source[]> {
  const sources = given.filter((one): one is Source => 'text' in one && typeof one.text === 'string');
  const { holdsManifests, holdsValues } = await import('../../helm/kinds/recognise.ts');
  const manifests = sources.filter(holdsManifests);
  const values = sources.filter((one) => !manifests.includes(one) && holdsValues(one));
  if (manifests.length === 0 || values.some(({ text }) => /^kind:\s*HelmRelease\b/m.test(text))) return [];
  if (values.length === 0) return sources;
  throw new CannotDo(
    `${named(manifests)} holds manifests and ${named(values)} values`,
    'judge them one after the other; glistio diff compares what values give with manifests',
  );
}

function named(sources: readonly Source[]): string {
  return sources.map(({ name }) => name).join(', ');
}

import { readText } from '../../node/sources.ts';
import { CannotDo, exitCodes } from '../../outcome.ts';
import { hasErrors, type Problem, sortProblems } from '../../problem.ts';
import { defined } from '../../value.ts';
import { fails } from '../../verbs/grading.ts';
import type { ValidateOptions } from '../../verbs/validate.ts';
import { verdictOf } from '../../verbs/verdict.ts';
import { counted } from '../../words.ts';
import { type Context, defineCommand } from '../command.ts';
import { emptyInputs } from '../empty-inputs.ts';
import { failureText } from '../failure.ts';
import { readIgnored } from '../ignored-codes.ts';
import { readKubeObjects, withTexts } from '../kube-objects.ts';
import { manifestsAmong, namesOf } from '../manifests-among.ts';
import { asListItem, namesValues, readReleaseRequest, refuseImpossible } from '../release-request.ts';
import type { Judged } from '../validate/installed.ts';
import { gradingOf, reportsOf, writeReports } from '../validate/reports.ts';
import { refuseValues, wantsInstalled } from '../validate/wanted.ts';
import { type ValidateArgs, validateOptions } from '../validate-options.ts';
import { wantsFleet } from '../wants-fleet.ts';

export const validate = defineCommand({
  name: 'validate',
  summary:
    'Find what is wrong with values for a release: how they are written, what the chart ignores, and what would not work',
  positionals: [
    {
      name: 'FILE',
      summary: 'Files of values, like -f, or manifests of gateway proxies',
      optional: true,
      many: true,
      completes: 'file',
    },
  ],
  options: validateOptions,
  examples: {
    'glistio validate values.yaml': 'For the newest release',
    'glistio validate values.yaml prod.yaml --chart-version 1.17 --lint':
      'Two layers, for a line of releases, with policy checks',
    'glistio validate values.yaml --ignore deprecated-value --strict': 'In a pipeline that tolerates no warnings',
    'glistio validate values.yaml -o sarif > glistio.sarif': 'For code scanning',
    'glistio validate --each -f base.yaml clusters/*.yaml': 'Each file on top of one, as for pre-commit',
    'glistio validate --fleet fleet.yaml -f base.yaml':
      'Every cluster of a fleet; each problem once, with the clusters that have it',
    'glistio validate values.yaml --gateway gateway.yaml --parameters parameters.yaml':
      'With the Gateways and GatewayParameters of the Kubernetes Gateway API',
    'helm get values gloo -o yaml | glistio validate -': 'The values of an installed release',
    'kubectl get deploy,cm,ns -A -o yaml | glistio validate -': 'The gateway proxies of a cluster',
    'glistio validate --from-release -n gloo-system': 'What Helm installed: its values and its manifest',
  },
  async run(args, context) {
    const asked = { ...args, values: [...context.positionals.map(asListItem), ...args.values] };
    const reports = reportsOf(asked);
    const grading = await gradingOf(args, context);
    const isFleet = wantsFleet(args);
    const isInstalled = wantsInstalled(asked, isFleet);
    if (isFleet) {
      const { runFleet } = await import('../fleet/run.ts');
      const { validatePlan } = await import('../fleet/validate.ts');
      return await runFleet((own) => validatePlan(args, { reports, grading }, own), asked, context);
    }
    const { io, quiet, color, note } = context;
    // Imported lazily, because all the checks take several times as long to load as rendering needs.
    const { problemFormatters } = await import('../../report/formatters.ts');
    const { version } = await import('../version.ts');
    const ignore = await readIgnored(args.ignore);
    const {
      problems: found,
      chartVersion,
      notes,
      texts,
      failed,
    }: JudgedFiles = isInstalled
      ? await (await import('../validate/installed.ts')).judgeInstalled(asked, ignore, context)
      : await judgeAll(args, ignore, context);
    for (const text of notes) note(text);
    const { status, problems } = verdictOf(found, grading);
    const shown = quiet ? problems.filter(({ severity }) => severity === 'error') : problems;
    const format = await problemFormatters[args.output]();
    const isFailing = (problem: Problem): boolean => fails([problem], grading);
    const about = {
      texts,
      chartVersion,
      toolVersion: version,
      fails: isFailing,
      pathInRepository: io.pathInRepository,
    };
    io.stdout(format(shown, { color, ...about }));
    await writeReports(reports, problems, about, io);
    if (args.output === 'text' && shown.length === 0) note(`nothing to report for chart ${chartVersion}`);
    const failing = problems.filter(isFailing).length;
    if (status === 'findings' && !hasErrors(problems))
      note(
        `${counted(failing, 'problem')} ${failing === 1 ? 'fails' : 'fail'} this run, by --fail-on or .glistio.yaml`,
      );
    if (failed === true) return exitCodes.impossible;
    return status === 'findings' ? 'findings' : 'done';
  },
});

/** The files of the arguments, including those in directories: manifests, or values that are checked one by one. */
async function withoutDirectories(args: ValidateArgs, { io, positionals }: Context): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of positionals) {
    const inside = name === '-' ? undefined : await io.manifestsIn?.(name, args.recursive);
    if (inside?.length === 0) throw new CannotDo(`there are no .yaml, .yml or .json files in ${name}`, noFiles);
    if (inside !== undefined && !args.each && !(await holdManifests(inside, io)))
      throw new CannotDo(
        `${name} is a directory, and its files are not layers of one another`,
        'use --each to check each file by itself',
      );
    found.push(...(inside ?? [name]));
  }
  return found;
}

const noFiles = '--recursive also reads its subdirectories';

async function holdManifests(names: readonly string[], io: Context['io']): Promise<boolean> {
  const { kindOfFile } = await import('../../helm/kinds/recognise.ts');
  for (const name of names) if (kindOfFile({ name, text: await readText(name, io) }) === 'values') return false;
  return true;
}

type JudgedFiles = Judged & { readonly failed?: boolean };

/** The contents of the files, together or each by itself. */
async function judgeAll(args: ValidateArgs, ignore: readonly string[], context: Context): Promise<JudgedFiles> {
  const named = { ...context, positionals: await withoutDirectories(args, context) };
  return await (args.each ? judgeEach : judgeFiles)(args, ignore, named);
}

/** Each file by itself. One that cannot be checked does not stop the others, but it determines the exit code. */
async function judgeEach(args: ValidateArgs, ignore: readonly string[], context: Context): Promise<JudgedFiles> {
  const { positionals, io } = context;
  const all: Judged[] = [];
  let failed = false;
  for (const name of positionals) {
    try {
      all.push(await judgeFiles(args, ignore, { ...context, positionals: [name] }));
    } catch (error) {
      if (!(error instanceof CannotDo)) throw error;
      io.stderr(failureText(error));
      failed = true;
    }
  }
  if (positionals.length === 0) throw new CannotDo('--each has no file to check', 'name files, or leave it out');
  // Problems in the files of -f are found again with each file.
  const problems = new Map(all.flatMap((one) => one.problems).map((problem) => [JSON.stringify(problem), problem]));
  return {
    problems: sortProblems([...problems.values()]),
    chartVersion: [...new Set(all.map(({ chartVersion }) => chartVersion))].join(', '),
    notes: [...new Set(all.flatMap(({ notes }) => notes))],
    texts: new Map(all.flatMap(({ texts }) => [...texts])),
    failed,
  };
}

/** What files hold: values or manifests. */
async function judgeFiles(args: ValidateArgs, ignore: readonly string[], context: Context): Promise<JudgedFiles> {
  const named = { ...args, values: [...context.positionals.map(asListItem), ...args.values] };
  const isPiped = !namesValues(named) && context.io.isStdinIdle !== true;
  const asked = isPiped ? { ...named, values: ['-'] } : named;
  const { options, texts, notesFor } = await readReleaseRequest(asked, context.io);
  refuseNothing(asked, texts);
  const manifests = await manifestsAmong(options.values ?? []);
  if (manifests.length > 0) {
    refuseValues(namesOf(manifests), { ...args, values: [] });
    const { judgeSide } = await import('../validate/installed.ts');
    return judgeSide(manifests, texts, args, ignore);
  }
  const { validateValues } = await import('../../verbs/validate.ts');
  const mesh = await readMeshOptions(args, context.io);
  const kube = await readKubeObjects(args, context);
  const {
    problems,
    chartVersion,
    notes = [],
  } = validateValues({ ...options, ...defined({ objects: kube?.input }), ...mesh, lint: args.lint, ignore });
  refuseImpossible(problems);
  return { problems, chartVersion, notes: [...notesFor(chartVersion), ...notes], texts: withTexts(texts, kube) };
}

/**
 * A green result for empty input would look like one for real input. `null`, which Helm prints when there are no
 * values, is a valid input.
 */
function refuseNothing(args: ValidateArgs, texts: ReadonlyMap<string, string>): void {
  if (namesValues({ ...args, values: [] })) return;
  const empty = emptyInputs(texts);
  if (empty === undefined) return;
  const hint = 'name a file, - for standard input, or give --set';
  throw new CannotDo(
    empty === '' ? 'there are no values to check' : `there are no values to check: ${empty} is empty`,
    hint,
  );
}

/** The options that describe the mesh. */
async function readMeshOptions(
  args: ValidateArgs,
  io: Context['io'],
): Promise<Pick<ValidateOptions, 'istioVersion' | 'istioRevision' | 'istiod'>> {
  const { 'istio-version': istioVersion, 'istio-revision': istioRevision, istiod: name } = args;
  const istiod = name === undefined ? undefined : { name, text: await readText(name, io) };
  return defined({ istioVersion, istioRevision, istiod });
}

import type { Plan, Seen, Session } from '../../fleet/plan.ts';
import { textsOf } from '../../fleet/summary.ts';
import { describeClusters, type Tallied } from '../../fleet/tally.ts';
import type { Problem } from '../../problem.ts';
import { problemFormatters } from '../../report/formatters.ts';
import { defined } from '../../value.ts';
import { fails, type Grading } from '../../verbs/grading.ts';
import { verdictOf } from '../../verbs/verdict.ts';
import { grouped } from '../../words.ts';
import { readIgnored } from '../ignored-codes.ts';
import { ofCluster, readForFleet } from '../kube-objects.ts';
import { type ReportFile, writeReports } from '../validate/reports.ts';
import type { ValidateArgs } from '../validate-options.ts';
import { version } from '../version.ts';

/** What is done with the problems. */
interface Outcomes {
  readonly reports: readonly ReportFile[];
  readonly grading: Grading;
}

/** `validate --fleet`: one line per cluster, or each problem once with the clusters that have it. */
export async function validatePlan(args: ValidateArgs, outcome: Outcomes, context: Session): Promise<Plan> {
  const ignore = await readIgnored(args.ignore);
  const { output } = args;
  const kube = await readForFleet(args, context.io);
  // Imported by the threads that do the work, not by the main thread.
  let verb: Promise<typeof import('../../verbs/validate.ts')> | undefined;
  return {
    verb: 'validated',
    isDoneDespiteErrors: true,
    prints: output === 'json' ? 'lines' : 'nothing',
    empty: {},
    batch: 32,
    describe: ({ findings }) => (findings === 0 ? 'no errors' : `${grouped(findings)} with errors`),
    async work({ options, kube: own }) {
      const objects = ofCluster(kube, own)?.input;
      verb ??= import('../../verbs/validate.ts');
      const { validateValues } = await verb;
      const validation = validateValues({
        ...options,
        ...defined({ objects }),
        lint: args.lint,
        ignore,
      });
      return { ...validation, ...verdictOf(validation.problems, outcome.grading) };
    },
    ...(output === 'json' && outcome.reports.length === 0
      ? { mostProblems: 0 }
      : { conclude: (seen: Seen) => conclude(seen, output, outcome, context) }),
  };
}

async function conclude(
  { tallied, textOf }: Seen,
  output: ValidateArgs['output'],
  { reports, grading }: Outcomes,
  { io, quiet, color }: Session,
): Promise<void> {
  const texts = await textsOf(tallied, textOf);
  const isFailing = (problem: Problem): boolean => fails([problem], grading);
  const about = { texts, toolVersion: version, fails: isFailing, pathInRepository: io.pathInRepository };
  await writeReports(reports, tallied.map(withClusters), about, io);
  // All lines of the clusters are printed by now.
  if (output === 'json') return;
  const shown = quiet ? tallied.filter(({ problem }) => problem.severity === 'error') : tallied;
  const format = await problemFormatters[output]();
  const options = { color, ...about };
  if (output === 'text') {
    const notes = new Map(shown.map((entry) => [entry.problem, describeClusters(entry)]));
    io.stdout(
      format(
        shown.map(({ problem }) => problem),
        { ...options, noteOf: (problem) => notes.get(problem) },
      ),
    );
  } else io.stdout(format(shown.map(withClusters), options));
}

/** For formats that have no field for clusters. */
function withClusters(entry: Tallied): Problem {
  return { ...entry.problem, message: `${entry.problem.message} (${describeClusters(entry)})` };
}

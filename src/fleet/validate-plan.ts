import type { Context } from '../cli/command.ts';
import type { ValidateArgs } from '../cli/commands/validate.ts';
import { readIgnored } from '../cli/ignored-codes.ts';
import { judge } from '../cli/judge.ts';
import { isImpossible } from '../cli/release-request.ts';
import { version } from '../cli/version.ts';
import { hasErrors, type Problem } from '../problem.ts';
import { problemFormatters } from '../report/formatters.ts';
import { validateValues } from '../verbs/validate.ts';
import { grouped } from '../words.ts';
import type { Plan, Seen } from './plan.ts';
import { describeClusters, type Tallied } from './tally.ts';

/** `validate --fleet`: a line for each cluster, or each problem once with the clusters that have it. */
export async function validatePlan(args: ValidateArgs, context: Context): Promise<Plan> {
  const ignore = await readIgnored(args.ignore);
  const { output } = args;
  return {
    verb: 'validated',
    isDoneDespiteErrors: true,
    prints: output === 'json' ? 'lines' : 'nothing',
    empty: {},
    batch: 32,
    describe: ({ findings }) => (findings === 0 ? 'no errors' : `${grouped(findings)} with errors`),
    async work({ options }) {
      const { problems, chartVersion } = validateValues({ ...options, lint: args.lint, ignore });
      const judged = judge(problems, args.strict);
      const status = isImpossible(problems) ? 'failed' : hasErrors(judged) ? 'findings' : 'ok';
      return { status, problems: judged, chartVersion };
    },
    ...(output === 'json' ? { mostProblems: 0 } : { conclude: (seen: Seen) => conclude(seen, output, context) }),
  };
}

async function conclude(
  { tallied, textOf }: Seen,
  output: 'text' | 'sarif' | 'github',
  { io, quiet, color }: Context,
): Promise<void> {
  const shown = quiet ? tallied.filter(({ problem }) => problem.severity === 'error') : tallied;
  const format = problemFormatters[output];
  const options = { color, texts: await textsOf(shown, textOf), toolVersion: version };
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

/** For formats that have no room of their own for clusters. */
function withClusters(entry: Tallied): Problem {
  return { ...entry.problem, message: `${entry.problem.message} (${describeClusters(entry)})` };
}

/** The texts that the problems are in, as far as they can still be read. */
export async function textsOf(shown: readonly Tallied[], textOf: Seen['textOf']): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const { problem } of shown) {
    if (problem.file === undefined || texts.has(problem.file)) continue;
    const text = await textOf(problem.file);
    if (text !== undefined) texts.set(problem.file, text);
  }
  return texts;
}

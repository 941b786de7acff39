import { CannotDo, type Outcome } from '../../outcome.ts';
import { json, lines } from '../../printable.ts';
import { type Context, defineCommand } from '../command.ts';
import { answerOption, chartOptions, valuesOptions } from '../options.ts';
import { namesValues, readReleaseRequest } from '../release-request.ts';

export const values = defineCommand({
  name: 'values',
  summary:
    'Explain the chart’s values: what each does, its type, its default, the releases that have it; or where yours come from',
  positionals: [
    {
      name: 'PATH|WORD',
      summary: 'A path, the end of a path, or a word to search for',
      optional: true,
      completes: 'value',
    },
  ],
  options: {
    ...valuesOptions,
    ...chartOptions,
    'set-by': {
      kind: 'flag',
      summary: 'Show which of the given files and options set each value, and its final value',
    },
    output: answerOption,
  },
  examples: {
    'glistio values global.istioSDS.enabled': 'What a value does',
    'glistio values podTemplate.httpPort --chart-version 1.5.0': 'The end of a path is enough',
    'glistio values istiod': 'Everything that mentions a word',
    'glistio values --set-by -f values.yaml -f prod.yaml': 'Which file set which value',
  },
  async run(args, context) {
    const { io, positionals } = context;
    const [asked] = positionals;
    const hasValues = namesValues(args);
    if (args['set-by'] && !hasValues) throw new CannotDo('--set-by needs values', 'give them with -f or --set');
    if (hasValues) return explainOrigins(asked, await readReleaseRequest(args, io), args.output, context);
    return explain(asked, args['chart-version'], args.output, context);
  },
});

async function explain(
  asked: string | undefined,
  version: string | undefined,
  output: 'text' | 'json',
  { io }: Context,
): Promise<Outcome> {
  const [
    { chartAsked },
    { closestName, explainTop, explainValue, searchValues },
    { explanationText, matchesText },
    { parsePath },
  ] = await Promise.all([
    import('../chart-asked.ts'),
    import('../../schema/explain.ts'),
    import('../../schema/explain-text.ts'),
    import('../../problem.ts'),
  ]);
  const chart = chartAsked(version);
  const { release } = chart;
  if (asked === undefined) {
    const tops = explainTop(chart);
    io.stdout(output === 'json' ? json(tops) : lines(matchesText(tops, release)));
    return 'done';
  }
  const matches = searchValues(asked, chart);
  const [only, ...others] = matches.filter(({ match }) => match === 'exact');
  const found =
    explainValue(parsePath(asked), chart) ??
    (only !== undefined && others.length === 0 ? explainValue(parsePath(only.path), chart) : undefined);
  if (found !== undefined) {
    io.stdout(output === 'json' ? json(found) : lines(explanationText(found, release)));
    return 'done';
  }
  const listed = only === undefined ? matches : [only, ...others];
  if (listed.length === 0) {
    const meant = closestName(asked.split('.').at(-1) ?? '');
    const hint = meant === undefined ? 'glistio values lists them all' : `did you mean ${meant}?`;
    throw new CannotDo(`no value of the chart matches "${asked}"`, hint);
  }
  io.stdout(output === 'json' ? json(listed) : lines(matchesText(listed, release)));
  return 'done';
}

async function explainOrigins(
  asked: string | undefined,
  { options, texts }: Awaited<ReturnType<typeof readReleaseRequest>>,
  output: 'text' | 'json',
  { io, report }: Context,
): Promise<Outcome> {
  const [{ prepare, placed }, { givenOrigins, originOf }, { originsText }, { parsePath }, { withoutSecrets }] =
    await Promise.all([
      import('../../verbs/prepare.ts'),
      import('../../schema/origin.ts'),
      import('../../schema/explain-text.ts'),
      import('../../problem.ts'),
      import('../shown-origins.ts'),
    ]);
  const prepared = prepare(options);
  if (!('chart' in prepared)) {
    const [problem] = prepared.problems;
    throw new CannotDo(problem?.message ?? 'there is no such release', problem?.hint);
  }
  const { layers } = prepared;
  const errors = layers.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    report(
      errors.map((problem) => placed(problem, layers)),
      texts,
    );
    return 'findings';
  }
  const found = asked === undefined ? givenOrigins(prepared) : [originOf(parsePath(asked), prepared)];
  const origins = withoutSecrets(found, layers.values, texts);
  io.stdout(output === 'json' ? json(origins) : lines(originsText(origins)));
  return 'done';
}

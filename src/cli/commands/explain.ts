import { CannotDo, type Outcome } from '../../outcome.ts';
import { json } from '../../printable.ts';
import { hasErrors } from '../../problem.ts';
import type { ValueMapping } from '../../verbs/explain.ts';
import { type Args, type Context, defineCommand } from '../command.ts';
import { refuseIdle } from '../idle.ts';
import { answerOption, chartOptions, valuesOptions } from '../options.ts';
import { readReleaseRequest, refuseImpossible } from '../release-request.ts';

const options = {
  ...valuesOptions,
  ...chartOptions,
  line: {
    kind: 'text',
    value: '[FILE:]LINE',
    summary: 'What made this line of a file with manifests (- is stdin), or of what `render` prints',
    completes: 'file',
  },
  object: { kind: 'text', value: 'KIND/NAME', summary: 'With --path: what made a part of this object' },
  path: { kind: 'text', value: 'PATH', summary: 'A part of the object: spec.template.spec.containers[1].image' },
  output: answerOption,
} as const;
type ExplainArgs = Args<typeof options>;

export const explainCommand = defineCommand({
  name: 'explain',
  summary: 'Say what a value makes, line by line; or which value, default or feature of the chart made a line',
  positionals: [{ name: 'PATH', summary: 'A value, or a map of values; its end will do', optional: true }],
  options,
  examples: [
    {
      command: 'glistio explain global.istioSDS.enabled',
      summary: 'What a value is, where it comes from, what it makes',
    },
    {
      command: 'glistio explain podTemplate.httpPort -f values.yaml --chart-version 1.17',
      summary: 'With your values',
    },
    {
      command: 'glistio render -f values.yaml | glistio explain --line -:42 -f values.yaml',
      summary: 'What made line 42',
    },
    {
      command:
        'glistio explain --object Deployment/gateway-proxy --path spec.template.spec.containers[1].image -f values.yaml',
      summary: 'What made a part of an object',
    },
  ],
  async run(args, context) {
    const [asked] = context.positionals;
    const isPlace = args.line !== undefined || args.object !== undefined;
    const hint = 'ask for one thing at a time';
    if (asked !== undefined)
      refuseIdle(args, ['line', 'object', 'path'], 'is for lines, and a value is asked for', hint);
    if (args.line !== undefined) refuseIdle(args, ['object', 'path'], 'is not for --line', hint);
    if (args.object === undefined) refuseIdle(args, ['path'], 'is for --object', 'say whose part: --object KIND/NAME');
    if (asked === undefined && !isPlace)
      throw new CannotDo('there is nothing to explain', 'name a value, or a line with --line or --object');
    return asked === undefined ? await explainPlace(args, context) : await explainValues(asked, args, context);
  },
});

async function explainValues(asked: string, args: ExplainArgs, context: Context): Promise<Outcome> {
  const { fullPath } = await import('../explain/full-path.ts');
  const mapping = await mappingFor(args, context, [fullPath(asked, args['chart-version'])]);
  if (mapping === undefined) return 'findings';
  const { valuesText } = await import('../../report/explain.ts');
  const { values, features, chartVersion } = mapping;
  if (values.every(({ layers, releases, inRelease }) => layers.length === 0 && !inRelease && releases === undefined))
    throw new CannotDo(`no value of the chart has to do with "${asked}"`, `glistio values ${asked} looks for words`);
  context.io.stdout(
    args.output === 'json' ? json({ chartVersion, values, features }) : valuesText(values, features, chartVersion),
  );
  return 'done';
}

async function explainPlace(args: ExplainArgs, context: Context): Promise<Outcome> {
  const mapping = await mappingFor(args, context, undefined);
  if (mapping === undefined) return 'findings';
  const { explainedPlace, placeOfLine, placeOfObject } = await import('../explain/place.ts');
  const { placeText } = await import('../../report/explain.ts');
  const place =
    args.line === undefined
      ? placeOfObject(args.object ?? '', args.path)
      : await placeOfLine(args.line, mapping, context.io);
  const explained = explainedPlace(place, mapping);
  context.io.stdout(
    args.output === 'json' ? json({ chartVersion: mapping.chartVersion, ...explained }) : placeText(explained),
  );
  return 'done';
}

/** The map for the values that the options name; undefined where they cannot be rendered, which is told. */
async function mappingFor(
  args: ExplainArgs,
  { io, report, note }: Context,
  paths: readonly string[] | undefined,
): Promise<ValueMapping | undefined> {
  const { explain } = await import('../../verbs/explain.ts');
  const request = await readReleaseRequest(args, io);
  const mapping = explain({ ...request.options, ...(paths === undefined ? {} : { paths }) });
  refuseImpossible(mapping.problems);
  for (const text of [...request.notesFor(mapping.chartVersion), ...(mapping.notes ?? [])]) note(text);
  report(mapping.problems, request.texts);
  return hasErrors(mapping.problems) ? undefined : mapping;
}

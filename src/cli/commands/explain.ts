import { CannotDo, type Outcome } from '../../outcome.ts';
import { json } from '../../printable.ts';
import { hasErrors } from '../../problem.ts';
import { defined } from '../../value.ts';
import type { ValueMapping } from '../../verbs/explain.ts';
import { firstWords } from '../../words.ts';
import { type Args, type Context, defineCommand } from '../command.ts';
import { refuseIdle } from '../idle.ts';
import { asksCluster, readKubeObjects, refuseParametersAlone, withTexts } from '../kube-objects.ts';
import { answerOption, chartOptions, clusterOptions, kubeOptions, valuesOptions } from '../options.ts';
import { readReleaseRequest, refuseImpossible } from '../release-request.ts';

const options = {
  ...valuesOptions,
  ...chartOptions,
  ...kubeOptions,
  line: {
    kind: 'text',
    value: '[FILE:]LINE',
    summary: 'Explain this line of a file of manifests (- is stdin), or of the output of `render`',
    completes: 'file',
  },
  object: { kind: 'text', value: 'KIND/NAME', summary: 'With --path: explain a part of this object' },
  path: { kind: 'text', value: 'PATH', summary: 'A part of the object: spec.template.spec.containers[1].image' },
  picture: {
    kind: 'flag',
    summary: 'Draw the proxies’ pods: from values, from manifests, or with --live from a cluster',
  },
  live: { kind: 'flag', summary: 'With --picture: the gateway proxies that run in the cluster' },
  ...clusterOptions,
  output: {
    ...answerOption,
    summary: 'Format of the answer; svg, mermaid and html are for --picture',
    choices: ['text', 'json', 'svg', 'mermaid', 'html'],
  },
} as const;
type ExplainArgs = Args<typeof options>;

export const explainCommand = defineCommand({
  name: 'explain',
  summary: 'Show what a value affects, or which value produced a line of an object; or draw the pods of the proxies',
  positionals: [
    {
      name: 'PATH|FILE',
      summary:
        'A value or a map of values; the end of its path is enough. With --picture: values or manifests; - is stdin',
      optional: true,
      many: true,
      completes: 'value',
    },
  ],
  options,
  examples: {
    'glistio explain global.istioSDS.enabled': 'What a value is, where it comes from, what it affects',
    'glistio explain podTemplate.httpPort -f values.yaml --chart-version 1.17': 'With your values',
    'glistio render -f values.yaml | glistio explain --line -:42 -f values.yaml': 'Which value produced line 42',
    'glistio explain --picture values.yaml -o svg > pods.svg': 'A drawing of the pods',
    'glistio explain --picture --live': 'The pods of a cluster, in the terminal',
    'glistio explain --line 40 -f values.yaml --gateway gateway.yaml --parameters parameters.yaml':
      'Which value produced line 40 of the output of `render --gateway`',
    'glistio explain --object Deployment/gateway-proxy --path spec.template.spec.containers[1].image -f values.yaml':
      'Which value produced a part of an object',
  },
  async run(args, context) {
    refuseParametersAlone(args);
    const [asked, ...others] = context.positionals;
    if (args.picture) {
      refuseIdle(
        args,
        ['line', 'object', 'path'],
        'is for lines and does nothing with --picture',
        'ask for one at a time',
      );
      const { drawPicture } = await import('../explain/picture.ts');
      return await drawPicture(args, context);
    }
    const ofCluster = asksCluster([...args.gateway, ...args.parameters]);
    refuseIdle(
      args,
      ofCluster ? ['live'] : ['live', 'kubeconfig', 'context', 'kube-context'],
      'is for --picture',
      'add --picture, or leave it out',
    );
    if (others.length > 0) throw new CannotDo('more than one value is given', 'name one, or the map that holds them');
    if (args.output !== 'text' && args.output !== 'json')
      throw new CannotDo(`--output ${args.output} is for --picture`, 'text and json are for values and lines');
    const isPlace = args.line !== undefined || args.object !== undefined;
    const hint = 'ask for one at a time';
    if (asked !== undefined)
      refuseIdle(args, ['line', 'object', 'path'], 'is for lines and does nothing with a value', hint);
    if (args.line !== undefined) refuseIdle(args, ['object', 'path'], 'is not for --line', hint);
    if (args.object === undefined)
      refuseIdle(args, ['path'], 'is for --object', 'name the object with --object KIND/NAME');
    if (asked === undefined && !isPlace)
      throw new CannotDo('there is nothing to explain', 'name a value, or a line with --line or --object');
    return asked === undefined ? await explainPlace(args, context) : await explainValues(asked, args, context);
  },
});

async function explainValues(asked: string, args: ExplainArgs, context: Context): Promise<Outcome> {
  const { pathsEnding } = await import('../explain/paths-ending.ts');
  const paths = pathsEnding(asked, args['chart-version']);
  const [only = asked] = paths.length === 1 ? paths : [];
  const mapping = await mappingFor(args, context, [only]);
  if (mapping === undefined) return 'findings';
  const { valuesText } = await import('../../report/explain.ts');
  const { values, features, chartVersion } = mapping;
  if (values.every(({ layers, releases, inRelease }) => layers.length === 0 && !inRelease && releases === undefined)) {
    if (paths.length > 1) throw new CannotDo(`several values end with "${asked}"`, `name one: ${firstWords(paths, 6)}`);
    throw new CannotDo(`no value of the chart matches "${asked}"`, `glistio values ${asked} searches the descriptions`);
  }
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

/** The map for the values that the options name; undefined if they cannot be rendered, which is reported. */
async function mappingFor(
  args: ExplainArgs,
  context: Context,
  paths: readonly string[] | undefined,
): Promise<ValueMapping | undefined> {
  const { explain } = await import('../../verbs/explain.ts');
  const { io, report, note } = context;
  const request = await readReleaseRequest(args, io);
  const kube = await readKubeObjects(args, context);
  const mapping = explain({ ...request.options, ...kube?.input, ...defined({ paths }) });
  refuseImpossible(mapping.problems);
  for (const text of [...request.notesFor(mapping.chartVersion), ...(mapping.notes ?? [])]) note(text);
  report(mapping.problems, withTexts(request.texts, kube));
  return hasErrors(mapping.problems) ? undefined : mapping;
}

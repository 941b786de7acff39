import { CannotDo } from '../../outcome.ts';
import { json } from '../../printable.ts';
import { defined } from '../../value.ts';
import { defineCommand } from '../command.ts';
import { chartOptions } from '../options.ts';

export const schema = defineCommand({
  name: 'schema',
  summary: "Print a JSON Schema of a release's values, for editors and as the chart's values.schema.json",
  options: {
    'chart-version': chartOptions['chart-version'],
    'partial-of': {
      kind: 'text',
      value: 'KEY',
      summary: 'For a chart that depends on Gloo’s and has its values under KEY; global stays at the top level',
    },
    open: { kind: 'flag', summary: 'Accept values that the chart does not know; global accepts them in any case' },
    compact: { kind: 'flag', summary: 'Print the schema on one line' },
  },
  readsSettings: false,
  examples: {
    'glistio schema --chart-version 1.17.4 > values.schema.json':
      'For an editor: # yaml-language-server: $schema=values.schema.json',
    'glistio schema --partial-of gloo > chart/values.schema.json': 'For a chart that depends on Gloo’s',
  },
  async run(args, { io }) {
    const [{ chartAsked }, { valuesSchema }] = await Promise.all([
      import('../chart-asked.ts'),
      import('../../schema/schema.ts'),
    ]);
    const chart = chartAsked(args['chart-version']);
    const partialOf = args['partial-of'];
    if (partialOf === '' || partialOf === 'global')
      throw new CannotDo(`"${partialOf}" cannot be the key of a chart's values`);
    const made = valuesSchema(chart, defined({ open: args.open, partialOf }));
    io.stdout(json(made, args.compact ? 0 : 2));
    return 'done';
  },
});

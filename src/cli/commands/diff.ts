import { CannotDo } from '../../outcome.ts';
import { defineCommand } from '../command.ts';
import { diffOptions } from '../diff/options.ts';
import { wantsFleet } from '../wants-fleet.ts';

export const diff = defineCommand({
  name: 'diff',
  summary: 'Show what would change in the installed gateway proxies, or how any two sources differ',
  positionals: [
    {
      name: 'A',
      completes: 'file',
      summary:
        'One side: FILE, file:FILE, release:NAME[@REVISION], live:, values:FILE@VERSION; one FILE alone is values',
      optional: true,
    },
    { name: 'B', summary: 'The other side (default: the rendering of -f)', optional: true, completes: 'file' },
  ],
  options: diffOptions,
  examples: {
    'glistio diff -f values.yaml --chart-version 1.22.1': 'What an upgrade would change in the cluster',
    'glistio diff --chart-version 1.22.1': 'The same with the values that are installed',
    'glistio diff release:gloo live:': 'What was changed by hand since',
    'helm get manifest gloo | glistio diff -f values.yaml --installed -': 'Without access to the cluster',
    'glistio diff values:v.yaml@1.20.22 values:v.yaml@1.22.1': 'Two releases of the chart',
    "glistio diff old.yaml new.yaml --ignore 'Deployment:spec.replicas'": 'Two files of manifests',
    'glistio diff --fleet fleet.yaml --chart-version 1.22.1 -o json': 'What an upgrade would change in every cluster',
  },
  async run(args, context) {
    if (wantsFleet(args)) {
      const { runFleet } = await import('../fleet/run.ts');
      const { diffPlan } = await import('../fleet/diff.ts');
      return await runFleet((own) => diffPlan(args, { ...context, ...own }), args, context);
    }
    if (args['output-dir'] !== undefined) throw new CannotDo('--output-dir is for --fleet', 'glistio diff … > report');
    // Imported lazily: it takes several times as long to load as rendering needs.
    const { runDiff } = await import('../diff/run.ts');
    return await runDiff(args, context);
  },
});

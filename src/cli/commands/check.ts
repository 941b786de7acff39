import { CannotDo } from '../../outcome.ts';
import { checkOptions } from '../check/options.ts';
import { defineCommand } from '../command.ts';
import { refuseImpossible } from '../release-request.ts';

export const check = defineCommand({
  name: 'check',
  summary: 'Show for each Upstream whether its requests arrive over mTLS, and why',
  positionals: [
    {
      name: 'FILE',
      completes: 'file',
      summary: 'Values of Gloo’s chart, and the manifests you have: Upstreams, Services, Pods, policies …; - is stdin',
      optional: true,
      many: true,
    },
  ],
  options: checkOptions,
  examples: {
    'glistio check values.yaml upstreams.yaml mesh.yaml --chart-version 1.18.5 --istio-version 1.22.3':
      'Before anything is installed',
    'glistio check --live': 'What is in a cluster',
    'glistio check --live values.yaml': 'What will be in it with these values',
    'kubectl get secret sh.helm.release.v1.gloo.v3 -n gloo-system -o yaml | glistio check --installed - mesh.yaml':
      "What Helm's record says is installed",
    'glistio check values.yaml mesh.yaml --strict -o markdown': 'In a pipeline',
  },
  async run(args, context) {
    const { io, report, note } = context;
    const { readCheckRequest } = await import('../check/request.ts');
    const { world, texts, isNewest } = await readCheckRequest(args, context);
    const { checkMtls } = await import('../../verbs/check.ts');
    const { mtlsFormatters } = await import('../../report/mtls.ts');
    const answer = checkMtls(world);
    const { rows, problems, notes = [] } = answer;
    refuseImpossible(problems);
    if (rows.length === 0) {
      report(
        problems.filter(({ code }) => code !== 'no-upstream'),
        texts,
      );
      throw new CannotDo(
        'there is no Upstream to check',
        'give manifests with Upstreams, or with HTTPRoutes of Gateways, besides the values; --live reads a cluster',
      );
    }
    for (const text of notes) note(text);
    if (isNewest && !notes.some((text) => text.includes('chart version')))
      note('the values are read for the newest known release of Gloo’s chart; use --chart-version for another');
    io.stdout(mtlsFormatters[args.output](answer));
    const hasErrors = report(problems, texts);
    const bad = args.strict ? ['refused', 'plain-text', 'unknown'] : ['refused', 'plain-text'];
    return hasErrors || rows.some(({ verdict }) => bad.includes(verdict)) ? 'findings' : 'done';
  },
});

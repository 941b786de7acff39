import { refuseSecondStdin, splitList } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import { hasErrors, sortProblems } from '../../problem.ts';
import { defineCommand } from '../command.ts';
import { readManifests } from '../edit-manifests.ts';
import { chartOptions, recursiveOption, valuesOptions } from '../options.ts';
import { readReleaseRequest, refuseImpossible } from '../release-request.ts';

export const check = defineCommand({
  name: 'check',
  summary: 'Say for each Upstream whether its requests arrive over mTLS, and why',
  positionals: [
    {
      name: 'FILE',
      summary:
        'Values of Gloo’s chart, and manifests of all that is known: Upstreams, Services, Pods, policies …; - is stdin',
      optional: true,
      many: true,
    },
  ],
  options: {
    ...valuesOptions,
    ...chartOptions,
    ...recursiveOption,
    'istio-version': {
      kind: 'text',
      value: 'VERSION',
      summary: 'Istio of the mesh (default: of an istiod in the files)',
    },
    'istio-namespace': { kind: 'text', value: 'NAME', summary: "Istio's root namespace", fallback: 'istio-system' },
    'trust-domain': { kind: 'text', value: 'NAME', summary: 'Trust domain of the mesh', fallback: 'cluster.local' },
    complete: { kind: 'flag', summary: 'The files have all that there is: what they lack does not exist' },
    strict: { kind: 'flag', summary: 'Exit with 1 for what is not known, too' },
    output: {
      kind: 'text',
      alias: 'o',
      value: 'FORMAT',
      summary: 'Format of the answer',
      choices: ['text', 'json', 'markdown', 'html'],
      fallback: 'text',
    },
  },
  examples: [
    {
      command: 'glistio check values.yaml upstreams.yaml mesh.yaml --chart-version 1.18.5 --istio-version 1.22.3',
      summary: 'Before anything is installed',
    },
    {
      command:
        'kubectl get upstreams,settings.gloo.solo.io,svc,pods,ns,deploy,cm,peerauthentications,authorizationpolicies -A -o yaml | glistio check --complete -',
      summary: 'What a cluster has',
    },
    { command: 'glistio check values.yaml mesh.yaml --strict -o markdown', summary: 'In a pipeline' },
  ],
  async run(args, context) {
    const { io, positionals, report, note } = context;
    const isPiped = positionals.length === 0 && args.values.length === 0 && io.isStdinIdle !== true;
    const names = isPiped ? ['-'] : positionals;
    refuseSecondStdin([...names, ...args.values.flatMap(splitList)]);
    const files = names.length === 0 ? [] : await readManifests(args, { positionals: names, io });
    const { kindOfFile } = await import('../../helm/kinds/recognise.ts');
    const kinds = files.map(kindOfFile);
    const layers = files.filter((_, index) => kinds[index] === 'values' || kinds[index] === 'record');
    const manifests = files.filter((file) => !layers.includes(file));
    const { options, texts } = await readReleaseRequest(args, io);
    const { checkMtls } = await import('../../verbs/check.ts');
    const { mtlsFormatters } = await import('../../report/mtls.ts');
    const values = [...layers, ...(options.values ?? [])];
    const hasValues =
      values.length > 0 ||
      ['set', 'set-string', 'set-json', 'set-file', 'set-literal'].some((kind) => args[kind as 'set'].length > 0);
    const { values: _, ...request } = options;
    const answer = checkMtls({
      ...request,
      ...(hasValues ? { values } : {}),
      objects: manifests,
      complete: args.complete,
      ...{
        istioVersion: args['istio-version'],
        rootNamespace: args['istio-namespace'],
        trustDomain: args['trust-domain'],
      },
    });
    refuseImpossible(answer.problems);
    if (answer.rows.length === 0) {
      report(
        answer.problems.filter(({ code }) => code !== 'no-upstream'),
        new Map(files.map(({ name, text }) => [name, text])),
      );
      throw new CannotDo('there is no Upstream to judge', 'give manifests with Upstreams, besides the values');
    }
    if (hasValues && args['chart-version'] === undefined)
      note('the values are taken for the newest known release of Gloo’s chart; say --chart-version for another');
    io.stdout(mtlsFormatters[args.output](answer));
    report(sortProblems(answer.problems), new Map([...texts, ...files.map(({ name, text }) => [name, text] as const)]));
    const bad = args.strict ? ['refused', 'plain-text', 'unknown'] : ['refused', 'plain-text'];
    return hasErrors(answer.problems) || answer.rows.some(({ verdict }) => bad.includes(verdict)) ? 'findings' : 'done';
  },
});

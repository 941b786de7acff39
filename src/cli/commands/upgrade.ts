import { stdinName } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import { json, payload, shown } from '../../printable.ts';
import { defined, wordOf } from '../../value.ts';
import { checkOptions } from '../check/options.ts';
import { defineCommand } from '../command.ts';
import { readKubeObjects, refuseParametersAlone, withTexts } from '../kube-objects.ts';
import { answerOption, chartOptions, clusterOptions, kubeOptions, valuesOptions } from '../options.ts';
import { readReleaseRequest, refuseImpossible } from '../release-request.ts';

export const upgradeIntegration = defineCommand({
  name: 'upgrade integration',
  summary: 'Move values from istioSDS.enabled to istioIntegration.enabled, and prove that the proxies stay the same',
  positionals: [{ name: 'FILE', summary: 'The values file; - is stdin', completes: 'file' }],
  options: chartOptions,
  examples: {
    'glistio upgrade integration values.yaml --chart-version 1.18.5 > new.yaml':
      'The edited file on stdout; what else changes on stderr',
  },
  async run(args, { io, positionals, report, note }) {
    const [file = '-'] = positionals;
    const { readText } = await import('../../node/sources.ts');
    const source = { name: file === '-' ? stdinName : file, text: await readText(file, io) };
    const { 'chart-version': chartVersion, 'release-name': releaseName, namespace } = args;
    const { upgradeToIntegration } = await import('../../verbs/upgrade.ts');
    const { text, isKept, proof, settings, problems, ...found } = upgradeToIntegration(
      source,
      defined({ chartVersion, releaseName, namespace }),
    );
    refuseImpossible(problems);
    const hasErrors = report(problems, new Map([[source.name, source.text]]));
    if (hasErrors || proof === undefined) return 'findings';
    if (!proof.identical) {
      const { diffFormatters } = await import('../../report/diff-formatters.ts');
      io.stderr((await diffFormatters.text())(proof, { color: false, width: io.width, context: 3 }));
      throw new CannotDo('the proxies would not stay the same, so nothing is printed', 'edit this file by hand');
    }
    if (text === source.text)
      note('istioIntegration.enabled is on already, and istioSDS.enabled is not: nothing to move');
    note(`the proxies of chart ${found.chartVersion} are equal before and after (${proof.compared} objects compared)`);
    const [before, after] = settings;
    for (const key of ['enableIntegration', 'enableAutoMtls'] as const)
      if (before[key] !== after[key])
        note(`Settings: istioOptions.${key} ${wordOf(before[key])} → ${wordOf(after[key])}`);
    if (after['enableIntegration'] === true && before['enableIntegration'] !== true)
      note(
        'with it Gloo serves auto mTLS where that is on, and adds the sidecars to Kubernetes Gateways; gloo reads it when it starts',
      );
    if (!isKept) note('the file could not be edited in place and was rewritten; its comments are lost');
    io.stdout(payload(text));
    return 'done';
  },
});

export const upgradeStrict = defineCommand({
  name: 'upgrade strict',
  summary: 'Plan the way from PERMISSIVE to STRICT mTLS, in steps that break no request that succeeds today',
  positionals: [
    {
      name: 'FILE',
      completes: 'file',
      summary: 'As for glistio check: values, records, manifests; - is stdin',
      optional: true,
      many: true,
    },
  ],
  options: { ...checkOptions, output: answerOption },
  examples: {
    'glistio upgrade strict values.yaml mesh.yaml --chart-version 1.18.5 --istio-version 1.22.3 --complete':
      'From files',
    'glistio upgrade strict --live': 'For a cluster',
  },
  async run(args, context) {
    const { io } = context;
    const { readCheckRequest } = await import('../check/request.ts');
    const { world } = await readCheckRequest({ ...args, output: 'json' }, context);
    const { planStrict } = await import('../../verbs/strict-plan.ts');
    const plan = planStrict(world);
    if (plan.before.length === 0)
      throw new CannotDo('there is no Upstream to check', 'give manifests with Upstreams; --live reads a cluster');
    if (args.output === 'json') io.stdout(json(plan));
    else {
      for (const [index, { what, command }] of plan.steps.entries())
        io.stdout(shown`${index + 1}. ${what}\n   ${command}\n`);
      for (const { upstream, why } of plan.blocked) io.stdout(shown`not yet: STRICT would break ${upstream}. ${why}\n`);
    }
    if (plan.steps.length === 0 && plan.blocked.length === 0) context.note('the mesh is STRICT already: nothing to do');
    context.note('this covers requests through the gateway: STRICT also refuses other clients without a sidecar');
    return plan.blocked.length > 0 ? 'findings' : 'done';
  },
});

export const upgradeReleaseCommand = defineCommand({
  name: 'upgrade release',
  summary:
    'Show what changes in the proxies from one release to another, and which release and feature brought each change',
  positionals: [
    { name: 'from', summary: 'The current release', completes: 'release' },
    { name: 'to', summary: 'The new release', completes: 'release' },
  ],
  options: { ...valuesOptions, ...kubeOptions, ...clusterOptions, output: answerOption },
  examples: { 'glistio upgrade release 1.17.3 1.22.1 -f values.yaml': 'The same values with both' },
  async run(args, context) {
    const {
      io,
      positionals: [from = '', to = ''],
      report,
    } = context;
    refuseParametersAlone(args);
    const asked = { ...args, 'chart-version': undefined, namespace: undefined, 'release-name': undefined };
    const { options, texts } = await readReleaseRequest(asked, io);
    const { upgradeRelease: attribute } = await import('../../verbs/upgrade-release.ts');
    const kube = await readKubeObjects(args, context);
    const answer = attribute({ ...options, kube: kube?.input }, from, to);
    refuseImpossible(answer.problems);
    if (report(answer.problems, withTexts(texts, kube))) return 'findings';
    if (args.output === 'json') io.stdout(json(answer));
    else
      for (const { object, path, release, features, defaults } of answer.changes) {
        const causes = [
          ...features.map(({ what, removed = false }) => (removed ? `no longer: ${what}` : what)),
          ...defaults.map((one) => `a new default of ${one}`),
        ];
        const shownCauses = causes.length > 4 ? [...causes.slice(0, 4), `${causes.length - 4} more`] : causes;
        io.stdout(
          shown`${object} ${path}\n  ${release === undefined ? "the release's own number" : `since ${release}: ${shownCauses.join('; ')}`}\n`,
        );
      }
    return answer.changes.length > 0 ? 'findings' : 'done';
  },
});

export const upgradeIstioCommand = defineCommand({
  name: 'upgrade istio',
  summary: 'Show what another version of Istio changes for the values, and which version brought each change',
  positionals: [
    { name: 'from', summary: 'The current version of Istio' },
    { name: 'to', summary: 'The new version' },
  ],
  options: { ...valuesOptions, ...chartOptions, output: answerOption },
  examples: {
    'glistio upgrade istio 1.20.8 1.22.3 -f values.yaml --chart-version 1.18.5': 'With the values of Gloo’s chart',
  },
  async run(args, { io, positionals: [from = '', to = ''], report, note }) {
    const { options, texts } = await readReleaseRequest(args, io);
    const { upgradeIstio } = await import('../../verbs/upgrade-istio.ts');
    const answer = upgradeIstio(options, from, to);
    refuseImpossible(answer.problems);
    if (report(answer.problems, texts)) return 'findings';
    if (args.output === 'json') io.stdout(json(answer));
    else {
      for (const { version, name, what, isNew, path, hint } of answer.changes) {
        const where = path === undefined ? '' : ` at ${path}`;
        io.stdout(shown`since ${version}${isNew ? '' : ', no longer'}: ${what} [${name}]${where}\n`);
        if (hint !== undefined) io.stdout(shown`  ${hint}\n`);
      }
      for (const { path, before, after } of answer.values)
        io.stdout(
          shown`set ${path}: ${before === undefined ? 'the default' : wordOf(before)} → ${after === undefined ? 'nothing' : wordOf(after)}\n`,
        );
    }
    note(
      'upgrade istiod first, then the sidecars: Istio supports sidecars one minor version older than istiod, but no newer ones',
    );
    return answer.changes.length > 0 ? 'findings' : 'done';
  },
});

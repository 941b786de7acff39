import { CannotDo } from '../../outcome.ts';
import { json, type Printable, payload } from '../../printable.ts';
import type { Manifest } from '../../verbs/render.ts';
import { writeYaml } from '../../yaml/write.ts';
import { type Context, defineCommand } from '../command.ts';
import { refuseIdle } from '../idle.ts';
import { asksCluster, readKubeObjects, refuseParametersAlone, withTexts } from '../kube-objects.ts';
import { type ReleaseRequest, readReleaseRequest, refuseImpossible } from '../release-request.ts';
import { type RenderArgs, renderOptions } from '../render-options.ts';
import { renderingOf } from '../rendering-of.ts';
import { shownBy } from '../show-only.ts';
import { wantsFleet } from '../wants-fleet.ts';
import { writeManifests } from '../write-manifests.ts';

export const render = defineCommand({
  name: 'render',
  summary:
    "Print the gateway proxies' objects as the chart renders them for these values: Deployments, ConfigMaps, Services, Gateways …",
  options: renderOptions,
  examples: {
    'glistio render -f values.yaml': 'The proxies of the newest release',
    'glistio render -f values.yaml --chart-version 1.5.0 -n edge': 'For one release, in another namespace',
    'glistio render --set global.istioSDS.enabled=true -s deployment': 'Try a value without a file',
    'helm get values gloo -o yaml | glistio render -f -': 'From the values of an installed release',
    'glistio render --from-release --chart-version 1.22.1':
      'The same from the cluster, for another release of the chart',
    'glistio render -f values.yaml --control-plane': "What Istio's and mTLS values change beside the proxies",
    'glistio render -f values.yaml | kubectl diff -f -': 'Compare with the cluster',
    'glistio render -f values.yaml --gateway gateway.yaml --parameters parameters.yaml':
      "What Gloo's control plane will deploy for a Kubernetes Gateway",
    'glistio render --fleet fleet.yaml --output-dir rendered --prune':
      'Every cluster of a fleet, each in its own folder',
  },
  async run(args, context) {
    if (args['control-plane']) refuseBesideParts(args);
    if (args.prune) (await import('../prune.ts')).refusePrune(args);
    refuseParametersAlone(args);
    if (wantsFleet(args)) {
      const { runFleet } = await import('../fleet/run.ts');
      const { renderPlan } = await import('../fleet/render.ts');
      return await runFleet((own) => renderPlan(args, own), args, context);
    }
    const { io, report, note } = context;
    const { options, texts, notesFor } = await requestOf(args, context);
    const { proxy, objects } = args;
    const grading = { ...context.grading, strict: args.strict };
    const show = shownBy(args['show-only']);
    const kube = await readKubeObjects(args, context);
    const asked = { proxy, objects, show, grading, controlPlane: args['control-plane'] };
    const {
      status,
      controlPlane,
      problems,
      chartVersion,
      notes = [],
      ...rendered
    } = await renderingOf(options, asked, kube?.input);
    const manifests = controlPlane?.map((object) => ({ object, text: writeYaml(object) })) ?? rendered.manifests;
    refuseImpossible(problems);
    for (const text of [...notesFor(chartVersion), ...notes]) note(text);
    report(problems, withTexts(texts, kube));
    if (status === 'findings') return 'findings';
    const directory = args['output-dir'];
    const sort = args.gateway.length > 0 ? 'gateways' : 'chart';
    const pruned = args.prune ? sort : undefined;
    if (directory !== undefined) note(await writeManifests(rendered.manifests, args.output, directory, io, pruned));
    else io.stdout(args.output === 'json' ? asJson(manifests) : payload(asYaml(manifests)));
    return 'done';
  },
});

/** Parts of objects do not belong to a proxy, and could be applied by mistake if they were in files. */
function refuseBesideParts(args: RenderArgs): void {
  const others = ['proxy', 'show-only', 'output-dir', 'gateway', 'parameters'] as const;
  const hint = 'leave one of them out';
  refuseIdle(args, others, 'is for whole objects, but --control-plane prints parts of objects', hint);
  if (args.objects !== 'all')
    throw new CannotDo('--objects is for the proxies’ objects, not for --control-plane', hint);
}

async function requestOf(args: RenderArgs, context: Context): Promise<ReleaseRequest> {
  if (args['from-release']) {
    // Imported lazily: it takes several times as long to load as rendering needs.
    const { readFromRelease } = await import('../diff/from-release.ts');
    return await readFromRelease(args, context);
  }
  const ofCluster = asksCluster([...args.gateway, ...args.parameters])
    ? []
    : (['kubeconfig', 'context', 'kube-context'] as const);
  const ofRelease = ['installed', 'revision', ...ofCluster] as const;
  refuseIdle(args, ofRelease, 'is for --from-release', 'add --from-release, or leave it out');
  return await readReleaseRequest(args, context.io);
}

function asYaml(manifests: readonly Pick<Manifest, 'text'>[]): string {
  return manifests.map(({ text }) => `---\n${text}`).join('');
}

function asJson(manifests: readonly Pick<Manifest, 'object'>[]): Printable {
  return json({ apiVersion: 'v1', kind: 'List', items: manifests.map(({ object }) => object) });
}

import type { UpstreamVerdict } from '../../istio/policy-check.ts';
import type { KubeObject } from '../../objects/object.ts';
import { CannotDo, type Outcome } from '../../outcome.ts';
import { json, type Printable, payload, shown, visible } from '../../printable.ts';
import { equal, mapAt, type ValueMap } from '../../value.ts';
import { writeYaml } from '../../yaml/write.ts';
import type { ClusterChangeArgs, WantedChange } from '../cluster/change.ts';
import type { ClusterArgs } from '../cluster-access.ts';
import { type Context, defineCommand } from '../command.ts';
import { manifestFiles, readManifests, readSelector, refuseClusterOptions } from '../edit-manifests.ts';
import { answerOption, clusterChangeOptions, clusterOptions, recursiveOption } from '../options.ts';

export const policy = defineCommand({
  name: 'policy',
  summary: 'Print the PeerAuthentication that makes a mesh, a namespace or a workload accept mTLS only',
  options: {
    ...clusterChangeOptions,
    namespace: {
      kind: 'text',
      alias: 'n',
      value: 'NAME',
      summary: 'Only for this namespace (default: the whole mesh)',
    },
    workload: { kind: 'texts', value: 'KEY=VALUE', summary: 'Only for pods with these labels (in namespace default)' },
    mode: {
      kind: 'text',
      value: 'MODE',
      summary: 'What the workloads accept',
      choices: ['STRICT', 'PERMISSIVE'],
      fallback: 'STRICT',
    },
    'istio-namespace': { kind: 'text', value: 'NAME', summary: "Istio's root namespace", fallback: 'istio-system' },
  },
  examples: {
    'glistio policy | kubectl apply -f -': 'Only mTLS in the whole mesh',
    'glistio policy --namespace default --workload app=productpage': 'For one workload',
    'glistio policy -n default --mode PERMISSIVE': 'Let a namespace accept both',
  },
  async run(args, context) {
    const { peerAuthentication } = await import('../../istio/policy.ts');
    const { namespace, mode } = args;
    const workload = readSelector(args.workload);
    const object = peerAuthentication({ namespace, workload, mode, istioNamespace: args['istio-namespace'] });
    if (args.cluster) return await applyPolicy(object, args, context);
    refuseClusterOptions(args);
    context.io.stdout(payload(writeYaml(object)));
    return 'done';
  },
});

async function applyPolicy(policy: ValueMap, args: ClusterChangeArgs, context: Context): Promise<Outcome> {
  const { changeCluster } = await import('../cluster/change.ts');
  const { readObject } = await import('../../cluster/list.ts');
  const { name, namespace } = mapAt(policy, 'metadata') as { name: string; namespace: string };
  const wanted: WantedChange = {
    command: 'policy',
    namespace,
    load: async (cluster) => [(await readObject(cluster, 'PeerAuthentication', namespace, name)) ?? []].flat(),
    plan([found]) {
      if (found === undefined) return { changes: new Map(), problems: [], created: [policy] };
      const { spec = null } = policy;
      const isThere = equal(found.object['spec'] ?? null, spec);
      return { changes: new Map(isThere ? [] : [[found, { ...found.object, spec }]]), problems: [] };
    },
  };
  return await changeCluster(wanted, args, context);
}

export const policyCheck = defineCommand({
  name: 'policy check',
  summary:
    'Check Upstreams against PeerAuthentications only: the part of glistio check that needs neither proxies nor versions',
  positionals: manifestFiles,
  options: {
    ...recursiveOption,
    cluster: { kind: 'flag', summary: 'Read the objects from the cluster, in all namespaces; nothing is changed' },
    ...clusterOptions,
    'istio-namespace': { kind: 'text', value: 'NAME', summary: "Istio's root namespace", fallback: 'istio-system' },
    output: answerOption,
  },
  examples: {
    'glistio policy check upstreams.yaml policies.yaml': 'From files',
    'kubectl get upstreams,peerauthentications,services -A -o yaml | glistio policy check': 'What is in a cluster',
    'glistio policy check --cluster': 'The same, read by glistio itself',
  },
  async run(args, context) {
    const { checkObjects, checkPolicies } = await import('../../istio/policy-check.ts');
    const options = { istioNamespace: args['istio-namespace'] };
    const sources = args.cluster ? [] : await readManifests(args, context);
    const check = args.cluster ? checkObjects(await meshIn(args, context), options) : checkPolicies(sources, options);
    const { io, report } = context;
    if (args.output === 'json') io.stdout(json(check));
    else io.stdout(asTable(check.upstreams));
    const hasErrors = report(check.problems, new Map(sources.map(({ name, text }) => [name, text])));
    return hasErrors ? 'findings' : 'done';
  },
});

async function meshIn(args: ClusterArgs, context: Context): Promise<KubeObject[]> {
  const [file] = context.positionals;
  if (file !== undefined)
    throw new CannotDo(`--cluster reads from a cluster, but ${file} is a file`, 'give one of them');
  const { asking } = await import('../cluster-access.ts');
  const { readMesh } = await import('../cluster/read.ts');
  const { kubeObject } = await import('../../objects/object.ts');
  return (await asking(args, context, readMesh, 'leave --cluster out and give manifests')).map((object) =>
    kubeObject(object),
  );
}

function asTable(upstreams: readonly UpstreamVerdict[]): Printable {
  const head = ['UPSTREAM', 'SENDS', 'PODS', 'POLICY', 'VERDICT'];
  const rows = upstreams.map(({ namespace, name, sends, mode, policy: by, verdict }) =>
    [
      namespace === undefined ? name : `${namespace}/${name}`,
      sends,
      mode ?? '-',
      by?.replace(/^PeerAuthentication /, '') ?? '-',
      verdict,
    ].map(visible),
  );
  if (rows.length === 0) return shown``;
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const lineOf = (row: readonly string[]): string =>
    row.map((word, column) => word.padEnd(widths[column] ?? 0)).join('  ');
  return shown`${[head, ...rows].map((row) => shown`${lineOf(row).trimEnd()}\n`)}`;
}

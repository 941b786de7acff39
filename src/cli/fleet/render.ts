import type { LineManifest } from '../../fleet/line.ts';
import type { Plan, Session } from '../../fleet/plan.ts';
import { writeTogether } from '../../node/file-tree.ts';
import { reasonOf } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import type { Manifest } from '../../proxy/print.ts';
import { defined, mapAt, type ValueMap, wordOf } from '../../value.ts';
import { counted, grouped } from '../../words.ts';
import { writeYaml } from '../../yaml/write.ts';
import { refuseIdle } from '../idle.ts';
import { ofCluster, readForFleet } from '../kube-objects.ts';
import { fleetDirectory } from '../output-directory.ts';
import { type PrunedSort, prune, pruneClusters, refusePrune } from '../prune.ts';
import type { RenderArgs } from '../render-options.ts';
import { renderingOf } from '../rendering-of.ts';
import { shownBy } from '../show-only.ts';
import { filesOf } from '../write-manifests.ts';

/** `render --fleet`: manifests as one line per cluster, or as files. */
export async function renderPlan(args: RenderArgs, { grading: given, io }: Session): Promise<Plan> {
  const grading = { ...given, strict: args.strict };
  const ofOne = ['from-release', 'installed', 'revision', 'kubeconfig', 'context'] as const;
  refuseIdle(args, ofOne, 'is for one cluster, but --fleet is given', 'leave one of them out');
  const directory = fleetDirectory(args);
  refusePrune(args);
  const show = shownBy(args['show-only']);
  const kube = await readForFleet(args, io);
  return {
    verb: 'rendered',
    prints: directory === undefined ? 'lines' : 'nothing',
    asObjects: args.output === 'json',
    empty: { manifests: [] },
    ...defined({ directory }),
    ...(args.prune && directory !== undefined
      ? {
          finish: async (names) => ({
            removed: pruneClusters(directory, names, args.gateway.length > 0 ? 'gateways' : 'both'),
            status: 'ok' as const,
          }),
        }
      : {}),
    batch: 32,
    mostProblems: 200,
    describe: ({ count, written, unchanged, removed }) =>
      directory === undefined
        ? counted(count, 'manifest')
        : `${counted(count, 'manifest')} in ${directory}: ${grouped(written)} written, ${grouped(unchanged)} unchanged${removed > 0 ? `, ${grouped(removed)} removed` : ''}`,
    async work({ options, kube: own }, label) {
      const { proxy, objects, 'control-plane': controlPlane } = args;
      const asked = { proxy, objects, show, grading, controlPlane };
      const { controlPlane: parts, ...rendered } =
        own === undefined
          ? await renderingOf(options, asked, kube?.input)
          : (await import('../render-both.ts')).renderBoth(options, ofCluster(kube, own)?.input, asked);
      if (parts !== undefined) return { ...rendered, manifests: parts.map(asLineManifest), count: parts.length };
      if (rendered.status !== 'ok') return rendered;
      const { manifests } = rendered;
      const sort = own !== undefined ? 'both' : args.gateway.length > 0 ? 'gateways' : 'chart';
      const files = directory === undefined ? {} : writeCluster(manifests, `${directory}/${label}`, args, sort);
      return { ...rendered, count: manifests.length, ...files };
    },
  };
}

/** A part of an object, which belongs to no proxy. */
function asLineManifest(object: ValueMap): LineManifest {
  const { name, namespace } = mapAt(object, 'metadata');
  const identity = { kind: wordOf(object['kind']), name: wordOf(name), namespace: wordOf(namespace), proxy: '' };
  return { ...identity, object, text: writeYaml(object) };
}

function writeCluster(manifests: readonly Manifest[], folder: string, args: RenderArgs, sort: PrunedSort) {
  const files = filesOf(manifests, args.output, folder);
  try {
    const written = writeTogether(files);
    const removed = args.prune ? prune(folder, files, sort) : 0;
    return { written, unchanged: files.length - written, removed };
  } catch (error) {
    // Without the path, which differs: the cause is the same for every cluster.
    throw new CannotDo(`cannot write to ${args['output-dir']}: ${reasonOf(error)}`);
  }
}

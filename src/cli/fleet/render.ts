import { withoutSlashes } from '../../fleet/paths.ts';
import type { Plan, Session } from '../../fleet/plan.ts';
import { removeFiles, writeTogether } from '../../node/file-tree.ts';
import { reasonOf } from '../../node/sources.ts';
import { isGatewayProxy } from '../../objects/gateway-proxies.ts';
import { CannotDo } from '../../outcome.ts';
import type { Manifest } from '../../proxy/print.ts';
import { isMap, wordOf } from '../../value.ts';
import { counted, grouped } from '../../words.ts';
import { readYaml } from '../../yaml/read.ts';
import { refuseIdle } from '../idle.ts';
import type { RenderArgs } from '../render-options.ts';
import { shownBy } from '../show-only.ts';
import { filesOf } from '../write-manifests.ts';

/** `render --fleet`: manifests as a line for each cluster, or as files. */
export function renderPlan(args: RenderArgs, { grading: given }: Session): Plan {
  const grading = { ...given, strict: args.strict };
  const ofOne = ['from-release', 'installed', 'revision', 'kubeconfig', 'context'] as const;
  refuseIdle(args, ofOne, 'is for one cluster, and --fleet means many', 'leave one of them out');
  const directory = args['output-dir'] === undefined ? undefined : withoutSlashes(args['output-dir']);
  if (directory === '') throw new CannotDo('--output-dir got an empty name', 'is a shell variable unset?');
  if (args.prune && directory === undefined) throw new CannotDo('--prune is for --output-dir', 'it removes files');
  const isPart = args.proxy !== undefined || args['show-only'].length > 0 || args.objects !== 'all';
  if (args.prune && isPart)
    throw new CannotDo(
      '--prune would remove what --proxy, --objects and --show-only leave out',
      'leave them out, or --prune',
    );
  const show = shownBy(args['show-only']);
  // Loaded by the threads, which do the work, and not by the one that hands it out.
  let verb: Promise<typeof import('../../verbs/render.ts')> | undefined;
  return {
    verb: 'rendered',
    prints: directory === undefined ? 'lines' : 'nothing',
    asObjects: args.output === 'json',
    empty: { manifests: [] },
    ...(directory === undefined ? {} : { directory }),
    batch: 32,
    mostProblems: 200,
    describe: ({ count, written, unchanged, removed }) =>
      directory === undefined
        ? counted(count, 'manifest')
        : `${counted(count, 'manifest')} in ${directory}: ${grouped(written)} written, ${grouped(unchanged)} unchanged${removed > 0 ? `, ${grouped(removed)} removed` : ''}`,
    async work({ options }, label) {
      const { proxy, objects } = args;
      verb ??= import('../../verbs/render.ts');
      const { renderRequest } = await verb;
      const rendered = renderRequest(options, { proxy, objects, show, grading });
      if (rendered.status !== 'ok') return rendered;
      const { manifests } = rendered;
      const files = directory === undefined ? {} : writeCluster(manifests, `${directory}/${label}`, args);
      return { ...rendered, count: manifests.length, ...files };
    },
  };
}

function writeCluster(manifests: readonly Manifest[], folder: string, args: RenderArgs) {
  const files = filesOf(manifests, args.output, folder);
  try {
    const written = writeTogether(files);
    const removed = args.prune ? prune(folder, new Set(files.map(({ path }) => path.toLowerCase()))) : 0;
    return { written, unchanged: files.length - written, removed };
  } catch (error) {
    // Without the path, which differs: it is the same trouble for every cluster.
    throw new CannotDo(`cannot write to ${args['output-dir']}: ${reasonOf(error)}`);
  }
}

/** Removes manifests of proxies that are gone: files that have a manifest's name and hold that manifest. */
function prune(folder: string, wanted: ReadonlySet<string>): number {
  return removeFiles(folder, (namespace, name, read) => {
    const [matched, kind, object] = /^([a-z]+)-(.+)\.(?:yaml|json)$/.exec(name) ?? [];
    if (matched === undefined || wanted.has(`${folder}/${namespace}/${name}`.toLowerCase())) return false;
    const { value } = readYaml({ name, text: read() });
    if (!isMap(value) || wordOf(value['kind']).toLowerCase() !== kind || !isMap(value['metadata'])) return false;
    const { metadata } = value;
    return metadata['name'] === object && metadata['namespace'] === namespace && isGatewayProxy(value);
  });
}

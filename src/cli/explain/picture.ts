import type { Side } from '../../objects/read.ts';
import type { Outcome } from '../../outcome.ts';
import { CannotDo } from '../../outcome.ts';
import type { PodPicture } from '../../picture/types.ts';
import { json, type Printable } from '../../printable.ts';
import { hasErrors } from '../../problem.ts';
import { defined } from '../../value.ts';
import { type Pictures, picturesOf } from '../../verbs/picture.ts';
import type { ClusterArgs } from '../cluster-access.ts';
import type { Args, Context } from '../command.ts';
import { emptyInputs } from '../empty-inputs.ts';
import { readKubeObjects, withTexts } from '../kube-objects.ts';
import { manifestsAmong } from '../manifests-among.ts';
import { usualNamespace } from '../namespace.ts';
import type { chartOptions, kubeOptions, valuesOptions } from '../options.ts';
import { asListItem, namesValues, readReleaseRequest, refuseImpossible } from '../release-request.ts';

type PictureArgs = Args<typeof valuesOptions & typeof chartOptions & typeof kubeOptions> &
  ClusterArgs & { readonly live: boolean; readonly output: 'text' | 'json' | 'svg' | 'mermaid' | 'html' };

/** The most pods that are drawn. */
const mostPods = 50;

/** Draws the pods of the proxies that are rendered from values, found among manifests, or running in a cluster. */
export async function drawPicture(args: PictureArgs, context: Context): Promise<Outcome> {
  const { io, note } = context;
  const found = args.live ? await picturesOfCluster(args, context) : await picturesOfFiles(args, context);
  if (found === undefined) return 'findings';
  const { pictures, problems } = found;
  refuseImpossible(problems);
  const none = problems.find(({ code }) => code === 'no-proxy');
  if (pictures.length === 0) throw new CannotDo(none?.message ?? 'there is no gateway proxy to draw', none?.hint);
  if (pictures.length > mostPods) note(`only the first ${mostPods} of ${pictures.length} proxies are drawn`);
  const drawn = pictures.slice(0, mostPods);
  io.stdout(
    args.output === 'json' ? json({ ...found, pictures: drawn }) : await written(drawn, args.output, context.color),
  );
  return hasErrors(problems) ? 'findings' : 'done';
}

async function written(
  pictures: readonly PodPicture[],
  format: Exclude<PictureArgs['output'], 'json'>,
  color: boolean,
): Promise<Printable> {
  switch (format) {
    case 'text':
      return (await import('../../report/picture-text.ts')).pictureText(pictures, color);
    case 'mermaid':
      return (await import('../../report/picture-mermaid.ts')).pictureMermaid(pictures);
    case 'html':
      return (await import('../../report/picture-html.ts')).pictureHtml(pictures);
    case 'svg': {
      const [{ laidOut }, { pictureSvg }] = await Promise.all([
        import('../../picture/layout.ts'),
        import('../../report/picture-svg.ts'),
      ]);
      return pictureSvg(pictures.map(laidOut));
    }
    default:
      return format satisfies never;
  }
}

/** Renders values first; undefined if they cannot be rendered, which is reported. */
async function picturesOfFiles(args: PictureArgs, context: Context): Promise<Pictures | undefined> {
  const { io, positionals, report, note } = context;
  const named = { ...args, values: [...positionals.map(asListItem), ...args.values] };
  if (!namesValues(named) && args['chart-version'] === undefined)
    throw new CannotDo('there is nothing to draw', 'name values or manifests, or use --live');
  const { options, texts, notesFor } = await readReleaseRequest(named, io);
  // An empty file would be drawn as the chart's defaults, and standard input is empty if the command before it failed.
  const empty = namesValues({ ...named, values: [] }) ? undefined : emptyInputs(texts);
  if (empty)
    throw new CannotDo(`there is nothing to draw: ${empty} is empty`, 'name values or manifests, or use --live');
  const manifests = await manifestsAmong(options.values ?? []);
  if (manifests.length > 0) return picturesOf(manifests, optionsOf(args));
  const kube = await readKubeObjects(args, context);
  const rendering =
    kube === undefined
      ? (await import('../../verbs/render.ts')).renderGatewayProxies(options)
      : {
          notes: [],
          ...(await import('../../verbs/render-kube.ts')).renderKubeGateways({ ...options, ...kube.input }),
        };
  refuseImpossible(rendering.problems);
  for (const text of [...notesFor(rendering.chartVersion), ...(rendering.notes ?? [])]) note(text);
  report(rendering.problems, withTexts(texts, kube));
  if (hasErrors(rendering.problems)) return undefined;
  return picturesOf(rendering.manifests, { chartVersion: rendering.chartVersion });
}

async function picturesOfCluster(args: PictureArgs, context: Context): Promise<Pictures> {
  if (namesValues({ ...args, values: [...context.positionals, ...args.values] }))
    throw new CannotDo('--live draws the running proxies, but values or files are given too', 'draw one at a time');
  const namespace = args.namespace ?? usualNamespace(context.io.env);
  const [{ asking }, { readNamespace }, { readProxyObjects }] = await Promise.all([
    import('../cluster-access.ts'),
    import('../cluster/read.ts'),
    import('../../cluster/objects.ts'),
  ]);
  const objects: Side = await asking(args, context, async (cluster) => [
    ...(await readProxyObjects(cluster, namespace, [], 'all', { without: () => undefined, withKube: true })),
    ...(await readNamespace(cluster, namespace)),
  ]);
  return picturesOf(objects, { ...optionsOf(args), namespace });
}

function optionsOf({ 'chart-version': chartVersion, namespace }: PictureArgs) {
  return defined({ chartVersion, namespace });
}

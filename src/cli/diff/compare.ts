import type { Release } from '../../helm/release.ts';
import { stdinName } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import { type Comparison, compareSides } from '../../verbs/compare.ts';
import type { KubeInput } from '../../verbs/decide-kube.ts';
import type { Context } from '../command.ts';
import type { KubeSources } from '../kube-objects.ts';
import { usualNamespace } from '../namespace.ts';
import { type ReleaseRequest, readReleaseRequest, refuseImpossible, setKinds } from '../release-request.ts';
import { asLoaded, type Loaded, loadFile } from './load.ts';
import type { DiffArgs } from './options.ts';
import { type RenderedSide, type ReuseMode, renderSide, withDeployed } from './rendering.ts';
import { revisionOf, type Spec } from './spec.ts';

/** The result of rendering the right side, if it was rendered, and the comparison, if it succeeded. */
export interface ComparedSpecs extends Pick<RenderedSide, 'status' | 'problems' | 'chartVersion' | 'texts'> {
  readonly comparison?: Comparison;
}

const notRendered = { status: 'ok', problems: [], chartVersion: '', texts: new Map<string, string>() } as const;

/**
 * Loads both sides and compares them, for one cluster, alone or one of many. A side that is not live is loaded first:
 * it tells which objects to look for in the cluster, and which values to render. `request` is read only when something
 * is to be rendered.
 */
export async function compareSpecs(
  [left, right]: readonly [Spec, Spec],
  request: () => Promise<ReleaseRequest>,
  args: DiffArgs,
  context: Context,
  kube: KubeSources | undefined,
): Promise<ComparedSpecs> {
  const known = { args, context, kube: kube?.input };
  let second = right.kind === 'live' || right.kind === 'rendering' ? undefined : await load(right, known);
  let first = left.kind === 'live' ? undefined : await load(left, known, second?.release);
  let rendered: RenderedSide | undefined;
  if (right.kind === 'rendering') {
    const asked = await request();
    const release = first?.release ?? (await releaseOfLive(left, asked, args, context));
    rendered = renderSide(asked, release, {
      kube: known.kube,
      reuse: reuseOf(args),
      controlPlane: args['control-plane'],
    });
    if (rendered.status !== 'failed') for (const text of rendered.notes) context.note(text);
    if (rendered.status !== 'ok') return rendered;
    second = rendered;
  }
  const isMade = rendered !== undefined || [left, right].some(({ kind }) => kind === 'values');
  if (kube !== undefined && !isMade && first?.release === undefined && second?.release === undefined)
    throw new CannotDo(
      '--gateway is for renderings and records, but neither side is one',
      'values:FILE@VERSION makes a rendering a side',
    );
  if (args['control-plane']) [first, second] = [partsOf(first), partsOf(second)];
  first ??= await loadLive(second, args, context);
  second ??= await loadLive(first, args, context);
  const comparison = compareSides(first, second, {
    ignore: args.ignore,
    include: args.include,
    objects: args.objects,
    defaultIgnores: !args['no-default-ignores'],
    namespace:
      args.namespace ?? first.release?.namespace ?? second.release?.namespace ?? usualNamespace(context.io.env),
    showSecrets: args['show-secrets'],
    patch: args.output === 'json-patch',
  });
  return { ...(rendered ?? notRendered), comparison };
}

/** What a side's values change outside the proxies; for a record, these are its own values. */
function partsOf(side: Loaded | undefined): Loaded {
  if (side?.isWhole && side.release === undefined) return side;
  if (side?.release === undefined)
    throw new CannotDo(
      '--control-plane compares what values ask for, but one side has no values',
      'name values, a release, or a file with Helm’s record of one',
    );
  const request = { options: {}, texts: new Map<string, string>(), notesFor: () => [] };
  const rendered = renderSide(request, side.release, { controlPlane: true });
  if (rendered.status !== 'ok')
    throw new CannotDo(
      `the values of ${side.name} cannot be rendered`,
      'glistio validate says what is wrong with them',
    );
  return { ...rendered, name: side.name };
}

function reuseOf(args: DiffArgs): ReuseMode | undefined {
  const [mode, other] = (['reuse-values', 'reset-then-reuse-values'] as const).filter((name) => args[name]);
  if (other !== undefined) throw new CannotDo(`--${mode} and --${other} exclude each other`, 'say one');
  return mode;
}

interface Known {
  readonly args: DiffArgs;
  readonly context: Context;
  readonly kube: KubeInput | undefined;
}

/** A side that is not live; with Gateways, also what the control plane deploys for them. */
async function load(spec: Spec, known: Known, other?: Release): Promise<Loaded> {
  const [loaded, missing] = withDeployed(await loadChart(spec, known, other), known.kube);
  if (missing !== undefined)
    known.context.note(`${loaded.name}: the objects deployed for the Gateways are unknown: ${missing.message}`);
  return loaded;
}

async function loadChart(spec: Spec, { args, context, kube }: Known, other?: Release): Promise<Loaded> {
  switch (spec.kind) {
    case 'file': {
      const loaded = await loadFile(spec.path, revisionOf(args.revision), context.io, args.recursive);
      if (loaded.release !== undefined)
        context.note(`${spec.path === '-' ? stdinName : spec.path}: ${loaded.name}, ${loaded.release.status}`);
      return loaded;
    }
    case 'release':
      return asLoaded(await (await import('./cluster.ts')).readInstalled(spec, args, context));
    case 'loaded':
      return spec.loaded;
    case 'values':
      return await loadValues(spec, { args, context, kube }, other);
    default:
      throw new Error(`${spec.kind} is loaded elsewhere`);
  }
}

/** Values rendered for a release: `values:prod.yaml@1.22.1`. */
async function loadValues(
  spec: Spec & { kind: 'values' },
  { args, context, kube }: Known,
  other: Release | undefined,
): Promise<Loaded> {
  const none = Object.fromEntries(setKinds.map((kind) => [kind, []]));
  const values = spec.paths === '' ? [] : [spec.paths];
  const asked = { ...args, ...none, values, 'chart-version': spec.version };
  const request = await readReleaseRequest(asked, context.io);
  const rendered = renderSide(request, other, { kube, controlPlane: args['control-plane'] });
  refuseImpossible(rendered.problems);
  for (const text of rendered.notes) context.note(text);
  const refused = context.report(rendered.problems, rendered.texts);
  const name = spec.paths === '' ? 'default values' : spec.paths;
  if (refused) throw new CannotDo(`${name} cannot be rendered`, 'glistio validate says what is wrong with them');
  return { ...rendered, name: `${name} for ${rendered.name.replace('rendering for ', '')}` };
}

/** Helm's record of the running objects, which has the installed values and chart; the cluster may not have one. */
async function releaseOfLive(
  left: Spec,
  { options: { values = [], chartVersion } }: ReleaseRequest,
  args: DiffArgs,
  context: Context,
): Promise<Release | undefined> {
  const isSaid = values.length > 0 && chartVersion !== undefined && reuseOf(args) === undefined;
  if (left.kind !== 'live' || isSaid) return undefined;
  const { findInstalled } = await import('./cluster.ts');
  return await findInstalled(args, context);
}

async function loadLive(other: Loaded | undefined, args: DiffArgs, context: Context): Promise<Loaded> {
  const { readLive } = await import('./cluster.ts');
  return await readLive(other, args, context);
}

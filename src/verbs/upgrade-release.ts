import { findRelease, releaseIndex, releases } from '../chart/releases.ts';
import { diffManifests } from '../diff/diff.ts';
import type { DiffChange, DiffReport } from '../diff/report.ts';
import { formatPath, hasErrors, type Problem } from '../problem.ts';
import { compareReleases, type Feature } from '../schema/changes.ts';
import { defined, type Value } from '../value.ts';
import type { KubeInput } from './decide-kube.ts';
import { type Rendering, type RenderOptions, renderGatewayProxies } from './render.ts';
import { type RenderKubeOptions, renderKubeGateways } from './render-kube.ts';

/** A change between the proxies of two releases, and its cause. */
interface AttributedChange {
  readonly object: string;
  readonly path: string;
  readonly before?: Value;
  readonly after?: Value;
  /** The first release with the change; undefined for the release's own number. */
  readonly release?: string;
  /** What that release does differently from the one before: added and removed features, and default values. */
  readonly features: readonly (Feature & { readonly removed?: true })[];
  readonly defaults: readonly string[];
}

export interface ReleaseUpgrade {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly AttributedChange[];
  readonly problems: readonly Problem[];
}

/**
 * The changes in the proxies, including those of Gateways (`kube`), and in what Istio's and mTLS values change outside
 * them, from one release of the chart to another with the same values, each with the release that introduced it, after
 * which the state no longer changes. Every release between the two is rendered. Never throws.
 */
export function upgradeRelease(
  { kube, ...options }: RenderOptions & { readonly kube?: KubeInput | undefined },
  from: string,
  to: string,
): ReleaseUpgrade {
  const [first, last] = [findRelease(from), findRelease(to)];
  const failed = (problems: readonly Problem[]): ReleaseUpgrade => ({ from, to, changes: [], problems });
  if (typeof first !== 'string') return failed([first]);
  if (typeof last !== 'string') return failed([last]);
  const way = between(first, last);
  const rendered = new Map<string, Rendering>();
  const render = (chartVersion: string): Rendering => {
    const known = rendered.get(chartVersion);
    if (known !== undefined) return known;
    const ofChart = renderGatewayProxies({ ...options, chartVersion, controlPlane: true });
    const found = kube === undefined ? ofChart : withDeployed(ofChart, { ...options, ...kube, chartVersion });
    rendered.set(chartVersion, found);
    return found;
  };
  const ends = [render(first), render(last)] as const;
  const errors = ends.flatMap(({ problems }) => problems.filter(({ severity }) => severity === 'error'));
  if (errors.length > 0) return failed(errors);
  const report = changesBetween(...ends);
  if (hasErrors(report.problems)) return failed(report.problems);
  const brought = new Map<string, string>();
  for (const [at, release] of way.entries()) {
    const before = way[at - 1];
    if (before === undefined || textOf(render(before), before) === textOf(render(release), release)) continue;
    for (const change of changesBetween(render(before), render(release)).changes)
      if (!isOwnNumber(change, before, release)) brought.set(keyOf(change), release);
  }
  const changes = report.changes.map((change) =>
    attributed(change, isOwnNumber(change, first, last) ? undefined : broughtBy(change, brought), way),
  );
  return { from: first, to: last, changes, problems: [] };
}

/** The same with the proxies of Gateways. */
function withDeployed(ofChart: Rendering, options: RenderKubeOptions): Rendering {
  const { manifests, problems } = renderKubeGateways(options);
  return {
    ...ofChart,
    manifests: [...ofChart.manifests, ...manifests],
    problems: [...ofChart.problems, ...problems],
  };
}

/** For the proxies' objects, and for what Istio's and mTLS values change outside them. */
function changesBetween(left: Rendering, right: Rendering): DiffReport {
  const [before, after] = [left, right].map(({ manifests, controlPlane = [] }) => [...manifests, ...controlPlane]);
  const report = diffManifests(before ?? [], after ?? [], { include: ['*'] });
  return { ...report, changes: [...report.changes, ...versionsBetween(left, right)] };
}

/** Versions of one resource are equal to `diff`, but not every cluster serves what the chart of a release writes. */
function versionsBetween(left: Rendering, right: Rendering): DiffChange[] {
  return left.manifests.flatMap(({ kind, namespace, name, object }) => {
    const other = right.manifests.find((one) => one.kind === kind && one.namespace === namespace && one.name === name);
    const [before = null, after = null] = [object['apiVersion'], other?.object['apiVersion']];
    const change = { path: ['apiVersion'], change: 'changed' } as const;
    const isSame = other === undefined || before === after;
    return isSame ? [] : [{ object: { kind, namespace, name }, ...change, before, after }];
  });
}

/** Both releases and all between them, in the order of the upgrade. */
function between(from: string, to: string): readonly string[] {
  const [a, b] = [releaseIndex(from), releaseIndex(to)];
  return a <= b ? releases.slice(a, b + 1) : releases.slice(b, a + 1).reverse();
}

/** The rendering of a release, without its own number. */
function textOf({ manifests, controlPlane }: Rendering, release: string): string {
  return [...manifests, { text: JSON.stringify(controlPlane) }]
    .map(({ text }) => text.replaceAll(release, 'RELEASE').replace(/checksum\/[\w-]{1,100}: [0-9a-f]{64}/g, ''))
    .join('');
}

const keyOf = ({ object, path }: DiffChange): string => `${object.kind}/${object.name} ${formatPath(path)}`;

/**
 * The release of a change; else of a part that contains it or is contained in it, because a list may have appeared as a
 * whole; else of another item in its list, whose indexes have moved.
 */
function broughtBy(change: DiffChange, brought: ReadonlyMap<string, string>): string | undefined {
  const key = keyOf(change);
  const isWithin = (inner: string, outer: string): boolean =>
    inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  const near = [...brought].filter(([other]) => isWithin(key, other) || isWithin(other, key));
  const list = key.endsWith(']') ? key.slice(0, key.lastIndexOf('[')) : key;
  const beside = [...brought].filter(([other]) => isWithin(other, list));
  return brought.get(key) ?? near.at(-1)?.[1] ?? beside.at(-1)?.[1];
}

function isOwnNumber({ before, after }: DiffChange, from: string, to: string): boolean {
  const isBoth = typeof before === 'string' && typeof after === 'string' && before !== after;
  return isBoth && before.replaceAll(from, to) === after;
}

function attributed(change: DiffChange, release: string | undefined, way: readonly string[]): AttributedChange {
  const previous = release === undefined ? undefined : way[way.indexOf(release) - 1];
  const found = release === undefined || previous === undefined ? undefined : compareReleases(previous, release);
  const { object, path } = change;
  return {
    object: `${object.kind} ${object.namespace}/${object.name}`,
    path: formatPath(path),
    ...defined({ before: change.before, after: change.after, release }),
    features: [
      ...(found?.features.added ?? []),
      ...(found?.features.removed ?? []).map((one) => ({ ...one, removed: true }) as const),
    ],
    // The release's own number in an image tag is not a cause.
    defaults: (found?.defaults ?? [])
      .filter(({ before, after }) => before !== previous || after !== release)
      .map((one) => one.path),
  };
}

import { drawProxies } from '../explain/draw-proxies.ts';
import {
  baselineOf,
  type Hindrance,
  hasEffect,
  hindrancesInWords,
  hindrancesTo,
  sizeOfDrawn,
  switchesAmong,
} from '../explain/effect.ts';
import { type ValuePath, valuePathsOf } from '../explain/value-paths.ts';
import { truthy } from '../go/template.ts';
import { formatPath, hasErrors, type Path } from '../problem.ts';
import { equal, lookupTable, type ValueMap, valueAt } from '../value.ts';
import type { RuleMatch } from './match.ts';
import type { RenderedProxy, Subject } from './rule.ts';

/** The hint for a value that another one keeps from having an effect. */
export const removeOrEnable = 'Remove it, or change the value that overrides or disables it.';

/** Maps of values that only affect the pods of a proxy. */
export const podHolders: readonly Path[] = [
  ...[['podTemplate'], ['podTemplate', 'gracefulShutdown'], ['kind', 'deployment'], ['kind', 'daemonSet']],
];
export const podParts: readonly Path[] = [
  ...['affinity', 'antiAffinity', 'extraProxyVolumeMounts', 'extraVolumes', 'topologySpreadConstraints'],
].map((key) => [key]);

/** By the value, the objects that the chart only writes for a Deployment. */
export const ofDeployments: Readonly<Record<string, string>> = lookupTable({
  horizontalPodAutoscaler: 'HorizontalPodAutoscaler',
  podDisruptionBudget: 'PodDisruptionBudget',
});

const mostDrawn = 150_000;
const effort = { most: 60, inPairs: false, alternatives: 1 };
/** The most characters that are rendered to find out what is in the way; what is left then is not reported. */
const mostRendered = 10_000_000;

/**
 * Values of proxies that another value is known to disable; the rest may be meant for objects that are not rendered.
 */
export function* hinderedValues({ values, given, rendered, chart }: Subject): Iterable<RuleMatch> {
  const budget = { left: mostRendered };
  // What is in the way of one proxy's value often is in the way of the others', too.
  const found = new Map<string, readonly Hindrance[]>();
  for (const proxy of rendered) {
    const { key, context, disabled } = proxy.decision.proxy;
    const unread = disabled ? [] : unreadOf(proxy, given);
    if (unread.length === 0) continue;
    // Values of gatewayProxy apply to all; every other proxy is checked with what it inherits.
    const all = valueAt(values, 'gatewayProxies') as ValueMap;
    const nearby = Object.entries(all).filter(([name]) => name === key || name === 'gatewayProxy');
    const around = key === 'gatewayProxy' ? values : { ...values, gatewayProxies: Object.fromEntries(nearby) };
    const release = { name: context.releaseName, namespace: context.releaseNamespace };
    const baseline = baselineOf(around, chart, (changed, of) => {
      const drawn = drawProxies(changed, of, release);
      return drawn && [...drawn.own, ...drawn.around];
    });
    // With very many proxies, or huge files in their values, too much would be rendered too often.
    if (baseline === undefined || sizeOfDrawn(baseline) > mostDrawn) continue;
    const idle = unread.filter((value) => hasEffect(value, baseline) === false);
    if (idle.length === 0) continue;
    const switches = switchesAmong(valuePathsOf(around, {}, chart), around, given);
    const among = (isMeant: (path: Path) => boolean) =>
      hindrancesTo(
        baseline,
        switches.filter(({ path }) => isMeant(path)),
        { ...effort, budget },
      );
    const [ofOwn, ofGlobal] = [
      among((path) => path[0] !== 'global' && path[1] === key),
      among((path) => path[0] === 'global'),
    ];
    for (const value of idle) {
      const name = formatPath(value.path.slice(2));
      const known = found.get(name);
      const own = known === undefined ? ofOwn(value) : [];
      const hindrances = own.length > 0 ? own : ofGlobal(value, known);
      if (hindrances.length === 0) continue;
      if (own.length === 0) found.set(name, hindrances);
      const nameOf = (path: Path): string => formatPath(path[1] === key ? path.slice(2) : path);
      yield {
        path: value.path,
        at: 'key',
        message: `${nameOf(value.path)} changes nothing here: ${hindrancesInWords(hindrances, nameOf)}.`,
        hint: removeOrEnable,
      };
    }
  }
}

/** Maps in `global` whose readers, including those that are not rendered, all depend on the same switches. */
const switchedGlobals: ReadonlySet<string> = new Set(['glooMtls', 'glooStats', 'podSecurityStandards']);

/** Global values that another value disables for everything that is rendered. */
export function* hinderedGlobals({ values, given, chart, draw }: Subject): Iterable<RuleMatch> {
  const set = valuePathsOf({ global: given['global'] ?? null }, {}, chart, true).filter(
    ({ path, field }) =>
      path[0] === 'global' &&
      switchedGlobals.has(String(path[1])) &&
      field !== undefined &&
      field.ignored === undefined &&
      truthy(valueAt(given, ...path)) &&
      !equal(valueAt(given, ...path), valueAt(chart.defaults(), ...path)),
  );
  const baseline = set.length === 0 || draw === undefined ? undefined : baselineOf(values, chart, draw);
  if (baseline === undefined || sizeOfDrawn(baseline) > mostDrawn) return;
  const idle = set.filter((value) => hasEffect(value, baseline) === false);
  if (idle.length === 0) return;
  const switches = switchesAmong(valuePathsOf(values, {}, chart), values, given).filter(
    ({ path }) => path[0] === 'global',
  );
  const hindrancesOf = hindrancesTo(baseline, switches, { ...effort, budget: { left: mostRendered } });
  for (const value of idle) {
    const hindrances = hindrancesOf(value);
    if (hindrances.length === 0) continue;
    const message = `${formatPath(value.path)} changes nothing here: ${hindrancesInWords(hindrances)}.`;
    yield {
      path: value.path,
      at: 'key',
      message,
      hint: removeOrEnable,
    };
  }
}

/** Values of a proxy that differ from the default, and that printing its pods did not read. */
function unreadOf({ decision }: RenderedProxy, given: ValueMap): ValuePath[] {
  const { proxy, printed, problems } = decision;
  const { chart } = proxy.context;
  const own = valueAt(given, 'gatewayProxies', proxy.key);
  if (own === undefined || hasErrors(problems)) return [];
  const isTold = (path: Path): boolean =>
    [...podParts, ...podHolders].some((part) => part.every((step, index) => step === path[index + 2])) &&
    path[3] !== 'image';
  const printedPaths = [...printed.blocks, ...printed.scalars].map(formatPath);
  const listed = valuePathsOf({ gatewayProxies: { [proxy.key]: own } }, {}, chart, true);
  const blocks = new Set(listed.map(({ path }) => formatPath(path)));
  const isInBlock = (path: Path): boolean =>
    path.some((_, depth) => depth > 0 && blocks.has(formatPath(path.slice(0, depth))));
  return listed.filter(({ path, field }) => {
    const value = valueAt(given, ...path);
    const type = field?.takes ?? field?.type;
    if (path[1] !== proxy.key || field === undefined || field.ignored !== undefined || !truthy(value)) return false;
    if (type?.kind === 'any' || isInBlock(path) || isTold(path) || equal(value, valueAt(chart.defaults(), ...path)))
      return false;
    // Reported as a whole.
    if (decision.workload?.kind === 'DaemonSet' && String(path[2]) in ofDeployments) return false;
    return path[3] === 'image' || !printedPaths.some((other) => other.startsWith(formatPath(path)));
  });
}

import { CannotDo } from '../outcome.ts';
import { lookupTable } from '../value.ts';
import { type ShownKind, shownKinds } from '../verbs/shown-kinds.ts';

/** The chart's templates of gateway proxies; their names are the same in every release, except that Gateways moved. */
const templates: readonly (readonly [file: string, shown: ShownKind])[] = [
  ['43-gatewayparameters.yaml', 'gatewayparameters'],
  ['44-gatewayclass.yaml', 'gatewayclass'],
  ['5-resource-configmap.yaml', 'gateway'],
  ['7-gateway-proxy-deployment.yaml', 'deployment'],
  ['8-default-gateways.yaml', 'gateway'],
  ['8-gateway-proxy-horizontal-pod-autoscaler.yaml', 'horizontalpodautoscaler'],
  ['8-gateway-proxy-pod-disruption-budget.yaml', 'poddisruptionbudget'],
  ['8-gateway-proxy-service-account.yaml', 'serviceaccount'],
  ['8-gateway-proxy-service.yaml', 'service'],
  ['9-gateway-proxy-configmap.yaml', 'configmap'],
];

/** kubectl's short names, and the other kind of workload. */
const otherNames: Readonly<Record<string, ShownKind>> = lookupTable({
  cm: 'configmap',
  daemonset: 'deployment',
  deploy: 'deployment',
  ds: 'deployment',
  gc: 'gatewayclass',
  gw: 'gateway',
  gwp: 'gatewayparameters',
  hpa: 'horizontalpodautoscaler',
  pdb: 'poddisruptionbudget',
  sa: 'serviceaccount',
  svc: 'service',
});

/**
 * The objects that `--show-only` selects: kinds, or paths of templates relative to the chart's folder as in Helm, with
 * `*` and `?`; for a chart within another one, prefixed with its path (`charts/gloo/templates/…`). Several selections
 * are combined.
 */
export function shownBy(texts: readonly string[]): readonly ShownKind[] | undefined {
  return texts.length === 0 ? undefined : [...new Set(texts.flatMap(shownByOne))];
}

function shownByOne(text: string): readonly ShownKind[] {
  const word = text.toLowerCase();
  const kind = shownKinds.find((one) => one === word) ?? otherNames[word];
  if (kind !== undefined) return [kind];
  const [name = '', folder] = text.split('/').reverse();
  const found = folder === 'templates' ? templates.filter(([file]) => matchesName(stepsOf(name), file)) : [];
  if (found.length > 0) return found.map(([, shown]) => shown);
  throw new CannotDo(
    `--show-only ${text} matches nothing that is rendered`,
    `write ${shownKinds.join(', ')}, or a template: templates/7-gateway-proxy-deployment.yaml`,
  );
}

/** One character of a name, or `*`. */
type Step = '*' | ((character: string) => boolean);

/**
 * A pattern in the syntax of Go's `filepath.Match`: `*`, `?`, `[7-9]`, `[^a]`, and a backslash that escapes the next
 * character.
 */
function stepsOf(pattern: string): Step[] {
  return (pattern.match(/\\.|\[[^\]]{1,40}\]|./gs) ?? []).map((part) => {
    if (part === '*') return '*';
    if (part === '?') return () => true;
    if (part.length > 1 && part.startsWith('[')) return inClass(part.slice(1, -1));
    return (character) => character === part.replace(/^\\/, '');
  });
}

function inClass(text: string): (character: string) => boolean {
  const isNegated = text.startsWith('^');
  const ranges = (isNegated ? text.slice(1) : text).match(/.(?:-.)?/gs) ?? [];
  return (character) =>
    ranges.some((range) => character >= (range[0] ?? '') && character <= (range.at(-1) ?? '')) !== isNegated;
}

/** Backtracks only to the last asterisk, so the time is bounded by the product of the two lengths. */
function matchesName(steps: readonly Step[], name: string): boolean {
  let step = 0;
  let star = -1;
  let from = 0;
  for (let at = 0; at < name.length; ) {
    const wanted = steps[step];
    if (wanted === '*') {
      star = step++;
      from = at;
    } else if (wanted?.(name[at] ?? '') === true) {
      step++;
      at++;
    } else if (star >= 0) {
      step = star + 1;
      at = ++from;
    } else return false;
  }
  return steps.slice(step).every((rest) => rest === '*');
}

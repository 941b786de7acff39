import type { Chart } from '../chart/chart.ts';
import type { Path } from '../problem.ts';
import type { Decision } from '../proxy/decide.ts';
import { mutualTlsOf } from '../proxy/proxies.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { podOf } from './pod.ts';
import type { Finding, Rule, Subject } from './rule.ts';

/** A finding and the rule that made it. */
export interface RuleFinding extends Finding {
  readonly rule: Rule;
}

/** What the rules are asked with. */
export interface CheckInput {
  readonly chart: Chart;
  readonly values: ValueMap;
  /** The user's own part of the values. */
  readonly given: ValueMap;
  /** Of every proxy, disabled ones too. */
  readonly decisions: readonly Decision[];
}

/** Asks every rule. */
export function findByMeaning(input: CheckInput, rules: readonly Rule[]): RuleFinding[] {
  const { chart, values, given, decisions } = input;
  // The default proxy first: where two proxies clash, the other one is to blame.
  const isDefault = ({ proxy }: Decision): boolean => proxy.key === 'gatewayProxy';
  const ordered = [...decisions.filter(isDefault), ...decisions.filter((decision) => !isDefault(decision))];
  const pods = ordered.flatMap(({ proxy, workload }) => (workload === undefined ? [] : [podOf(proxy, workload)]));
  const context = decisions[0]?.proxy.context;
  const tls = context === undefined ? { istio: false, gloo: false, cluster: false } : mutualTlsOf(context);
  const subject: Subject = { chart, values, given, tls, pods };
  const found: RuleFinding[] = [];
  const seen = new Set<string>();
  for (const rule of rules) {
    for (const finding of rule.find(subject)) {
      const path = writtenAt(finding.path, given);
      const key = JSON.stringify([rule.code, path]);
      // What proxies share is found once for each of them.
      if (!seen.has(key)) found.push({ ...finding, rule, path });
      seen.add(key);
    }
  }
  return found;
}

/** A value that a proxy inherits is written at `gatewayProxy`. */
function writtenAt(path: Path, given: ValueMap): Path {
  if (path[0] !== 'gatewayProxies' || path[1] === 'gatewayProxy' || path.length < 3) return path;
  const base: Path = ['gatewayProxies', 'gatewayProxy', ...path.slice(2)];
  const ownDepth = depthOf(given, path);
  return Math.max(ownDepth, 2) < depthOf(given, base) ? base : path;
}

/** How many steps of a path the values have. */
function depthOf(values: ValueMap, path: Path): number {
  let value: Value | undefined = values;
  for (const [depth, step] of path.entries()) {
    if (isMap(value) && typeof step === 'string' && Object.hasOwn(value, step)) value = value[step];
    else if (isList(value) && typeof step === 'number' && step < value.length) value = value[step];
    else return depth;
  }
  return path.length;
}

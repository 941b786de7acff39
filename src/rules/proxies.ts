import { labelNameFault, serviceNameFault } from '../apiserver/names.ts';
import { kebabCase } from '../go/kebab.ts';
import { formatPath, hasErrors, type Problem } from '../problem.ts';
import type { Decision } from '../proxy/decision.ts';
import type { Proxy } from '../proxy/proxies.ts';
import { closest } from '../schema/check-closest.ts';
import { meantInsideProxy } from '../schema/check-names.ts';
import { equal, mapAt, mapOf, textOf, type ValueMap } from '../value.ts';
import { briefJson } from '../words.ts';
import type { CodedMatch } from './match.ts';
import type { RuleChecks } from './rule.ts';

/** The names of proxies, and how many of them there are. */
export const proxyRules = {
  'same-name': ({ known }) => known.filter(({ code }) => code === 'same-name'),
  'second-proxy': ({ known }) => known.filter(({ code }) => code === 'second-proxy'),
  'invalid-service-name': function* ({ pods }) {
    for (const { proxy, path } of pods) {
      const given = mapOf(proxy?.spec.map['service'])['name'];
      const name = kebabCase(textOf(given) || (proxy?.key ?? ''));
      const fault = serviceNameFault(name);
      if (proxy === undefined || fault === undefined || (!given && labelNameFault(name) !== undefined)) continue;
      yield {
        path: given ? [...path, 'service', 'name'] : path,
        at: given ? 'value' : 'key',
        message: `The Service of this proxy would be called ${briefJson(name)}, but its name ${fault}: the API server rejects it.`,
        hint: given ? 'Choose another name.' : 'Choose another key, or set service.name.',
      };
    }
  },
} satisfies RuleChecks;

/** Proxies whose objects have the names of another's. The default proxy is never the one that is reported. */
function sameNames(decisions: readonly Decision[]): CodedMatch[] {
  if (decisions.length < 2) return [];
  const taken = new Map<string, Proxy>();
  const found: CodedMatch[] = [];
  const ordered = [...decisions].sort(
    (a, b) => Number(b.proxy.key === 'gatewayProxy') - Number(a.proxy.key === 'gatewayProxy'),
  );
  for (const decision of ordered) {
    const { proxy } = decision;
    const names = namesOf(decision);
    const shared = names.find(({ key }) => taken.has(key));
    const other = taken.get(shared?.key ?? '');
    for (const { key } of names) taken.set(key, taken.get(key) ?? proxy);
    if (shared === undefined || other === undefined) continue;
    found.push({
      code: 'same-name',
      severity: 'error',
      path: ['gatewayProxies', proxy.key],
      at: 'key',
      message: `${proxy.key} and ${other.key} both become ${shared.name}${other.name === proxy.name ? '' : ', by an override of the name'}: two objects have the same name, and the install fails.`,
      hint: other.name !== proxy.name ? 'Remove that override.' : other.key === 'gatewayProxy' ? move : otherKey,
    });
  }
  return found;
}

/** The names of a proxy's objects in the cluster; an override may change them. */
function namesOf({ proxy, workload, configMap, overrides }: Decision): { name: string; key: string }[] {
  const nameOf = (kind: string, own: string, override: ValueMap | undefined): { name: string; key: string } => {
    const { namespace, name: given } = mapAt(override, 'metadata');
    const name = textOf(given) ?? own;
    return { name, key: JSON.stringify([kind, textOf(namespace) ?? proxy.namespace, name]) };
  };
  return [
    ...(workload === undefined ? [] : [nameOf(workload.kind, workload.name, overrides.workload)]),
    ...(configMap === undefined ? [] : [nameOf('ConfigMap', configMap.name, overrides.configMap)]),
  ];
}

/**
 * Proxies that clash or were not intended, the others, and whether a problem is worth reporting: problems of an
 * unintended proxy are not.
 */
export interface SoundProxies {
  readonly sound: readonly Decision[];
  readonly found: readonly CodedMatch[];
  isNews(problem: Pick<Problem, 'path'>): boolean;
}

/** Separates proxies that were not intended, and cannot be rendered, from the others. */
export function soundProxies(decisions: readonly Decision[], given: ValueMap): SoundProxies {
  const same = sameNames(decisions);
  const slips = nearMisses(decisions, given).filter(({ path }) => !same.some((one) => equal(one.path, path)));
  const lacking = new Set(decisions.filter(({ problems }) => hasErrors(problems)).map(({ proxy }) => proxy.key));
  const unmoved = same.filter(({ hint, path }) => hint === move && lacking.has(String(path[1])));
  const hopeless = [...slips.filter(({ severity }) => severity === 'error'), ...unmoved].map(({ path }) =>
    formatPath(path),
  );
  // A misplaced value can only be checked in its right place, so other problems with it are not reported.
  const misplaced = slips.flatMap(({ path, hint }) => (hint === usual ? [] : [formatPath(path)]));
  const among = (list: readonly string[], path: string): boolean =>
    list.some((slip) => path === slip || path.startsWith(`${slip}.`));
  const isIn = (path: string): boolean => among(hopeless, path);
  const sound = decisions.filter(({ proxy }) => !isIn(formatPath(proxy.own.path)));
  return {
    sound,
    found: [...slips, ...unmoved, ...sameNames(sound)],
    isNews: ({ path }) => path === undefined || !among([...hopeless, ...misplaced], path),
  };
}

const usual = 'Did you mean gatewayProxy?';
const move = 'Move these values to gatewayProxy, or choose another key.';
const otherKey = 'Choose another key for one of them.';

/** Keys that look like a typo in `gatewayProxy`, or like the default proxy of an older chart. */
function nearMisses(decisions: readonly Decision[], given: ValueMap): CodedMatch[] {
  const proxies = mapAt(given, 'gatewayProxies');
  return decisions.flatMap(({ proxy: { key, name, namespace, disabled, context }, problems }) => {
    const isTwin = name === 'gateway-proxy';
    const hasDefault = decisions.some(({ proxy }) => proxy.key === 'gatewayProxy' && !proxy.disabled);
    if (disabled || !(key in proxies) || (isTwin && (key === 'gatewayProxy' || !hasDefault))) return [];
    const severity = hasErrors(problems) ? ('error' as const) : ('warning' as const);
    const inside = meantInsideProxy(key, proxies[key] ?? null, context.chart.index);
    if (inside !== undefined)
      return [
        {
          code: 'second-proxy',
          severity,
          path: ['gatewayProxies', key],
          at: 'key' as const,
          message: `${key} belongs in a proxy; directly in gatewayProxies it creates a second proxy, ${name}.`,
          hint: `Did you mean ${formatPath(inside)}?`,
        },
      ];
    const letters = key.replace(/[^A-Za-z]/g, '').toLowerCase();
    // gatewayProxyInternal, myGatewayProxy and the like are names; gatewayProxyV2 may be one if gatewayProxy exists
    // too.
    const isName = letters.includes('gatewayproxy') && (letters.length > 13 || 'gatewayProxy' in proxies);
    if (!isTwin && (isName || closest(letters, ['gatewayProxy']) === undefined)) return [];
    return [
      {
        code: 'second-proxy',
        severity,
        path: ['gatewayProxies', key],
        at: 'key' as const,
        message: `${key} creates a second proxy, ${isTwin ? `in the namespace ${namespace}` : name}, beside gateway-proxy${hasErrors(problems) ? ', which lacks required values' : ''}.`,
        hint: usual,
      },
    ];
  });
}

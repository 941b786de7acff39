import { unservedIn } from '../objects/bootstrap.ts';
import { isMap } from '../value.ts';
import { setsBootstrap } from './envoy.ts';
import type { RuleChecks } from './rule.ts';

/** Envoy's bootstrap: the chart's with values in it, or the user's own. */
export const bootstrapRules = {
  'invalid-bootstrap': function* ({ given, pods }) {
    const isSet = setsBootstrap(given);
    for (const { bootstrap, proxy } of pods) if (isSet || proxy === undefined) yield* bootstrap?.check() ?? [];
  },
  'bootstrap-without-gloo': function* ({ pods }) {
    for (const { name, bootstrap: printed } of pods) {
      if (printed?.isOwn !== true || Object.keys(printed.config).length === 0) continue;
      const missing = unservedIn(printed.config);
      if (missing.length === 0) continue;
      const requested = missing.filter((one) => one !== 'role');
      const message =
        requested.length > 0
          ? `The bootstrap of ${name} requests no ${requested.join(' and no ')} from Gloo, so no Gateway or Upstream reaches this proxy.`
          : `The bootstrap of ${name} has no node.metadata.role, so Gloo cannot identify the proxy and makes it answer every request with 500.`;
      yield {
        path: [...printed.path, 'envoy.yaml'],
        at: 'key',
        message,
        hint: `Copy ${requested.length > 0 ? 'node, dynamic_resources and the clusters that they name' : 'node'} from what \`glistio render\` prints without this envoy.yaml.`,
      };
    }
  },
} satisfies RuleChecks;

/** Values that replace parts of the pod. */
export const replacementRules = {
  'dns-policy-without-config': function* ({ pods }) {
    for (const { name, spec, of } of pods) {
      if (spec['dnsPolicy'] !== 'None' || isMap(spec['dnsConfig'])) continue;
      yield {
        path: of('dnsPolicy'),
        message: `dnsPolicy None needs a dnsConfig: the API server rejects the pod of ${name}.`,
        hint: 'Add dnsConfig: {nameservers: […]}, or use ClusterFirst.',
      };
    }
  },
} satisfies RuleChecks;

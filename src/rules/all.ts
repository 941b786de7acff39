import { bootstrapRules, replacementRules } from './bootstrap.ts';
import { certificateRules } from './certificates.ts';
import { clashRules } from './clashes.ts';
import { targetRules } from './companion-targets.ts';
import { companionRules } from './companions.ts';
import { defectRules, inheritanceRules } from './defects.ts';
import { hostPortRules } from './host-ports.ts';
import { idleRules } from './idle.ts';
import { integrationRules } from './integration.ts';
import { istioVersionRules } from './istio-version.ts';
import { istiodAddressRules } from './istiod-address.ts';
import { kubeRules } from './kube.ts';
import { lintRules } from './lint.ts';
import { meshRules } from './mesh.ts';
import { namespaceRules } from './namespace.ts';
import { overrideRules } from './overrides.ts';
import { portRules } from './ports.ts';
import { proxyRules } from './proxies.ts';
import type { Rule } from './rule.ts';
import { securityRules } from './security.ts';
import { tokenRules } from './tokens.ts';
import { containerRules, volumeRules } from './volumes.ts';

/** Rules that belong together, in the order of their page. */
export interface RuleGroup {
  readonly title: string;
  /** The subject of its warnings; the classes that can fail a build are derived from this. */
  readonly warnsOf?: 'run-time' | 'no-effect';
  readonly rules: readonly Rule[];
}

export const ruleGroups: readonly RuleGroup[] = [
  { title: 'Certificates of the mesh', warnsOf: 'run-time', rules: certificateRules },
  { title: 'Tokens', warnsOf: 'run-time', rules: tokenRules },
  {
    title: 'The version of Istio',
    warnsOf: 'run-time',
    rules: [...istioVersionRules, ...istiodAddressRules, ...meshRules],
  },
  { title: 'Settings of the integration', warnsOf: 'run-time', rules: [...integrationRules, ...namespaceRules] },
  { title: 'Envoy’s bootstrap', warnsOf: 'run-time', rules: bootstrapRules },
  { title: 'Volumes', warnsOf: 'run-time', rules: volumeRules },
  { title: 'Containers', warnsOf: 'run-time', rules: containerRules },
  { title: 'Ports and probes', warnsOf: 'run-time', rules: [...portRules, ...hostPortRules] },
  {
    title: 'Services, autoscalers, budgets and Gateways',
    warnsOf: 'run-time',
    rules: [...companionRules, ...targetRules],
  },
  { title: 'Security contexts', warnsOf: 'run-time', rules: securityRules },
  { title: 'Names', warnsOf: 'run-time', rules: proxyRules },
  { title: 'Values that do nothing', warnsOf: 'no-effect', rules: idleRules },
  { title: 'Values that clash', warnsOf: 'run-time', rules: clashRules },
  { title: 'What the API server refuses', warnsOf: 'no-effect', rules: overrideRules },
  { title: 'Inherited and overridden values', warnsOf: 'no-effect', rules: [...inheritanceRules, ...replacementRules] },
  { title: 'What single releases get wrong', warnsOf: 'run-time', rules: defectRules },
  { title: 'Proxies of the Kubernetes Gateway API', warnsOf: 'run-time', rules: kubeRules },
  { title: 'Lint', rules: lintRules },
];

/** All checks by meaning. */
export const rules: readonly Rule[] = ruleGroups.flatMap((group) => group.rules);

/** The rule of a code; undefined for the codes of the reader, the schema and the model. */
export function ruleOf(code: string): Rule | undefined {
  return rules.find((rule) => rule.code === code);
}

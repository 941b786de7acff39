import { replacementRules } from './bootstrap.ts';
import { certificateRules } from './certificates.ts';
import { clashRules } from './clashes.ts';
import { companionRules } from './companions.ts';
import { defectRules, inheritanceRules } from './defects.ts';
import { hostPortRules } from './host-ports.ts';
import { idleRules } from './idle.ts';
import { integrationRules } from './integration.ts';
import { istioVersionRules } from './istio-version.ts';
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
  readonly rules: readonly Rule[];
}

export const ruleGroups: readonly RuleGroup[] = [
  { title: 'Certificates of the mesh', rules: certificateRules },
  { title: 'Tokens', rules: tokenRules },
  { title: 'The version of Istio', rules: [...istioVersionRules, ...meshRules] },
  { title: 'Settings of the integration', rules: [...integrationRules, ...namespaceRules] },
  { title: 'Volumes', rules: volumeRules },
  { title: 'Containers', rules: containerRules },
  { title: 'Ports and probes', rules: [...portRules, ...hostPortRules] },
  { title: 'Services, autoscalers, budgets and Gateways', rules: companionRules },
  { title: 'Security contexts', rules: securityRules },
  { title: 'Names', rules: proxyRules },
  { title: 'Values that do nothing or clash', rules: [...idleRules, ...clashRules] },
  { title: 'What the API server refuses', rules: overrideRules },
  { title: 'Inherited and overridden values', rules: [...inheritanceRules, ...replacementRules] },
  { title: 'What single releases get wrong', rules: defectRules },
  { title: 'Proxies of the Kubernetes Gateway API', rules: kubeRules },
  { title: 'Lint', rules: lintRules },
];

/** Every check by meaning. */
export const rules: readonly Rule[] = ruleGroups.flatMap((group) => group.rules);

/** The rule of a code; undefined for the codes of reading, of the schema and of the model. */
export function ruleOf(code: string): Rule | undefined {
  return rules.find((rule) => rule.code === code);
}

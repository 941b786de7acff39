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
import type { Rule, RuleCheck } from './rule.ts';
import { type RuleCode, rulesJson } from './rules.gen.ts';
import { securityRules } from './security.ts';
import { tokenRules } from './tokens.ts';
import { containerRules, volumeRules } from './volumes.ts';

const checks: Readonly<Record<RuleCode, RuleCheck>> = {
  ...bootstrapRules,
  ...replacementRules,
  ...certificateRules,
  ...clashRules,
  ...companionRules,
  ...targetRules,
  ...defectRules,
  ...inheritanceRules,
  ...hostPortRules,
  ...idleRules,
  ...integrationRules,
  ...istioVersionRules,
  ...istiodAddressRules,
  ...kubeRules,
  ...lintRules,
  ...meshRules,
  ...namespaceRules,
  ...overrideRules,
  ...portRules,
  ...proxyRules,
  ...securityRules,
  ...tokenRules,
  ...containerRules,
  ...volumeRules,
};

/** Rules that belong together, in the order of their page. */
export interface RuleGroup {
  readonly title: string;
  /** The subject of its warnings; the classes that can fail a build are derived from this. */
  readonly warnsOf?: 'run-time' | 'no-effect';
  readonly rules: readonly Rule[];
}

/** A group without the checks: the JSON of scripts/gen-tables.ts. */
type GroupFacts = Omit<RuleGroup, 'rules'> & { readonly rules: Record<RuleCode, Omit<Rule, 'code' | 'find'>> };

export const ruleGroups: readonly RuleGroup[] = (JSON.parse(rulesJson) as GroupFacts[]).map((group) => ({
  ...group,
  rules: (Object.keys(group.rules) as RuleCode[]).map((code) => ({ code, ...group.rules[code], find: checks[code] })),
}));

/** All checks by meaning. */
export const rules: readonly Rule[] = ruleGroups.flatMap((group) => group.rules);

/** The rule of a code; undefined for the codes of the reader, the schema and the model. */
export function ruleOf(code: string): Rule | undefined {
  return rules.find((rule) => rule.code === code);
}

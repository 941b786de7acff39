import type { Command } from '../command.ts';
import { check } from './check.ts';
import { completion } from './completion.ts';
import { diff } from './diff.ts';
import { explainCommand } from './explain.ts';
import { helpCommand, versionCommand } from './help.ts';
import { inject } from './inject.ts';
import { lsp } from './lsp.ts';
import { disableMtlsCommand, enableMtlsCommand } from './mtls.ts';
import { policy, policyCheck } from './policy.ts';
import { releasesCommand, releasesDiff } from './releases.ts';
import { render } from './render.ts';
import { route } from './route.ts';
import { ruleCommand } from './rule.ts';
import { schema } from './schema.ts';
import { uninject } from './uninject.ts';
import { upgradeIntegration, upgradeIstioCommand, upgradeReleaseCommand, upgradeStrict } from './upgrade.ts';
import { validate } from './validate.ts';
import { values } from './values.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  render,
  validate,
  diff,
  check,
  upgradeIntegration,
  upgradeStrict,
  upgradeReleaseCommand,
  upgradeIstioCommand,
  inject,
  uninject,
  enableMtlsCommand,
  disableMtlsCommand,
  policy,
  policyCheck,
  route,
  schema,
  values,
  explainCommand,
  ruleCommand,
  releasesCommand,
  releasesDiff,
  lsp,
  completion,
  helpCommand,
  versionCommand,
];

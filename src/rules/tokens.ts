import { listOf, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import type { Agent } from './agent.ts';
import { allAgents, isMountedAt, samePath } from './certificates.ts';
import { envOf, type Pod } from './pod.ts';
import type { RuleChecks } from './rule.ts';

const tokenFolder = '/var/run/secrets/tokens';

/** How the Istio sidecar proves its identity to istiod. */
export const tokenRules = {
  'token-not-mounted': function* (subject) {
    for (const agent of allAgents(subject)) {
      if (policyOf(agent) !== 'third-party-jwt' || hasToken(agent)) continue;
      const { container, istio } = agent;
      const policy = envOf(container, 'JWT_POLICY');
      // If it is omitted, empty, or set from another object, its value cannot be known here.
      const wants =
        policy === undefined || policy.value === ''
          ? `${istio} requires one unless JWT_POLICY is set otherwise`
          : agent.has('thirdPartyTokenAlways')
            ? `${istio} requires one whatever JWT_POLICY is`
            : `${policy.value} requires one`;
      yield {
        path: policy?.path ?? container.path,
        message: `${container.name} has no token at ${tokenFolder}/istio-token, but ${wants}: istiod issues no certificate for it.`,
        hint: `Mount the volume istio-token at ${tokenFolder}.${firstPartyHint(agent)}`,
      };
    }
  },
  'token-not-needed': function* (subject) {
    for (const agent of allAgents(subject)) {
      const { container } = agent;
      if (policyOf(agent) !== 'first-party-jwt' || !isMountedAt(container, tokenFolder)) continue;
      const mount = container.mounts.find(({ value }) => samePath(textOf(value['mountPath']) ?? '', tokenFolder));
      yield {
        path: mount?.path ?? container.path,
        message: `${container.name} mounts a third-party token, which first-party-jwt does not use.`,
        hint: 'Remove the mount, or set JWT_POLICY to third-party-jwt.',
      };
    }
  },
  'first-party-jwt-removed': function* (subject) {
    for (const { container, has, istio } of allAgents(subject)) {
      const policy = envOf(container, 'JWT_POLICY');
      if (policy?.value !== 'first-party-jwt' || !has('thirdPartyTokenAlways')) continue;
      yield {
        path: policy.path,
        message: `${istio} reads first-party-jwt as third-party-jwt, because Istio 1.22 removed first-party tokens.`,
        hint: `Set JWT_POLICY to third-party-jwt and mount the volume istio-token at ${tokenFolder}.`,
      };
    }
  },
  'unknown-jwt-policy': function* (subject) {
    for (const { container, has, istio } of allAgents(subject)) {
      const policy = envOf(container, 'JWT_POLICY');
      if (policy === undefined || policy.isOpen || has('thirdPartyTokenAlways')) continue;
      if (knownPolicies.has(policy.value)) continue;
      yield {
        path: policy.path,
        message: `JWT_POLICY ${policy.value === '' ? '""' : policy.value} is not a policy of ${istio}: ${container.name} then sends istiod no token, and gets no certificate.`,
        hint: 'Set it to third-party-jwt.',
      };
    }
  },
  'token-audience': function* (subject) {
    for (const agent of allAgents(subject)) {
      if (policyOf(agent) !== 'third-party-jwt') continue;
      const volume = tokenVolume(agent);
      const tokens = tokensOf(volume?.value);
      if (volume?.path === undefined || tokens.length === 0 || tokens.some(isIstioToken)) continue;
      const [{ audience = null, path = null } = {}] = tokens;
      yield {
        path: volume.path,
        message:
          path === 'istio-token'
            ? `The token of ${agent.container.name} is for the audience ${audience || 'of the API server'}, but istiod expects istio-ca and issues no certificate for it.`
            : `The token of ${agent.container.name} is written to ${path || 'no path'}, but the agent reads istio-token.`,
        hint: 'Use serviceAccountToken: {audience: istio-ca, path: istio-token}, or the chart’s own volume istio-token.',
      };
    }
  },
} satisfies RuleChecks;

const knownPolicies: ReadonlySet<string> = new Set(['third-party-jwt', 'first-party-jwt']);

/** The policy that the agent actually follows; one that is read from another object is assumed to be the default. */
function policyOf({ container, has }: Agent): string {
  const policy = envOf(container, 'JWT_POLICY');
  if (policy === undefined || policy.isOpen || has('thirdPartyTokenAlways')) return 'third-party-jwt';
  return policy.value;
}

function firstPartyHint({ has }: Agent): string {
  return has('thirdPartyTokenAlways')
    ? ''
    : ' On a cluster that issues no third-party tokens, set JWT_POLICY to first-party-jwt.';
}

function tokenVolume({ container, pod }: Agent): Pod['volumes'][number] | undefined {
  const mount = container.mounts.find(({ value }) => samePath(textOf(value['mountPath']) ?? '', tokenFolder));
  return pod.volumes.find(({ value }) => mount !== undefined && value['name'] === mount.value['name']);
}

/** A volume that is not projected may also contain a token, which cannot be determined here. */
function hasToken(agent: Agent): boolean {
  return isMountedAt(agent.container, `${tokenFolder}/istio-token`);
}

interface Token {
  readonly audience?: Value;
  readonly path?: Value;
}

function tokensOf(volume: ValueMap | undefined): Token[] {
  return listOf(mapOf(volume?.['projected'])['sources']).flatMap((source) => {
    const token = mapOf(source)['serviceAccountToken'];
    return token === undefined || token === null ? [] : [mapOf(token) as Token];
  });
}

function isIstioToken({ audience, path }: Token): boolean {
  return audience === 'istio-ca' && path === 'istio-token';
}

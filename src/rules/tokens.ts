import { mountedToken, tokenFolder, tokenPolicyOf } from '../objects/istio-agent.ts';
import { tidied } from '../objects/workload.ts';
import { textOf } from '../value.ts';
import { type Agent, allAgents } from './agent.ts';
import { envOf, isMountedAt } from './pod.ts';
import type { RuleChecks } from './rule.ts';

/** How the Istio sidecar proves its identity to istiod. */
export const tokenRules = {
  'token-not-mounted': function* (subject) {
    for (const agent of allAgents(subject)) {
      const { container, istio } = agent;
      if (!needsToken(agent) || hasToken(agent)) continue;
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
    for (const { container, has } of allAgents(subject)) {
      const { sends } = tokenPolicyOf(container.value, has);
      if (sends !== 'first-party-jwt' || !isMountedAt(container, tokenFolder)) continue;
      const mount = container.mounts.find(({ value }) => tidied(textOf(value['mountPath']) ?? '') === tokenFolder);
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
      if (policy === undefined || tokenPolicyOf(container.value, has).sends !== 'none') continue;
      yield {
        path: policy.path,
        message: `JWT_POLICY ${policy.value === '' ? '""' : policy.value} is not a policy of ${istio}: ${container.name} then sends istiod no token, and gets no certificate.`,
        hint: 'Set it to third-party-jwt.',
      };
    }
  },
  'token-audience': function* (subject) {
    for (const agent of allAgents(subject)) {
      const { pod, container } = agent;
      const mounted = needsToken(agent) ? mountedToken(pod.spec, container.value) : undefined;
      const at = pod.volumes.find(({ value }) => value === mounted?.volume)?.path;
      const tokens = hasToken(agent) ? (mounted?.tokens ?? []) : [];
      if (at === undefined || tokens.some(({ isRead, audience }) => isRead && audience === 'istio-ca')) continue;
      const [token] = [...tokens.filter(({ isRead }) => isRead), ...tokens];
      if (token === undefined) continue;
      const { audience, path, isRead } = token;
      yield {
        path: at,
        message: isRead
          ? `The token of ${agent.container.name} is for the audience ${audience || 'of the API server'}, but istiod expects istio-ca and issues no certificate for it.`
          : `The token of ${agent.container.name} is written to ${path || 'no path'}, but the agent reads istio-token.`,
        hint: 'Use serviceAccountToken: {audience: istio-ca, path: istio-token}, or the chart’s own volume istio-token.',
      };
    }
  },
} satisfies RuleChecks;

/** Whether something at the path of the token may be one. One of another name in the right folder is another finding. */
function hasToken({ container, pod }: Agent): boolean {
  const found = mountedToken(pod.spec, container.value);
  if (found === undefined || !found.isKnown) return found !== undefined;
  return found.tokens.some(({ isRead }) => isRead) || found.spot.rest === '/istio-token';
}

/** Whether the agent sends a third-party token; a policy that is set from another object is assumed to be the default. */
function needsToken({ container, has }: Agent): boolean {
  return (tokenPolicyOf(container.value, has).sends ?? 'third-party-jwt') === 'third-party-jwt';
}

function firstPartyHint({ has }: Agent): string {
  return has('thirdPartyTokenAlways')
    ? ''
    : ' On a cluster that issues no third-party tokens, set JWT_POLICY to first-party-jwt.';
}

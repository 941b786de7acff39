import { describeObject } from '../../objects/object.ts';
import { mapAt } from '../../value.ts';
import { authorize } from '../authorization.ts';
import type { CheckOutcome } from './outcome.ts';
import { because, type Reception } from './reception.ts';
import { placeOf } from './world.ts';

/** The verdict of the AuthorizationPolicies on a call that arrives. */
export function admitted(
  reception: Reception,
  hasIdentity: boolean,
  isHttp: boolean,
  arrived: CheckOutcome,
): CheckOutcome {
  const { world, target, pod, port, proxies } = reception;
  const namespaces = [...new Set([target.namespace, world.rootNamespace])];
  const unknown = namespaces.filter((namespace) => !world.knows('AuthorizationPolicy', namespace));
  const policies = namespaces.flatMap((namespace) => world.inNamespace('AuthorizationPolicy', namespace));
  const subject = { namespace: target.namespace, labels: pod.labels };
  const principals = hasIdentity ? [...new Set(proxies.map(({ principal }) => principal))] : [undefined];
  // Policies that were not given may allow callers that the given ones do not name, but not callers that these deny.
  const objects = policies
    .map(({ object }) => object)
    .filter((object) => unknown.length === 0 || mapAt(object, 'spec')['action'] === 'DENY');
  const { trustDomainAliases } = world;
  for (const principal of principals) {
    const { allowed, by } = authorize(
      { port, principal, isHttp, trustDomainAliases },
      subject,
      objects,
      world.rootNamespace,
    );
    if (allowed === true) continue;
    const policy = by === undefined ? 'an AuthorizationPolicy' : describeObject(by);
    const source = policies.find(({ object }) => object === by);
    const place = source === undefined ? {} : placeOf(source);
    const who = principal ?? 'a client without an identity';
    if (allowed === false)
      return because(
        'refused',
        'authorization-denied',
        `${policy} does not allow ${who} to reach port ${port} of ${target.described}.`,
        place,
      );
    const missing = `the requests that the routes send: ${policy} checks more than the identity of the client`;
    const text = `${policy} allows only some requests of ${who} to ${target.described}.`;
    return {
      verdict: 'unknown',
      reasons: [...arrived.reasons, { code: 'authorization-depends', text, missing, ...place }],
    };
  }
  if (unknown.length === 0) return arrived;
  const missing = `the AuthorizationPolicies of ${unknown.join(' and ')}`;
  const text = `Whether ${target.described} allows requests of the gateway depends on AuthorizationPolicies, but none were given for ${unknown.join(' and ')}.`;
  return { verdict: 'unknown', reasons: [...arrived.reasons, { code: 'authorization-not-given', text, missing }] };
}

import { mapAt, textOf } from '../../value.ts';
import { type AmbientPort, ambientPolicies, ambientPort } from '../ambient.ts';
import { admitted } from './admitted.ts';
import type { CheckOutcome } from './outcome.ts';
import { deciderOf } from './policies.ts';
import { because, hasMeshCertificate, leftToApp, type Reception } from './reception.ts';
import { placeOf, waypointLabel } from './world.ts';

/** What a pod in ambient does with the connections it gets. */
export function receiveInAmbient(reception: Reception): CheckOutcome {
  const { target, sent, istio, world, policies, proxies, port } = reception;
  if (sent.kind !== 'plain')
    return hasMeshCertificate(sent)
      ? because(
          'refused',
          'ambient-does-not-end-mtls',
          `${target.described} is in ambient: ztunnel does not terminate mTLS that is sent to the pod's own port, so the app gets TLS where it expects plain text.`,
          placeOf(target.source),
        )
      : leftToApp(reception);
  const converted = ambientPolicies(policies.found, policies.all, world.rootNamespace, istio);
  const answer = ambientPort(converted, port);
  const ways = proxies.map(({ isAmbient }) => isAmbient);
  if (ways.includes(undefined) || ways.length === 0 || new Set(ways).size > 1) {
    const namespace = proxies.find(({ isAmbient }) => isAmbient === undefined)?.namespace ?? world.glooNamespace;
    const missing = `Namespace ${namespace} of the gateway proxies (its labels decide whether they are in ambient)`;
    return because(
      'unknown',
      'gateway-may-be-ambient',
      `${target.described} is in ambient; whether requests reach it by HBONE depends on the gateway.`,
      { missing },
    );
  }
  return ambientOutcome(reception, answer, ways[0] === true);
}

function ambientOutcome(reception: Reception, answer: AmbientPort, isAmbientGateway: boolean): CheckOutcome {
  const { target, policies, port } = reception;
  if (!isAmbientGateway) {
    if (answer.plain === 'accepted')
      return admitted(
        reception,
        false,
        false,
        because(
          'plain-text',
          'ambient-plain-text',
          `${target.described} is in ambient but the gateway is not: ztunnel accepts the gateway's plain text and passes it on.`,
        ),
      );
    return because(
      'refused',
      'ambient-strict',
      `${deciderOf(policies.found, port)} is STRICT, so ztunnel refuses the plain text of a gateway outside ambient for ${target.described}.`,
      placeOf(target.source),
    );
  }
  if (answer.hbone === 'refused')
    return because(
      'refused',
      'ambient-refused',
      `ztunnel of ${target.described} refuses port ${port}.`,
      placeOf(target.source),
    );
  const waypoint = waypointOf(reception);
  if (waypoint !== undefined)
    return because(
      'unknown',
      'waypoint-between',
      `Requests to ${target.described} pass through the waypoint ${waypoint}.`,
      {
        missing: `what the waypoint ${waypoint} allows`,
      },
    );
  return admitted(
    reception,
    true,
    false,
    because(
      'works',
      'ambient-hbone',
      `Gateway and ${target.described} are in ambient: ztunnel carries the request by HBONE.`,
    ),
  );
}

/** The waypoint that a pod, its Service or its Namespace refers to. */
function waypointOf({ pod, service, target, world }: Reception): string | undefined {
  const namespace = world.find('Namespace', 'default', target.namespace)?.object ?? {};
  const labels = [pod.labels, mapAt(service, 'metadata', 'labels'), mapAt(namespace, 'metadata', 'labels')];
  return labels.map((one) => textOf(one[waypointLabel])).find((name) => name !== undefined && name !== 'none');
}

import { describeObject } from '../../objects/object.ts';
import { type AmbientPort, ambientPolicies, ambientPort } from '../ambient.ts';
import { authorize } from '../authorization.ts';
import { inboundPort } from '../effective-mtls.ts';
import { type CallResult, type InboundCall, resultOfCall } from '../inbound.ts';
import type { PortKind } from '../service-ports.ts';
import type { Istio } from '../version.ts';
import type { CheckOutcome } from './outcome.ts';
import { deciderOf, type PolicyForm } from './policies.ts';
import type { GatewayProxy } from './proxies.ts';
import type { Sent } from './sent.ts';
import type { PodForm, Target } from './targets.ts';
import type { Reason, Verdict } from './types.ts';
import type { World } from './world.ts';

/** One call to one pod, everything about it decided. */
export interface Reception {
  readonly world: World;
  readonly proxies: readonly GatewayProxy[];
  readonly istio: Istio;
  readonly target: Target;
  readonly pod: PodForm;
  readonly port: number;
  readonly kinds: ReadonlyMap<number, PortKind>;
  readonly policies: PolicyForm;
  readonly sent: Sent;
  readonly isHttp2: boolean;
}

const httpAlpn = /^istio-(?:http\/1\.[01]|h2)$/;
const meshAlpn = /^istio(?:-peer-exchange)?$/;

/** The kind of call that the table of listeners knows for what Envoy sends. */
function callOf({ sent, isHttp2 }: Reception): InboundCall {
  if (sent.kind === 'plain') return isHttp2 ? 'http2' : 'http';
  const alpn = sent.alpn.find((name) => httpAlpn.test(name) || meshAlpn.test(name));
  if (!hasMeshCertificate(sent)) {
    if (alpn !== undefined) return httpAlpn.test(alpn) ? 'mtls-istio-http' : 'mtls-istio';
    return sent.alpn.includes('h2') ? 'tls-h2' : sent.alpn.length > 0 ? 'tls-http1' : 'tls';
  }
  if (alpn !== undefined) return httpAlpn.test(alpn) ? 'mtls-istio-http' : 'mtls-istio';
  return sent.alpn.length > 0 ? 'mtls-h2' : 'mtls';
}

function hasMeshCertificate({ sds }: Sent): boolean {
  return sds?.certificate !== undefined;
}

function outcome(verdict: Verdict, code: string, text: string, more: Partial<Reason> = {}): CheckOutcome {
  return { verdict, reasons: [{ code, text, ...more }] };
}

/** What a pod makes of what it gets. */
export function receive(reception: Reception): CheckOutcome {
  const { pod, sent } = reception;
  if (sent.isProxyProtocol && sent.kind !== 'plain')
    return outcome(
      'refused',
      'proxy-protocol',
      `The PROXY protocol comes before TLS, which the sidecar of ${reception.target.described} does not expect.`,
    );
  if (pod.dataplane === 'none') return receiveWithoutMesh(reception);
  if (pod.dataplane === 'ambient') return receiveInAmbient(reception);
  return receiveWithSidecar(reception);
}

/** TLS that is not the mesh's, at a place where nothing ends it: the app must. */
function leftToApp({ target, port }: Reception): CheckOutcome {
  const missing = `what ${target.described} itself accepts at port ${port}`;
  return outcome(
    'unknown',
    'tls-left-to-app',
    `TLS that is not the mesh's reaches the app of ${target.described} unread, which must end it itself.`,
    { missing },
  );
}

function receiveWithoutMesh(reception: Reception): CheckOutcome {
  const { target, sent, port, kinds } = reception;
  if (sent.kind === 'plain')
    return outcome(
      'plain-text',
      'plain-text-no-sidecar',
      `${target.described} has no sidecar and is not in ambient, so plain text is all that it can get.`,
    );
  if (!hasMeshCertificate(sent)) return leftToApp(reception);
  if (kinds.get(port) === 'tcp' && sent.sds?.validation === undefined) return leftToApp(reception);
  return outcome(
    'refused',
    'no-sidecar',
    `${target.described} has no sidecar, so nobody ends the mTLS that the proxy sends to it.`,
    placeOf(target.source),
  );
}

/** Where an object was written, as a reason shows it. */
function placeOf(object: Target['source']): Partial<Reason> {
  const { file, line } = object.problem({ code: '', severity: 'info', message: '' });
  return { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
}

function receiveInAmbient(reception: Reception): CheckOutcome {
  const { target, sent, istio, world, policies, proxies, port } = reception;
  if (!istio.has('ambient')) return receiveWithoutMesh(reception);
  if (sent.kind !== 'plain')
    return hasMeshCertificate(sent)
      ? outcome(
          'refused',
          'ambient-does-not-end-mtls',
          `${target.described} is in ambient: ztunnel does not end mTLS that is sent to the pod's own port, so the app gets TLS where it expects plain text.`,
          placeOf(target.source),
        )
      : leftToApp(reception);
  const converted = ambientPolicies(policies.found, policies.all, world.rootNamespace, istio);
  const answer = ambientPort(converted, port);
  const ways = proxies.map(({ isAmbient }) => isAmbient);
  if (ways.includes(undefined) || ways.length === 0 || new Set(ways).size > 1) {
    const missing = `Namespace ${proxies.find(({ isAmbient }) => isAmbient === undefined)?.namespace ?? world.glooNamespace} of the gateway proxies (its labels say whether they are in ambient)`;
    return outcome(
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
      return authorized(
        reception,
        false,
        false,
        outcome(
          'plain-text',
          'ambient-plain-text',
          `${target.described} is in ambient but the gateway is not: ztunnel takes the gateway's plain text and passes it on.`,
        ),
      );
    return outcome(
      'refused',
      'ambient-strict',
      `${deciderOf(policies.found, port)} is STRICT, so ztunnel refuses the plain text of a gateway outside ambient for ${target.described}.`,
      placeOf(target.source),
    );
  }
  if (answer.hbone === 'refused')
    return outcome(
      'refused',
      'ambient-refused',
      `ztunnel of ${target.described} refuses port ${port}.`,
      placeOf(target.source),
    );
  return authorized(
    reception,
    true,
    false,
    outcome(
      'works',
      'ambient-hbone',
      `Gateway and ${target.described} are in ambient: ztunnel carries the request by HBONE.`,
    ),
  );
}

function receiveWithSidecar(reception: Reception): CheckOutcome {
  const { target, sent, istio, port, kinds, policies } = reception;
  const inbound = inboundPort(port, policies.found, kinds);
  const call = callOf(reception);
  const result = resultOfCall(call, inbound, istio);
  const by = `${deciderOf(policies.found, port)} is ${inbound.mode}`;
  if (sent.kind === 'plain') {
    if (result !== 'plain-http' && result !== 'plain-tcp')
      return outcome(
        'refused',
        'plain-text-refused',
        `${by}, so ${target.described} refuses the plain text that the proxy sends.`,
      );
    if (sent.isProxyProtocol) return leftToApp(reception);
    const taken = outcome(
      'plain-text',
      'plain-text',
      `${by}, so ${target.described} takes the plain text that the proxy sends.`,
    );
    return authorized(reception, false, result === 'plain-http', taken);
  }
  return hasMeshCertificate(sent) ? meshOutcome(reception, result, by) : otherTlsOutcome(reception, result, by);
}

/** TLS with the mesh's certificate. */
function meshOutcome(reception: Reception, result: CallResult, by: string): CheckOutcome {
  const { target, sent, port, world } = reception;
  if (result === 'mtls-http' || result === 'mtls-tcp') {
    const name = `spiffe://${world.trustDomain}/ns/${target.namespace}/sa/${target.serviceAccount}`;
    if (sent.names.length > 0 && !sent.names.includes(name))
      return outcome(
        'refused',
        'other-server-name',
        `The Upstream expects a server called ${sent.names.join(' or ')}, but ${target.described} is ${name}.`,
      );
    if (result === 'mtls-http' && mixesVersions(reception)) return mixedVersions(reception);
    const ended = outcome(
      'works',
      'mtls-ended',
      `${by}: the sidecar of ${target.described} ends the mTLS${result === 'mtls-tcp' ? ' and passes the inside on as TCP' : ''}.`,
    );
    return authorized(reception, true, result === 'mtls-http', ended);
  }
  const alpn = sent.alpn.length === 0 ? 'without an ALPN' : `with the ALPN ${sent.alpn.join(', ')}`;
  if (result === 'no-filter-chain')
    return outcome(
      'refused',
      'alpn-not-recognised',
      `${by}: mTLS ${alpn} is not recognised at port ${port} of ${target.described}, which closes the connection.`,
    );
  if (result === 'not-http')
    return outcome(
      'refused',
      'mtls-not-ended',
      `${by}: the sidecar of ${target.described} reads the proxy's mTLS as HTTP and answers 400.`,
    );
  if (result === 'plain-tcp' && sent.sds?.validation === undefined) return leftToApp(reception);
  const why = by.endsWith('PERMISSIVE') ? `mTLS ${alpn} is not recognised` : 'mTLS is not ended';
  return outcome(
    'refused',
    by.endsWith('PERMISSIVE') ? 'alpn-not-recognised' : 'mtls-not-ended',
    `${by}: ${why} at port ${port} of ${target.described}, so TLS reaches the app where it expects plain text.`,
  );
}

/**
 * Sidecars choose between HTTP/1 and HTTP/2 by the ALPN that both sides have; the proxy goes by useHttp2 of the Upstream
 * alone.
 */
function mixesVersions({ sent, isHttp2 }: Reception): boolean {
  return isHttp2 ? sent.alpn.includes('http/1.1') && !sent.alpn.includes('h2') : sent.alpn.includes('h2');
}

function mixedVersions({ target, sent, isHttp2 }: Reception): CheckOutcome {
  const text = `The Upstream offers the ALPN ${sent.alpn.join(', ')} but speaks HTTP/${isHttp2 ? '2' : '1.1'}: the sidecar of ${target.described} goes by the ALPN.`;
  return outcome('unknown', 'alpn-of-other-http', text, {
    missing: `an Upstream whose useHttp2 and alpnProtocols agree`,
  });
}

/** TLS without the mesh's certificate. */
function otherTlsOutcome(reception: Reception, result: CallResult, by: string): CheckOutcome {
  const { target, sent } = reception;
  if (sent.ownCertificate !== 'none' && (result.startsWith('mtls') || result === 'no-client-certificate'))
    return outcome(
      'unknown',
      'own-certificate',
      `${by}: ${target.described} asks for a certificate of the mesh; whether the Upstream's own is signed by the mesh is not known.`,
      { missing: 'the certificate in the Secret of the Upstream' },
    );
  if (result.startsWith('mtls') || result === 'no-client-certificate')
    return outcome(
      'refused',
      'no-client-certificate',
      `${by}: ${target.described} asks for a client certificate, and the Upstream presents none.`,
    );
  if (result === 'no-filter-chain')
    return outcome('refused', 'tls-refused', `${by}: ${target.described} closes TLS that is not the mesh's.`);
  if (result === 'not-http')
    return outcome(
      'refused',
      'tls-read-as-http',
      `${by}: the sidecar of ${target.described} reads the TLS as HTTP and answers 400.`,
    );
  return leftToApp(reception);
}

/** What the AuthorizationPolicies say of a call that arrives. */
function authorized(reception: Reception, hasIdentity: boolean, isHttp: boolean, arrived: CheckOutcome): CheckOutcome {
  const { world, target, pod, port, proxies } = reception;
  const where =
    target.namespace === world.rootNamespace ? target.namespace : `${target.namespace} and ${world.rootNamespace}`;
  if (!world.knows('AuthorizationPolicy')) {
    const missing = `the AuthorizationPolicies of ${where}`;
    const text = `Whether ${target.described} lets the gateway in depends on AuthorizationPolicies, of which none was given.`;
    return { verdict: 'unknown', reasons: [...arrived.reasons, { code: 'authorization-not-given', text, missing }] };
  }
  const namespaces = new Set([target.namespace, world.rootNamespace]);
  const policies = [...namespaces].flatMap((namespace) => world.inNamespace('AuthorizationPolicy', namespace));
  if (policies.length === 0) return arrived;
  const objects = policies.map(({ object }) => object);
  const subject = { namespace: target.namespace, labels: pod.labels };
  const principals = hasIdentity ? [...new Set(proxies.map(({ principal }) => principal))] : [undefined];
  for (const principal of principals) {
    const { allowed, by } = authorize({ port, principal, isHttp }, subject, objects, world.rootNamespace);
    if (allowed === true) continue;
    const policy = by === undefined ? 'an AuthorizationPolicy' : describeObject(by);
    const source = policies.find(({ object }) => object === by);
    const place = source === undefined ? {} : placeOf(source);
    const who = principal ?? 'a caller without an identity';
    if (allowed === false)
      return outcome(
        'refused',
        'authorization-denied',
        `${policy} does not let ${who} in to port ${port} of ${target.described}.`,
        place,
      );
    const missing = `the requests that the routes send: ${policy} looks at more than who calls`;
    const text = `${policy} lets some requests of ${who} in to ${target.described} and others not.`;
    return {
      verdict: 'unknown',
      reasons: [...arrived.reasons, { code: 'authorization-depends', text, missing, ...place }],
    };
  }
  return arrived;
}

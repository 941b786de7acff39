import { matchesLabels } from '../../objects/label-selector.ts';
import { describeObject, type KubeObject } from '../../objects/object.ts';
import { mapAt, mapsIn, textOf, type ValueMap } from '../../value.ts';
import { inboundPort } from '../effective-mtls.ts';
import { type CallResult, type InboundCall, resultOfCall } from '../inbound.ts';
import { admitted } from './admitted.ts';
import type { CheckOutcome } from './outcome.ts';
import { deciderOf } from './policies.ts';
import { receiveInAmbient } from './receive-ambient.ts';
import { because, hasMeshCertificate, leftToApp, type Reception } from './reception.ts';
import { placeOf, selectorOf } from './world.ts';

const httpAlpn = /^istio-(?:http\/1\.[01]|h2)$/;
const meshAlpn = /^istio(?:-peer-exchange)?$/;

/** The column of the listener table for what Envoy sends. HTTP/2 as plain text and the ALPN h2 have the results of others. */
function callOf({ sent }: Reception): InboundCall {
  if (sent.kind === 'plain') return 'http';
  const alpn = sent.alpn.find((name) => httpAlpn.test(name) || meshAlpn.test(name));
  if (alpn !== undefined) return httpAlpn.test(alpn) ? 'mtls-istio-http' : 'mtls-istio';
  if (hasMeshCertificate(sent)) return 'mtls';
  return sent.alpn.length > 0 && !sent.alpn.includes('h2') ? 'tls-http1' : 'tls';
}

/** What a pod does with the connections it gets. */
export function receive(reception: Reception): CheckOutcome {
  const { pod, sent, target } = reception;
  if (target.open !== undefined)
    return because('unknown', 'not-a-sidecar', `${target.described} ${target.open}, which has its own listeners.`, {
      missing: `what ${target.described} accepts`,
      ...placeOf(target.source),
    });
  if (sent.isProxyProtocol && sent.kind !== 'plain')
    return because(
      'refused',
      'proxy-protocol',
      `The PROXY protocol comes before TLS, which the sidecar of ${reception.target.described} does not understand.`,
    );
  if (pod.dataplane === 'none' || (pod.dataplane === 'ambient' && !reception.istio.has('ambient')))
    return receiveWithoutMesh(reception);
  if (pod.dataplane === 'ambient') return receiveInAmbient(reception);
  return receiveWithSidecar(reception);
}

function receiveWithoutMesh(reception: Reception): CheckOutcome {
  const { target, sent, port, kinds } = reception;
  if (sent.kind === 'plain')
    return because(
      'plain-text',
      'plain-text-no-sidecar',
      `${target.described} has no sidecar and is not in ambient, so it can only get plain text.`,
    );
  if (!hasMeshCertificate(sent)) return leftToApp(reception);
  if (kinds.get(port) === 'tcp' && sent.sds?.validation === undefined) return leftToApp(reception);
  return because(
    'refused',
    'no-sidecar',
    `${target.described} has no sidecar, so nothing terminates the mTLS that the proxy sends to it.`,
    placeOf(target.source),
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
      return because(
        'refused',
        'plain-text-refused',
        `${by}, so ${target.described} refuses the plain text that the proxy sends.`,
      );
    if (sent.isProxyProtocol)
      return because(
        'unknown',
        'proxy-protocol',
        `The PROXY protocol comes before plain text, which the app of ${target.described} must understand.`,
        { missing: `what ${target.described} itself accepts at port ${port}` },
      );
    const taken = because(
      'plain-text',
      'plain-text',
      `${by}, so ${target.described} accepts the plain text that the proxy sends.`,
    );
    return admitted(reception, false, result === 'plain-http', taken);
  }
  return hasMeshCertificate(sent) ? meshOutcome(reception, result, by) : otherTlsOutcome(reception, result, by);
}

/** TLS with the mesh's certificate. */
function meshOutcome(reception: Reception, result: CallResult, by: string): CheckOutcome {
  const { target, sent, port, world } = reception;
  if (result === 'mtls-http' || result === 'mtls-tcp') {
    const name = `spiffe://${world.trustDomain}/ns/${target.namespace}/sa/${target.serviceAccount}`;
    if (sent.names.length > 0 && !sent.names.includes(name))
      return because(
        'refused',
        'other-server-name',
        `The Upstream expects the server identity ${sent.names.join(' or ')}, but ${target.described} has ${name}.`,
      );
    if (result === 'mtls-http' && mixesVersions(reception)) return mixedVersions(reception);
    const shaped = reshaped(reception) ?? innerTls(reception);
    if (shaped !== undefined) return shaped;
    const ended = because(
      'works',
      'mtls-ended',
      `${by}: the sidecar of ${target.described} terminates the mTLS${result === 'mtls-tcp' ? ' and forwards the content as TCP' : ''}.`,
    );
    return admitted(reception, true, result === 'mtls-http', ended);
  }
  const alpn = sent.alpn.length === 0 ? 'without an ALPN' : `with the ALPN ${sent.alpn.join(', ')}`;
  if (result === 'no-filter-chain')
    return because(
      'refused',
      'alpn-not-recognised',
      `${by}: mTLS ${alpn} is not recognised at port ${port} of ${target.described}, which closes the connection.`,
    );
  if (result === 'not-http')
    return because(
      'refused',
      'mtls-not-ended',
      `${by}: the sidecar of ${target.described} reads the proxy's mTLS as HTTP and answers 400.`,
    );
  if (result === 'plain-tcp' && sent.sds?.validation === undefined) return leftToApp(reception);
  const why = by.endsWith('PERMISSIVE') ? `mTLS ${alpn} is not recognised` : 'mTLS is not terminated';
  return because(
    'refused',
    by.endsWith('PERMISSIVE') ? 'alpn-not-recognised' : 'mtls-not-ended',
    `${by}: ${why} at port ${port} of ${target.described}, so TLS reaches the app where it expects plain text.`,
  );
}

/** An app that terminates TLS itself gets plain HTTP out of the mesh's mTLS. */
function innerTls({ endsTlsItself, port, target }: Reception): CheckOutcome | undefined {
  if (!endsTlsItself) return undefined;
  const text = `Port ${port} of ${target.described} is declared as the app's own TLS: inside the mesh's mTLS the proxy sends plain HTTP, which the app then gets.`;
  return because('unknown', 'app-ends-tls', text, { missing: `whether the app at port ${port} accepts plain HTTP` });
}

/** Objects that give a sidecar other listeners than Istio's default rules. */
function reshaped({ world, target, pod }: Reception): CheckOutcome | undefined {
  const own = (kind: string): readonly KubeObject[] =>
    [...new Set([target.namespace, world.rootNamespace])]
      .flatMap((namespace) => world.inNamespace(kind, namespace))
      .filter(({ object }) => matchesLabels(selectorOf(object), pod.labels));
  const sidecar = own('Sidecar').find(({ object }) => mapsIn(mapAt(object, 'spec')['ingress']).length > 0);
  const found = sidecar ?? own('EnvoyFilter').find(({ object }) => changesInbound(object));
  if (found === undefined) return undefined;
  const text = `${describeObject(found.object)} changes the listeners of the sidecar of ${target.described}.`;
  const missing = `the effect of ${describeObject(found.object)} on them`;
  return because('unknown', 'listeners-changed', text, { missing, ...placeOf(found) });
}

function changesInbound(filter: ValueMap): boolean {
  return mapsIn(mapAt(filter, 'spec')['configPatches']).some((patch) => {
    const context = textOf(mapAt(patch, 'match')['context']) ?? 'ANY';
    const isInbound = context === 'ANY' || context === 'SIDECAR_INBOUND';
    return isInbound && ['LISTENER', 'FILTER_CHAIN', 'LISTENER_FILTER'].includes(textOf(patch['applyTo']) ?? '');
  });
}

/**
 * Sidecars choose between HTTP/1 and HTTP/2 by the ALPN that both sides share; the proxy goes by useHttp2 of the
 * Upstream alone.
 */
function mixesVersions({ sent, isHttp2 }: Reception): boolean {
  return isHttp2 ? sent.alpn.includes('http/1.1') && !sent.alpn.includes('h2') : sent.alpn.includes('h2');
}

function mixedVersions({ target, sent, isHttp2 }: Reception): CheckOutcome {
  const text = `The Upstream offers the ALPN ${sent.alpn.join(', ')} but speaks HTTP/${isHttp2 ? '2' : '1.1'}: the sidecar of ${target.described} follows the ALPN.`;
  return because('unknown', 'alpn-of-other-http', text, {
    missing: `an Upstream whose useHttp2 and alpnProtocols agree`,
  });
}

/** TLS without the mesh's certificate. */
function otherTlsOutcome(reception: Reception, result: CallResult, by: string): CheckOutcome {
  const { target, sent } = reception;
  if (sent.ownCertificate !== undefined && (result.startsWith('mtls') || result === 'no-client-certificate'))
    return because(
      'unknown',
      'own-certificate',
      `${by}: ${target.described} requires a certificate of the mesh; it is unknown whether the Upstream's own is signed by the mesh.`,
      { missing: 'the certificate in the Secret of the Upstream' },
    );
  if (result.startsWith('mtls') || result === 'no-client-certificate')
    return because(
      'refused',
      'no-client-certificate',
      `${by}: ${target.described} requires a client certificate, but the Upstream presents none.`,
    );
  if (result === 'no-filter-chain')
    return because(
      'refused',
      'tls-refused',
      `${by}: ${target.described} closes TLS connections that are not the mesh's.`,
    );
  if (result === 'not-http')
    return because(
      'refused',
      'tls-read-as-http',
      `${by}: the sidecar of ${target.described} reads the TLS as HTTP and answers 400.`,
    );
  return leftToApp(reception);
}

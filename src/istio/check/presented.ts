import { isMap, listOf, mapAt, textOf, textsIn, type ValueMap } from '../../value.ts';
import { briefJson } from '../../words.ts';
import type { ControlPlaneEnv } from '../gloo/control-plane.ts';
import { tlsModeLabel } from '../gloo/endpoints.ts';
import type { Gloo } from '../gloo/release.ts';
import type { UpstreamTls } from '../upstream-tls.ts';
import type { CheckOutcome } from './outcome.ts';
import type { Sent } from './sent.ts';
import type { Reason } from './types.ts';
import type { World } from './world.ts';

/** Gloo's translation of an Upstream, with its input. */
export interface Presentation {
  readonly gloo: Gloo;
  /** Of the Upstream. */
  readonly namespace: string;
  /** The Upstream's `spec`. */
  readonly spec: ValueMap;
  /** The `spec` of the Settings. */
  readonly settings: ValueMap;
  readonly env: ControlPlaneEnv;
  /** Whether the control plane may know of objects outside the namespaces that it watches. */
  readonly readsAllNamespaces: boolean;
  readonly translated: UpstreamTls;
  place(path: readonly (string | number)[]): Partial<Reason>;
}

/** Why Gloo does not accept an Upstream, which then gets no requests; undefined if it accepts it. */
export function rejection(presentation: Presentation, world: World): CheckOutcome | undefined {
  const { translated, spec, gloo, place, settings } = presentation;
  const watched = listOf(settings['watchNamespaces']);
  // Gloo's cache of Kubernetes objects takes the empty name, which means all, alone only.
  if (watched.length > 1 && watched.some((name) => name === null || name === '')) {
    const text = `Gloo ${gloo.release} does not start: watchNamespaces of its Settings has an empty name, which means all namespaces, beside others.`;
    return { verdict: 'refused', reasons: [{ code: 'namespaces-contradict', text }] };
  }
  const unwatched = notWatched(presentation, world);
  if (unwatched !== undefined && presentation.readsAllNamespaces) {
    const missing = 'whether the control plane may read that namespace for proxies of Gateways';
    return { verdict: 'unknown', reasons: [{ ...unwatched, missing }] };
  }
  if (unwatched !== undefined) return { verdict: 'refused', reasons: [unwatched] };
  const errors = translated.errors ?? [];
  const [first] = errors;
  const [warning] = translated.warnings ?? [];
  if (warning !== undefined && first === undefined) return missingSecret(warning, spec, place, world);
  if (first === undefined) return undefined;
  if (errors.some((error) => error.startsWith('SSL secret not found'))) return missingSecret(first, spec, place, world);
  const files = mapAt(spec, 'sslConfig', 'sslFiles');
  if (first.startsWith('Invalid TLS secret') && Object.keys(files).length > 0) {
    const text = `Gloo ${gloo.release} treats the file names in sslFiles as the certificates themselves and reports an error on the Upstream: a certificate in files cannot be used.`;
    return {
      verdict: 'refused',
      reasons: [{ code: 'ssl-files-refused', text, ...place(['spec', 'sslConfig', 'sslFiles']) }],
    };
  }
  const text = `Gloo ${gloo.release} reports an error on the Upstream: ${errors.join('; ')}.`;
  return { verdict: 'refused', reasons: [{ code: 'upstream-rejected', text, ...place(['spec']) }] };
}

/**
 * Gloo watches `watchNamespaces` of its Settings and the namespace that it writes to; all namespaces if that list is
 * empty.
 */
function notWatched({ settings, spec, namespace, place }: Presentation, world: World): Reason | undefined {
  const watched = textsIn(settings['watchNamespaces']).filter((name) => name !== '');
  if (watched.length === 0) return undefined;
  const all = [...watched, textOf(settings['discoveryNamespace']) || world.glooNamespace];
  const service = textOf(mapAt(spec, 'kube')['serviceNamespace']);
  const unseen = [namespace, service].find((name) => name !== undefined && !all.includes(name));
  if (unseen === undefined) return undefined;
  const what = unseen === namespace ? 'the Upstream' : 'the Service behind it';
  const text = `Gloo watches ${all.join(', ')} (watchNamespaces of its Settings), but ${what} is in ${unseen}.`;
  return { code: 'namespace-not-watched', text, ...place(['metadata', 'namespace']) };
}

function missingSecret(message: string, spec: ValueMap, place: Presentation['place'], world: World): CheckOutcome {
  const { name, namespace } = mapAt(spec, 'sslConfig', 'secretRef');
  const secret = `Secret ${textOf(namespace) ?? ''}/${textOf(name) ?? ''}`;
  const at = place(['spec', 'sslConfig', 'secretRef']);
  if (world.hasAll('Secret'))
    return {
      verdict: 'refused',
      reasons: [{ code: 'secret-missing', text: `Gloo does not find ${secret}: ${message}.`, ...at }],
    };
  return {
    verdict: 'unknown',
    reasons: [
      {
        code: 'secret-not-given',
        text: `The certificate that the Upstream presents is in ${secret}.`,
        missing: secret,
        ...at,
      },
    ],
  };
}

/** The reasons for what Envoy sends. */
export function whySent(presentation: Presentation, sent: Sent, labels: ValueMap | undefined): readonly Reason[] {
  const { spec, settings, gloo, place } = presentation;
  const config = spec['sslConfig'];
  if (isMap(config)) return [ofSslConfig(config, sent, gloo, place(['spec', 'sslConfig']))];
  const { enableAutoMtls, enableIntegration } = mapAt(settings, 'gloo', 'istioOptions');
  const isAsked = gloo.has('autoMtls') && enableAutoMtls === true;
  if (isAsked && spec['disableIstioAutoMtls'] === true)
    return [
      {
        code: 'auto-mtls-off-here',
        text: 'The Upstream turns auto mTLS off and has no sslConfig.',
        ...place(['spec', 'disableIstioAutoMtls']),
      },
    ];
  if (isAsked && enableIntegration !== true)
    return [
      {
        code: 'auto-mtls-without-integration',
        text: `Auto mTLS is on but the integration is not (istioOptions.enableIntegration): Gloo ${gloo.release} logs an error and sends plain text.`,
      },
    ];
  if (isAsked) return ofAutoMtls(presentation, sent, labels);
  if (sent.kind === 'plain')
    return [
      {
        code: 'no-tls',
        text: 'The Upstream has no sslConfig, and auto mTLS is off: the proxy sends plain text.',
        ...place(['spec']),
      },
    ];
  return [
    {
      code: 'one-way-tls',
      text: 'The proxy uses TLS without a client certificate for port 443.',
      ...place(['spec', 'static']),
    },
  ];
}

function ofSslConfig(config: ValueMap, sent: Sent, gloo: Gloo, at: Partial<Reason>): Reason {
  const isDropped = sent.kind === 'sds' && sent.alpn.length === 0 && textsIn(config['alpnProtocols']).length > 0;
  if (isDropped)
    return {
      code: 'alpn-dropped',
      text: `Gloo ${gloo.release} drops the alpnProtocols of an sslConfig with sds, so mTLS is sent without an ALPN.`,
      ...at,
    };
  if (sent.kind === 'sds' && sent.sds?.certificate !== undefined) {
    const alpn = sent.alpn.length === 0 ? 'without an ALPN' : `with the ALPN ${sent.alpn.join(', ')}`;
    return {
      code: 'presents-certificate',
      text: `The sslConfig presents the certificate ${sent.sds.certificate} from SDS ${alpn}.`,
      ...at,
    };
  }
  return { code: 'other-tls', text: "The sslConfig makes the proxy send TLS without the mesh's certificate.", ...at };
}

function ofAutoMtls({ translated, gloo }: Presentation, sent: Sent, labels: ValueMap | undefined): readonly Reason[] {
  const mode = labels?.[tlsModeLabel];
  if (sent.kind !== 'plain') {
    const said: Reason = {
      code: 'auto-mtls',
      text: `Auto mTLS presents the mesh's certificate with the ALPN ${sent.alpn.join(', ')}.`,
    };
    if (mode === undefined || mode === 'istio') return [said];
    return [
      {
        code: 'auto-mtls-ignores-mode',
        text: `The pods have the label ${tlsModeLabel}: ${briefJson(mode)}, but Gloo ${gloo.release} only checks that the label exists and sends mTLS.`,
      },
    ];
  }
  const socket = mapAt(translated.cluster ?? {}, 'transportSocket');
  if (Object.keys(socket).length > 0)
    return [
      {
        code: 'auto-mtls-hides-tls',
        text: `Auto mTLS of Gloo ${gloo.release} sends plain text to everything outside the mesh, even if the Upstream has its own TLS: requests leave in plain text.`,
      },
    ];
  const isOther = mode !== undefined && mode !== 'istio';
  const which = isOther ? `whose label ${tlsModeLabel} is not istio` : `without the label ${tlsModeLabel}`;
  return [{ code: 'auto-mtls-unmarked', text: `Auto mTLS sends plain text to endpoints ${which}.` }];
}
